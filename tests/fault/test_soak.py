"""It runs and runs: one whole process for Slack and Discord under mixed load and steady trouble keeps its memory, its file handles and its word.

Twenty seconds here; `OFFSCRIPT_TEST_SOAK=7200` makes it two hours, and from an hour and a half on the slope is held against a megabyte an hour: by then everything that
memory holds for a time (drafts for 15 minutes, ids of deliveries for an hour) has gone as often as it came. Before, it may grow by what it holds.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from tests.adapters.discord.fake_discord import FakeDiscord, discord, hosted
from tests.adapters.slack.fake_slack import BOT, SECRET, FakeSlack, running
from tests.adapters.test_serve import alive, free_port
from tests.adapters.test_slow_clients import trickle

pytestmark = pytest.mark.fault
SECONDS = float(os.environ.get("OFFSCRIPT_TEST_SOAK", "20"))
WARM = min(SECONDS / 3, 75 * 60)
STEADY = 90 * 60
"""Seconds from which on what is held has its full size."""
MIB = 1024 * 1024
HELD = 6_000
"""Bytes that memory may hold of one delivery."""
SLACK = 8 * MIB
"""What an allocator may take at once."""
DRAFT = "Hi {}, great meeting you at SummitUp! I'd like to add you to my professional network. The kiln number {} was warm. Best, Sam"


@dataclass
class Soak:
    """A process under load, and what was seen of it."""

    slack: FakeSlack
    fake: FakeDiscord
    port: int
    until: float
    answers: Counter[int] = field(default_factory=Counter)
    asked: list[str] = field(default_factory=list)
    samples: list[tuple[float, int, int]] = field(default_factory=list)
    """Seconds, bytes and file handles."""

    async def every(self, seconds: float, what: Callable[[int], Awaitable[object]]) -> None:
        """Do something again and again, whether or not the time before is over."""
        async with asyncio.TaskGroup() as group:
            number = 0
            while time.monotonic() < self.until:
                group.create_task(self._done(what, number))
                number += 1
                await asyncio.sleep(seconds)

    async def _done(self, what: Callable[[int], Awaitable[object]], number: int) -> None:
        await what(number)

    async def command(self, number: int) -> None:
        """Deliver one person's command twice at once; one of the two is answered."""
        body = {
            **self.slack._about(), "command": "/coach", "text": DRAFT.format(f"Ana{number % 50}", number), "user_id": f"U{number % 500}", "team_id": "T1",
            "channel_id": "C1",
        }  # fmt: skip
        acks = await asyncio.gather(self.slack.deliver("command", body), self.slack.deliver("command", body))
        self.answers[sum(bool(ack) for ack in acks)] += 1

    async def write(self, number: int) -> None:
        """Write the bot a direct message, and let Slack refuse every third answer at first."""
        if number % 3 == 0:
            self.slack.failing["chat.postMessage"] = [429]
        await self.slack.write(DRAFT.format("Ben", number))

    async def on_discord(self, number: int) -> None:
        """Type a command, or write a direct message."""
        draft = DRAFT.format("Davina", number)
        self.asked.append(await (self.fake.coach(draft) if number % 2 else self.fake.dm(draft)))

    async def cut(self, number: int) -> None:
        """Tear the connection to Discord's gateway down."""
        if number:
            await self.fake.close(1006)

    async def watch(self, process: psutil.Process) -> None:
        """Look how large it is, once a second."""
        while time.monotonic() < self.until:
            self.samples.append((time.monotonic(), process.memory_info().rss, process.num_fds()))
            await asyncio.sleep(1)


async def test_memory_and_handles_stay_where_they_are(tmp_path: Path) -> None:
    async with running() as slack, discord() as fake, AsyncExitStack() as stack:
        port = free_port()
        env = {
            "OFFSCRIPT_SLACK_BOT_TOKEN": BOT, "OFFSCRIPT_SLACK_SIGNING_SECRET": SECRET, "OFFSCRIPT_SLACK_API_URL": f"{slack.url}/api/",
            "OFFSCRIPT_HOST": "127.0.0.1", "OFFSCRIPT_PORT": str(port),
        }  # fmt: skip
        process = await stack.enter_async_context(hosted(fake, "serve", home=tmp_path, **env))
        slack.bot_url, fake.interval = f"http://127.0.0.1:{port}", 5.0
        await alive(f"{slack.bot_url}/healthz")
        await fake.until(fake.live, 30)
        soak = Soak(slack, fake, port, time.monotonic() + SECONDS)
        watched = psutil.Process(process.pid)
        async with asyncio.TaskGroup() as group:
            group.create_task(soak.watch(watched))
            for seconds, what in ((0.1, soak.command), (1.0, soak.write), (0.5, soak.on_discord), (7.0, soak.cut)):
                group.create_task(soak.every(seconds, what))
            group.create_task(soak.every(2.0, lambda _: trickle(port, b"POST /sl")))
        await fake.until(lambda: all(fake.answered(number) for number in soak.asked), 30)
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 15) == 0
        fake.check()
    assert set(soak.answers) == {1}
    assert {fake.answered(number) for number in soak.asked} == {1}
    lines = [json.loads(line) for line in (tmp_path / "log").read_text(encoding="utf-8").splitlines()]
    assert [line for line in lines if line["event"] in {"fault", "discord.event_failed", "discord.not_delivered"}] == []
    flat(soak.samples, soak.answers[1] * 2 + len(soak.asked))


def flat(samples: list[tuple[float, int, int]], deliveries: int) -> None:
    """Hold what was seen after the warm-up against what may be held; say the figures."""
    began = samples[0][0]
    warm = [sample for sample in samples if sample[0] - began >= WARM]
    third = max(1, len(warm) // 3)
    first, last = (sum(rss for _, rss, _ in part) / len(part) for part in (warm[:third], warm[-third:]))
    handles = max(count for *_, count in warm[:third]), max(count for *_, count in warm[-third:])
    sizes = f"{samples[0][1] / MIB:.1f} MiB at first, {first / MIB:.1f} warm, {last / MIB:.1f} at last"
    print(f"{SECONDS:.0f} s, {deliveries} deliveries: {sizes}; handles {handles}")  # noqa: T201
    assert last - first < SLACK + HELD * deliveries
    assert handles[1] <= handles[0] + 10
    if (steady := [sample for sample in samples if sample[0] - began >= STEADY]) and len(steady) > 600:
        assert slope(steady) < MIB / 3600


def slope(samples: list[tuple[float, int, int]]) -> float:
    """Return by how many bytes a second it grows, as the straight line that fits best."""
    middle = sum(at for at, *_ in samples) / len(samples)
    mean = sum(rss for _, rss, _ in samples) / len(samples)
    return sum((at - middle) * (rss - mean) for at, rss, _ in samples) / sum((at - middle) ** 2 for at, *_ in samples)
