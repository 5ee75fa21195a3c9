"""What the parts of the store share: the door to the database, the keys, the clock, and how to speak of everybody in a house."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from adapters.storage.address import READS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from sqlalchemy import ColumnElement, Executable, Table
    from sqlalchemy.ext.asyncio import AsyncConnection

    from adapters.storage.cipher import Ring
    from adapters.storage.door import Door
    from bot.ports import Clock


@dataclass(frozen=True, slots=True)
class Means:
    """What a part of the store works with."""

    door: Door
    ring: Ring
    clock: Clock


class Part:
    """One part of the store; the parts know nothing of each other, and every method raises NotSaved."""

    def __init__(self, means: Means) -> None:
        """Work with a door, keys and a clock."""
        self._door, self._ring, self._clock = means.door, means.ring, means.clock

    async def _read(self, query: Executable) -> Sequence[Any]:
        """Return all rows of a query."""

        async def work(connection: AsyncConnection) -> Sequence[Any]:
            return (await connection.execute(query)).all()

        return await self._door.run(work, use=READS)

    async def _write(self, *statements: Executable) -> int:
        """Run statements in one transaction; return how many rows the last one touched."""

        async def work(connection: AsyncConnection) -> int:
            counts = [(await connection.execute(statement)).rowcount for statement in statements]
            return counts[-1]

        return await self._door.run(work)

    async def _alone(self, owner: str, work: Callable[[AsyncConnection], Awaitable[None]]) -> None:
        """Run work in one transaction while nobody else works so for the same owner; SQLite has one writer anyway."""

        async def locked(connection: AsyncConnection) -> None:
            if connection.dialect.name == "postgresql":
                await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(owner, 0))))
            await work(connection)

        await self._door.run(locked)

    def _insert(self, table: Table) -> postgresql.Insert | sqlite.Insert:
        """Return an insertion that knows what to do on a conflict, which is the same in both databases."""
        return sqlite.insert(table) if self._door.sqlite else postgresql.insert(table)

    def _of(self, column: ColumnElement[str], owner: str) -> ColumnElement[bool]:
        """Tell, in SQL, whether a row is a writer's, or a house's or anybody's in it: names that begin with the owner and a colon, byte by byte."""
        plain = column if self._door.sqlite else column.collate("C")
        return or_(column == owner, and_(plain >= f"{owner}:", plain < f"{owner};"))
