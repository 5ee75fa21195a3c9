"""Slow clients, half-open ones and fuzz by the thousand: others are served meanwhile, and nothing becomes a server error."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt import BoltResponse

from adapters.web import patience
from adapters.web.front import build
from adapters.web.patience import Runner
from tests.adapters.slack.fake_slack import SECRET, signed

COMMAND = b"command=%2Fcoach&text=Hi+Ana&trigger_id=1.1"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


class Fine:
    async def async_dispatch(self, _: Any) -> BoltResponse:
        return BoltResponse(status=200, body="")


@asynccontextmanager
async def listening() -> AsyncIterator[int]:
    runner = Runner(build(Fine(), SECRET, time.time), 1.0)  # type: ignore[arg-type]
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def trickle(port: int, first: bytes) -> float:
    """Send this at once and then a byte a second, or nothing; return after how many seconds the other side had enough."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = time.monotonic()
    writer.write(first)

    async def drip() -> None:
        while first:
            await asyncio.sleep(1)
            writer.write(b"a")
            await writer.drain()

    dripping = asyncio.create_task(drip())
    with suppress(ConnectionError):
        while await asyncio.wait_for(reader.read(1000), 15):
            pass
    dripping.cancel()
    await asyncio.wait({dripping})
    dripping.cancelled() or dripping.exception()
    writer.close()
    return time.monotonic() - began


def begun() -> list[bytes]:
    """Return how requests begin that are never finished: not at all, in the head, in the body, and in the second one of a connection."""
    head = f"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: 500\r\n".encode()
    return [b"", b"POST /sl", head, head + b"\r\ncommand=", b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /he"]


async def post(session: aiohttp.ClientSession, port: int, body: bytes, headers: dict[str, str]) -> int:
    async with session.post(f"http://127.0.0.1:{port}/slack/events", data=body, headers=headers) as answer:
        await answer.read()
        return answer.status


@pytest.mark.fault
async def test_slow_clients_are_cut_within_ten_seconds_while_others_are_served(monkeypatch: pytest.MonkeyPatch) -> None:
    assert patience.HEAD < 10
    assert patience.BODY + patience.LINGER < 10
    monkeypatch.setattr(patience, "HEAD", 2.0)
    async with listening() as port, aiohttp.ClientSession() as session:
        slow = [asyncio.create_task(trickle(port, first)) for first in begun() for _ in range(40)]
        await asyncio.sleep(0.2)
        took = []
        for _ in range(50):
            began = time.monotonic()
            assert await post(session, port, COMMAND, {"Content-Type": FORM, **signed(COMMAND)}) == 200
            took.append(time.monotonic() - began)
        assert max(took) < 1
        assert max(await asyncio.gather(*slow)) < 10


async def test_between_two_requests_a_connection_may_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "HEAD", 0.3)
    async with listening() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(2):
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert (await reader.read(1000)).startswith(b"HTTP/1.1 200")
            await asyncio.sleep(0.6)
        writer.close()


def odd(chance: random.Random) -> tuple[bytes, dict[str, str]]:
    """Return a request that is malformed or forged in one or more ways, and never genuine."""
    body = bytearray(chance.choice([COMMAND, b'{"type":"event_callback","event":{}}', b"payload=%7B%7D", b"[" * 2_000, b"\xff\xfe", b""]))
    headers = {"Content-Type": chance.choice([FORM, JSON]), **signed(bytes(body))}
    for _ in range(chance.randint(0, 3)):
        if body:
            body[chance.randrange(len(body))] = chance.randrange(256)
    change = chance.choice(["secret", "stamp", "mark", "flip", "none", "late", "type", "packed"])
    if change == "secret":
        headers |= signed(bytes(body), secret="another")
    elif change == "stamp":
        headers["X-Slack-Request-Timestamp"] = chance.choice(["abc", "", "9" * 3_000, "-1", "1e9", "0x10", " 1"])
    elif change == "mark":
        headers["X-Slack-Signature"] = chance.choice(["", "v1=" + "0" * 64, "v0=é", "v0=" + "F" * 64, "x" * 2_000])
    elif change == "flip":
        good = headers["X-Slack-Signature"]
        at = chance.randrange(3, len(good))
        headers["X-Slack-Signature"] = good[:at] + ("0" if good[at] != "0" else "1") + good[at + 1 :]
    elif change == "none":
        del headers[chance.choice(["X-Slack-Signature", "X-Slack-Request-Timestamp"])]
    elif change == "late":
        headers |= signed(bytes(body), time.time() - 301 - chance.randrange(9_999))
    elif change == "type":
        headers |= {"Content-Type": chance.choice(["text/plain", "", "application/jsonp", "multipart/form-data; boundary=x"]), **signed(bytes(body))}
    else:
        headers |= {"Content-Encoding": chance.choice(["gzip", "deflate", "br", "identity", "x"]), **signed(bytes(body))}
    return bytes(body), headers


async def fuzz(count: int, seed: int) -> Counter[int]:
    """Send so many, and return how often each status came."""
    chance, seen = random.Random(seed), Counter[int]()
    async with listening() as port, aiohttp.ClientSession() as session:
        for start in range(0, count, 20):
            seen.update(await asyncio.gather(*(post(session, port, *odd(chance)) for _ in range(min(20, count - start)))))
        assert await post(session, port, COMMAND, {"Content-Type": FORM, **signed(COMMAND)}) == 200
    return seen


async def test_what_is_malformed_or_forged_gets_a_4xx() -> None:
    assert set(await fuzz(400, 11)) <= {400, 401, 413, 415}
