"""What is measured counts, and names nobody; what is ready says so part by part."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer

from adapters import logs, metrics
from adapters.storage import door
from adapters.web.front import build
from adapters.web.ready import Readiness
from tests.adapters.slack.fake_slack import FakeSlack, error, running
from tests.adapters.slack.workspace import installed
from tests.adapters.storage.stores import opened
from tests.fakes import FakeClock

CANARY = "marmalade-zeppelin-4711"
INVITE = f"Hi Davina, great meeting you at {CANARY}! I'd like to add you to my professional network. Best, Sam"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    out = io.StringIO()
    logs.configure("INFO", out, heard=(metrics.heard,))
    yield out
    root.handlers[:], root.level = handlers, level
    logs.configure("INFO", io.StringIO())


def value(line: str) -> float:
    found = re.search(rf"^{re.escape(line)} (\S+)$", metrics.exposition().decode(), re.MULTILINE)
    return float(found[1]) if found else 0.0


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with running() as fake:
        yield fake


async def test_everything_that_happens_is_counted_and_nobody_is_named(slack: FakeSlack, log: io.StringIO, tmp_path: Path) -> None:
    lines = {
        'offscript_deliveries_total{platform="slack",sort="command"}': 2, 'offscript_deliveries_total{platform="slack",sort="event"}': 1,
        'offscript_acknowledgement_seconds_count{platform="slack"}': 3, 'offscript_claims_refused_total{platform="slack"}': 1,
        'offscript_errors_total{error="channel_not_found",event="not_delivered"}': 1, 'offscript_store_total{outcome="answered"}': 5,
        'offscript_http_refused_total{why="signature"}': 1,
    }  # fmt: skip
    before = {line: value(line) for line in lines}
    async with opened(f"sqlite:///{tmp_path / 'x.db'}", tmp_path) as store:
        store.watched(metrics.stored)
        counted = metrics.Counted("slack", store)
        async with installed(slack, "http", store) as made:
            made.desk._claims = counted
            assert await slack.command(INVITE, times=2)
            slack.failing = {"chat.postMessage": [error("channel_not_found")]}
            await slack.write(INVITE)
            await made.settled()
            async with aiohttp.ClientSession() as session, session.post(f"{made.url}/slack/events", data=CANARY) as answer:
                assert answer.status == 401
    assert [line for line, more in lines.items() if value(line) < before[line] + more] == []
    shown = metrics.exposition().decode()
    assert not [word for word in (CANARY, "Davina", "U1", "T1", "D1", "xoxb", "canary") if word in shown]
    said = [json.loads(line) for line in log.getvalue().splitlines()]
    assert len({line["delivery"] for line in said if line["event"] == "not_delivered"}) == 1


@pytest.mark.usefixtures("log")
def test_a_label_takes_one_word_of_not_too_many() -> None:
    for number in range(200):
        logs.event("not_delivered", error="e" + "abcdefghij"[number % 10] * (number // 10 + 1))
    logs.event("not_delivered", error=f"{CANARY} said something")
    shown = metrics.exposition().decode()
    assert shown.count("offscript_errors_total{") < 80
    assert 'error="other"' in shown
    assert CANARY not in shown


async def test_ready_is_only_what_is_up_altogether() -> None:
    up, ready = {"store": True, "slack": True}, Readiness()

    def asking(part: str):  # type: ignore[no-untyped-def] # noqa: ANN202
        async def ask() -> bool:
            if part == "discord":
                raise RuntimeError
            return up[part]

        return ask

    for part in up:
        ready.needs(part, asking(part))
    async with TestClient(TestServer(build(None, "", time.time, ready, metrics.exposition))) as client:
        async with client.get("/readyz") as answer:
            assert (answer.status, await answer.text()) == (200, "store: up\nslack: up\n")
        up["slack"] = False
        await asyncio.sleep(1.1)
        async with client.get("/readyz") as answer:
            assert (answer.status, await answer.text()) == (503, "store: up\nslack: down\n")
        ready.needs("discord", asking("discord"))
        async with client.get("/readyz") as answer:
            assert (await answer.text()).endswith("discord: down\n")
        async with client.get("/healthz") as answer:
            assert answer.status == 200
        async with client.get("/metrics") as answer:
            assert "offscript_deliveries_total" in await answer.text()


async def test_a_store_tells_whether_it_answers(tmp_path: Path) -> None:
    told: list[str] = []
    async with opened(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, clock=FakeClock()) as store:
        store.watched(lambda outcome, _: told.append(outcome))
        assert await store.answers()
        store._door.shut()
        assert not await store.answers()
    assert told == ["answered", "turned_away"]
    assert door.PATIENCE < 1
