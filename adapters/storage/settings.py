"""What a writer or a house has settled: choices by name, and rules that a writer does not want to hear from."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, case, delete, literal, select, type_coerce, union_all, update

from adapters.storage.part import Part
from adapters.storage.tables import MICROSECOND, Moment, habits, notes, settings, stopped_rules
from bot.kept import RETENTION, Settled

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection


class SqlSettings(Part):
    """The settings port."""

    async def settled(self, writer: str, house: str = "") -> Settled:
        """Return everything that was settled, in one read; raises NotSaved."""
        chosen = select(settings.c.writer, settings.c.name, settings.c.value).where(settings.c.writer.in_({writer, house} - {""}))
        stops = select(stopped_rules.c.writer, literal("").label("name"), stopped_rules.c.rule).where(stopped_rules.c.writer == writer)
        rows = await self._read(union_all(chosen, stops))
        return Settled(
            frozenset(value for _, name, value in rows if not name),
            {name: value for owner, name, value in rows if name and owner == writer},
            {name: value for owner, name, value in rows if name and owner == house},
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
