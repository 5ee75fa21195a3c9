"""Tokens that end: one refresh for all processes, the old token until it is over, and a new one that is never lost."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from adapters.slack import rotation
from tests.adapters.many.stage import Process, process
from tests.adapters.slack.fake_slack import FakeSlack, error
from tests.adapters.storage.stores import opened
from tests.fakes import FakeClock, FakeTenancy

T1 = "slack:T1"
LASTS = 43_200


def refreshes(slack: FakeSlack) -> int:
    return len([data for method, data in slack.calls if method == "oauth.v2.access" and data.get("grant_type") == "refresh_token"])


async def test_two_processes_refresh_one_token_once(app: Process, url: str, tmp_path: Path, slack: FakeSlack) -> None:
    await app.install("T1", lasts=LASTS)
    first = await app.store.installation(T1)
    async with opened(url, tmp_path, clock=app.clock) as store, process(slack, store, app.clock) as other:
        for each in range(1, 6):
            app.clock.move(hours=12)
            app.waited = other.waited = each * 60.0
            found = await asyncio.gather(*(one.many.tenants.installation(T1) for one in (app, other) * 8))
            await app.settled()
            await other.settled()
            assert refreshes(slack) == each
            kept = await app.store.installation(T1)
            assert {one.token for one in found} == {kept.token}
            assert kept.token != first.token
            assert slack.tokens[kept.token] == "T1"


async def test_a_token_is_renewed_before_it_ends_and_nobody_waits_for_that(app: Process) -> None:
    await app.install("T1", lasts=LASTS)
    before = await app.many.tenants.installation(T1)
    app.clock.move(hours=9)
    assert await app.many.tenants.installation(T1) == before
    app.clock.move(hours=1, minutes=30)
    assert await app.many.tenants.installation(T1) == before
    for _ in range(100):
        if refreshes(app.slack):
            break
        await asyncio.sleep(0.02)
    await app.settled()
    after = await app.many.tenants.installation(T1)
    assert (after.token != before.token, after.refresh != before.refresh, refreshes(app.slack)) == (True, True, 1)
    assert (after.installer, after.installed, after.scopes) == (before.installer, before.installed, before.scopes)


async def test_tokens_that_last_are_left_alone(app: Process) -> None:
    await app.install("T1")
    app.clock.move(days=400)
    assert (await app.many.tenants.installation(T1)).expires is None
    assert refreshes(app.slack) == 0


async def test_the_round_renews_what_nobody_asks_for(app: Process) -> None:
    await app.install("T1", lasts=LASTS)
    app.clock.move(hours=11)
    from adapters.slack.rotation import Rotation

    assert isinstance(app.many.tenants.rotation, Rotation)
    await app.many.tenants.rotation.look()
    await asyncio.sleep(0.3)
    await app.settled()
    assert refreshes(app.slack) == 1


async def test_a_refresh_that_fails_keeps_the_old_token_and_is_tried_again(app: Process) -> None:
    await app.install("T1", lasts=LASTS)
    before = await app.many.tenants.installation(T1)
    app.slack.failing["oauth.v2.access"] = [error("internal_error"), error("fatal_error")]
    app.clock.move(hours=11, minutes=59, seconds=30)
    for tried in (1, 1, 2, 2, 3):
        if tried > refreshes(app.slack):
            app.clock.move(minutes=2)
        found = await app.many.tenants.installation(T1)
        await app.settled()
        assert refreshes(app.slack) == tried
        assert (found.token == before.token) is (tried < 3)
    shown = await app.slack.command("help")
    assert shown
    assert "not installed" not in shown.text()


async def test_a_new_token_that_cannot_be_saved_at_once_is_used_and_saved_later(
    slack: FakeSlack, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "_SAVING", (0.05,))
    store = FakeTenancy(clock)
    async with process(slack, store, clock) as app:
        await app.install("T1", lasts=LASTS)
        clock.move(hours=12)
        exchanged = app.many.installing.oauth.refreshed.__func__  # type: ignore[attr-defined]

        async def then_down(self: object, refresh: str) -> object:
            answer = await exchanged(self, refresh)
            store.broken = True
            return answer

        monkeypatch.setattr(type(app.many.installing.oauth), "refreshed", then_down)
        made = await app.many.tenants.installation(T1)
        app.waited = 59
        await asyncio.sleep(0.3)
        assert (await app.many.tenants.installation(T1)).token == made.token
        store.broken = False
        await app.settled()
        assert (await store.installation(T1)) == made
        assert store.leases == {}


async def test_a_workspace_that_leaves_during_a_refresh_does_not_come_back(app: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    await app.install("T1", lasts=LASTS)
    app.clock.move(hours=12)
    exchanged = app.many.installing.oauth.refreshed.__func__  # type: ignore[attr-defined]

    async def and_leave(self: object, refresh: str) -> object:
        answer = await exchanged(self, refresh)
        await app.store.forget(T1)
        app.many.tenants.drop(T1)
        return answer

    monkeypatch.setattr(type(app.many.installing.oauth), "refreshed", and_leave)
    await app.many.tenants.installation(T1)
    await app.settled()
    assert await app.store.installation(T1) is None
    assert T1 not in app.many.tenants._known


async def test_a_process_that_ends_in_the_middle_saves_what_slack_gave_it(
    slack: FakeSlack, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FakeTenancy(clock)
    async with process(slack, store, clock) as app:
        await app.install("T1", lasts=LASTS)
        before = await store.installation(T1)
        clock.move(hours=11)
        exchanged = app.many.installing.oauth.refreshed.__func__  # type: ignore[attr-defined]

        async def slowly(self: object, refresh: str) -> object:
            answer = await exchanged(self, refresh)
            await asyncio.sleep(0.3)
            return answer

        monkeypatch.setattr(type(app.many.installing.oauth), "refreshed", slowly)
        await app.many.tenants.installation(T1)
        await asyncio.sleep(0.1)
    after = await store.installation(T1)
    assert before
    assert after
    assert after.token != before.token
    assert (refreshes(slack), store.leases) == (1, {})
