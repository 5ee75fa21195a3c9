"""How long a lookup takes among 1,000,000 sketches: `python bench/lookup.py [sqlite] [postgres] [--sketches=N]`, milliseconds and the ratio to a floor.

A thousand writers have a thousand sketches each, one more has 20,000; a third of them belong to batches of one letter, and all of a writer
share some bins, as letters of one genre do. A lookup is `alike()` of the store and the likeness of what it returns. The floor is one row by
its primary key through the same door. The files lie in a temporary folder and are gone afterwards; PostgreSQL is the one of tests/postgres.py.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import statistics
import struct
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from pydantic import SecretStr
from sqlalchemy import select

from adapters.storage.address import READS
from adapters.storage.opening import open_store
from adapters.storage.packing import pack
from adapters.storage.tables import EPOCH, MICROSECOND, sketches
from bot.config import Config
from bot.sameness import parted
from rules.sketch import BANDS, BINS, Sketch, bands

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from sqlalchemy.ext.asyncio import AsyncConnection

    from adapters.storage.store import SqlStore

WRITERS, EACH, HEAVY = 1_000, 1_000, 20_000
_STOCK, _BATCH, _KEPT = 12, 12, 0.85
"""Bins that all of a writer's drafts share on average, drafts of one batch, and the share of bins in which these agree."""
_SECRET, _KEYS = b"k" * 32, "b2Zmc2NyaXB0IHRlc3RzIHVzZSB0aGlzIG9uZSBrZXk="
_NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
_WARM, _LOOKUPS = 300, 3_000
_INDEXES = ("ix_sketches_writer", "ix_sketches_made", "ix_bands_sketch")
_SKETCHES = "id", "writer", "made", "recipient", "bins", "sentences", "told", "batch"


class Clock:
    """A clock that stands still."""

    def now(self) -> datetime:
        """Return the moment at which everything here happens."""
        return _NOW


class Kept(NamedTuple):
    """One sketch as a row, and its bins."""

    row: tuple[Any, ...]
    bins: tuple[int, ...]

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Return the rows of its bands."""
        return [(key, self.row[0]) for key in dict.fromkeys(bands(Sketch(self.bins, ()), _SECRET))]


def bins(chance: random.Random) -> list[int]:
    """Return the bins of a letter like no other."""
    return [value >> 1 for value in struct.unpack(f">{BINS}H", chance.randbytes(2 * BINS))]


def near(letter: list[int], kept: float, chance: random.Random) -> list[int]:
    """Return the bins of a letter that keeps so many of another's."""
    return [old if chance.random() < kept else new for old, new in zip(letter, bins(chance), strict=True)]


def writers(count: int) -> Iterator[tuple[str, int]]:
    """Yield each writer, and how many sketches they have."""
    for number in range(WRITERS):
        yield f"slack:T{number // 50}:U{number}", count // WRITERS
    yield "slack:T0:heavy", HEAVY * count // (WRITERS * EACH)


def rows(count: int) -> Iterator[Kept]:
    """Yield everything that is kept, the same in every run."""
    chance = random.Random(5)  # noqa: S311 - no secrets here
    number = 0
    for writer, each in writers(count):
        stock = bins(chance)
        letter = stock
        for i in range(each):
            if i % (3 * _BATCH) > _BATCH or i % (3 * _BATCH) == 0:
                letter = near(stock, _STOCK / BINS, chance)
            made = tuple(letter if i % (3 * _BATCH) == 0 or i % (3 * _BATCH) > _BATCH else near(letter, _KEPT, chance))
            sentences = struct.unpack(">8q", chance.randbytes(64))
            number += 1
            when = (_NOW - timedelta(days=29 * chance.random()) - EPOCH) // MICROSECOND
            yield Kept((number, writer, when, chance.randrange(1, 1 << 63), pack(made), pack(sentences), False, False), made)


