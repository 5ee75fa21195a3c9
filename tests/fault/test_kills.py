"""Processes killed while they write and while they migrate: what was acknowledged is there, nothing is half there."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.storage.stores import opened
from tests.adapters.storage.test_claims import race
from tests.adapters.storage.test_migrations import FIRST, say
from tests.fakes import FakeClock
from tests.fault.breeder import breeder
from tests.postgres import Postgres, running

pytestmark = pytest.mark.fault
KILLS = int(os.environ.get("OFFSCRIPT_TEST_KILLS", "300"))
HALF = "SELECT id FROM sketches LEFT JOIN bands ON sketch = id GROUP BY id HAVING count(*) <> 16 UNION ALL SELECT sketch FROM bands LEFT JOIN sketches ON sketch = id WHERE id IS NULL"
WRITTEN = "SELECT (SELECT value FROM settings WHERE writer = '{0}'), (SELECT count(*) FROM notes WHERE writer = '{0}'), (SELECT count(*) FROM sketches WHERE writer = '{0}')"


def check(query: Callable[[str], list[Any]], writer: str, said: list[str], *, whole: bool = True, crashed: bool = False) -> int:
    """Compare what is there with what was acknowledged; return how much that was. The last sketches may go with a server that crashed."""
    assert all(line.startswith("ack") for line in said), said
    last = int(said[-1].split()[1]) if said else -1
    value, notes, sketches = query(WRITTEN.format(writer))[0]
    assert last <= int(value if value is not None else -1) <= last + 1
    assert min(last + 1, 40) <= notes <= min(last + 2, 40)
    assert (0 if crashed else last + 1) <= sketches <= last + 2
    assert not whole or query(HALF) == []
    return last + 1


async def test_killed_while_writing_sqlite(tmp_path: Path) -> None:
    file, acknowledged = tmp_path / "x.db", 0

    def query(sql: str) -> list[Any]:
        plain = sqlite3.connect(file)
        try:
            return plain.execute(sql).fetchall()
        finally:
            plain.close()

    with breeder() as children:
        for kill in range(KILLS):
            said = children.run(f"write sqlite:///{file} {tmp_path} w{kill}", kill_after=0.03)
            acknowledged += check(query, f"w{kill}", said, whole=kill % 20 == 0)
            assert query("PRAGMA integrity_check" if kill % 20 == 0 else "PRAGMA quick_check") == [("ok",)]
    assert query("PRAGMA integrity_check") == [("ok",)]
    assert query(HALF) == []
    assert acknowledged > KILLS
    await readable(f"sqlite:///{file}", tmp_path, query("SELECT writer, count(*) FROM notes GROUP BY writer"))


async def readable(url: str, folder: Path, expected: list[Any]) -> None:
    """Open every note."""
    async with opened(url, folder, clock=_Now()) as store:
        for writer, count in expected:
            assert len(await store.notes(writer)) == count


class _Now(FakeClock):
    """A clock for which nothing is over yet."""


async def test_killed_while_writing_postgresql(tmp_path: Path) -> None:
    acknowledged = 0
    with running(durable=True) as server, breeder() as children:
        url = server.database()

        def crash() -> None:
            server.kill()

        for kill in range(KILLS):
            crashing = kill % 50 == 25
            said = children.run(f"write {url} {tmp_path} w{kill}", kill_after=0.03, meanwhile=crash if crashing else None)
            if crashing:
                said = [line for line in said if not line.startswith("failed NotSaved")]
                server.start()
            acknowledged += check(lambda sql: [tuple(row) for row in server.query(url, sql)], f"w{kill}", said, whole=crashing, crashed=crashing)
        assert acknowledged > KILLS
        assert server.query(url, HALF) == []
        await readable(url, tmp_path, server.query(url, "SELECT writer, count(*) FROM notes GROUP BY writer"))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'x.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.database()


@pytest.mark.parametrize("old", [False, True])
async def test_killed_while_migrating(url: str, tmp_path: Path, postgres: Postgres, *, old: bool) -> None:
    def tables() -> set[str]:
        if url.startswith("sqlite"):
            plain = sqlite3.connect(tmp_path / "x.db")
            found = plain.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            plain.close()
        else:
            found = [
                tuple(row) for row in postgres.query(url, "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()")
            ]
        return {name for (name,) in found} - {"sqlite_sequence"}

    if old:
        await say(url, *FIRST)
    before = tables()
    with breeder() as children:
        for statement in range(200):
            if children.run(f"migrate {url} {statement}") == ["done"]:
                break
            assert tables() == before, statement
    assert statement > (15 if old else 20)
    assert tables() - before >= {"notes", "bands", "claims", "leases"}
    async with opened(url, tmp_path) as store:
        assert (await store.settled("slack:T1:U1")).stopped == ({"hype"} if old else set())


def test_two_processes_take_each_of_many_deliveries_once(url: str, tmp_path: Path) -> None:
    race(url, tmp_path, 2_000)
