"""Sketches of drafts and the bands by which they are found. A sketch is keyed: it can be compared with the same writer's only, and only until they are forgotten."""

from __future__ import annotations

import hmac
import json
import os
import time
from datetime import timedelta
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import delete, select, update

from adapters.storage.behind import Behind
from adapters.storage.packing import keys, pack, unpack
from adapters.storage.part import Means, Part
from adapters.storage.tables import EPOCH, MICROSECOND, sketches
from adapters.storage.tables import bands as band
from bot.errors import NotSaved
from bot.kept import SKETCH_DAYS, Seen
from rules.sketch import Sketch

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.ext.asyncio import AsyncConnection

MOST = 5_000
"""Sketches that are kept for one writer; the oldest goes."""
_MET = 100
"""Sketches that a lookup returns: those that share most bands, so that nothing nearly the same is crowded out by what is a little alike."""
_LOOKUP = (
    "SELECT id, writer, made, recipient, bins, sentences, told, batch FROM sketches WHERE id IN "
    "(SELECT sketch FROM bands WHERE key {} GROUP BY sketch ORDER BY count(*) DESC, sketch DESC LIMIT {})"
)
_OF_FILE, _OF_SERVER = _LOOKUP.format("IN (SELECT value FROM json_each(?))", "?"), _LOOKUP.format("= ANY($1::bigint[])", "$2")
"""The lookup as SQLite and as PostgreSQL are asked. The rows are asked for by their ids alone: without statistics a database would rather go through everything of the writer's."""
_KEEP = """
WITH alone AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended($1, 0))),
over AS (
    SELECT id FROM (SELECT id FROM alone, sketches WHERE writer = $1 AND id <> ALL($8) ORDER BY made DESC, id DESC OFFSET $10 - 1 LIMIT 1000) AS old
    UNION ALL SELECT id FROM alone, sketches WHERE writer = $1 AND id = ANY($8::bigint[])
),
unbound AS (DELETE FROM bands WHERE sketch = ANY(ARRAY(SELECT id FROM over))),
gone AS (DELETE FROM sketches WHERE id = ANY(ARRAY(SELECT id FROM over))),
made AS (
    INSERT INTO sketches (writer, made, recipient, told, batch, bins, sentences)
    SELECT $1, $2, $3, $4, $5, $6, $7 FROM alone RETURNING id
)
INSERT INTO bands (key, sketch) SELECT key, id FROM unnest($9::bigint[]) AS key, made
"""
"""PostgreSQL takes a sketch in place of others in one statement, while nobody else works for the same writer; SQLite needs several."""
_SALT = "INSERT INTO salts (writer, salt) VALUES ({0}, {1}) ON CONFLICT (writer) DO UPDATE SET writer = excluded.writer RETURNING salt"
"""The salt that is there, or else the new one: of several who ask at once, all are given the same."""
_SALTED = 32
"""Bytes of a salt."""
_REMEMBERED, _MOST_REMEMBERED = 600.0, 10_000
"""For how many seconds, and for how many writers at once, a key stays in memory: no longer than that does another process use one that was forgotten."""


class _Row(NamedTuple):
    """A row of the table, as SQLAlchemy would give it."""

    id: int
    writer: str
    made: datetime
    recipient: int
    bins: bytes
    sentences: bytes
    told: bool
    batch: bool