def probes(count: int) -> list[tuple[str, Sketch]]:
    """Return whom and what is looked up: a third are nearly a kept text, a third a rewritten one, a third a new one; one in ten is the heavy writer's."""
    chance = random.Random(6)  # noqa: S311
    named = dict(writers(count))
    own: dict[str, list[tuple[int, ...]]] = {writer: [] for writer in (*chance.sample(sorted(named), min(400, len(named))), "slack:T0:heavy")}
    for kept in rows(count):
        if kept.row[1] in own and chance.random() < 0.05:
            own[kept.row[1]].append(kept.bins)
    busy = [writer for writer in own if own[writer]]
    made = []
    for i in range(_WARM + _LOOKUPS):
        writer = "slack:T0:heavy" if i % 10 == 0 and own["slack:T0:heavy"] else chance.choice(busy)
        kept_share = (0.95, 0.62, 0.1)[i % 3]
        made.append((writer, Sketch(tuple(near(list(chance.choice(own[writer])), kept_share, chance)), ())))
    return made


def fill_sqlite(file: Path, count: int) -> None:
    """Fill a file that has its schema: bands go in by their order, indexes come last."""
    connection = sqlite3.connect(file, isolation_level=None)
    script = [connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()[0] for name in _INDEXES]
    for statement in ("PRAGMA synchronous = OFF", "PRAGMA cache_size = -400000", "BEGIN", *(f"DROP INDEX {name}" for name in _INDEXES)):
        connection.execute(statement)
    connection.execute("CREATE TEMP TABLE unsorted (key INTEGER, sketch INTEGER)")
    marks = ", ".join("?" * len(_SKETCHES))
    for some in chunks(count):
        connection.executemany(f"INSERT INTO sketches ({', '.join(_SKETCHES)}) VALUES ({marks})", [kept.row for kept in some])  # noqa: S608
        connection.executemany("INSERT INTO unsorted VALUES (?, ?)", [pair for kept in some for pair in kept.pairs])
    connection.execute("INSERT OR IGNORE INTO bands (key, sketch) SELECT key, sketch FROM unsorted ORDER BY key, sketch")
    for statement in (*script, "COMMIT", "PRAGMA wal_checkpoint(TRUNCATE)"):
        connection.execute(statement)
    connection.close()


async def fill_postgres(url: str, count: int) -> None:
    """Fill a database that has its schema."""
    import asyncpg  # noqa: PLC0415

    connection = await asyncpg.connect(url)
    script = [await connection.fetchval("SELECT indexdef FROM pg_indexes WHERE indexname = $1", name) for name in _INDEXES]
    await connection.execute("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'")
    for name in _INDEXES:
        await connection.execute(f"DROP INDEX {name}")
    await connection.execute("ALTER TABLE bands DROP CONSTRAINT pk_bands")
    for some in chunks(count):
        await connection.copy_records_to_table("sketches", records=[kept.row for kept in some], columns=_SKETCHES)
        await connection.copy_records_to_table("bands", records=[pair for kept in some for pair in kept.pairs], columns=("key", "sketch"))
    for statement in ("ALTER TABLE bands ADD CONSTRAINT pk_bands PRIMARY KEY (key, sketch)", *script, "VACUUM ANALYZE"):
        await connection.execute(statement, timeout=600)
    await connection.close()


def chunks(count: int) -> Iterator[list[Kept]]:
    """Yield the rows, ten thousand at a time."""
    some: list[Kept] = []
    for kept in rows(count):
        some.append(kept)
        if len(some) == 10_000:
            yield some
            some = []
    yield some


async def timed(work: Callable[[int], Awaitable[int]]) -> tuple[list[float], list[int]]:
    """Return milliseconds of each call but the first ones, in order of size, and what the calls gave."""
    times, gave = [], []
    for i in range(_WARM + _LOOKUPS):
        start = time.perf_counter()
        result = await work(i)
        times.append((time.perf_counter() - start) * 1000)
        gave.append(result)
    return sorted(times[_WARM:]), gave[_WARM:]


