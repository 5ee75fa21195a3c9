"""Settings in a database: what a writer stopped. Where the store does not answer in time, NotSaved says so and reviews go on."""

from __future__ import annotations

from asyncio import timeout
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from adapters.storage.tables import settings, stopped_rules
from bot.errors import NotSaved

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

PATIENCE = 0.8
"""Seconds that a reply waits for the store at most; a review goes on without it."""


class SqlSettings:
    """The settings port on SQLAlchemy Core; without an engine it remembers nothing and says so."""

    def __init__(self, engine: AsyncEngine | None) -> None:
        """Use an engine whose schema is up to date."""
        self._engine = engine

    async def stopped(self, writer: str) -> frozenset[str]:
        """Return the ids of the rules that the writer stopped; raises NotSaved where the store does not answer."""
        query = select(stopped_rules.c.rule).where(stopped_rules.c.writer == writer)
        async with self._connected() as connection:
            return frozenset(row.rule for row in await connection.execute(query))

    async def stop(self, writer: str, rule: str) -> None:
        """Stop one rule; raises NotSaved."""
        async with self._connected() as connection:
            insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
            await connection.execute(insert(stopped_rules).values(writer=writer, rule=rule, since=datetime.now(UTC)).on_conflict_do_nothing())

    async def restore(self, writer: str, rule: str) -> bool:
        """Take one stop back; tell whether there was one. Raises NotSaved."""
        query = delete(stopped_rules).where(stopped_rules.c.writer == writer, stopped_rules.c.rule == rule)
        async with self._connected() as connection:
            return (await connection.execute(query)).rowcount > 0

    async def forget(self, writer: str) -> None:
        """Erase the writer's settings; raises NotSaved."""
        async with self._connected() as connection:
            for table in (stopped_rules, settings):
                await connection.execute(delete(table).where(table.c.writer == writer))

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AsyncConnection]:
        """Yield a connection in a transaction of its own, which has to be done in time; raises NotSaved where the store does not answer."""
        if not self._engine:
            raise NotSaved
        try:
            async with timeout(PATIENCE), self._engine.begin() as connection:
                yield connection
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            raise NotSaved from error
