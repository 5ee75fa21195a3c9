"""A store that fails or hangs costs no review: nobody waits longer than their patience, and it comes back by itself."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from adapters.storage import door as doors
from adapters.storage import opening
from adapters.storage.address import engine
from adapters.storage.door import Door
from bot.coach import Coach
from bot.errors import NotSaved
from bot.request import Request
from tests.adapters.storage.stores import ANA, CLOCK, DAY, NOW, note, opened
from tests.fakes import FakeClock
from tests.postgres import Postgres


def file(folder: Path) -> Path:
    return folder / "deep" / "offscript.db"


def address(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{file(folder)}"


async def test_a_store_that_cannot_be_opened_costs_no_review(tmp_path: Path) -> None:
    file(tmp_path).parent.mkdir()
    file(tmp_path).write_bytes(b"this is no database" * 100)
    async with opened(address(tmp_path), tmp_path) as store:
        assert (await Coach(store, FakeClock()).look("a", Request("Hi Ana, the kiln is on."))).card.title
        with pytest.raises(NotSaved):
            await store.stop("a", "stock-invitation")


async def test_a_folder_that_cannot_be_made_costs_no_review(tmp_path: Path) -> None:
    (tmp_path / "deep").write_text("a file", encoding="utf-8")
    async with opened(address(tmp_path), tmp_path) as store:
        assert await store.claim("d")
        assert not await store.claim("d")
        with pytest.raises(NotSaved):
            await store.forget("a")


async def test_a_store_that_could_not_be_opened_opens_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_AGAIN", 0.05)
    file(tmp_path).parent.mkdir()
    file(tmp_path).write_bytes(b"this is no database" * 100)
    async with opened(address(tmp_path), tmp_path) as store:
        file(tmp_path).unlink()
        for _ in range(100):
            try:
                await store.stop("a", "hype")
                await store.sketch_key("a")
                break
            except NotSaved:
                await asyncio.sleep(0.05)
        assert (await store.settled("a")).stopped == {"hype"}


async def test_four_reads_of_a_store_that_hangs_take_one_patience(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "PATIENCE", 0.5)
    monkeypatch.setattr(doors, "PAUSE", 1.9)
    monkeypatch.setattr(doors, "CLAIM", 0.05)
    async with opened(address(tmp_path), tmp_path) as store:
        await store.stop("a", "hype")
        await Coach(store, FakeClock()).look("a", Request("Hi Ana, the kiln is on."))
        with sqlite3.connect(file(tmp_path)) as other:
            other.execute("BEGIN IMMEDIATE")
            began = time.monotonic()
            for _ in range(4):
                with pytest.raises(NotSaved):
                    await store.stop("a", "stock-invitation")
            assert await store.claim("d")
            assert not await store.claim("d")
            assert (await Coach(store, FakeClock()).look("a", Request("Hi Ana, the kiln is on."))).card.title
            assert time.monotonic() - began < 1.9
        other.close()
        for _ in range(60):
            try:
                await store.stop("a", "later")
                break
            except NotSaved:
                await asyncio.sleep(0.1)
        assert (await store.settled("a")).stopped == {"hype", "later"}


async def test_after_a_failure_one_asks_and_the_others_go_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "PAUSE", 0.2)
    made = engine(f"sqlite:///{tmp_path / 'x.db'}")
    door = Door(made)
    door.open()
    asked = 0

    async def fails(_: object) -> None:
        nonlocal asked
        asked += 1
        raise OSError

    async def ask() -> None:
        with pytest.raises(NotSaved):
            await door.run(fails)

    await ask()
    await ask()
    assert asked == 1
    await asyncio.sleep(0.25)
    await asyncio.gather(*(ask() for _ in range(5)))
    assert asked == 2
    await asyncio.sleep(0.25)

    async def works(_: object) -> int:
        return 7

    assert await door.run(works) == 7
    assert await door.run(works) == 7
    await door.close()


async def test_while_others_are_turned_away_a_claim_is_still_the_databases(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path) as one, opened(url, tmp_path) as other:
        for store in (one, other):
            store._door._shut_until = time.monotonic() + 60
        with pytest.raises(NotSaved):
            await one.settled(ANA)
        took = [(await one.claim(f"d{number}"), await other.claim(f"d{number}")) for number in range(10)]
        assert took == [(True, False)] * 10


async def test_a_claim_that_is_late_shuts_nobody_out_and_is_memorys(postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(postgres.database(), tmp_path) as store:
        assert await store.claim("before")
        await store.reseal()
        postgres.freeze()
        monkeypatch.setattr(doors, "CLAIM", 0.2)
        try:
            assert await store.claim("d")
            assert not await store.claim("d")
        finally:
            postgres.thaw()
        monkeypatch.setattr(doors, "CLAIM", 20.0)
        monkeypatch.setattr(doors, "HASTE", 20.0)
        await store.stop(ANA, "hype")
        assert await store.claim("e")
        rows = await store._read(text("SELECT delivery FROM claims ORDER BY delivery"))
        assert [row[0] for row in rows] == ["before", "d", "e"], "what was asked goes on, and tells the others"


async def test_a_value_that_the_database_refuses_shuts_nobody_out(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path) as store:
        if url.startswith("postgresql"):
            with pytest.raises(NotSaved):
                await store.stop("w" * 300, "hype")
            for odd in ("\0", "\ud800"):
                with pytest.raises(NotSaved):
                    await store.settled(odd)
        with pytest.raises(NotSaved):
            await store._door.run(lambda connection: connection.execute(text("INSERT INTO settings VALUES (NULL, NULL, NULL)")))
        await store.stop(ANA, "hype")


async def test_whoever_asks_may_be_cancelled(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path) as store:
        tasks = [asyncio.create_task(store.save_note(ANA, note(f"N{i}"), NOW + DAY)) for i in range(40)]
        await asyncio.sleep(0.01)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for i in range(20):
            await store.save_note(ANA, note(f"M{i}"), NOW + DAY)
        assert len([one for one in await store.notes(ANA) if one.name[0] == "M"]) == 20


async def test_pragmas_are_those_that_survive_a_power_cut(tmp_path: Path) -> None:
    made = engine(address(tmp_path))
    async with made.connect() as connection:
        found = {
            name: (await connection.execute(text(f"PRAGMA {name}"))).scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout", "secure_delete")
        }
    await made.dispose()
    assert found == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 5000, "secure_delete": 1}
    assert file(tmp_path).parent.stat().st_mode & 0o777 == 0o700


def test_the_figures_are_those_that_we_promise() -> None:
    from adapters.storage.erasing import PATIENCE

    assert (PATIENCE, doors.PAUSE) == (0.8, 3.0)
    assert CLOCK.now() == NOW