async def measure(name: str, store: SqlStore, asked: list[tuple[str, Sketch]], file: Path | None) -> None:
    """Print the figures of one database."""

    async def lookup(i: int) -> int:
        writer, own = asked[i]
        found = parted(own, 1, await store.alike(writer, bands(own, _SECRET)), _NOW)
        return len(found.again) + len(found.others)

    async def candidates(i: int) -> int:
        writer, own = asked[i]
        return len(await store.alike(writer, bands(own, _SECRET)))

    async def floor(i: int) -> int:
        query = select(sketches.c.made).where(sketches.c.id == (i * 7919) % 40_000 + 1)

        async def work(connection: AsyncConnection) -> int:
            return len((await connection.execute(query)).all())

        return await store._door.run(work, use=READS)  # noqa: SLF001 - the same way to the database, with the least to ask

    direct = alone(file, asked) if file else []
    least, _ = await timed(floor)
    times, gave = await timed(lookup)
    least = sorted([*least, *(await timed(floor))[0]])
    _, met = await timed(candidates)
    p50, p99, f50, f99 = (at(values, share) for values in (times, least) for share in (0.5, 0.99))
    print(f"{name:<10} lookup p50 {p50:6.3f} ms   p99 {p99:6.3f} ms   most {times[-1]:6.3f} ms")
    print(f"{'':<10} floor  p50 {f50:6.3f} ms   p99 {f99:6.3f} ms   ratio p50 {p50 / f50:.2f}, p99 {p99 / f99:.2f}")
    if direct:
        print(f"{'':<10} the same query without SQLAlchemy and threads p50 {at(direct, 0.5):6.3f} ms   p99 {at(direct, 0.99):6.3f} ms")
    print(f"{'':<10} candidates: mean {statistics.mean(met):.1f}, most {max(met)}")
    for share, what in enumerate(("nearly the same", "a third of the bins new", "new text")):
        found = [number for i, number in enumerate(gave) if (i + _WARM) % 3 == share]
        print(f"{'':<10} {what}: {sum(map(bool, found)) / len(found):.1%} found something")


def alone(file: Path, asked: list[tuple[str, Sketch]]) -> list[float]:
    """Return milliseconds of the query alone, through sqlite3 itself, in order of size."""
    marks = ", ".join("?" * BANDS)
    shared = f"SELECT sketch FROM bands WHERE key IN ({marks}) GROUP BY sketch ORDER BY count(*) DESC, sketch DESC LIMIT 100"  # noqa: S608
    query = f"SELECT * FROM sketches WHERE id IN ({shared})"  # noqa: S608
    times = []
    with sqlite3.connect(file) as connection:
        for _, own in asked:
            keys = bands(own, _SECRET)
            start = time.perf_counter()
            connection.execute(query, keys).fetchall()
            times.append((time.perf_counter() - start) * 1000)
    return sorted(times[_WARM:])


def at(values: list[float], share: float) -> float:
    """Return the value below which so large a share lies."""
    return values[int(len(values) * share)]


async def run(url: str, folder: Path, count: int, asked: list[tuple[str, Sketch]]) -> None:
    """Fill one database and measure it."""
    settings = Config(_env_file=None, database_url=url, config_home=folder, keys=SecretStr(_KEYS))  # type: ignore[call-arg]
    async with open_store(settings, Clock()):
        pass
    start = time.perf_counter()
    name = url.partition(":")[0]
    if name == "sqlite":
        fill_sqlite(folder / "bench.db", count)
        print(f"sqlite     filled in {time.perf_counter() - start:.0f} s, {(folder / 'bench.db').stat().st_size / count:.0f} bytes a sketch")
    else:
        await fill_postgres(url, count)
        print(f"postgresql filled in {time.perf_counter() - start:.0f} s")
    async with open_store(settings, Clock()) as store:
        await measure(name, store, asked, folder / "bench.db" if name == "sqlite" else None)


def main() -> None:
    """Print the figures."""
    wanted = [word for word in sys.argv[1:] if word in {"sqlite", "postgres"}] or ["sqlite", "postgres"]
    count = next((int(word.partition("=")[2]) for word in sys.argv[1:] if word.startswith("--sketches=")), WRITERS * EACH)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    asked = probes(count)
    with tempfile.TemporaryDirectory() as folder:
        if "sqlite" in wanted:
            asyncio.run(run(f"sqlite:///{folder}/bench.db", Path(folder), count, asked))
        if "postgres" in wanted:
            try:
                from tests.postgres import running  # noqa: PLC0415

                with running() as server:
                    asyncio.run(run(server.database(), Path(folder), count, asked))
            except (ImportError, AssertionError) as error:
                print("no PostgreSQL here:", error)


if __name__ == "__main__":
    main()
