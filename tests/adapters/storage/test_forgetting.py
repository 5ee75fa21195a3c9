"""Nothing that people wrote lies open in a file, and of who is forgotten no byte is left in any."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from adapters.storage.keeping import kept_tidy
from tests.adapters.storage.stores import ANA, BEN, CLOCK, DAY, NOW, note, opened, phrase, seen
from tests.postgres import Postgres

CANARY = "zqxcanary"
WRITER, OTHER = f"slack:T9{CANARY}:U1", f"slack:T9{CANARY}:U2"


def holding(folder: Path, word: str) -> list[str]:
    """Return the files under a folder that hold a word."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file() and word.encode() in path.read_bytes())


async def test_nothing_that_people_wrote_lies_open(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path / 'x.db'}", tmp_path) as store:
        await store.save_note(ANA, note(f"n{CANARY}", id="n", met=CANARY, topics=(CANARY,), why=CANARY), NOW + DAY)
        await store.save_phrase("slack:T1", phrase("p", CANARY))
        assert (tmp_path / "x.db-wal").stat().st_size > 0
        assert holding(tmp_path, CANARY) == []
    assert holding(tmp_path, CANARY) == []


async def test_nothing_that_people_wrote_lies_open_on_postgresql(postgres: Postgres, tmp_path: Path) -> None:
    url = postgres.database()
    async with opened(url, tmp_path) as store:
        await store.save_note(ANA, note(f"n{CANARY}", id="n", met=CANARY, topics=(CANARY,), why=CANARY), NOW + DAY)
        await store.save_phrase("slack:T1", phrase("p", CANARY))
        await store._door.run(lambda connection: connection.exec_driver_sql("CHECKPOINT"))
    assert holding(postgres.folder, CANARY) == []


async def test_of_who_is_forgotten_no_byte_is_left_in_any_file(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path / 'x.db'}", tmp_path) as store:
        for writer in (WRITER, OTHER, BEN):
            for i in range(30):
                await store.save_note(writer, note(f"n{i}{CANARY}" if writer != BEN else f"n{i}"), NOW + DAY)
                await store.keep_sketch(writer, seen(i), range(i, i + 16))
            await store.stop(writer, "hype")
            await store.sketch_key(writer)
        await store.drop_note(WRITER, f"n1{CANARY}")
        assert holding(tmp_path, CANARY) != []
        reader = sqlite3.connect(tmp_path / "x.db")
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM notes").fetchone()
        await store.forget(WRITER)
        await store.forget(f"slack:T9{CANARY}")
        assert holding(tmp_path, CANARY) != []
        reader.execute("ROLLBACK")
        reader.close()
        await store.cleaned()
        assert holding(tmp_path, CANARY) == []
        assert len(await store.notes(BEN)) == 30
        assert (tmp_path / "x.db-wal").stat().st_size == 0


async def test_what_is_over_is_erased_at_start_and_leaves_no_byte(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path / 'x.db'}", tmp_path) as store:
        await store.save_note(ANA, note(id=CANARY), NOW)
        await store.save_note(ANA, note(), NOW + DAY)
        async with kept_tidy(store, CLOCK):
            for _ in range(100):
                if not holding(tmp_path, CANARY):
                    break
                await asyncio.sleep(0.02)
        assert holding(tmp_path, CANARY) == []
        assert len(await store.notes(ANA)) == 1


async def test_on_postgresql_the_space_of_who_is_forgotten_is_freed(postgres: Postgres, tmp_path: Path) -> None:
    async with opened(postgres.database(), tmp_path) as store:
        for i in range(20):
            await store.save_note(WRITER, note(f"n{i}"), NOW + DAY)
        await store.forget(WRITER)
        await store.cleaned()
        size = await store._door.run(lambda connection: connection.exec_driver_sql("SELECT pg_relation_size('notes')"))
        assert size.scalar() == 0
