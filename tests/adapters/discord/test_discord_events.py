"""Discord's webhook events: what Discord did not sign gets 401 and nothing else, and whoever leaves is erased."""

from __future__ import annotations

import asyncio
import json
import random
import socket
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession, web
from aiohttp.test_utils import TestClient, TestServer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.discord.events import PATH, keys_of, listen, verified
from adapters.erasing import Erasing
from adapters.storage.wishes import Wish, Wishes, wishes
from bot.config import Config
from bot.errors import WrongPublicKey
from bot.kept import Note
from tests.adapters.test_serve import ended, served
from tests.fakes import FakeStore

OLD, NEW, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2, 3))
PING = {"version": 1, "application_id": "700", "type": 0}


def hexed(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def left(user: Any = "42", kind: str = "APPLICATION_DEAUTHORIZED") -> dict[str, Any]:
    data = {"user": {"id": user, "username": "sam"}}
    return {"version": 1, "application_id": "700", "type": 1, "event": {"type": kind, "timestamp": "2026-01-01T00:00:00", "data": data}}


def signed(body: bytes, key: Ed25519PrivateKey = OLD, stamp: str = "1760000000") -> dict[str, str]:
    return {"X-Signature-Ed25519": key.sign(stamp.encode() + body).hex(), "X-Signature-Timestamp": stamp, "Content-Type": "application/json"}


def erases(store: Any, folder: Path | None = None, *more: Any) -> Erasing:
    """Return what erases from a store, and writes down in a folder what is still to be erased."""
    return Erasing(lambda wish: store.forget(wish.owner), Wishes(folder), *more, soonest=0.02)


@pytest.fixture
def store() -> FakeStore:
    made = FakeStore()
    for owner in ("discord:42", "discord:43", "discord:g:42"):
        made.noted[owner] = {"a": Note("a", "Davina")}
    return made


@pytest.fixture
async def client(store: FakeStore) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    app, erasing = web.Application(), erases(store)
    listen(app, keys_of(f"{hexed(OLD)},{hexed(NEW)}"), erasing)
    async with TestClient(TestServer(app)) as made:
        yield made
    await erasing.done(5)


async def post(client: Any, told: Any, key: Ed25519PrivateKey = OLD, **headers: str) -> int:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    async with client.post(PATH, data=body, headers={**signed(body, key), **headers}) as answer:
        assert await answer.read() == b"" or answer.status >= 400
        return answer.status


@pytest.mark.parametrize("key", [OLD, NEW])
async def test_a_ping_is_answered_under_either_key(client: Any, key: Ed25519PrivateKey) -> None:
    assert await post(client, PING, key) == 204


async def test_whoever_leaves_is_erased_and_nobody_else(client: Any, store: FakeStore) -> None:
    began = time.monotonic()
    assert await post(client, left()) == 204
    assert time.monotonic() - began < 3
    assert set(store.noted) == {"discord:43", "discord:g:42"}
    assert await post(client, left()) == 204
    assert await post(client, left("43", "APPLICATION_AUTHORIZED")) == 204
    assert await post(client, left("43", "ENTITLEMENT_CREATE")) == 204
    assert set(store.noted) == {"discord:43", "discord:g:42"}


async def test_whoever_leaves_while_the_store_is_down_is_erased_when_it_is_back(
    client: Any, store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.discord.events.IN_TIME", 0.1)
    store.broken = True
    assert await post(client, left()) == 503  # nothing is written down here, so that Discord has to tell it again
    assert "discord:42" in store.noted
    store.broken = False
    began = time.monotonic()
    while "discord:42" in store.noted:
        assert time.monotonic() - began < 5
        assert await post(client, PING) == 204


async def test_what_is_to_be_erased_outlives_a_process_and_is_acknowledged_only_then(store: FakeStore, tmp_path: Path) -> None:
    store.broken = True
    dying = erases(store, tmp_path / "wishes")
    assert await dying.erase(Wish("discord:42"), 0.2)
    assert not await dying.done(0)
    written = list((tmp_path / "wishes").iterdir())
    assert [(file.stat().st_mode & 0o777, json.loads(file.read_text())["owner"]) for file in written] == [(0o600, "discord:42")]
    (tmp_path / "wishes" / "torn.json").write_text('{"owner": "disc')
    for begun in (erases(store, tmp_path / "wishes"), erases(store, tmp_path / "wishes")):  # two on one machine: whoever comes second finds nothing
        await begun.resume("slack:")
        assert await begun.done(0)
        await begun.resume("discord:")
        assert not await begun.done(0.05)
    store.broken = False
    last = erases(store, tmp_path / "wishes")
    await last.resume("discord:")
    assert await last.done(5)
    assert set(store.noted) == {"discord:43", "discord:g:42"}
    assert [file.name for file in (tmp_path / "wishes").iterdir()] == ["torn.json"]


async def test_where_nothing_can_be_written_down_it_is_not_acknowledged(store: FakeStore, tmp_path: Path) -> None:
    (tmp_path / "wishes").write_text("a file where the folder would be")
    store.broken = True
    erasing = erases(store, tmp_path / "wishes")
    assert not await erasing.erase(Wish("discord:42"), 0.2)
    store.broken = False
    assert await erasing.done(5)
    assert "discord:42" not in store.noted


def test_a_host_that_empties_its_disk_is_not_relied_on(tmp_path: Path) -> None:
    chosen, usual = Config(_env_file=None, data_home=tmp_path), Config(_env_file=None)  # type: ignore[call-arg]
    wish = Wish("discord:42")
    assert wishes(chosen, {"DYNO": "web.1"}).keep(wish)
    assert not wishes(usual, {"DYNO": "web.1"}).keep(wish)
    assert wishes(chosen, {}).kept("discord:") == [wish]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Signature-Ed25519": ""}, {"X-Signature-Ed25519": "zz" * 64}, {"X-Signature-Ed25519": "0" * 127}, {"X-Signature-Ed25519": "é" * 128},
        {"X-Signature-Ed25519": "0" * 128}, {"X-Signature-Timestamp": ""}, {"X-Signature-Timestamp": "1760000001"}, {"X-Signature-Timestamp": "١٢"},
        {"X-Signature-Timestamp": "9" * 4_000},
    ],
)  # fmt: skip
async def test_what_is_forged_is_refused(client: Any, store: FakeStore, headers: dict[str, str]) -> None:
    for told in (PING, left(), b"not even JSON", b""):
        assert await post(client, told, **headers) == 401
        assert await post(client, told, OTHER) == 401
    async with client.post(PATH, data=json.dumps(PING)) as answer:
        assert answer.status == 401
    assert len(store.noted) == 3


