"""Several processes, one Discord: who answers, who begins a session when, who registers the commands; and who is forgotten when they leave."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.clock import SystemClock
from adapters.discord import delivery
from adapters.discord.client import Shared
from adapters.discord.servers import Servers
from adapters.discord.shards import sliced
from adapters.discord.turns import Turns
from adapters.plan import part_of
from adapters.storage.opening import open_store
from adapters.storage.wishes import Wish
from bot.coach import Coach
from bot.errors import BadShards, SplitStore
from bot.kept import Note
from tests.adapters.discord.fake_discord import GUILD, INVALID, PERSON, FakeDiscord, discord, guild, interaction
from tests.adapters.discord.test_discord_events import erases
from tests.adapters.discord.test_discord_gateway import INVITE, PACE, running
from tests.adapters.storage.stores import config, opened, phrase
from tests.fakes import FakeClaims, FakeLeases, FakeStore
from tests.postgres import Postgres

pytestmark = pytest.mark.fault


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with discord() as made:
        made.spacing = PACE - 0.1
        yield made
        made.check()


def shared(claims: Any, leases: FakeLeases | None = None, **more: Any) -> Shared:
    return Shared(claims, leases, turns=Turns(leases, PACE), **more)


# --- a part of the shards


@pytest.mark.parametrize(
    ("text", "ids", "total"), [("0-3/16", [0, 1, 2, 3], 16), ("3/16", [3], 16), (" 12 - 15 / 16 ", [12, 13, 14, 15], 16), ("0/1", [0], 1)]
)
def test_a_part_of_the_shards_is_read(text: str, ids: list[int], total: int) -> None:
    part = sliced(text)
    assert part is not None
    assert (part.ids, part.total, part.whole) == (ids, total, len(ids) == total)
    assert sliced(str(part)) == part


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("4", "'4' is no part"), ("a-b/c", "no part"), ("0-3", "no part"), ("3-0/16", "backwards"), ("0-16/16", "no shard 16 of 16"), ("0-0/0", "0 shards"),
        ("0/20000", "20,000 shards"), ("-1/4", "no part"), ("٣/٤", "no part"),
    ],
)  # fmt: skip
def test_a_part_that_there_is_not_is_said(text: str, says: str) -> None:
    with pytest.raises(BadShards, match=rf"{says}.*--shards 0-3/16"):
        sliced(text)


def test_a_part_needs_discord_and_a_store_that_can_be_shared(tmp_path: Path) -> None:
    file, server = config(f"sqlite+aiosqlite:///{tmp_path / 'a.db'}", tmp_path), config("postgresql://u@h/n", tmp_path)
    assert part_of(file, ("discord",), "") is None
    assert part_of(file, ("discord",), "0-1/2") == (0, 1, 2)
    assert part_of(server, ("discord",), "0-1/4") == (0, 1, 4)
    with pytest.raises(SplitStore, match="PostgreSQL"):
        part_of(file, ("discord",), "0-1/4")
    with pytest.raises(BadShards, match="does not serve"):
        part_of(server, ("web",), "0-1/4")


# --- who answers


@pytest.mark.parametrize("together", [True, False])
async def test_a_delivery_that_reaches_two_processes_is_answered_once(fake: FakeDiscord, *, together: bool) -> None:
    """An overlapping deploy. Where the two share no store, Discord itself says that it was answered (40060), and nothing is raised."""
    claims, leases = FakeClaims(), FakeLeases(time.monotonic)
    with capture_logs() as logged:
        async with running(fake, shared(claims, leases)), running(fake, shared(claims if together else FakeClaims(), leases)):
            assert len(fake.live()) == 2
            numbers = [await fake.coach(INVITE) for _ in range(50)]
            await fake.until(lambda: all(fake.answered(number) for number in numbers), 20)
            await asyncio.sleep(0.2)
    assert [fake.answered(number) for number in numbers] == [1] * 50
    assert sum(sent.status == 400 for sent in fake.requests) == (0 if together else 50)
    assert not [entry for entry in logged if entry["log_level"] == "error"]


async def test_a_direct_message_that_reaches_two_processes_is_answered_once_by_their_store(fake: FakeDiscord, tmp_path: Path) -> None:
    settings = config(f"sqlite+aiosqlite:///{tmp_path / 'a.db'}", tmp_path)
    async with AsyncExitStack() as stack:
        for _ in range(2):
            store = await stack.enter_async_context(open_store(settings, SystemClock()))
            await stack.enter_async_context(running(fake, Shared(store, store, turns=Turns(store, PACE))))
        numbers = [await fake.dm(INVITE) for _ in range(20)]
        await fake.until(lambda: all(fake.answered(number) for number in numbers), 20)
        await asyncio.sleep(0.2)
    assert [fake.answered(number) for number in numbers] == [1] * 20


@pytest.mark.fault
async def test_a_thousand_deliveries_to_two_processes_are_answered_once_each(fake: FakeDiscord) -> None:
    claims, leases = FakeClaims(), FakeLeases(time.monotonic)
    async with running(fake, shared(claims, leases)), running(fake, shared(claims, leases)):
        numbers = [await fake.coach(INVITE) for _ in range(1_000)]
        await fake.until(lambda: all(fake.answered(number) for number in numbers), 120)
    assert [fake.answered(number) for number in numbers] == [1] * 1_000


async def test_what_is_slow_takes_no_follow_up(fake: FakeDiscord, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only the person installed it, Discord allows five follow-ups: a reply is the answer itself, or what the answer is changed into."""
    monkeypatch.setattr(delivery, "IN_TIME", 0.05)
    real = Coach.look

    async def slow(self: Coach, *args: Any) -> Any:
        await asyncio.sleep(0.3)
        return await real(self, *args)

    monkeypatch.setattr(Coach, "look", slow)
    async with running(fake):
        by_person = {"authorizing_integration_owners": {"1": PERSON}, "context": 2}
        data = {"name": "coach", "options": [{"name": "draft", "type": 3, "value": INVITE * 20}]}
        await fake.dispatch("INTERACTION_CREATE", interaction("77", data, **by_person))
        await fake.until(lambda: fake.answered("77:edited"))
    assert fake.answered("77") == fake.answered("77:edited") == 1
    assert [sent.path for sent in fake.requests if sent.path.startswith("/webhooks/")] == ["/webhooks/700/ticket-77/messages/@original"]
    assert not [line for path in Path(delivery.__file__).parent.glob("*.py") for line in path.read_text().splitlines() if "followup" in line]


