"""A workspace leaves: in whatever order and however often Slack says so, what is left is the same, and nobody who left is answered."""

from __future__ import annotations

import asyncio
from itertools import permutations
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.once import Once
from adapters.slack import leaving
from adapters.slack.app import build, web_client, who
from adapters.slack.desk import Desk
from adapters.slack.leaving import Leaving
from adapters.slack.leaving import installed as keep
from adapters.slack.many import Many
from adapters.slack.refs import Refs
from adapters.slack.socket import connect
from adapters.slack.tenants import FRESH, Tenants
from adapters.storage.wishes import Wishes
from adapters.tasks import Tasks
from bot.coach import Coach
from bot.config import Config
from bot.installation import Installation
from bot.recall import Held
from tests.adapters.many.stage import Process, process
from tests.adapters.slack.fake_slack import APP, BOT, FakeSlack
from tests.adapters.storage.stores import opened
from tests.fakes import FakeClock, FakeTenancy

T1, ANA = "slack:T1", "slack:T1:U1"
NOTE = "note met Davina at SummitUp this morning, her loyalty cards"
INVITE = "Hi Davina, great meeting you! I'd like to add you to my professional network. Best, Sam"
UNINSTALLED, REVOKED = "app_uninstalled", "tokens_revoked"


async def anything(app: Process) -> bool:
    settled = await app.store.settled(ANA, T1)
    return bool(settled.own or settled.house or settled.stopped or await app.store.notes(ANA) or await app.store.installation(T1))


@pytest.mark.parametrize("order", sorted(set(permutations([UNINSTALLED, UNINSTALLED, REVOKED, REVOKED]))))
async def test_nothing_is_left_and_nobody_is_answered_whatever_comes_first(app: Process, order: tuple[str, ...]) -> None:
    await app.install("T1")
    await app.slack.command(NOTE)
    await app.slack.command("settings")
    app.clock.move(minutes=5)
    app.kill("T1")
    for kind in order:
        await app.left(kind)
        calls = len(app.slack.calls)
        await app.slack.write(INVITE)
        await app.settled()
        assert len(app.slack.calls) == calls
        with pytest.raises(Exception, match="not installed"):
            await app.many.tenants.installation(T1)
    assert not await anything(app)


@pytest.mark.fault
@pytest.mark.parametrize("late", sorted(set(permutations([UNINSTALLED, UNINSTALLED, REVOKED]))))
@pytest.mark.parametrize("at", range(4))
async def test_news_that_comes_after_a_new_installation_leaves_that_one_there(app: Process, late: tuple[str, ...], at: int) -> None:
    await app.install("T1")
    await app.slack.command(NOTE)
    app.clock.move(minutes=1)
    left = app.clock.now().timestamp()
    app.kill("T1")
    app.clock.move(minutes=1)
    for number, kind in enumerate(late):
        if number == at:
            await app.install("T1", installer="U2")
        await app.left(kind, at=left, event_id=f"Ev{kind}")
    if at == len(late):
        await app.install("T1", installer="U2")
    assert await app.store.notes(ANA) == ()
    assert (await app.store.settled(ANA, T1)).house == {"admin:U2": "on"}
    await app.slack.command(NOTE)
    await app.left(UNINSTALLED, at=left, event_id=f"Ev{UNINSTALLED}")
    assert len(await app.store.notes(ANA)) == 1
    said = await app.slack.write(INVITE)
    await app.settled()
    assert app.slack.thread(said["ts"])


async def test_people_who_revoke_their_own_tokens_leave_the_bot_where_it_is(app: Process) -> None:
    await app.install("T1")
    app.clock.move(minutes=1)
    for tokens in ({"oauth": ["U1"], "bot": []}, {"oauth": ["U1"]}, {}, None, "odd"):
        await app.listen().happen({"type": REVOKED, "tokens": tokens}, at=int(app.clock.now().timestamp()))
        await app.settled()
    assert await app.store.installation(T1)


async def test_a_revoked_token_goes_and_what_people_keep_stays_until_the_app_is_uninstalled(app: Process) -> None:
    await app.install("T1")
    await app.slack.command(NOTE)
    app.clock.move(minutes=1)
    await app.left(REVOKED)
    assert await app.store.installation(T1) is None
    assert len(await app.store.notes(ANA)) == 1
    await app.left(UNINSTALLED)
    assert not await anything(app)


async def test_other_processes_notice_within_a_minute_and_other_workspaces_stay(app: Process, url: str, tmp_path: Path, slack: FakeSlack) -> None:
    await app.install("T1")
    await app.install("T2")
    async with opened(url, tmp_path, clock=app.clock) as store, process(slack, store, app.clock) as other:
        assert await other.many.tenants.installation(T1)
        app.clock.move(minutes=1)
        await app.left(UNINSTALLED)
        other.listen()
        other.waited = FRESH + 1
        assert FRESH < 60
        calls = len(slack.calls)
        await slack.write(INVITE)
        await other.settled()
        assert len(slack.calls) == calls
        assert await other.many.tenants.installation("slack:T2")
    assert await app.store.tenants() == ("slack:T2",)


@pytest.mark.parametrize("lasting", [True, False])
async def test_a_store_that_does_not_answer_is_asked_until_everything_is_erased(
    slack: FakeSlack, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, lasting: bool
) -> None:
    """Slack is told that it was heard where that is written down; otherwise it has to tell it again."""
    monkeypatch.setattr(leaving, "IN_TIME", 0.1)
    store = FakeTenancy(clock)
    async with process(slack, store, clock, tmp_path / "wishes" if lasting else None) as app:
        await app.install("T1")
        await slack.command(NOTE)
        clock.move(minutes=1)
        store.broken = True
        await app.listen().happen({"type": UNINSTALLED}, at=int(clock.now().timestamp()))
        assert slack.statuses[-1] == (200 if lasting else 424)
        calls = len(slack.calls)
        await slack.write(INVITE)
        assert len(slack.calls) == calls
        store.broken = False
        await app.settled()
        assert (store.installations, store.noted, store.chosen) == ({}, {}, {})
        await app.install("T1")
        assert await app.many.tenants.installation(T1)


