"""Slash commands by the hundred: two `offscript serve web` on one database, against our own small Slack, all on this machine.

python -m bench.slack_load [--seconds 60] [--rate 100] [--sqlite] [--database hang|stop]

Every command is signed and answered in its acknowledgement; every tenth is delivered to both processes at once, and has to be answered by one of them. With
`--database` the server is frozen or stopped for the middle third. At last the round trip of one command at a time is set against an empty web server's.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import statistics
import sys
import tempfile
import time
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import aiohttp

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests import postgres  # noqa: E402
from tests.adapters.slack import fake_slack  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

KEY = "b2Zmc2NyaXB0IHRlc3RzIHVzZSB0aGlzIG9uZSBrZXk="
DRAFT = "Hi Davina, great meeting you at SummitUp! I'd like to add you to my professional network. Let me know if I can ever be of help. Best, Sam"
PEOPLE = 600
LIMIT = 2.5
PAIRS = 400


@dataclass
class Seen:
    """What came back: seconds until each acknowledgement, and how often each command was answered."""

    took: list[float] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    failed: int = 0


@asynccontextmanager
async def process(*arguments: str, **more: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run one of ours until the end of the block."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("OFFSCRIPT", "SLACK", "DISCORD"))} | {
        "PYTHONPATH": str(ROOT),
        **more,
    }
    quiet = asyncio.subprocess.DEVNULL
    made = await asyncio.create_subprocess_exec(sys.executable, "-m", *arguments, env=env, stdin=quiet, stdout=quiet, stderr=quiet)
    try:
        yield made
    finally:
        if made.returncode is None:
            made.send_signal(signal.SIGTERM)
            began = time.monotonic()
            await made.wait()
            print(f"{arguments[-1]:>8} ended {time.monotonic() - began:.1f} s after SIGTERM with status {made.returncode}")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def up(session: aiohttp.ClientSession, url: str) -> None:
    """Wait until somebody listens."""
    for _ in range(600):
        try:
            async with session.get(f"{url}/healthz") as answer:
                await answer.read()
                return
        except aiohttp.ClientConnectionError:
            await asyncio.sleep(0.05)
    raise SystemExit(f"{url} does not answer")


def command(number: int) -> tuple[bytes, dict[str, str]]:
    """Return a signed delivery of one of many people."""
    body: dict[str, Any] = {
        "command": "/coach", "text": DRAFT, "team_id": "T1", "user_id": f"U{number % PEOPLE}", "channel_id": "C1", "api_app_id": "A1",
        "trigger_id": f"{time.time_ns()}.{number}", "response_url": "http://127.0.0.1:9/none",
    }  # fmt: skip
    raw = urlencode(body).encode()
    return raw, {"Content-Type": "application/x-www-form-urlencoded", **fake_slack.signed(raw)}


async def post(session: aiohttp.ClientSession, url: str, sent: tuple[bytes, dict[str, str]]) -> tuple[float, bool]:
    """Deliver, and return after how many seconds it was acknowledged, and whether with an answer."""
    began = time.monotonic()
    async with session.post(f"{url}/slack/events", data=sent[0], headers=sent[1]) as answer:
        text = await answer.text()
        if answer.status != 200:
            raise SystemExit(f"status {answer.status}")
    return time.monotonic() - began, "ephemeral" in text


async def one(session: aiohttp.ClientSession, urls: list[str], number: int, seen: Seen) -> None:
    """Deliver one command, or the same to both."""
    sent = command(number)
    to = urls if number % 10 == 0 else [urls[number % len(urls)]]
    try:
        back = await asyncio.gather(*(post(session, url, sent) for url in to))
    except (aiohttp.ClientError, TimeoutError):
        seen.failed += 1
        return
    seen.answers.append(sum(answered for _, answered in back))
    seen.took.extend(seconds for seconds, _ in back)


async def load(session: aiohttp.ClientSession, urls: list[str], seconds: float, rate: int) -> Seen:
    """Deliver at an even pace, whether or not the ones before are answered."""
    seen, began = Seen(), time.monotonic()
    async with asyncio.TaskGroup() as group:
        for number in range(int(seconds * rate)):
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
            group.create_task(one(session, urls, number, seen))
    return seen


async def outage(server: postgres.Postgres, kind: str, seconds: float) -> None:
    """Take the database away for the middle third."""
    away, back = {"hang": (server.freeze, server.thaw), "stop": (server.stop, server.start)}[kind]
    await asyncio.sleep(seconds / 3)
    await asyncio.to_thread(away)
    await asyncio.sleep(seconds / 3)
    await asyncio.to_thread(back)


async def against_the_floor(session: aiohttp.ClientSession, url: str, floor: str) -> tuple[float, float]:
    """Return the median round trip of a command and of nothing, in turns."""
    ours, nothing = [], []
    for number in range(PAIRS):
        sent = command(1_000_000 + number)
        ours.append((await post(session, url, sent))[0])
        nothing.append((await post(session, floor, sent))[0])
    return statistics.median(ours), statistics.median(nothing)


async def outcomes(session: aiohttp.ClientSession, url: str) -> str:
    """Return what became of what a process asked of its store."""
    async with session.get(f"{url}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    return ", ".join(line.partition("outcome=")[2].replace('"', "").replace("}", "") for line in lines if line.startswith("offscript_store_total"))


async def run(asked: argparse.Namespace) -> int:
    """Start everything, measure, print."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        server = None if asked.sqlite else stack.enter_context(postgres.running(durable=True))
        url = server.database() if server else f"sqlite:///{folder}/x.db"
        slack = await stack.enter_async_context(fake_slack.running())
        session = await stack.enter_async_context(
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=15))
        )
        env = {
            "OFFSCRIPT_DATA_HOME": folder, "OFFSCRIPT_CONFIG_HOME": folder, "OFFSCRIPT_DATABASE_URL": url, "OFFSCRIPT_KEYS": KEY, "OFFSCRIPT_HOST": "127.0.0.1",
            "OFFSCRIPT_SLACK_BOT_TOKEN": fake_slack.BOT, "OFFSCRIPT_SLACK_SIGNING_SECRET": fake_slack.SECRET, "OFFSCRIPT_SLACK_API_URL": f"{slack.url}/api/",
        }  # fmt: skip
        ports = [free_port() for _ in range(3)]
        urls = [f"http://127.0.0.1:{port}" for port in ports]
        await stack.enter_async_context(process("bench.slack_floor", str(ports[2])))
        for port, where in zip(ports[:2], urls[:2], strict=True):
            await stack.enter_async_context(process("adapters", "serve", "web", OFFSCRIPT_PORT=str(port), **env))
            await up(session, where)
        await up(session, urls[2])
        await load(session, urls[:2], 2, asked.rate)
        taken_away = asyncio.create_task(outage(server, asked.database, asked.seconds)) if server and asked.database else None
        seen = await load(session, urls[:2], asked.seconds, asked.rate)
        if taken_away:
            await taken_away
        report(asked, seen)
        for where in urls[:2]:
            print("store:", await outcomes(session, where))
        ours, nothing = await against_the_floor(session, urls[0], urls[2])
        print(f"one at a time: {ours * 1e3:.2f} ms, an empty server {nothing * 1e3:.2f} ms, ratio {ours / nothing:.2f}")
        twice = max(seen.answers, default=0) > 1 and not asked.database
        return 0 if seen.took and max(seen.took) <= LIMIT and not seen.failed and 0 not in seen.answers and not twice else 1


def report(asked: argparse.Namespace, seen: Seen) -> None:
    """Print what was seen."""
    took = sorted(seen.took)
    p50, p99 = (took[int(len(took) * share)] * 1e3 for share in (0.5, 0.99))
    lost, doubled = seen.failed + seen.answers.count(0), sum(count > 1 for count in seen.answers)
    print(
        f"{'SQLite' if asked.sqlite else 'PostgreSQL'}, database: {asked.database or 'up'}; load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    print(f"{len(seen.answers) + seen.failed} commands at {asked.rate}/s, {len(took)} deliveries")
    print(
        f"acknowledged with the reply: p50 {p50:.1f} ms, p99 {p99:.1f} ms, longest {took[-1] * 1e3:.0f} ms; lost {lost}, doubled {doubled}, over {LIMIT} s {sum(t > LIMIT for t in took)}"
    )


def main() -> int:
    """Read what is asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=int, default=100)
    parser.add_argument("--sqlite", action="store_true")
    parser.add_argument("--database", choices=["hang", "stop"], default="")
    return asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