# --- who begins when


async def test_two_processes_with_a_part_each_keep_the_pace_together(fake: FakeDiscord) -> None:
    fake.shards, fake.lanes = 4, 2
    leases, claims = FakeLeases(time.monotonic), FakeClaims()
    parts: list[dict[str, Any]] = [{"shard_ids": [0, 1], "shard_count": 4}, {"shard_ids": [2, 3], "shard_count": 4}]
    async with running(fake, shared(claims, leases), sessions=0, **parts[0]), running(fake, shared(claims, leases), sessions=0, **parts[1]):
        await fake.until(lambda: len(fake.live()) == 4, 20)
        assert sorted((shard, count) for _, shard, count in fake.identified) == [(0, 4), (1, 4), (2, 4), (3, 4)]
        number = await fake.dm(INVITE)
        await fake.until(lambda: fake.answered(number))
    assert sum(sent.method == "PUT" for sent in fake.requests) == 1


async def test_without_a_store_that_answers_the_pace_is_kept_within_the_process(fake: FakeDiscord) -> None:
    fake.shards = 3
    leases = FakeLeases(time.monotonic)
    leases.broken = True
    async with running(fake, shared(FakeClaims(), leases), sessions=3):
        assert sorted(shard for _, shard, _ in fake.identified) == [0, 1, 2]
    assert sum(sent.method == "PUT" for sent in fake.requests) == 1


async def test_an_open_connection_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.discord.turns.PATIENCE", 0.1)
    leases = FakeLeases(time.monotonic)
    await leases.lease("discord:identify:0", "somebody", 60)
    with pytest.raises(TimeoutError):
        await Turns(leases).take(0)


async def test_a_day_that_is_used_up_is_waited_for(fake: FakeDiscord) -> None:
    fake.sessions_left, fake.reset_after = 0, 700
    began = time.monotonic()
    async with running(fake):
        assert fake.identified[0][0] - began > 0.7


# --- the commands


async def test_one_process_registers_the_commands_and_only_where_they_changed(fake: FakeDiscord) -> None:
    def puts() -> int:
        return sum(sent.method == "PUT" for sent in fake.requests)

    leases = FakeLeases(time.monotonic)
    await leases.lease("discord:commands", "another process", 60)
    async with running(fake, shared(FakeClaims(), leases)):
        assert puts() == 0
    await leases.release("discord:commands", "another process")
    for times in (1, 1):
        async with running(fake, shared(FakeClaims(), leases)):
            assert puts() == times
    coach = next(each for each in fake.commands if each["name"] == "coach")
    coach["options"][0]["description_localizations"]["de"] = "Ein älterer Satz"
    async with running(fake, shared(FakeClaims(), leases)):
        assert puts() == 2


# --- who leaves


def forgetting(store: FakeStore) -> Servers:
    return Servers(store, erases(store), settled=0.1)


async def test_a_server_that_removed_us_is_forgotten_and_one_in_trouble_is_not(fake: FakeDiscord) -> None:
    store = FakeStore()
    async with running(fake, shared(FakeClaims(), servers=forgetting(store))):
        await fake.dispatch("GUILD_CREATE", guild("82"))
        for house in (GUILD, "82"):
            await store.choose(f"discord:g:{house}", "notes", "off")
        await store.choose(f"discord:{PERSON}", "notes", "off")
        await fake.dispatch("GUILD_DELETE", {"id": "82", "unavailable": True})
        await fake.dispatch("GUILD_DELETE", {"id": GUILD})
        await fake.until(lambda: f"discord:g:{GUILD}" not in store.chosen)
        await asyncio.sleep(0.1)
    assert {"discord:g:82", f"discord:{PERSON}"} <= set(store.chosen)


