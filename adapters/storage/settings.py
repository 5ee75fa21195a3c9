"""Settings in a database: what a writer stopped. Where the store does not answer, reviews go on and writes say "not saved"."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from adapters.storage.tables import stopped_rules
from bot.errors import NotSaved

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine


class SqlSettings:
    """The settings port on SQLAlchemy Core; without an engine it remembers nothing and says so."""

    def __init__(self, engine: AsyncEngine | None) -> None:
        """Use an engine whose schema is up to date."""
        self._engine = engine

    async def stopped(self, writer: str) -> frozenset[str]:
        """Return the ids of the rules that the writer stopped; none where the store does not answer."""
        if not self._engine:
            return frozenset()
        try:
            async with self._engine.connect() as connection:
                rows = await connection.execute(select(stopped_rules.c.rule).where(stopped_rules.c.writer == writer))
                return frozenset(row.rule for row in rows)
        except (SQLAlchemyError, OSError):
            return frozenset()

    async def stop(self, writer: str, rule: str) -> None:
        """Stop one rule; raises NotSaved."""
        if not self._engine:
            raise NotSaved
        insert = postgresql.insert if self._engine.dialect.name == "postgresql" else sqlite.insert
        row = insert(stopped_rules).values(writer=writer, rule=rule, since=datetime.now(UTC)).on_conflict_do_nothing()
        try:
            async with self._engine.begin() as connection:
                await connection.execute(row)
        except (SQLAlchemyError, OSError) as error:
            raise NotSaved from error

    async def restore(self, writer: str, rule: str) -> bool:
        """Take one stop back; tell whether there was one. Raises NotSaved."""
        if not self._engine:
            raise NotSaved
        query = delete(stopped_rules).where(stopped_rules.c.writer == writer, stopped_rules.c.rule == rule)
        try:
            async with self._engine.begin() as connection:
                return (await connection.execute(query)).rowcount > 0
        except (SQLAlchemyError, OSError) as error:
            raise NotSaved from error
