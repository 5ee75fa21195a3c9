"""Who leaves while the database is down is erased when it is back, also where the process that was told is killed before."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from adapters.clock import SystemClock
from adapters.discord.events import PATH
from adapters.storage.opening import open_store
from adapters.storage.wishes import FOLDER
from tests.adapters.discord.test_discord_events import NEW, hexed, left, signed
from tests.adapters.slack.fake_slack import BOT, SECRET, FakeSlack, running
from tests.adapters.storage.stores import ANA, KEY, config, note
from tests.adapters.test_serve import alive, free_port, served
from tests.postgres import Postgres

pytestmark = pytest.mark.fault
SAM, GONE, STAYS = "discord:42", "Davina", "discord:43"
WITHIN = 60.0
"""Seconds that an erasure may take once the database answers."""


async def test_who_left_while_the_database_was_down_is_erased_though_the_process_was_killed(postgres: Postgres, tmp_path: Path) -> None:
    url, port = postgres.database(), free_port()
    clock = SystemClock()
    async with open_store(config(url, tmp_path), clock) as store:
        for writer in (ANA, SAM, STAYS):
            await store.save_note(writer, note(GONE), clock.now() + timedelta(days=1))
    async with running() as slack, AsyncExitStack() as stack:
        where = {
            "OFFSCRIPT_DATABASE_URL": url, "OFFSCRIPT_KEYS": KEY, "OFFSCRIPT_HOST": "127.0.0.1", "OFFSCRIPT_PORT": str(port),
            "OFFSCRIPT_SLACK_BOT_TOKEN": BOT, "OFFSCRIPT_SLACK_SIGNING_SECRET": SECRET, "OFFSCRIPT_SLACK_API_URL": f"{slack.url}/api/",
            "OFFSCRIPT_DISCORD_PUBLIC_KEY": hexed(NEW),
        }  # fmt: skip
        slack.bot_url = f"http://127.0.0.1:{port}"
        first = await stack.enter_async_context(served("serve", "web", home=tmp_path, **where))
        await alive(f"{slack.bot_url}/healthz")
        postgres.stop()
        try:
            await both_leave(slack)
            first.kill()
            await first.wait()
            written = [json.loads(file.read_text()) for file in (tmp_path / "offscript" / FOLDER).iterdir()]
            assert {wish["owner"] for wish in written} == {"slack:T1", SAM}
            second = await stack.enter_async_context(served("serve", "web", home=tmp_path, **where))
            await alive(f"{slack.bot_url}/healthz")
        finally:
            postgres.start()
        began = time.monotonic()
        while set(whose(postgres, url)) != {STAYS}:
            assert time.monotonic() - began < WITHIN
            assert second.returncode is None
            await asyncio.sleep(0.2)
        while list((tmp_path / "offscript" / FOLDER).iterdir()):
            assert time.monotonic() - began < WITHIN
            await asyncio.sleep(0.2)
        second.terminate()
        assert await asyncio.wait_for(second.wait(), 15) == 0


async def both_leave(slack: FakeSlack) -> None:
    """Let a workspace of Slack's and a person on Discord remove the app; both platforms are told that this was heard."""
    await slack.happen({"type": "app_uninstalled"}, at=int(time.time()))
    assert slack.statuses[-1] == 200
    body = json.dumps(left()).encode()
    async with aiohttp.ClientSession() as session, session.post(slack.bot_url + PATH, data=body, headers=signed(body, NEW)) as answer:
        assert answer.status == 204


def whose(server: Postgres, url: str) -> list[str]:
    return [row["writer"] for row in server.query(url, "SELECT writer FROM notes")]
