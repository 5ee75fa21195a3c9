"""What a writer or a house has settled: choices by name, and rules that a writer does not want to hear from."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, case, delete, literal, select, type_coerce, update

from adapters.storage.glance import Glances
from adapters.storage.tables import MICROSECOND, Moment, habits, notes, settings, stopped_rules
from bot.kept import RETENTION, Settled

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection


class SqlSettings(Glances):
    """The settings port."""

    async def settled(self, writer: str, house: str = "") -> Settled:
        """Return everything that was settled, in one read; raises NotSaved."""
        rows = [row for row in await self._glance(writer, house) if row.sealed is None]
        return Settled(
            frozenset(row.value for row in rows if not row.name),
            {row.name: row.value for row in rows if row.name and row.owner == writer},
            {row.name: row.value for row in rows if row.name and row.owner == house},
        )

    async def stop(self, writer: str, rule: str) -> None:
        """Stop one rule, exactly as it is given; raises NotSaved."""
        await self._write(
            self._insert(stopped_rules).values(writer=writer, rule=rule, since=self._clock.now().astimezone(UTC)).on_conflict_do_nothing()
        )

    async def restore(self, writer: str, rule: str) -> bool:
        """Take one stop back; tell whether there was one. Raises NotSaved."""
        return await self._write(delete(stopped_rules).where(stopped_rules.c.writer == writer, stopped_rules.c.rule == rule)) > 0

    async def choose(self, owner: str, name: str, value: str) -> None:
        """Set one thing for a writer or a house; an empty value takes it back. A retention holds at once for what is kept already. Raises NotSaved."""

        async def work(connection: AsyncConnection) -> None:
            if name == RETENTION:
                await self._keep_for(connection, owner, value)
            here = (settings.c.writer == owner) & (settings.c.name == name)
            if value:
                insert = self._insert(settings).values(writer=owner, name=name, value=value)
                await connection.execute(insert.on_conflict_do_update(index_elements=["writer", "name"], set_={"value": value}))
            else:
                await connection.execute(delete(settings).where(here))

        await self._alone(owner, work)

    async def _keep_for(self, connection: AsyncConnection, owner: str, value: str) -> None:
        """Let notes end so many days after their last use, and habits at once that are older; a note never used shifts by the difference."""
        query = select(settings.c.value).where(settings.c.writer == owner, settings.c.name == RETENTION)
        before = Settled(own={RETENTION: await connection.scalar(query) or ""}).days
        days = Settled(own={RETENTION: value}).days
        now = self._clock.now()
        until = case(
            (notes.c.used.is_not(None), type_coerce(notes.c.used, BigInteger) + _microseconds(days)),
            else_=type_coerce(notes.c.until, BigInteger) + _microseconds(days - before),
        )
        await connection.execute(update(notes).where(notes.c.writer == owner).values(until=type_coerce(until, Moment)))
        await connection.execute(delete(notes).where(notes.c.writer == owner, notes.c.until <= now))
        await connection.execute(delete(habits).where(habits.c.writer == owner, habits.c.week < (now - timedelta(days=days)).date()))


def _microseconds(days: int) -> ColumnElement[int]:
    return literal(timedelta(days=days) // MICROSECOND, BigInteger)
