"""Two apps on one database get the same deliveries, each four times at once: everything happens once."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from adapters import hurry
from adapters.storage import door
from tests.adapters.slack.fake_slack import DM, TEAM, FakeSlack, signed
from tests.adapters.slack.workspace import Workspace, installed
from tests.adapters.storage.stores import opened

INVITE = "Hi Davina, great meeting you! I'd like to add you to my professional network. Best, Sam"
MANY, TIMES = 60, 4


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'x.db'}" if request.param == "sqlite" else str(request.getfixturevalue("postgres").database())


async def post(session: aiohttp.ClientSession, url: str, body: dict[str, Any], *, json_body: bool) -> str:
    import json

    raw = json.dumps(body).encode() if json_body else urlencode(body).encode()
    kind = "application/json" if json_body else "application/x-www-form-urlencoded"
    async with session.post(f"{url}/slack/events", data=raw, headers={"Content-Type": kind, **signed(raw)}) as answer:
        assert answer.status == 200
        return await answer.text()


def command(number: int) -> dict[str, Any]:
    return {
        "command": "/coach",
        "text": INVITE,
        "user_id": f"U{number}",
        "team_id": TEAM,
        "channel_id": "C1",
        "trigger_id": f"{number}.t",
        "api_app_id": "A1",
    }


def event(number: int) -> dict[str, Any]:
    said = {"type": "message", "user": f"U{number}", "channel": DM, "channel_type": "im", "text": INVITE, "ts": f"1.{number}"}
    return {"type": "event_callback", "team_id": TEAM, "api_app_id": "A1", "event": said, "event_id": f"Ev{number}"}


@pytest.mark.fault
async def test_of_two_apps_and_four_deliveries_one_answers(slack: FakeSlack, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PATIENCE", "CLAIM", "HASTE"):
        monkeypatch.setattr(door, name, 20.0)
    monkeypatch.setattr(hurry, "MOST", 60.0)
    async with (
        opened(url, tmp_path) as first, opened(url, tmp_path) as second, installed(slack, "http", first) as one, installed(slack, "http", second) as other,
        aiohttp.ClientSession() as session,
    ):  # fmt: skip
        urls, answers = (one.url, other.url), Counter[int]()

        async def deliver(number: int) -> None:
            body, to = command(number), [urls[i % 2] for i in range(TIMES)]
            back = await asyncio.gather(*(post(session, where, body, json_body=False) for where in to))
            answers[number] = sum("ephemeral" in text for text in back)
            await asyncio.gather(*(post(session, where, event(number), json_body=True) for where in to))

        for start in range(0, MANY, 10):
            await asyncio.gather(*(deliver(number) for number in range(start, start + 10)))
        await one.settled()
        await other.settled()
    assert answers == dict.fromkeys(range(MANY), 1)
    posted = Counter(data["thread_ts"] for method, data in slack.calls if method == "chat.postMessage")
    assert posted == {f"1.{number}": 1 for number in range(MANY)}


async def test_a_submission_that_comes_again_gets_the_same_view_and_is_counted_once(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.coach import Coach

    looked = []
    look = Coach.look

    async def counted(*arguments: Any) -> Any:
        looked.append(1)
        return await look(*arguments)

    monkeypatch.setattr(Coach, "look", counted)
    await workspace.slack.command("")
    assert (await workspace.slack.submit(draft="  "))["response_action"] == "errors"
    answer = await workspace.slack.submit(draft=INVITE, times=3)
    assert answer["response_action"] == "update", "sent back with an error, the view keeps its hash"
    assert [again["view"]["blocks"][0] for again in workspace.slack.again] == [answer["view"]["blocks"][0]] * 2
    assert len(looked) == 2, "once with the error, once with the draft"


async def test_a_flood_from_one_person_is_told_once_and_others_are_served(slack: FakeSlack) -> None:
    async with installed(slack, "http") as made, aiohttp.ClientSession() as session:
        flood = [await post(session, made.url, command(1) | {"trigger_id": f"{i}.f"}, json_body=False) for i in range(200)]
        assert sum("That is a lot at once" in text for text in flood) == 1
        assert sum("This could go to anyone" in text for text in flood) == 120
        assert "This could go to anyone" in await post(session, made.url, command(2), json_body=False)
        await slack.happen({"type": "message", "user": "U7", "channel": DM, "channel_type": "im", "text": INVITE, "ts": "9.9"})
        await made.settled()
        assert len(slack.thread("9.9")) == 1
