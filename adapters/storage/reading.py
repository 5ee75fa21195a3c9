"""A connection of its own for the one query that every review waits for: through the pool of an engine it takes three to five times as long."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

import aiosqlite

from adapters.storage.address import PRAGMAS, connect, file_of, parse

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sqlalchemy import URL


class Reader(Protocol):
    """Reads without transactions, one query after the other; it connects at its first query, and anew after a failure."""

    async def rows(self, query: str, values: tuple[Any, ...]) -> Iterable[Any]:
        """Return the rows of a query. What goes wrong is an OSError, as for everybody who calls a database."""

    async def close(self) -> None:
        """Let go of the database."""


def reader(url: str) -> Reader | None:
    """Return a reader for an address; none for a database in memory."""
    file = file_of(url)
    if file:
        return _OfFile(file)
    address = parse(url)
    return _OfServer(address) if address.get_backend_name() == "postgresql" else None


class _OfFile:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._connection: aiosqlite.Connection | None = None
        self._opening = asyncio.Lock()

    async def rows(self, query: str, values: tuple[Any, ...]) -> Iterable[Any]:
        try:
            connection = self._connection or await self._opened()
            return await connection.execute_fetchall(query, values)
        except (sqlite3.Error, ValueError) as error:  # a connection that was closed meanwhile is a ValueError
            await self.close()
            raise ConnectionError(type(error).__name__) from error

    async def _opened(self) -> aiosqlite.Connection:
        async with self._opening:
            if self._connection is None:
                made = await aiosqlite.connect(f"file:{quote(str(self._file))}?mode=ro", uri=True, isolation_level=None)
                await made.execute(f"PRAGMA busy_timeout = {PRAGMAS['busy_timeout']}")
                self._connection = made
            return self._connection

    async def close(self) -> None:
        gone, self._connection = self._connection, None
        if gone is not None:
            with suppress(sqlite3.Error, ValueError):
                await gone.close()


class _OfServer:
    def __init__(self, url: URL) -> None:
        self._url = url
        self._connection: Any = None
        self._asking = asyncio.Lock()

    async def rows(self, query: str, values: tuple[Any, ...]) -> Iterable[Any]:
        import asyncpg  # noqa: PLC0415 - an installation on SQLite never loads it

        async with self._asking:
            try:
                if self._connection is None or self._connection.is_closed():
                    self._connection = await connect(self._url)
                found: list[Any] = await self._connection.fetch(query, *values)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, asyncio.CancelledError) as error:
                self._let_go()
                if isinstance(error, asyncio.CancelledError):
                    raise
                raise ConnectionError(type(error).__name__) from error
        return found

    def _let_go(self) -> None:
        gone, self._connection = self._connection, None
        if gone is not None:
            gone.terminate()

    async def close(self) -> None:
        self._let_go()