class SqlSketches(Part):
    """The sketches port; it needs the root secret, which `rooted` hands over once it was read."""

    def __init__(self, means: Means) -> None:
        """Start without the root secret."""
        super().__init__(means)
        self._root = b""
        self.behind = Behind()
        self._known: dict[str, tuple[bytes, float]] = {}

    def rooted(self, root: bytes) -> None:
        """Derive keys from a root secret from now on."""
        self._root = root

    async def sketch_key(self, writer: str) -> bytes:
        """Return the 32 bytes under which this writer's drafts are sketched; raises NotSaved. After `forget` they are others, in other processes ten minutes later."""
        key, until = self._known.get(writer, (b"", 0.0))
        if time.monotonic() < until:
            return key
        salt = await self._salt(writer)
        if not self._root:
            raise NotSaved
        key = hmac.digest(self._root, writer.encode("utf-8", "surrogatepass") + b"\0" + salt, "sha256")
        while len(self._known) >= _MOST_REMEMBERED:
            del self._known[next(iter(self._known))]
        self._known[writer] = key, time.monotonic() + _REMEMBERED
        return key

    async def _salt(self, writer: str) -> bytes:
        rows = await self._door.keep(_SALT.format("?1", "?2") if self._door.sqlite else _SALT.format("$1", "$2"), (writer, os.urandom(_SALTED)))
        return bytes(next(iter(rows))[0])

    def _unknow(self, owner: str) -> None:
        """Let go of the keys of a writer, or of everybody in a house."""
        for writer in [name for name in self._known if name == owner or name.startswith(f"{owner}:")]:
            del self._known[writer]

    async def alike(self, writer: str, bands: Sequence[int]) -> tuple[Seen, ...]:
        """Return the writer's sketches that share most bands with these, a hundred at most, the latest first; raises NotSaved.

        One statement sees one state, so that it needs no transaction.
        """
        await self.behind.over(writer)
        found, since = keys(bands), self._since()
        read = await (self._door.rows(_OF_FILE, (json.dumps(found), _MET)) if self._door.sqlite else self._door.rows(_OF_SERVER, (found, _MET)))
        rows = [row for row in _rows(read) if row.writer == writer and row.made > since]
        return tuple(_seen(row) for row in sorted(rows, key=attrgetter("made", "id"), reverse=True))

    async def keep_sketch(self, writer: str, seen: Seen, bands: Sequence[int], replacing: Iterable[Seen] = ()) -> None:
        """Keep a sketch in place of others, behind the reply to a delivery; beyond the most that are kept the oldest goes. Raises NotSaved."""
        await self.behind.save(writer, partial(self._keep, writer, seen, bands, [other.id for other in replacing]))

    async def _keep(self, writer: str, seen: Seen, bands: Sequence[int], replaced: list[int]) -> None:
        row = {
            "writer": writer, "made": seen.at, "recipient": seen.recipient, "told": seen.told, "batch": seen.batch,
            "bins": pack(seen.sketch.bins), "sentences": pack(seen.sketch.sentences),
        }  # fmt: skip
        if not self._door.sqlite:
            values = {**row, "made": (seen.at - EPOCH) // MICROSECOND, "replaced": replaced, "bands": keys(bands), "most": MOST}
            await self._door.keep(_KEEP, tuple(values.values()))
            return
        mine = select(sketches.c.id).where(sketches.c.writer == writer)
        oldest = mine.order_by(sketches.c.made.desc(), sketches.c.id.desc()).offset(MOST).limit(1_000)

        async def work(connection: AsyncConnection) -> None:
            if replaced:
                await erase(connection, mine.where(sketches.c.id.in_(replaced)))
            made = (await connection.execute(self._insert(sketches).values(row).returning(sketches.c.id))).scalar_one()
            if found := [{"key": key, "sketch": made} for key in keys(bands)]:
                await connection.execute(self._insert(band).values(found))
            await erase(connection, oldest)

        await self._door.run(work)

    async def mark(self, writer: str, seen: Iterable[Seen], *, told: bool, batch: bool) -> None:
        """Note of sketches that the writer has heard of them, and whether they are a batch; raises NotSaved."""
        if ids := [one.id for one in seen]:
            await self._write(update(sketches).where(sketches.c.writer == writer, sketches.c.id.in_(ids)).values(told=told, batch=batch))

    async def sketched(self, writer: str) -> tuple[datetime, ...]:
        """Return when the drafts were reviewed whose sketches are kept, the earliest first; raises NotSaved."""
        await self.behind.over(writer)
        query = self._own(writer).with_only_columns(sketches.c.made).order_by(sketches.c.made)
        return tuple(row.made for row in await self._read(query))

    def _own(self, writer: str) -> Select[Any]:
        return select(sketches).where(sketches.c.writer == writer, sketches.c.made > self._since())

    def _since(self) -> datetime:
        return self._clock.now() - timedelta(days=SKETCH_DAYS)


def _rows(found: Iterable[Any]) -> list[_Row]:
    return [
        _Row(number, writer, EPOCH + made * MICROSECOND, recipient, bins, sentences, bool(told), bool(batch))
        for number, writer, made, recipient, bins, sentences, told, batch in found
    ]


async def erase(connection: AsyncConnection, which: Select[Any]) -> None:
    """Erase the sketches whose ids a query gives, with their bands."""
    ids = list(await connection.scalars(which))
    for first in range(0, len(ids), 500):
        some = ids[first : first + 500]
        await connection.execute(delete(band).where(band.c.sketch.in_(some)))
        await connection.execute(delete(sketches).where(sketches.c.id.in_(some)))


def _seen(row: Any) -> Seen:
    return Seen(row.id, Sketch(unpack(row.bins), unpack(row.sentences)), row.recipient, row.made, row.told, row.batch)
