"""When Slack, the store or we ourselves fail: somebody who asked gets an answer, and nothing of theirs is written anywhere."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from adapters import logs
from adapters.slack.desk import Desk
from bot.coach import Coach
from bot.errors import Unreachable, WrongToken
from tests.adapters.slack.fake_slack import APP, BOT, SECRET, FakeSlack, error
from tests.adapters.slack.workspace import Workspace, installed
from tests.fakes import FakeStore

INVITE = "Hi Davina, great meeting you! I'd like to add you to my professional network. Best, Sam"
CANARY = "marmalade-zeppelin-4711"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged at DEBUG."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    out = io.StringIO()
    logs.configure("DEBUG", out)
    for name in ("slack_bolt", "slack_sdk", "offscript.slack.sdk", "aiohttp"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield out
    root.handlers[:], root.level = handlers, level
    logging.getLogger("offscript.slack.sdk").setLevel(logging.WARNING)


async def test_no_word_of_a_draft_and_no_token_is_logged(slack: FakeSlack, log: io.StringIO) -> None:
    for mode in ("socket", "http"):
        async with installed(slack, mode) as made:
            shown = await slack.command(f"{INVITE} {CANARY}")
            assert shown
            await slack.press(shown, "More")
            await made.settled()
            asked = await slack.write(f"{INVITE} {CANARY}")
            await made.settled()
            await slack.write(f"{CANARY} said nobody gets to ten stamps", asked["ts"])
            await slack.command("")
            await slack.submit(draft=f"{CANARY} {INVITE}", to=CANARY)
            slack.failing = {"chat.postMessage": [error("channel_not_found"), error("channel_not_found")]}
            await slack.write(f"{CANARY} again")
            await made.settled()
    said = log.getvalue()
    assert '"event": "library"' in said
    assert "not_delivered" in said
    assert not [secret for secret in (CANARY, BOT, APP, SECRET, "professional network") if secret in said]


async def test_a_fault_of_ours_is_an_apology_with_a_reference_and_no_server_error(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError(CANARY)

    for method in ("look", "again", "act", "converse"):
        monkeypatch.setattr(Coach, method, broken)
    shown = await workspace.slack.command(INVITE)
    assert shown
    assert "Something went wrong on my side" in shown.text()
    reference = shown.text().rsplit(" ", 1)[1].rstrip(".")
    assert reference in log.getvalue()
    asked = await workspace.slack.write(INVITE)
    await workspace.settled()
    assert "Something went wrong" in workspace.slack.thread(asked["ts"])[-1].text()
    assert CANARY not in log.getvalue()


async def test_a_form_that_does_not_open_is_said(workspace: Workspace) -> None:
    workspace.slack.failing = {"views.open": [error("expired_trigger_id"), error("expired_trigger_id")]}
    shown = await workspace.slack.command("")
    assert shown
    assert "The form did not open just now." in shown.text()
    shown = await workspace.slack.command(INVITE)
    assert shown
    await workspace.slack.press(shown, "Answer")
    await workspace.settled()
    assert "The form did not open just now." in workspace.slack.ephemeral[-1].text()


async def test_a_trigger_dies_after_three_seconds_and_serves_once(slack: FakeSlack) -> None:
    """What the fake promises of triggers and response urls is true, or the tests that lean on it prove nothing."""
    slack.triggers["1.t"] = slack.now + 3
    slack.now += 3.1
    assert slack.api_views_open({"trigger_id": "1.t", "view": {}})["error"] == "expired_trigger_id"
    slack.triggers["2.t"] = slack.now + 3
    assert slack.api_views_open({"trigger_id": "2.t", "view": {}})["ok"]
    assert slack.api_views_open({"trigger_id": "2.t", "view": {}})["error"] == "expired_trigger_id"


@pytest.mark.parametrize("later", [0.0, 1_801.0])
async def test_a_response_url_that_is_used_up_or_too_old_is_given_up(workspace: Workspace, later: float, log: io.StringIO) -> None:
    slack = workspace.slack
    shown = await slack.command(INVITE)
    assert shown
    original = slack._about

    def used_up(user: str = "U1") -> dict[str, object]:
        about = original(user)
        name = about["response_url"].rsplit("/", 1)[1]
        until, uses, channel = slack.urls[name]
        slack.urls[name] = (until - later, uses if later else 0, channel)
        return about

    slack._about = used_up  # type: ignore[method-assign]
    await slack.press(shown, "More")
    await workspace.settled()
    assert slack.ephemeral == []
    assert [method for method, _ in slack.calls].count("response_url") == 1
    assert "not_delivered" in log.getvalue()


async def test_after_a_429_the_answer_comes_once_and_not_before_slack_allows_it(workspace: Workspace) -> None:
    slack = workspace.slack
    slack.failing = {"chat.postMessage": [429]}
    asked = await slack.write(INVITE)
    await workspace.settled()
    assert len(slack.thread(asked["ts"])) == 1


async def test_without_its_store_the_coach_still_answers(slack: FakeSlack) -> None:
    async with installed(slack, "socket", FakeStore(broken=True)) as made:
        shown = await slack.command(INVITE)
        assert shown
        assert shown.lines()[0] == "This could go to anyone."
        await slack.press(shown, "More")
        await made.settled()
        await slack.press(slack.ephemeral[-1], "Stop mentioning this: stock invitation")
        await made.settled()
        assert "I could not save that just now" in slack.ephemeral[-1].text()


async def test_a_connection_that_slack_refreshes_comes_back(slack: FakeSlack) -> None:
    async with installed(slack, "socket"):
        for _ in range(2):
            await slack.disconnect()
            assert await slack.command(INVITE)


async def test_a_wrong_token_and_a_slack_that_is_away_are_said(slack: FakeSlack) -> None:
    from adapters.slack.app import web_client, who
    from adapters.slack.socket import connect

    with pytest.raises(WrongToken, match=r"Slack refused the token \(invalid_auth\).*docs/connect-slack.md"):
        await who(web_client("xoxb-wrong", f"{slack.url}/api/"))
    with pytest.raises(Unreachable, match="Slack did not answer"):
        await who(web_client(BOT, "http://127.0.0.1:9/api/"))
    async with installed(slack, "socket"):
        pass
    from adapters.slack.app import build

    app = build(Desk.__new__(Desk), web_client(BOT, f"{slack.url}/api/"), await who(web_client(BOT, f"{slack.url}/api/")))
    with pytest.raises(WrongToken):
        async with connect(app, "xapp-wrong", f"{slack.url}/api/"):
            pass


@pytest.mark.parametrize("body", ["", "   ", "<https://a.org>", ":wave:", "a" * 201_000])
async def test_what_cannot_be_read_gets_a_sentence(workspace: Workspace, body: str) -> None:
    slack = workspace.slack
    if not body.strip():
        await slack.command("")
        answer = await slack.submit(draft="   ")
        assert answer["errors"] == {"draft:0": "There is nothing to read yet. Paste the message you are about to send."}
        return
    shown = await slack.command(body)
    assert shown
    assert len(shown.text()) < 400


async def test_a_file_alone_is_explained(workspace: Workspace) -> None:
    asked = await workspace.slack.write("", subtype="file_share", files=[{"id": "F1"}])
    await workspace.settled()
    assert "I can't open files here." in workspace.slack.thread(asked["ts"])[-1].text()
