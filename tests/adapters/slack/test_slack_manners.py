"""Slack is asked again never sooner than it allows, three times at most, and at an answer's address five times."""

from __future__ import annotations

import time
from typing import Any

import pytest

from adapters.slack.manners import LIFE, USES, Address, wait
from tests.adapters.slack.fake_slack import Json, error
from tests.adapters.slack.workspace import Workspace

pytestmark = pytest.mark.fault


INVITE = "Hi Davina, great meeting you! I'd like to add you to my professional network. Best, Sam"


@pytest.mark.parametrize("broken", [429, 500, 503, error("ratelimited")])
async def test_a_refused_message_comes_once_and_no_sooner_than_slack_allows(workspace: Workspace, broken: Json | int) -> None:
    slack = workspace.slack
    slack.failing = {"chat.postMessage": [broken]}
    asked = await slack.write(INVITE)
    await workspace.settled()
    assert len(slack.thread(asked["ts"])) == 1
    assert time.monotonic() - slack.tried[0] >= slack.after


async def test_after_three_tries_of_whatever_sort_it_is_given_up(workspace: Workspace) -> None:
    slack = workspace.slack
    slack.failing = {"chat.postMessage": [500, 429, error("ratelimited"), 500]}
    asked = await slack.write(INVITE)
    await workspace.settled()
    assert slack.thread(asked["ts"]) == []
    assert len(slack.tried) == 3
    assert all(after - before >= 1 for before, after in zip(slack.tried, slack.tried[1:], strict=False))


async def test_a_refused_whisper_is_tried_again(workspace: Workspace) -> None:
    slack = workspace.slack
    shown = await slack.command(INVITE)
    assert shown
    slack.failing = {"response_url": [429]}
    await slack.press(shown, "More")
    await workspace.settled()
    assert len(slack.ephemeral) == 1


class Answer:
    headers: dict[str, Any] = {}  # noqa: RUF012

    def __init__(self, status: int) -> None:
        self.status_code = status


async def test_an_address_is_used_five_times_and_half_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = []

    async def respond(**payload: Any) -> Answer:
        sent.append(payload)
        return Answer(200)

    address = Address(respond)  # type: ignore[arg-type]
    for _ in range(USES + 3):
        await address.send({})
    assert len(sent) == USES
    address, now = Address(respond), time.monotonic()  # type: ignore[arg-type]
    monkeypatch.setattr(time, "monotonic", lambda: now + LIFE + 1)
    assert await address.send({}) is None
    assert len(sent) == USES


@pytest.mark.parametrize(
    ("status", "headers", "body", "least"),
    [(200, {}, {"ok": True}, None), (429, {"Retry-After": "7"}, None, 7.0), (429, {"retry-after": ["3"]}, None, 3.0), (429, {"Retry-After": "x"}, None, 1.0),
     (429, {"Retry-After": "3600"}, None, None), (404, {}, None, None), (503, {}, None, 1.0), (200, {"Retry-After": "2"}, {"error": "ratelimited"}, 2.0)],
)  # fmt: skip
def test_how_long_to_wait(status: int, headers: dict[str, Any], body: Any, least: float | None) -> None:
    found = wait(status, headers, body)
    assert (found is None) == (least is None)
    assert found is None or least is None or found >= least
