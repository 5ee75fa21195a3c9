"""Installing: one state, one browser, one callback; and what each page says."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from adapters.slack.manifest import SCOPES
from adapters.storage.store import SqlStore
from adapters.storage.tables import oauth_states
from bot.errors import NotSaved
from bot.ports import Installations, Tenancy
from tests.adapters.many.stage import Process, process
from tests.adapters.slack.fake_slack import FakeSlack
from tests.adapters.storage.stores import opened
from tests.fakes import FakeClock, FakeTenancy

pytestmark = pytest.mark.fault

INVITE = "Hi Davina, great meeting you! I'd like to add you to my professional network. Best, Sam"
BACK = "/slack/oauth_redirect"


def as_ports(store: SqlStore, fake: FakeTenancy) -> tuple[Installations, Tenancy, Tenancy]:
    """Let the type checker compare the stores with the ports."""
    return store, store, fake


async def test_a_workspace_installs_and_is_answered_with_its_own_token(app: Process) -> None:
    await app.install("T1", installer="U1")
    kept = await app.store.installation("slack:T1")
    assert (kept.bot_user, kept.bot, kept.scopes, kept.installer) == ("UBOTT1", "BBOTT1", SCOPES, "U1")
    shown = await app.slack.command(INVITE)
    assert shown
    assert shown.lines()[0] == "This could go to anyone."
    said = await app.slack.write(INVITE)
    await app.settled()
    assert app.slack.thread(said["ts"])
    assert (await app.store.settled("slack:T1:U1", "slack:T1")).house == {"admin:U1": "on"}
    settings = await app.slack.command("settings")
    assert settings
    assert "[For everybody here]" in settings.text()


async def test_the_cookie_is_for_this_host_and_its_pages_alone(app: Process) -> None:
    _, page, headers = await app.get("/slack/install")
    cookie = headers["Set-Cookie"]
    assert cookie.startswith("__Host-")
    assert {part.strip() for part in cookie.split(";")[1:]} == {"HttpOnly", "Max-Age=600", "Path=/", "SameSite=Lax", "Secure"}
    assert "<script" not in page
    assert headers["Content-Security-Policy"].startswith("default-src 'none';")
    state = await app.begin()
    path = f"{BACK}?code={app.slack.allowed('T1')}&state={state}"
    assert (await app.get(path, state))[0] == 200
    status, page, _ = await app.get(path, state)
    assert (status, "used already" in page) == (400, True)


async def test_installing_again_replaces_the_token_and_keeps_everything_else(app: Process) -> None:
    await app.install("T1")
    first = await app.store.installation("slack:T1")
    await app.slack.command("note met Davina at SummitUp this morning, her shop's loyalty cards")
    await app.install("T1", installer="U2")
    second = await app.store.installation("slack:T1")
    assert first.token != second.token
    assert (await app.many.tenants.installation("slack:T1")).token == second.token
    assert [note.name for note in await app.store.notes("slack:T1:U1")] == ["Davina"]
    assert (await app.store.settled("slack:T1:U1", "slack:T1")).house == {"admin:U1": "on", "admin:U2": "on"}


@pytest.mark.fault
async def test_a_state_is_good_for_one_of_four_callbacks_at_once_fifty_times(app: Process, url: str, tmp_path: Path, slack: FakeSlack) -> None:
    async with opened(url, tmp_path, clock=app.clock) as store, process(slack, store, app.clock) as other:
        for number in range(50):
            state = await app.begin()
            path = f"{BACK}?state={state}&code="
            went = await asyncio.gather(*((app, other)[i % 2].get(path + slack.allowed(f"T{number}"), state) for i in range(4)))
            assert Counter(status for status, _, _ in went) == {200: 1, 400: 3}
            assert sum("used already" in page for _, page, _ in went) == 3
    assert len([method for method, _ in slack.calls if method == "oauth.v2.access"]) == 50
    assert len(await app.store.tenants()) == 50


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ("denied", 403, "Nothing was installed"),
        ("expired", 400, "took too long"),
        ("no cookie", 400, "not the browser"),
        ("another's cookie", 400, "not the browser"),
        ("no state", 400, "not the browser"),
        ("unknown", 400, "used already"),
        ("no code", 400, "did not confirm"),
        ("wrong code", 400, "did not confirm"),
        ("Slack is down", 503, "did not answer"),
        ("odd answer", 400, "did not confirm"),
    ],
)
async def test_what_goes_wrong_is_said_with_a_way_to_start_again(app: Process, change: str, status: int, says: str) -> None:
    state, code = await app.begin(), app.slack.allowed("T1")
    if change == "expired":
        app.clock.move(minutes=11)
    if change == "Slack is down":
        object.__setattr__(app.many.installing.oauth, "api", "http://127.0.0.1:9/api/")
    if change == "odd answer":
        app.slack.codes[code] |= {"team": {"id": "T1"}, "enterprise": None, "is_enterprise_install": True}
    cookie = {"no cookie": "", "another's cookie": await app.begin(), "unknown": "made-up"}.get(change, state)
    queries = {
        "denied": f"?error=access_denied&state={state}", "no state": f"?code={code}", "unknown": f"?code={code}&state=made-up", "no code": f"?state={state}",
        "wrong code": f"?code=guessed&state={state}",
    }  # fmt: skip
    query = queries.get(change, f"?code={code}&state={state}")
    went, page, headers = await app.get(BACK + query, cookie)
    assert (went, says in page) == (status, True), page
    assert 'href="/slack/install"' in page
    assert "canary" not in page
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert "Set-Cookie" not in headers
    assert await app.store.tenants() == ()
    again, page, _ = await app.get(f"{BACK}?code={code}&state={state}", state)
    assert again == (200 if "cookie" in change or change in {"no state", "unknown"} else 400), page


async def test_a_store_that_does_not_answer_installs_nothing_and_says_so(slack: FakeSlack, clock: FakeClock) -> None:
    store = FakeTenancy(clock)
    async with process(slack, store, clock) as app:
        state = await app.begin()
        store.broken = True
        status, page, _ = await app.get(f"{BACK}?code={slack.allowed('T1')}&state={state}", state)
        assert (status, "I could not save that just now" in page) == (503, True)
    assert store.installations == {}


async def test_whoever_only_begins_leaves_nothing_and_what_was_used_goes_with_the_next(app: Process) -> None:
    async def rows() -> int:
        return int((await app.store._read(select(func.count()).select_from(oauth_states)))[0][0])

    states = [await app.begin() for _ in range(20)]
    assert len(set(states)) == 20
    assert await rows() == 0
    for state in states[:2]:
        assert await app.store.finish_install(state)
        assert await app.store.finish_install(state) is None
        assert await app.store.finish_install(f"{state}\n=") is None, "the same bytes in other letters"
    assert await rows() == 2
    app.clock.move(minutes=9)
    late = await app.begin()
    app.clock.move(minutes=2)
    assert await app.store.finish_install(states[2]) <= app.clock.now()
    assert await app.store.finish_install(late)
    assert await rows() == 1


async def test_a_folder_that_is_none_keeps_nobody(app: Process) -> None:
    with pytest.raises(NotSaved):
        async with opened("sqlite+aiosqlite:////dev/null/no", Path("/dev/null"), clock=app.clock) as nowhere:
            await nowhere.tenants()
