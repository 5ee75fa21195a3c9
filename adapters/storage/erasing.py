"""Erase what is over, and everything of a writer or a house, so that no byte of it stays in a file of ours.

SQLite: deleted content is overwritten (secure_delete), and the write-ahead log, which may hold older copies, is emptied afterwards.
PostgreSQL: the rows are gone for every reader when `forget` returns, and a VACUUM that follows frees their space. What it cannot promise is when the
bytes themselves are overwritten: freed space is reused and not cleared, and the server's write-ahead log, its replicas and backups keep older copies for
as long as whoever runs it has decided. Notes and phrases are encrypted there as everywhere; salts are not, but alone they open nothing.
"""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, text, union
from sqlalchemy import exc as sql

from adapters.logs import event
from adapters.storage.address import BARE, READS
from adapters.storage.door import PATIENCE
from adapters.storage.part import Means, Part
from adapters.storage.sketches import erase
from adapters.storage.tables import OWNED, claims, habits, leases, notes, oauth_states, phrases, settings, sketches
from bot.errors import NotSaved
from bot.kept import DAYS, RETENTION, SKETCH_DAYS

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Table
    from sqlalchemy.ext.asyncio import AsyncConnection

_LONG = 10.0
"""Seconds that erasing, and what nobody waits for, may take: there may be many rows."""
_UNBLOCKED = 6.0
"""Seconds for which emptying the write-ahead log is tried while somebody reads from it; tidying tries again."""
_TABLES = ", ".join([table.name for table, _ in OWNED] + ["bands"])


class Erasing(Part):
    """How rows go, and the copies of them in files."""

    def __init__(self, means: Means) -> None:
        """Start with nothing to clean."""
        super().__init__(means)
        self._cleaning: set[asyncio.Task[None]] = set()

    async def _forget(self, owner: str, *but: Table) -> None:
        """Erase all rows of a writer, or of a house and of everybody in it, but those of some tables, in one transaction; then clean up behind them. Raises NotSaved."""

        async def work(connection: AsyncConnection) -> None:
            await erase(connection, select(sketches.c.id).where(self._of(sketches.c.writer, owner)))
            for table, column in OWNED:
                if table not in but:
                    await connection.execute(delete(table).where(self._of(table.c[column], owner)))

        await self._answers()
        await self._door.run(work, _LONG)
        await self._clean()

    async def houses(self, of: str) -> tuple[str, ...]:
        """Return the houses whose choices or phrases are kept and whose names begin so, a colon behind it. Raises NotSaved."""
        query = union(*(select(column.label("house")).where(self._of(column, of)) for column in (settings.c.writer, phrases.c.house)))

        async def work(connection: AsyncConnection) -> tuple[str, ...]:
            return tuple((await connection.execute(query)).scalars())

        return await self._door.run(work, _LONG, use=READS)

    async def tidy(self, now: datetime) -> None:
        """Erase what is over: notes, claims, leases and begun installations past their time, sketches after 30 days, habits after as long as their writer keeps them. Raises NotSaved."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(delete(notes).where(notes.c.until <= now))
            for table in (claims, leases, oauth_states):
                await connection.execute(delete(table).where(table.c.until <= now))
            await erase(connection, select(sketches.c.id).where(sketches.c.made <= now - timedelta(days=SKETCH_DAYS)))
            chosen = select(settings.c.writer).where(settings.c.name == RETENTION)
            for days in DAYS:
                whose = habits.c.writer.in_(chosen.where(settings.c.value == str(days)))
                if days == DAYS[1]:
                    others = [str(other) for other in DAYS if other != days]
                    whose = habits.c.writer.not_in(chosen.where(settings.c.value.in_(others)))
                await connection.execute(delete(habits).where(habits.c.week < (now - timedelta(days=days)).date(), whose))

        await self._answers()
        await self._door.run(work, _LONG)
        if self._door.sqlite:
            await self._clean()

    async def _answers(self) -> None:
        """Find out, within the usual patience, that the database answers a writer; raises NotSaved."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(select(1))

        await self._door.run(work)

    async def _clean(self) -> None:
        """Clear copies of rows that are gone; after the usual patience it goes on by itself."""
        task = asyncio.create_task(self._checkpoint() if self._door.sqlite else self._vacuum())
        self._cleaning.add(task)
        task.add_done_callback(self._cleaning.discard)
        await asyncio.wait({task}, timeout=PATIENCE)

    async def _checkpoint(self) -> None:
        """Bring the write-ahead log into the file and empty it, as soon as nobody reads from it."""

        async def work(connection: AsyncConnection) -> bool:
            await connection.execute(text("PRAGMA busy_timeout = 50"))  # while it waits nobody can write
            try:
                row = (await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))).one()
            finally:
                await connection.execute(text("PRAGMA busy_timeout = 5000"))
            return bool(row[0] == 0)

        until = time.monotonic() + _UNBLOCKED
        while not await _tried(self._door.run(work, use=BARE)):
            if time.monotonic() > until:
                event("log_not_emptied")
                return
            await asyncio.sleep(0.1)

    async def _vacuum(self) -> None:
        async def work(connection: AsyncConnection) -> bool:
            await connection.execute(text(f"VACUUM {_TABLES}"))
            return True

        await _tried(self._door.run(work, _LONG, use=BARE))

    async def cleaned(self) -> None:
        """Wait until everything is cleaned up that was begun."""
        if self._cleaning:
            await asyncio.wait(self._cleaning, timeout=_UNBLOCKED + PATIENCE)


async def _tried(done: Coroutine[Any, Any, bool]) -> bool:
    try:
        return await done
    except (NotSaved, sql.SQLAlchemyError):
        return False
