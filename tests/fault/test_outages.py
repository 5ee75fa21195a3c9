"""A database that is down, hangs or has no room: calls are cut at 0.8 seconds, and everything works again within ten, without a restart."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import pytest

from adapters.hurry import hurry
from adapters.storage.store import SqlStore
from bot.errors import NotSaved
from tests.adapters.storage.stores import ANA, DAY, NOW, note, opened, seen
from tests.postgres import Postgres

pytestmark = pytest.mark.fault
ROOT = Path(__file__).parents[2]
CUT, BACK = 1.5, 10.0
"""Seconds: 0.8 and some for a busy machine; and until everything works again."""


def a_reply(store: SqlStore) -> Callable[[], Awaitable[None]]:
    """Ask what a reply asks."""

    async def ask() -> None:
        with hurry():
            claim = asyncio.create_task(store.claim(f"delivery {time.monotonic_ns()}"))
            for call in (
                store.settled(ANA),
                store.notes(ANA),
                store.sketch_key("somebody new"),
                store.alike(ANA, [1]),
                store.keep_sketch(ANA, seen(), [1]),
                store.stop(ANA, "hype"),
            ):
                with suppress(NotSaved):
                    await call
            assert await claim

    return ask


async def longest(ask: Callable[[], Awaitable[None]], seconds: float) -> float:
    """Ask over and over, some at once; return how long the longest took."""
    until, most = time.monotonic() + seconds, 0.0
    while time.monotonic() < until:
        began = time.monotonic()
        await asyncio.gather(*(ask() for _ in range(8)))
        most = max(most, time.monotonic() - began)
        await asyncio.sleep(0.05)
    return most


async def back(store: SqlStore) -> float:
    """Return how many seconds it takes until something is saved again, and see that forty things at once are saved then."""
    began = time.monotonic()
    while time.monotonic() - began < BACK:
        try:
            await store.stop(ANA, "later")
        except NotSaved:
            await asyncio.sleep(0.1)
        else:
            took = time.monotonic() - began
            await asyncio.gather(*(store.choose(ANA, "language", str(i)) for i in range(40)))
            return took
    raise AssertionError("not back in time")


@asynccontextmanager
async def saved(url: str, folder: Path) -> AsyncIterator[SqlStore]:
    async with opened(url, folder) as store:
        await store.save_note(ANA, note(), NOW + DAY)
        yield store
        assert (await store.settled(ANA)).stopped >= {"later"}
        assert len(await store.notes(ANA)) == 1


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Let another process hold an SQLite file for itself alone."""
    code = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute('BEGIN EXCLUSIVE'); print(1, flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        other.stdout.readline()
        yield
        other.kill()


async def test_sqlite_locked_by_somebody_else(tmp_path: Path) -> None:
    async with saved(f"sqlite:///{tmp_path / 'x.db'}", tmp_path) as store:
        with locked(tmp_path / "x.db"):
            took = await longest(a_reply(store), 8)
        assert took < CUT
        assert await back(store) < BACK


async def test_postgresql_stopped(postgres: Postgres, tmp_path: Path) -> None:
    async with saved(postgres.database(), tmp_path) as store:
        postgres.stop()
        took = await longest(a_reply(store), 5)
        postgres.start()
        assert took < CUT
        assert await back(store) < BACK


async def test_postgresql_hanging(postgres: Postgres, tmp_path: Path) -> None:
    async with saved(postgres.database(), tmp_path) as store:
        postgres.freeze()
        try:
            took = await longest(a_reply(store), 12)
        finally:
            postgres.thaw()
        assert took < CUT
        assert await back(store) < BACK


async def test_postgresql_down_at_start(postgres: Postgres, tmp_path: Path) -> None:
    url = postgres.database()
    postgres.stop()
    try:
        async with opened(url, tmp_path) as store:
            took = await longest(a_reply(store), 2)
            postgres.start()
            assert took < CUT
            assert await back(store) < BACK
            assert await store.sketch_key(ANA)
    finally:
        postgres.stop()
        postgres.start()


def test_no_room_on_the_disk(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "tests.fault.crowded", str(tmp_path)], cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["saved"] > 10
    assert told["refused"]
    assert told["coached"]
    assert told["seconds"] < 5
    plain = sqlite3.connect(tmp_path / "x.db")
    assert plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert plain.execute("SELECT count(*) FROM notes").fetchone()[0] == told["saved"] + 1
    plain.close()
