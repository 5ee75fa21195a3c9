"""Connections of their own for the few statements that every review waits for: through the pool of an engine each takes three to ten times as long.

Those that write do so for what was promised to nobody, claims and sketches: a power cut may cost what they wrote in its last second, and nothing else.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote
from weakref import WeakSet

import aiosqlite

from adapters.storage.address import PRAGMAS, connect, file_of, parse

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sqlalchemy import URL

_LONGEST = 5.0
"""Seconds after which a statement that has no answer costs the connection; those who ask wait much less."""


_asked: WeakSet[asyncio.Task[Any] | None] = WeakSet()


def asked(task: asyncio.Task[Any]) -> bool:
    """Tell whether the server was asked by this task: to cancel it would cost the connection, and the next one a new one."""
    return task in _asked


class Refused(OSError):
    """The database answered, and takes no such value."""


class Line(Protocol):
    """One statement after the other, each its own transaction; it connects at its first one, and anew after a failure."""

    async def rows(self, query: str, values: tuple[Any, ...]) -> Iterable[Any]:
        """Return the rows of a statement. What goes wrong is an OSError, as for everybody who calls a database."""

    async def close(self) -> None:
        """Let go of the database at once."""


def line(url: str, *, writes: bool = False, most: int = 1) -> Line | None:
    """Return a line to an address, of several connections at most where it is a server's; none to a database in memory."""
    file = file_of(url)
    if file:
        return _ToFile(file, writes=writes)
    address = parse(url)
    return _Several([_ToServer(address, writes=writes) for _ in range(most)]) if address.get_backend_name() == "postgresql" else None


class _Several:
    """Lines side by side: a statement goes over the first of those on which fewest wait. A busy process gets round to each only now and then."""

    def __init__(self, lines: list[_ToServer]) -> None:
        self._lines = lines
        self._waiting = [0] * len(lines)

    async def rows(self, query: str, values: tuple[Any, ...]) -> Iterable[Any]:
        at = self._waiting.index(min(self._waiting))
        self._waiting[at] += 1
        try:
            return await self._lines[at].rows(query, values)
        finally:
            self._waiting[at] -= 1

    async def close(self) -> None:
        for one in self._lines:
            await one.close()


class _ToFile:
    def __init__(self, file: Path, *, writes: bool) -> None:
        self._file, self._writes = file, writes
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
                mode = "rw" if self._writes else "ro"
                made = await aiosqlite.connect(f"file:{quote(str(self._file))}?mode={mode}", uri=True, isolation_level=None)
                pragmas = PRAGMAS | {"synchronous": "NORMAL"} if self._writes else {"busy_timeout": PRAGMAS["busy_timeout"]}
                for name, value in pragmas.items():
                    await made.execute(f"PRAGMA {name} = {value}")
                self._connection = made
            return self._connection

    async def close(self) -> None:
        gone, self._connection = self._connection, None
        if gone is not None:
            with suppress(sqlite3.Error, ValueError):
                await gone.close()


class _ToServer:
    def __init__(self, url: URL, *, writes: bool) -> None:
        self._url, self._writes = url, writes
        self._connection: Any = None
        self._asking = asyncio.Lock()

    async def rows(self, query: str, values: tuple[Any, ...]) -> Iterable[Any]:
        import asyncpg  # noqa: PLC0415 - an installation on SQLite never loads it

        async with self._asking:
            _asked.add(asyncio.current_task())
            try:
                if self._connection is None or self._connection.is_closed():
                    self._connection = await self._connected()
                async with asyncio.timeout(_LONGEST):
                    found: list[Any] = await self._connection.fetch(query, *values)
            except (asyncpg.DataError, ValueError) as error:
                raise Refused(type(error).__name__) from error
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError, asyncio.CancelledError) as error:
                self._let_go()
                if isinstance(error, asyncio.CancelledError):
                    raise
                raise ConnectionError(type(error).__name__) from error
        return found

    async def _connected(self) -> Any:
        made = await connect(self._url)
        if self._writes:
            await made.execute("SET synchronous_commit = off")
        return made

    def _let_go(self) -> None:
        gone, self._connection = self._connection, None
        if gone is not None:
            gone.terminate()

    async def close(self) -> None:
        self._let_go()
