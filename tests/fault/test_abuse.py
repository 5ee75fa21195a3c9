"""Two real processes over HTTP: duplicates by the thousand, forged requests by the ten thousand, and SIGTERM under load."""

from __future__ import annotations

import asyncio
import signal
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from tests.adapters.slack.fake_slack import BOT, SECRET, FakeSlack, running
from tests.adapters.slack.test_slack_claims import command, event, post
from tests.adapters.storage.stores import KEY
from tests.adapters.test_serve import alive, served
from tests.adapters.test_slow_clients import fuzz
from tests.postgres import Postgres

pytestmark = pytest.mark.fault
MANY, AT_ONCE = 2_500, 4


@dataclass
class Served:
    """A Slack, and the processes that serve it."""

    slack: FakeSlack
    urls: list[str]
    processes: list[asyncio.subprocess.Process]


@asynccontextmanager
async def serving(folder: Path, url: str, count: int) -> AsyncIterator[Served]:
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(running())
        made = Served(slack, [], [])
        for _ in range(count):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            tokens = {"OFFSCRIPT_SLACK_BOT_TOKEN": BOT, "OFFSCRIPT_SLACK_SIGNING_SECRET": SECRET, "OFFSCRIPT_SLACK_API_URL": f"{slack.url}/api/"}
            where = {"OFFSCRIPT_DATABASE_URL": url, "OFFSCRIPT_KEYS": KEY, "OFFSCRIPT_HOST": "127.0.0.1", "OFFSCRIPT_PORT": str(port)}
            made.processes.append(await stack.enter_async_context(served("serve", "web", home=folder, **where, **tokens)))
            made.urls.append(f"http://127.0.0.1:{port}")
            await alive(f"{made.urls[-1]}/healthz")
        yield made


async def test_ten_thousand_deliveries_of_which_each_came_four_times(postgres: Postgres, tmp_path: Path) -> None:
    """Half of them are commands, half messages; a machine so busy that the store is late proves nothing, so they come no faster than it answers."""
    answers: Counter[int] = Counter()
    async with serving(tmp_path, postgres.database(), 2) as made, aiohttp.ClientSession() as session:

        async def deliver(number: int) -> None:
            body, as_event = (event(number), True) if number % 2 else (command(number), False)
            back = await asyncio.gather(*(post(session, made.urls[i % 2], body, json_body=as_event) for i in range(4)))
            answers[number] = sum("ephemeral" in text for text in back)

        for start in range(0, MANY, AT_ONCE):
            await asyncio.gather(*(deliver(number) for number in range(start, min(MANY, start + AT_ONCE))))
        for process in made.processes:
            process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(process.wait(), 10)
        posted = Counter(data["thread_ts"] for method, data in made.slack.calls if method == "chat.postMessage")
    assert [(number, answers[number]) for number in range(0, MANY, 2) if answers[number] != 1] == []
    assert posted == {f"1.{number}": 1 for number in range(1, MANY, 2)}


async def test_sigterm_under_load_finishes_what_was_accepted_within_ten_seconds(tmp_path: Path) -> None:
    accepted: list[int] = []
    async with serving(tmp_path, f"sqlite:///{tmp_path / 'x.db'}", 1) as made, aiohttp.ClientSession() as session:

        async def deliver(number: int) -> None:
            try:
                await post(session, made.urls[0], event(number), json_body=True)
            except aiohttp.ClientError:
                return
            accepted.append(number)

        sending = []
        for number in range(150):
            sending.append(asyncio.create_task(deliver(number)))
            await asyncio.sleep(0.02)
            if number == 100:
                made.processes[0].send_signal(signal.SIGTERM)
                began = time.monotonic()
        assert await asyncio.wait_for(made.processes[0].wait(), 15) == 0
        assert time.monotonic() - began < 10
        await asyncio.gather(*sending)
        posted = Counter(data["thread_ts"] for method, data in made.slack.calls if method == "chat.postMessage")
    assert len(accepted) >= 90
    assert posted == {f"1.{number}": 1 for number in accepted}


async def test_sigterm_while_the_database_hangs_ends_the_process_within_ten_seconds(postgres: Postgres, tmp_path: Path) -> None:
    async with serving(tmp_path, postgres.database(), 1) as made, aiohttp.ClientSession() as session:
        for number in range(8):
            assert "ephemeral" in await post(session, made.urls[0], command(number), json_body=False)
        postgres.freeze()
        try:
            for number in range(8, 16):
                assert "ephemeral" in await post(session, made.urls[0], command(number), json_body=False)
            await post(session, made.urls[0], event(17), json_body=True)
            made.processes[0].send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(made.processes[0].wait(), 10) == 0
        finally:
            postgres.thaw()


async def test_twenty_thousand_malformed_or_forged_requests_get_a_4xx() -> None:
    seen = await fuzz(20_000, 12)
    assert seen.total() == 20_000
    assert set(seen) <= {400, 401, 413, 415}
