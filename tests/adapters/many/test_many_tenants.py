"""Whose delivery, whose token: workspaces never mix, an organisation is one tenant, and a database that hangs makes nobody "not installed"."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from types import SimpleNamespace

import pytest

from adapters.slack.tenants import FRESH, KEPT, tenant_of
from adapters.storage.cipher import Ring, new, ring
from bot.errors import NotInstalled, NotReached, NotSaved
from tests.adapters.many.stage import Process, process
from tests.adapters.slack.fake_slack import FakeSlack
from tests.adapters.storage.stores import KEY, opened
from tests.fakes import FakeClock, FakeTenancy
from tests.postgres import Postgres

INVITE = "Hi Davina, great meeting you! I'd like to add you to my professional network. Best, Sam"


async def test_the_same_user_id_in_two_workspaces_never_mixes(app: Process) -> None:
    slack, chance = app.slack, random.Random(4711)
    for team in ("T1", "T2"):
        await app.install(team)
        slack.team = team
        await slack.command(f"note met Davina at Place{team}Canary this morning, her loyalty cards")
    for _ in range(40):
        slack.team = chance.choice(("T1", "T2"))
        other = "T2" if slack.team == "T1" else "T1"
        match chance.randrange(4):
            case 0:
                shown = await slack.command("notes")
                assert shown
                said = shown.text()
            case 1:
                sent = await slack.write("notes")
                await app.settled()
                said = slack.thread(sent["ts"])[-1].text()
            case 2:
                await slack.happen({"type": "app_home_opened", "user": "U1", "tab": "home", "channel": slack.dm})
                await app.settled()
                said = str(slack.homes_of[slack.team][-1])
            case _:
                await slack.command("")
                said = str(slack.views[-1])
        assert f"Place{other}Canary" not in said
        assert [note.met for note in await app.store.notes(f"slack:{slack.team}:U1")] == [f"Place{slack.team}Canary"]
    assert slack.wrong == []
    assert {slack.tokens[(await app.store.installation(f"slack:{team}")).token] for team in ("T1", "T2")} == {"T1", "T2"}


async def test_the_fake_would_notice_a_wrong_token(app: Process) -> None:
    await app.install("T1")
    await app.install("T2")
    app.many.tenants.remember("slack:T1", await app.store.installation("slack:T2"))
    app.slack.team = "T1"
    await app.slack.write(INVITE)
    await app.settled()
    assert app.slack.wrong == [("chat.postMessage", "T2", "D1")]


async def test_a_whole_organisation_is_one_tenant_with_one_token(app: Process) -> None:
    slack = app.slack
    await app.install("E1", grid=True, installer="W1")
    assert await app.store.tenants() == ("slack:e:E1",)
    slack.grid = "E1"
    for slack.team in ("T7", "T8"):
        shown = await slack.command(INVITE)
        assert shown
        assert shown.lines()[0] == "This could go to anyone."
        said = await slack.write(INVITE)
        await app.settled()
        assert slack.thread(said["ts"])
        await slack.happen({"type": "app_home_opened", "user": "U1", "tab": "home", "channel": slack.dm})
        await slack.command("")
        await slack.submit(draft=INVITE)
        await app.settled()
    assert slack.wrong == []
    await slack.command("note met Davina at SummitUp this morning, her loyalty cards")
    assert len(await app.store.notes("slack:e:E1:U1")) == 1
    slack.grid = ""
    shown = await slack.command(INVITE)
    assert shown
    assert "not installed" in shown.text()
    app.clock.move(minutes=1)
    await app.left(team="E1", grid=True)
    assert await app.store.tenants() == ()
    assert await app.store.notes("slack:e:E1:U1") == ()


@pytest.mark.parametrize(
    ("body", "tenant"),
    [
        ({"team_id": "T1"}, "slack:T1"),
        ({"team": {"id": "T1"}, "user": {"id": "U", "team_id": "T2"}}, "slack:T1"),
        ({"team": None, "user": {"id": "U", "team_id": "T2"}}, "slack:T2"),
        ({"team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": "false"}, "slack:T1"),
        ({"team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": "true"}, "slack:e:E1"),
        ({"team": {"id": "T1"}, "enterprise": {"id": "E1"}, "is_enterprise_install": True}, "slack:e:E1"),
        ({"team_id": None, "enterprise_id": "E1"}, "slack:e:E1"),
        ({"team_id": "T2", "authorizations": [{"team_id": "T1", "enterprise_id": None, "is_enterprise_install": False}]}, "slack:T1"),
        ({"team_id": "T2", "authorizations": [{"team_id": None, "enterprise_id": "E1", "is_enterprise_install": True}]}, "slack:e:E1"),
        ({"authorizations": []}, "slack:?"),
        ({"authorizations": "odd", "is_enterprise_install": {}}, "slack:?"),
        ({}, "slack:?"),
    ],
)
def test_a_delivery_names_its_tenant(body: dict[str, object], tenant: str) -> None:
    assert tenant_of(body) == tenant


async def test_a_database_that_hangs_makes_nobody_not_installed(slack: FakeSlack, clock: FakeClock) -> None:
    store = FakeTenancy(clock)
    async with process(slack, store, clock) as app:
        await app.install("T1")
        await slack.command("help")
        store.broken = True
        for app.waited in (0.0, FRESH + 1, KEPT - 60):
            shown = await slack.command(INVITE)
            assert shown
            assert "This could go to anyone." in shown.text()
            said = await slack.write(INVITE)
            await app.settled()
            assert slack.thread(said["ts"])
        app.waited = KEPT + FRESH + 1
        await _told(app, "look your workspace up")
        store.broken = False
        shown = await slack.command(INVITE)
        assert shown
        assert shown.lines()[0] == "This could go to anyone."


async def test_where_nothing_is_known_the_person_who_asks_hears_that_it_will_pass(slack: FakeSlack, clock: FakeClock) -> None:
    store = FakeTenancy(clock)
    async with process(slack, store, clock) as app:
        await app.install("T1")
        shown = await slack.command(INVITE)
        assert shown
        store.broken = True
        app.many.tenants.drop("slack:T1")
        await _told(app, "look your workspace up")
        await slack.press(shown, "More")
        assert "look your workspace up" in slack.ephemeral[-1].text()
        await slack.write(INVITE)
        await slack.happen({"type": "app_home_opened", "user": "U1", "tab": "home", "channel": slack.dm})
        await slack.shortcut()
        await app.settled()
        assert not [method for method, _ in slack.calls if method in {"chat.postMessage", "views.publish", "views.open"}]


async def _told(app: Process, what: str) -> None:
    shown = await app.slack.command(INVITE)
    assert shown
    assert what in shown.text()
    assert "not installed" not in shown.text()


async def test_a_store_that_stalls_is_waited_for_briefly(slack: FakeSlack, clock: FakeClock, tmp_path: Path) -> None:
    from adapters.storage import door

    before, door.PATIENCE = door.PATIENCE, 0.3
    try:
        async with opened(f"sqlite+aiosqlite:///{tmp_path / 'o.db'}", tmp_path, clock=clock) as store, process(slack, store, clock) as app:
            await app.install("T1")
            await slack.command("help")
            async with store._door._writing:
                app.waited = FRESH + 1
                began = asyncio.get_running_loop().time()
                assert await app.many.tenants.installation("slack:T1")
                assert asyncio.get_running_loop().time() - began < 2
    finally:
        door.PATIENCE = before


async def test_without_the_right_to_read_direct_messages_everything_else_works_and_home_says_nothing_false(app: Process) -> None:
    slack = app.slack
    await app.install("T1", scopes="commands,chat:write")
    shown = await slack.command(INVITE)
    assert shown
    await slack.press(shown, "More")
    await slack.command("")
    await slack.submit(draft=INVITE)
    await slack.happen({"type": "app_home_opened", "user": "U1", "tab": "home", "channel": slack.dm})
    await app.settled()
    helped = await slack.command("help")
    assert helped
    for said in (str(slack.homes[-1]), helped.text()):
        assert "/coach" in said
        assert "as a direct message" not in said
    await app.install("T1")
    helped = await slack.command("help")
    assert helped
    assert "as a direct message" in helped.text()


def holding(folder: Path, words: bytes) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and words in path.read_bytes()]


async def test_tokens_are_on_disk_sealed_and_for_their_tenant_alone(app: Process, url: str, tmp_path: Path, postgres: Postgres) -> None:
    await app.install("T1", lasts=43_200)
    await app.install("T2")
    first = await app.store.installation("slack:T1")
    assert "canary" in first.token
    assert "canary" in first.refresh
    assert "canary" not in repr(first) + repr(app.many.installing)
    if url.startswith("sqlite"):
        assert holding(tmp_path, b"canary") == []
        assert holding(tmp_path, b"slack:T1")
    else:
        rows = postgres.query(url, "SELECT sealed FROM installations") + postgres.query(url, "SELECT * FROM settings")
        assert len(rows) == 4
        assert "canary" not in "".join(str(tuple(row)) for row in rows)
    sealed = app.store._sealed("slack:T2", first)
    with pytest.raises(NotSaved):
        app.store._opened(SimpleNamespace(tenant="slack:T1", sealed=sealed))
    other = new()
    async with opened(url, tmp_path, keys=f"{other},{KEY}", clock=app.clock) as turned:
        for _ in range(100):
            if not await turned.older():
                break
            await asyncio.sleep(0.05)
        assert await turned.installation("slack:T1") == first
    async with opened(url, tmp_path, keys=other, clock=app.clock) as turned:
        assert await turned.installation("slack:T1") == first
        turned._ring = ring(new())
        with pytest.raises(NotSaved):
            await turned.installation("slack:T1")
    assert isinstance(app.store._ring, Ring)


async def test_a_workspace_that_never_installed_is_told_and_nobody_answers_it(app: Process) -> None:
    with pytest.raises(NotInstalled):
        await app.many.tenants.authorize("slack:T9")
    app.slack.team = "T9"
    await app.slack.write(INVITE)
    await app.settled()
    assert app.slack.calls == []


async def test_what_was_looked_up_while_somebody_left_is_not_remembered(slack: FakeSlack, clock: FakeClock) -> None:
    store = FakeTenancy(clock)
    async with process(slack, store, clock) as app:
        await app.install("T1")
        found = await store.installation("slack:T1")

        async def slowly(tenant: str) -> object:
            del store.installation  # type: ignore[attr-defined]
            app.many.tenants.drop(tenant)
            await store.uninstall(tenant)
            return found

        store.installation = slowly  # type: ignore[method-assign,assignment]
        with pytest.raises(NotInstalled):
            await app.many.tenants.installation("slack:T1")
        store.broken = True
        with pytest.raises(NotReached):
            await app.many.tenants.installation("slack:T1")
