"""The store: what a writer stopped holds, schema and pragmas are as promised, and a store that fails costs no review."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from adapters.storage.opening import engine, head, migrate, open_settings, revision
from adapters.storage.settings import SqlSettings
from adapters.storage.tables import metadata
from bot.coach import Coach
from bot.errors import NotSaved
from bot.request import Request
from tests.fakes import FakeClock


def url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'deep' / 'offscript.db'}"


async def test_what_was_stopped_holds_over_a_restart(tmp_path: Path) -> None:
    async with open_settings(url(tmp_path)) as settings:
        await settings.stop("a", "stock-invitation")
        await settings.stop("a", "stock-invitation")
        await settings.stop("b", "circling-back")
    async with open_settings(url(tmp_path)) as settings:
        assert await settings.stopped("a") == {"stock-invitation"}
        assert await settings.restore("a", "stock-invitation") is True
        assert await settings.restore("a", "stock-invitation") is False
        assert await settings.stopped("a") == frozenset()
        assert await settings.stopped("b") == {"circling-back"}


async def test_pragmas_are_those_that_survive_a_power_cut(tmp_path: Path) -> None:
    made = engine(url(tmp_path))
    async with made.connect() as connection:
        found = {
            name: (await connection.execute(text(f"PRAGMA {name}"))).scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout", "secure_delete")
        }
    await made.dispose()
    assert found == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 5000, "secure_delete": 1}


async def test_migrations_make_the_tables_that_the_code_describes(tmp_path: Path) -> None:
    made = engine(url(tmp_path))
    await migrate(made)
    await migrate(made)
    assert await revision(made) == head()
    await made.dispose()
    with sqlite3.connect(tmp_path / "deep" / "offscript.db") as plain:
        for table in metadata.sorted_tables:
            columns = {row[1]: (row[2], bool(row[3])) for row in plain.execute(f"PRAGMA table_info({table.name})")}
            assert columns == {column.name: (str(column.type), not column.nullable) for column in table.columns}


async def test_no_table_has_room_for_a_draft() -> None:
    names = {column.name for table in metadata.sorted_tables for column in table.columns}
    assert not names & {"draft", "text", "body", "note", "quote"}


async def test_a_store_that_cannot_be_opened_costs_no_review(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "offscript.db").write_bytes(b"this is no database" * 100)
    async with open_settings(url(tmp_path)) as settings:
        assert (await Coach(settings, FakeClock()).look("a", Request("Hi Ana, the kiln is on."))).card.title
        with pytest.raises(NotSaved):
            await settings.stop("a", "stock-invitation")


async def test_what_is_forgotten_leaves_no_row_and_nobody_elses_goes(tmp_path: Path) -> None:
    async with open_settings(url(tmp_path)) as settings:
        await settings.stop("a", "stock-invitation")
        await settings.stop("b", "stock-invitation")
        await settings.forget("a")
        assert await settings.stopped("a") == frozenset()
        assert await settings.stopped("b") == {"stock-invitation"}


async def test_a_store_that_hangs_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.storage.settings.PATIENCE", 0.05)
    async with open_settings(url(tmp_path)) as settings:
        with sqlite3.connect(tmp_path / "deep" / "offscript.db") as other:
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(NotSaved):
                await settings.stop("a", "stock-invitation")
            assert (await Coach(settings, FakeClock()).look("a", Request("Hi Ana, the kiln is on."))).card.title


async def test_a_store_that_fails_later_says_not_saved(tmp_path: Path) -> None:
    made = engine(url(tmp_path))
    settings = SqlSettings(made)
    with pytest.raises(NotSaved):
        await settings.stopped("a")
    with pytest.raises(NotSaved):
        await settings.stop("a", "stock-invitation")
    with pytest.raises(NotSaved):
        await settings.restore("a", "stock-invitation")
    await made.dispose()