async def test_with_one_workspace_and_a_bot_token_everything_goes_as_well(slack: FakeSlack, clock: FakeClock) -> None:
    store, tasks = FakeTenancy(clock), Tasks()
    slack.tokens[BOT] = "T1"
    async with Many.of(Config(_env_file=None, slack_api_url=f"{slack.url}/api/"), store, clock, Wishes(None)) as many:  # type: ignore[call-arg]
        client = web_client(BOT, f"{slack.url}/api/")
        desk = Desk(Coach(store, clock, "slack", "/coach"), Refs(Held(clock)), Once(clock), tasks)
        app = build(desk, client, await who(client), "", many.leaving)
        async with connect(app, APP, f"{slack.url}/api/"):
            await slack.command(NOTE)
            assert store.noted
            for kind in (REVOKED, UNINSTALLED, UNINSTALLED):
                await slack.happen({"type": kind, "tokens": {"bot": ["UBOT"]}}, at=int(clock.now().timestamp()))
            assert await many.leaving.erasing.done()
            assert (store.noted, store.chosen) == ({}, {})


async def test_a_workspace_that_left_as_the_process_died_is_erased_at_the_next_start(
    slack: FakeSlack, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And one that came back meanwhile keeps its new token, and nothing from before."""
    monkeypatch.setattr(leaving, "IN_TIME", 0.1)
    store = FakeTenancy(clock)
    async with process(slack, store, clock, tmp_path / "wishes") as app:
        for team in ("T1", "T2"):
            await app.install(team)
            slack.team = team
            await slack.command(NOTE)
        clock.move(minutes=1)
        store.broken = True
        for team in ("T1", "T2"):
            await app.listen().happen({"type": UNINSTALLED}, at=int(clock.now().timestamp()), event_id=f"Ev{team}")
            slack.team = "T1"
        monkeypatch.setattr("adapters.slack.many._GRACE", 0.0)
    assert len(list((tmp_path / "wishes").iterdir())) == 2
    store.broken = False
    clock.move(minutes=1)
    async with process(slack, store, clock) as other:
        await other.install("T2", installer="U2")
    monkeypatch.undo()
    async with process(slack, store, clock, tmp_path / "wishes") as app:
        await app.settled()
        assert await app.many.tenants.installation("slack:T2")
    assert (set(store.installations), store.noted, store.chosen) == ({"slack:T2"}, {}, {"slack:T2": {"admin:U2": "on"}})
    assert list((tmp_path / "wishes").iterdir()) == []


class World:
    """A workspace that comes and goes, as it is, and as Offscript hears of it."""

    def __init__(self) -> None:
        self.clock, self.epoch, self.here, self.written = FakeClock(), 0, False, 0
        self.store = FakeTenancy(self.clock)
        oauth: Any = SimpleNamespace(alive=self.alive)
        self.tenants = Tenants(self.store)
        self.leaving = Leaving(self.store, self.tenants, oauth, Wishes(None))
        self.late: list[dict[str, Any]] = []

    async def alive(self, token: str) -> bool:
        return self.here and token == f"t{self.epoch}"

    async def install(self) -> None:
        self.epoch += 0 if self.here else 1
        self.here = True
        made = Installation(f"t{self.epoch}", "UB", "BB", ("commands",), "U1", self.clock.now())
        await keep(self.store, T1, made)
        self.tenants.drop(T1)

    async def write(self) -> None:
        if self.here:
            self.written += 1
            await self.store.stop(ANA, f"{self.epoch}.{self.written}")

    def leave(self) -> None:
        if self.here:
            self.here = False
            at = int(self.clock.now().timestamp())
            about = {"team_id": "T1", "event_time": at}
            self.late.append({**about, "event_id": f"u{self.epoch}", "event": {"type": UNINSTALLED}})
            self.late.append({**about, "event_id": f"r{self.epoch}", "event": {"type": REVOKED, "tokens": {"bot": ["UB"]}}})

    async def deliver(self, which: int, *, again: bool) -> None:
        if self.late:
            at = which % len(self.late)
            assert await self.leaving.happened(self.late[at] if again else self.late.pop(at))

    async def check(self) -> None:
        """Deliver what is left, and compare."""
        while self.late:
            await self.deliver(0, again=False)
        assert (T1 in self.store.installations) is self.here
        assert {rule.partition(".")[0] for rule in self.store.rules.get(ANA, ())} <= ({str(self.epoch)} if self.here else set())
        assert self.store.chosen == ({T1: {"admin:U1": "on"}} if self.here else {})
        if self.here:
            assert (await self.tenants.installation(T1)).token == f"t{self.epoch}"


STEP = st.sampled_from(["install", "write", "leave", "leave", "deliver", "deliver", "again", "wait"])


@settings(max_examples=1_000, deadline=None)
@given(st.lists(st.tuples(STEP, st.integers(0, 5)), max_size=25))
@pytest.mark.fault
def test_the_end_does_not_depend_on_the_order_in_which_news_comes(steps: list[tuple[str, int]]) -> None:
    async def play() -> None:
        world = World()
        for step, number in steps:
            world.clock.move(seconds=number / 3 if step == "wait" else 1.4)
            match step:
                case "install" | "write":
                    await getattr(world, step)()
                case "leave":
                    world.leave()
                case "deliver" | "again":
                    await world.deliver(number, again=step == "again")
        await world.check()

    asyncio.run(play())
