"""The HTTP front: what is not Slack's own gets a 4xx and never reaches the app; a fault never becomes a 5xx."""

from __future__ import annotations

import gzip
import json
import random
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from slack_bolt import BoltResponse

from adapters.web.front import FRESH, LARGEST, build, readable, verified
from tests.adapters.slack.fake_slack import SECRET, signed

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
COMMAND = urlencode({"command": "/coach", "text": "Hi Ana", "trigger_id": "1.1"}).encode()


class Reached:
    """An app that notes what reaches it."""

    def __init__(self) -> None:
        self.bodies: list[str] = []

    async def async_dispatch(self, request: Any) -> BoltResponse:
        self.bodies.append(request.raw_body)
        return BoltResponse(status=200, body="")


@pytest.fixture
def app() -> Reached:
    return Reached()


@pytest.fixture
async def client(app: Reached) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    async with TestClient(TestServer(build(app, SECRET, time.time))) as made:  # type: ignore[arg-type]
        yield made


async def post(client: Any, body: bytes, headers: dict[str, str] | None = None, kind: str = FORM) -> int:
    async with client.post("/slack/events", data=body, headers={"Content-Type": kind, **(signed(body) if headers is None else headers)}) as answer:
        return answer.status


async def test_what_slack_signed_reaches_the_app(client: Any, app: Reached) -> None:
    assert await post(client, COMMAND) == 200
    assert await post(client, json.dumps({"type": "event_callback"}).encode(), kind=f"{JSON}; charset=utf-8") == 200
    assert len(app.bodies) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"X-Slack-Request-Timestamp": "abc"}, {"X-Slack-Request-Timestamp": ""}, {"X-Slack-Request-Timestamp": "9" * 5_000}, {"X-Slack-Request-Timestamp": "-1"},
        {"X-Slack-Request-Timestamp": "１２３"}, {"X-Slack-Signature": ""}, {"X-Slack-Signature": "v1=" + "0" * 64}, {"X-Slack-Signature": "v0=é"}, {"X-Slack-Signature": "v0=" + "0" * 64},
    ],
)  # fmt: skip
async def test_what_is_forged_is_refused(client: Any, app: Reached, change: dict[str, str]) -> None:
    assert await post(client, COMMAND, {**signed(COMMAND), **change}) == 401
    assert await post(client, COMMAND, {}) == 401
    assert await post(client, COMMAND, signed(COMMAND, secret="another workspace's")) == 401
    assert app.bodies == []


async def test_a_replay_after_five_minutes_is_refused(client: Any) -> None:
    assert await post(client, COMMAND, signed(COMMAND, time.time() - FRESH - 2)) == 401
    assert await post(client, COMMAND, signed(COMMAND, time.time() + FRESH + 5)) == 401
    assert await post(client, COMMAND, signed(COMMAND, time.time() - FRESH + 30)) == 200


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (JSON, b"[]"), (JSON, b"1"), (JSON, b"{"), (JSON, b"[" * 3_000), (JSON, b'{"a":' * 3_000 + b"1" + b"}" * 3_000), (JSON, b"\xff\xfe"), (JSON, b""),
        (FORM, b"payload=notjson"), (FORM, b"payload=[]"), (FORM, b"text=hello"), (FORM, b"&&&&"), (FORM, b"\xff=1"), (FORM, b"a=1&" * 5_000 + b"command=x"),
    ],
)  # fmt: skip
async def test_what_is_signed_but_malformed_is_a_bad_request(client: Any, app: Reached, kind: str, body: bytes) -> None:
    assert await post(client, body, kind=kind) == 400
    assert app.bodies == []


async def test_other_types_compressed_and_oversized_bodies_are_refused(client: Any, app: Reached) -> None:
    assert await post(client, COMMAND, kind="text/plain") == 415
    assert await post(client, COMMAND, kind="") == 415
    packed = gzip.compress(COMMAND)
    assert await post(client, packed, {**signed(packed), "Content-Encoding": "gzip"}) == 415
    large = b"command=x&text=" + b"a" * LARGEST
    assert await post(client, large) == 413
    assert app.bodies == []


async def test_mutations_of_a_genuine_delivery_give_no_server_error(client: Any, app: Reached) -> None:
    chance = random.Random(4711)
    for _ in range(400):
        body = bytearray(COMMAND)
        for _ in range(chance.randint(1, 4)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        headers = signed(bytes(body)) if chance.random() < 0.5 else signed(COMMAND)
        status = await post(client, bytes(body), headers, chance.choice([FORM, JSON, "application/x-www-form-urlencoded; charset=bogus"]))
        assert status in {200, 400, 401, 415}
    assert all(len(text) == len(COMMAND) or "\ufffd" not in text for text in app.bodies)


def test_each_bit_of_a_signature_counts() -> None:
    headers = signed(COMMAND)
    good = headers["X-Slack-Signature"]
    assert verified(SECRET, headers, COMMAND, time.time())
    for at in range(3, len(good)):
        for bit in (1, 2, 4, 8):
            flipped = good[:at] + chr(ord(good[at]) ^ bit) + good[at + 1 :]
            assert not verified(SECRET, {**headers, "X-Slack-Signature": flipped}, COMMAND, time.time())


def test_brackets_inside_strings_are_no_depth() -> None:
    assert readable(JSON, json.dumps({"text": "[" * 500 + '\\"' + "{" * 500}).encode())


async def test_without_slack_it_only_says_that_it_is_alive() -> None:
    async with TestClient(TestServer(build(None, "", time.time))) as client:
        async with client.get("/healthz") as answer:
            assert (answer.status, await answer.text()) == (200, "ok\n")
        assert await post(client, COMMAND) == 404


async def test_what_the_app_cannot_read_is_a_bad_request_and_never_a_server_error() -> None:
    class Falling:
        async def async_dispatch(self, request: Any) -> BoltResponse:
            raise AttributeError(request.raw_body)

    async with TestClient(TestServer(build(Falling(), SECRET, time.time))) as client:  # type: ignore[arg-type]
        assert await post(client, COMMAND) == 400
