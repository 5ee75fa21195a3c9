"""Deliveries that are signed but odd: whatever their shape, no server error, no fault unhandled, and the app goes on."""

from __future__ import annotations

import json
import random
from typing import Any
from urllib.parse import urlencode

import aiohttp

from tests.adapters.slack.fake_slack import FakeSlack, signed
from tests.adapters.slack.workspace import installed

KEYS = (
    "type",
    "command",
    "text",
    "trigger_id",
    "user_id",
    "team_id",
    "user",
    "team",
    "event",
    "channel",
    "channel_type",
    "ts",
    "thread_ts",
    "subtype",
    "bot_id",
    "view",
)
KEYS += (
    "actions",
    "container",
    "message",
    "state",
    "values",
    "private_metadata",
    "callback_id",
    "response_url",
    "id",
    "action_id",
    "value",
    "blocks",
    "elements",
    "tab",
    "files",
)
VALUES: tuple[Any, ...] = (
    "message",
    "app_home_opened",
    "im",
    "offscript:more",
    "offscript:coach",
    "coach_message",
    "D1",
    "1.1",
    "t1:x",
    "p1:zz",
    None,
    0,
    -1,
    True,
    [],
    {},
    "x" * 50,
)
TYPES = ("event_callback", "block_actions", "view_submission", "message_action", "shortcut")
MANY = 600


def odd(chance: random.Random, depth: int = 0) -> Any:
    dice = chance.random()
    if depth > 4 or dice < 0.5:
        return chance.choice(VALUES)
    if dice < 0.6:
        return [odd(chance, depth + 1) for _ in range(chance.randint(0, 3))]
    return {chance.choice(KEYS): odd(chance, depth + 1) for _ in range(chance.randint(0, 7))}


def delivery(chance: random.Random, number: int) -> dict[str, Any]:
    body = {chance.choice(KEYS): odd(chance) for _ in range(chance.randint(0, 7))} | {"type": chance.choice(TYPES)}
    if chance.random() < 0.5:
        body |= {"user": {"id": f"U{number}", "team_id": "T1"}, "team": {"id": "T1"}}
    if body["type"] == "block_actions":
        intent = chance.choice(["more", "all", "stop:zz", "answer", "zz"])
        body["actions"] = [
            {"type": "button", "action_id": f"offscript:{intent}", "value": chance.choice(["p1:zz", "t1:q", "", None, 5]), "block_id": "b"}
        ]
    if body["type"] == "event_callback":
        text = chance.choice(["hi", None, 5, "a draft for you", []])
        body["event"] = {
            "type": "message",
            "user": f"U{number}",
            "channel": "D1",
            "channel_type": "im",
            "ts": f"{number}.1",
            "text": text,
            "blocks": odd(chance),
            "files": odd(chance),
        }
    if body["type"] == "view_submission":
        meta = chance.choice(["", '{"round":"x"}', "[1]", "{", '{"ref":5}'])
        body["view"] = {"id": "V1", "callback_id": "offscript:coach", "type": "modal", "state": odd(chance), "private_metadata": meta}
    return body


async def test_signed_but_odd_deliveries_do_no_harm(slack: FakeSlack) -> None:
    chance = random.Random(5)
    async with installed(slack, "http") as made, aiohttp.ClientSession() as session:
        for number in range(MANY):
            body = delivery(chance, number)
            events = body["type"] == "event_callback"
            raw = json.dumps(body).encode() if events else urlencode({"payload": json.dumps(body)}).encode()
            headers = {"Content-Type": "application/json" if events else "application/x-www-form-urlencoded", **signed(raw)}
            async with session.post(f"{slack.bot_url}/slack/events", data=raw, headers=headers) as answer:
                assert answer.status in {200, 400, 404}, body
        await made.settled()
        shown = await slack.command("Hi Davina, I'd like to add you to my professional network.")
        assert shown
        assert shown.lines()[0] == "This could go to anyone."