async def kept_of(store: FakeStore, *houses: int) -> None:
    for house in houses:
        await store.choose(f"discord:g:{house}", "notes", "off")


def servers_in(store: FakeStore) -> set[int]:
    return {int(name.rpartition(":")[2]) for name in store.chosen if name.startswith("discord:g:")}


async def test_servers_that_left_while_nobody_was_there_are_forgotten_shard_by_shard(fake: FakeDiscord) -> None:
    """Two shards of four are ours: of their servers those stay that Discord names, one in an outage among them; what others have is none of ours."""
    fake.shards = 4
    store, made = FakeStore(), [[(number << 22) + 5 for number in range(shard, 20, 4)] for shard in range(4)]
    await kept_of(store, *itertools.chain(*made))
    await store.choose(f"discord:{PERSON}", "notes", "off")
    fake.guilds = {0: [str(made[0][0])], 1: [str(made[1][2])], 2: [], 3: []}
    fake.outage = {str(made[1][2])}
    store.broken = True
    async with running(fake, shared(FakeClaims(), servers=forgetting(store)), sessions=2, shard_ids=[0, 1], shard_count=4):
        joined = made[1][4]
        await fake.dispatch("GUILD_CREATE", guild(str(joined)), shard=1)
        await asyncio.sleep(0.2)
        assert len(servers_in(store)) == 20, "the store did not answer, and something is gone"
        store.broken = False
        await fake.until(lambda: len(servers_in(store)) == 13, 15)
        await asyncio.sleep(0.3)
    assert servers_in(store) == {made[0][0], made[1][2], joined, *made[2], *made[3]}
    assert f"discord:{PERSON}" in store.chosen


async def test_a_server_that_left_between_two_sessions_is_forgotten_and_a_resumed_session_erases_nothing(fake: FakeDiscord) -> None:
    """discord.py itself goes on taking it for one of ours."""
    store = FakeStore()
    async with running(fake, shared(FakeClaims(), servers=forgetting(store))) as _:
        await fake.dispatch("GUILD_CREATE", guild("82"))
        await asyncio.sleep(0.3)
        await kept_of(store, 81, 82, 83)
        await fake.close(1006)
        await fake.until(lambda: [good for _, _, good in fake.resumed] == [True])
        await asyncio.sleep(0.3)
        assert servers_in(store) == {81, 82, 83}
        await fake.op(INVALID, False)
        await fake.until(lambda: servers_in(store) == {81}, 15)


async def test_another_application_on_the_same_store_erases_nothing(fake: FakeDiscord) -> None:
    store = FakeStore()
    await store.choose("discord:application", "application", "another")
    await kept_of(store, 81, 82)
    with capture_logs() as logged:
        async with running(fake, shared(FakeClaims(), servers=forgetting(store))):
            await asyncio.sleep(0.4)
    assert servers_in(store) == {81, 82}
    assert [entry["event"] for entry in logged].count("discord.another_application") == 1


async def test_on_a_real_store_houses_are_those_of_which_anything_is_kept(tmp_path: Path, postgres: Postgres) -> None:
    for url in (f"sqlite:///{tmp_path / 'a.db'}", postgres.database()):
        async with opened(url, tmp_path) as store:
            await store.choose("discord:g:1", "notes", "off")
            await store.save_phrase("discord:g:22", phrase())
            await store.choose("discord:8", "language", "de")
            await store.choose("discord:application", "application", "1")
            assert set(await store.houses("discord:g")) == {"discord:g:1", "discord:g:22"}


async def test_nothing_is_kept_of_a_server_that_somebody_brought_us_to(fake: FakeDiscord) -> None:
    """Nobody would tell us to forget it; and whoever manages it sees what people see in a direct message."""
    store = FakeStore()
    async with running(fake, shared(FakeClaims()), store=store):
        manager = {"member": {**interaction("1", {})["member"], "permissions": str(1 << 5)}}
        settings = {"name": "offscript", "options": [{"name": "settings", "type": 1}]}
        for place in (GUILD, "4444"):
            number = str(int(place) + 5000)
            await fake.dispatch("INTERACTION_CREATE", interaction(number, settings, **manager, guild_id=place))
            await fake.until(lambda: fake.answered(number))  # noqa: B023
    ours, brought = (dict(fake.answers)[str(int(place) + 5000)] for place in (GUILD, "4444"))
    assert "everybody" in ours.casefold()
    assert "everybody" not in brought.casefold()


async def test_what_is_to_be_erased_is_erased_once_the_store_answers() -> None:
    store = FakeStore()
    store.noted["discord:42"] = {"a": Note("a", "Davina")}
    store.broken = True
    held: list[str] = []
    erasing = erases(store, None, held.append)
    assert not await erasing.erase(Wish("discord:42"), 0.05)
    assert not await erasing.erase(Wish("discord:42"), 0.05)
    store.broken = False
    assert await erasing.done(2)
    assert store.noted == {}
    assert set(held) == {"discord:42"}
    assert await erasing.erase(Wish("discord:42"), 1)
    store.broken = True
    await erasing.erase(Wish("discord:43"))
    assert not await erasing.done(0.05)