@pytest.mark.parametrize(
    "told",
    [
        b"", b"[]", b"null", b"{", b"\xff", b'{"type": true}', b'{"type": 2}', b'{"type": 1}', b'{"type": 1, "event": []}', b"[" * 100_000, left(42), left(None),
        left("42 OR 1"), left("g:42"), {**left(), "event": {"type": "APPLICATION_DEAUTHORIZED"}}, {**left(), "event": {"type": "APPLICATION_DEAUTHORIZED", "data": []}},
    ],
)  # fmt: skip
async def test_what_is_signed_and_odd_erases_nothing(client: Any, store: FakeStore, told: Any) -> None:
    assert await post(client, told) == 400
    assert len(store.noted) == 3


@pytest.mark.fault
def test_no_flipped_bit_is_accepted() -> None:
    body = json.dumps(left()).encode()
    keys, dice = keys_of(f"{hexed(OLD)} {hexed(NEW)}"), random.Random(7)
    headers = signed(body)
    assert verified(keys, headers, body)
    parts = {
        "body": body,
        "X-Signature-Timestamp": headers["X-Signature-Timestamp"].encode(),
        "X-Signature-Ed25519": bytes.fromhex(headers["X-Signature-Ed25519"]),
    }
    accepted = 0
    for _ in range(10_000):
        name = dice.choice(list(parts))
        flipped = bytearray(parts[name])
        flipped[dice.randrange(len(flipped))] ^= 1 << dice.randrange(8)
        changed = {**parts, name: bytes(flipped)}
        told = {
            "X-Signature-Timestamp": changed["X-Signature-Timestamp"].decode("latin-1"),
            "X-Signature-Ed25519": changed["X-Signature-Ed25519"].hex(),
        }
        accepted += verified(keys, told, changed["body"])
    assert accepted == 0


@pytest.mark.parametrize("text", ["abc", "0" * 63, f"{'0' * 64},xyz", "Bot " + "0" * 64])
def test_a_public_key_that_is_none_is_said(text: str) -> None:
    with pytest.raises(WrongPublicKey, match="OFFSCRIPT_DISCORD_PUBLIC_KEY"):
        keys_of(text)


@pytest.mark.fault
async def test_the_whole_process_takes_events_and_says_where_a_key_is_none(tmp_path: Path) -> None:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    where = {"OFFSCRIPT_HOST": "127.0.0.1", "OFFSCRIPT_PORT": str(port), "OFFSCRIPT_DISCORD_PUBLIC_KEY": f"{hexed(NEW)},{hexed(OLD)}"}
    body = json.dumps(left()).encode()
    async with served("serve", "web", home=tmp_path, **where) as process, ClientSession() as session:
        for _ in range(200):
            with suppress(ClientError):
                async with session.post(f"http://127.0.0.1:{port}{PATH}", data=body, headers=signed(body)) as answer:
                    assert answer.status == 204
                    break
            assert process.returncode is None
            await asyncio.sleep(0.05)
        async with session.post(f"http://127.0.0.1:{port}{PATH}", data=body, headers=signed(body, OTHER)) as answer:
            assert answer.status == 401
        process.terminate()
        assert (await ended(process))[0] == 0
    async with served("serve", "web", home=tmp_path, **{**where, "OFFSCRIPT_DISCORD_PUBLIC_KEY": "none"}) as process:
        code, said = await ended(process)
        assert code == 2
        assert "64 hexadecimal digits" in said
