"""Power cuts under SQLite with our schema and pragmas: nothing acknowledged is lost and no file is corrupt; with less syncing something is, so the cuts bite."""

from __future__ import annotations

import os
import random
import sqlite3
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw
import pytest

from adapters.storage.address import PRAGMAS, engine
from adapters.storage.migrating import migrate
from tests.fault.powercut import Disk, FileSystem

pytestmark = pytest.mark.fault
CUTS = int(os.environ.get("OFFSCRIPT_TEST_CUTS", "5000"))
_ROUND, _WRITES = 250, 40
"""Cuts, and transactions, of one database before the next begins."""
_names = count()


async def schema(folder: Path) -> list[str]:
    """Return the statements that make our tables."""
    made = engine(f"sqlite:///{folder / 'schema.db'}")
    await migrate(made)
    await made.dispose()
    plain = sqlite3.connect(folder / "schema.db")
    found = [sql for (sql,) in plain.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'sqlite_sequence'")]
    plain.close()
    return found


class Life:
    """One database on one disk, written to as the store does, whose power is cut now and then, between any two things that SQLite asks of the disk."""

    def __init__(self, statements: list[str], chance: random.Random, cuts: int, **pragmas: str) -> None:
        self.disk, self.chance, self.left = Disk(), chance, cuts
        self.acknowledged = -1
        self.lost = self.corrupt = self.done = 0
        name = f"cut{next(_names)}"
        self._system = FileSystem(name, self.disk)
        self._database = apsw.Connection("/x.db", vfs=name)
        for pragma, value in {"locking_mode": "EXCLUSIVE", **PRAGMAS, "wal_autocheckpoint": "12", **pragmas}.items():
            self._database.execute(f"PRAGMA {pragma} = {value}").fetchall()
        self._database.execute("BEGIN IMMEDIATE")
        for statement in statements:
            self._database.execute(statement)
        self._database.execute("COMMIT")
        self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self._watched = {verb: getattr(self.disk, verb) for verb in ("write", "sync", "truncate")}

    def run(self) -> None:
        """Write until all cuts are done."""
        for verb, do in self._watched.items():
            setattr(self.disk, verb, self._cutting(do))
        with TemporaryDirectory() as folder:
            self.folder = Path(folder)
            for i in range(_WRITES):
                self._write(i)
                self.acknowledged = i
                if i % 15 == 14:
                    self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                self._cut()
        self._database.close()
        self._system.unregister()

    def _cutting(self, do):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        def done(*args: object) -> None:
            if self.chance.random() < 0.5:
                self._cut()
            do(*args)

        return done

    def _write(self, i: int) -> None:
        """Keep a note, a sketch with its bands and a setting, and forget what is old, in one transaction."""
        run = self._database.execute
        run("BEGIN IMMEDIATE")
        run(
            "INSERT INTO notes VALUES ('w', ?, ?, ?, ?) ON CONFLICT DO UPDATE SET sealed = excluded.sealed",
            (f"n{i % 9}", self.chance.randbytes(300), i, i),
        )
        run(
            "INSERT INTO sketches (writer, made, recipient, bins, sentences, told, batch) VALUES ('w', ?, 7, ?, ?, 0, 0)",
            (i, self.chance.randbytes(129), b"s" * 40),
        )
        row = self._database.last_insert_rowid()
        self._database.executemany("INSERT INTO bands VALUES (?, ?)", [(self.chance.getrandbits(62), row) for _ in range(16)])
        run("INSERT INTO settings VALUES ('w', 'language', ?) ON CONFLICT DO UPDATE SET value = excluded.value", (str(i),))
        run("DELETE FROM bands WHERE sketch IN (SELECT id FROM sketches WHERE made < ?)", (i - 20,))
        run("DELETE FROM sketches WHERE made < ?", (i - 20,))
        run("COMMIT")

    def _cut(self) -> None:
        """Look at what a cut now would leave."""
        if self.done >= self.left:
            return
        self.done += 1
        for old in self.folder.iterdir():
            old.unlink()
        self.disk.cut(self.folder, self.chance)
        plain = sqlite3.connect(self.folder / "x.db")
        try:
            sound = plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            (last,) = plain.execute("SELECT coalesce(max(CAST(value AS INTEGER)), -1) FROM settings").fetchone()
            half = plain.execute("SELECT count(*) FROM sketches LEFT JOIN bands ON sketch = id GROUP BY id HAVING count(*) <> 16").fetchall()
        except sqlite3.DatabaseError:
            sound, last, half = False, -1, []
        plain.close()
        self.corrupt += not sound or bool(half)
        self.lost += last < self.acknowledged


def lives(statements: list[str], cuts: int, **pragmas: str) -> tuple[int, int, int]:
    """Return how many cuts there were, after how many something acknowledged was lost, and after how many the file was corrupt."""
    chance, done, lost, corrupt = random.Random(5), 0, 0, 0
    while done < cuts:
        life = Life(statements, chance, min(_ROUND, cuts - done), **pragmas)
        life.run()
        done, lost, corrupt = done + life.done, lost + life.lost, corrupt + life.corrupt
    return done, lost, corrupt


async def test_a_power_cut_costs_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    assert lives(await schema(tmp_path), CUTS) == (CUTS, 0, 0)


async def test_with_less_syncing_it_would(tmp_path: Path) -> None:
    statements = await schema(tmp_path)
    done, lost, corrupt = lives(statements, 300, synchronous="NORMAL")
    assert (done, corrupt) == (300, 0)
    assert lost > 20
    assert lives(statements, 300, synchronous="OFF")[2] > 0
