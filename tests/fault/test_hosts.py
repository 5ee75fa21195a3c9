"""Several hosts with a part of Discord's servers each: whole processes on one PostgreSQL, whose sessions begin at Discord's pace and who answer once."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from adapters.clock import SystemClock
from adapters.storage.opening import open_store
from tests.adapters.discord.fake_discord import FakeDiscord, discord, hosted
from tests.adapters.discord.test_discord_gateway import INVITE
from tests.adapters.storage.stores import KEY, config
from tests.postgres import Postgres

pytestmark = pytest.mark.fault


async def test_three_processes_on_one_postgresql_keep_the_pace_and_answer_once(postgres: Postgres, tmp_path: Path) -> None:
    """Two with a shard each, and the new version of the first beside the old one, as in a deploy. Discord lets one session begin in five seconds."""
    url = postgres.database()
    left, stays = f"discord:g:{(3 << 22) + 7}", f"discord:g:{(5 << 22) + 7}"
    async with open_store(config(url, tmp_path), SystemClock()) as store:
        for house in (left, stays):
            await store.choose(house, "notes", "off")
    async with discord() as fake, AsyncExitStack() as stack:
        fake.shards, fake.lanes, fake.spacing, fake.interval = 2, 1, 5.0, 41.25
        fake.guilds[1] = [stays.rpartition(":")[2]]
        env = {"OFFSCRIPT_DATABASE_URL": url, "OFFSCRIPT_KEYS": KEY}
        hosts = [
            await stack.enter_async_context(hosted(fake, "serve", "discord", "--shards", part, home=tmp_path, **env))
            for part in ("0/2", "1/2", "0/2")
        ]
        await fake.until(lambda: len(fake.live()) == 3, 90)
        assert sorted((shard, count) for _, shard, count in fake.identified) == [(0, 2), (0, 2), (1, 2)]
        assert sum(sent.method == "PUT" for sent in fake.requests) == 1
        await answered_once(fake)
        hosts[0].terminate()
        assert await asyncio.wait_for(hosts[0].wait(), 15) == 0
        await answered_once(fake)
        await fake.until(lambda: houses(postgres, url) == {stays}, 30)
        assert not [host for host in hosts[1:] if host.returncode is not None]
        fake.check()
    assert not [sent for sent in fake.requests if sent.status >= 400]


async def answered_once(fake: FakeDiscord) -> None:
    """Let people type commands and write direct messages, of which both processes on a shard hear; see that each is answered once."""
    numbers = [await fake.coach(INVITE) for _ in range(10)] + [await fake.dm(INVITE) for _ in range(10)]
    await fake.until(lambda: all(fake.answered(number) for number in numbers), 20)
    await asyncio.sleep(0.3)
    assert [fake.answered(number) for number in numbers] == [1] * 20


def houses(server: Postgres, url: str) -> set[str]:
    return {row["writer"] for row in server.query(url, "SELECT writer FROM settings WHERE writer LIKE 'discord:g:%'")}
