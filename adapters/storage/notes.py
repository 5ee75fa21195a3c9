"""What writers want to remember of others: sealed as a whole, one row a note, with only its times in the open."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from adapters.logs import event
from adapters.storage.glance import Glances
from adapters.storage.tables import EPOCH, MICROSECOND, notes
from bot.errors import TooManyNotes, WrongKey
from bot.kept import Note

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from adapters.storage.cipher import Ring
    from adapters.storage.glance import Kept

MOST = 500
"""Notes that are kept for one writer."""


class SqlNotes(Glances):
    """The notes port."""

    async def notes(self, writer: str) -> tuple[Note, ...]:
        """Return the writer's notes, the one that was used last first; raises NotSaved. One that no key opens is left out, and the log counts it."""
        rows = [row for row in await self._glance(writer) if row.sealed is not None]
        rows.sort(key=lambda row: (-1 if row.used is None else row.used, row.until), reverse=True)
        found = [note for row in rows if (note := _opened(self._ring, row))]
        if len(found) < len(rows):
            event("notes_sealed_with_another_key", count=len(rows) - len(found))
        return tuple(found)

    async def save_note(self, writer: str, note: Note, until: datetime) -> None:
        """Keep a note, new or changed, until a moment; raises NotSaved, TooManyNotes."""
        plain = json.dumps([note.name, note.met, note.when, list(note.topics), note.why], ensure_ascii=False).encode("utf-8", "surrogatepass")
        values = {"sealed": self._ring.seal(plain, "note", writer, note.id), "used": note.used, "until": until}
        others = select(func.count()).select_from(notes).where(notes.c.writer == writer, notes.c.id != note.id, notes.c.until > self._clock.now())

        async def work(connection: AsyncConnection) -> None:
            if (await connection.scalar(others) or 0) >= MOST:
                raise TooManyNotes(MOST)
            insert = self._insert(notes).values(writer=writer, id=note.id, **values)
            await connection.execute(insert.on_conflict_do_update(index_elements=["writer", "id"], set_=values))

        await self._alone(writer, work)

    async def drop_note(self, writer: str, note: str) -> bool:
        """Erase one note; tell whether there was one of that id. Raises NotSaved."""
        return await self._write(delete(notes).where(notes.c.writer == writer, notes.c.id == note)) > 0


def _opened(ring: Ring, row: Kept) -> Note | None:
    try:
        plain = ring.unseal(row.sealed or b"", "note", row.owner, row.name)
    except WrongKey:
        return None
    name, met, when, topics, why = json.loads(plain.decode("utf-8", "surrogatepass"))
    return Note(row.name, name, met, when, tuple(topics), why, None if row.used is None else EPOCH + row.used * MICROSECOND)
