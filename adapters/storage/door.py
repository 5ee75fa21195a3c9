"""The one way to the database: nobody waits longer than their patience, and after a failure everybody is turned away at once for a moment."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError, SQLAlchemyError

from adapters.hurry import left, read, spend
from adapters.storage.address import BARE, READS
from adapters.storage.lines import Refused, asked, line
from bot.errors import NotSaved

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterable
    from typing import Any

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from adapters.storage.lines import Line

Answer = TypeVar("Answer")

PATIENCE = 0.8
"""Seconds that a reply waits for the store at most; a review goes on without it."""
PAUSE = 3.0
"""Seconds for which nobody asks a database that failed; then one asks, and the others still go without."""
CLAIM, HASTE = 1.0, 0.15
"""Seconds that a delivery waits for its claim, and once no claim was answered for a PAUSE: a busy database answers yet, and who goes without may be the second."""
_LOOKS = 4
"""In how many pieces a patience is waited for: a process that is itself held up looks as often whether there is an answer, and does not take its own lateness for the database's."""
_PARTING = {True: 6.0, False: 1.0}
"""Seconds for which work that was given up may still end when the store is closed: SQLite waits five for a lock. PostgreSQL's was cancelled."""


class Door:
    """Runs work on connections of an engine, in a transaction each; without an engine, or before it is opened, it lets nobody in."""

    def __init__(self, engine: AsyncEngine | None, url: str = "") -> None:
        """Stand closed before an engine; `url` is the address that it was made from."""
        self._engine = engine
        self._open = False
        self._shut_until = 0.0
        self._late: set[asyncio.Task[object]] = set()
        self._writing = asyncio.Lock()
        self._reading = line(url, most=3) if url else None
        self._claiming = line(url, writes=True, most=3) if url else None
        self._keeping = line(url, writes=True) if url else None
        self._claimed_at = 0.0
        self.told: Callable[[str, float], None] = lambda _outcome, _seconds: None

    def open(self) -> None:
        """Let work in from now on: the schema is there."""
        self._open, self._shut_until, self._claimed_at = True, 0.0, time.monotonic()

    def shut(self) -> None:
        """Let nobody in any more."""
        self._open = False

    @property
    def sqlite(self) -> bool:
        """Tell whether the database is an SQLite file."""
        return self._engine is not None and self._engine.dialect.name == "sqlite"

    async def run(self, work: Callable[[AsyncConnection], Awaitable[Answer]], patience: float | None = None, use: str = "") -> Answer:
        """Return what the work returns; `patience` is in seconds, `use` READS, BARE or nothing for work that writes. Raises NotSaved."""
        engine = self._let_in(hurried=patience is None)
        if not use and (known := read()) is not None:
            known.clear()
        return await self.bounded(self._done(work, engine.execution_options(use=use), use), min(PATIENCE, left()) if patience is None else patience)

    async def rows(self, query: str, values: tuple[Any, ...]) -> Iterable[Any]:
        """Return the rows of one query in the database's own words, which needs no transaction. Raises NotSaved."""
        self._let_in(hurried=True)
        if self._reading is None:
            raise NotSaved
        return await self.bounded(self._reading.rows(query, values), min(PATIENCE, left()))

    async def keep(self, query: str, values: tuple[Any, ...]) -> Iterable[Any]:
        """Return the rows of one statement that writes what was promised to nobody: a power cut may cost it. Raises NotSaved."""
        self._let_in(hurried=True)
        if self._keeping is None:
            raise NotSaved
        return await self.bounded(self._written(self._keeping, query, values), min(PATIENCE, left()))

    async def claimed(self, query: str, values: tuple[Any, ...]) -> bool:
        """Tell whether a statement that claims gave a row. It is tried also while nobody else is let in, and shuts nobody out. Raises NotSaved."""
        if not self._open or self._claiming is None or left() <= 0:
            self.told("turned_away", 0.0)
            raise NotSaved
        patience = CLAIM if time.monotonic() - self._claimed_at < PAUSE else HASTE
        task, took = await self._waited(self._written(self._claiming, query, values), min(patience, left()))
        if not task.done() or task.exception():
            self.told("failed" if task.done() else "late", took)
            raise NotSaved from (task.exception() if task.done() else None)
        self._claimed_at = time.monotonic()
        self.told("answered", took)
        return bool(task.result())

    async def _written(self, by: Line, query: str, values: tuple[Any, ...]) -> Iterable[Any]:
        if not self.sqlite:
            return await by.rows(query, values)
        async with self._writing:
            self._still_wanted()
            return await by.rows(query, values)

    def _let_in(self, *, hurried: bool) -> AsyncEngine:
        """Return the engine; raises NotSaved where nobody is let in, or where whoever asks has no time left."""
        if not self._open or self._engine is None or time.monotonic() < self._shut_until or (hurried and left() <= 0):
            self.told("turned_away", 0.0)
            raise NotSaved
        if self._shut_until:
            self._shut_until = time.monotonic() + PAUSE
        return self._engine

    async def bounded(self, work: Coroutine[Any, Any, Answer], patience: float) -> Answer:
        """Return what becomes of work with the database within so many seconds; raises NotSaved."""
        task, took = await self._waited(work, patience)
        if not task.done():
            self._shut_until = time.monotonic() + PAUSE
            self.told("late", took)
            raise NotSaved
        return self._answered(task, took)

    async def _waited(self, work: Coroutine[Any, Any, Answer], patience: float) -> tuple[asyncio.Task[Answer], float]:
        """Return work that is done, or was given up after so many seconds, and how many it took."""
        task, began = asyncio.create_task(work), time.monotonic()
        try:
            for _ in range(_LOOKS):
                if not task.done():
                    await asyncio.wait({task}, timeout=patience / _LOOKS)
        finally:
            if not task.done():
                self._give_up(task)
        took = time.monotonic() - began
        spend(took)
        return task, took

    def _answered(self, task: asyncio.Task[Answer], took: float) -> Answer:
        try:
            answer = task.result()
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            if _outage(error):
                self._shut_until = time.monotonic() + PAUSE
            self.told("failed", took)
            raise NotSaved from error
        self.told("answered", took)
        self._shut_until = 0.0
        return answer

    def _give_up(self, task: asyncio.Task[Answer]) -> None:
        """Let go of work that takes too long, without waiting for its end; it will not commit.

        On PostgreSQL it is cancelled, but for a statement on a line, which goes on. SQLite's driver may hang for ever when it is; there every wait ends with the busy timeout.
        """
        self._late.add(task)
        if not self.sqlite and not asked(task):
            task.cancel()
        task.add_done_callback(self._late.discard)
        task.add_done_callback(lambda over: over.cancelled() or over.exception())

    async def _done(self, work: Callable[[AsyncConnection], Awaitable[Answer]], engine: AsyncEngine, use: str) -> Answer:
        if use in {READS, BARE} and not self.sqlite:  # one statement, which PostgreSQL need not be asked three times for
            engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        if use in {READS, BARE} or not self.sqlite:
            return await self._within(engine, work)
        async with self._writing:  # in one process writers queue; in SQLite they would wait by sleeping
            return await self._within(engine, work)

    async def _within(self, engine: AsyncEngine, work: Callable[[AsyncConnection], Awaitable[Answer]]) -> Answer:
        """Run work in a transaction; what was given up in the meantime does not begin, and does not commit."""
        self._still_wanted()
        async with engine.begin() as connection:
            self._still_wanted()
            answer = await work(connection)
            self._still_wanted()
            return answer

    def _still_wanted(self) -> None:
        if asyncio.current_task() in self._late:
            raise TimeoutError

    async def close(self) -> None:
        """Wait a moment for what was given up, and let the connections go."""
        self.shut()
        if self._late:
            await asyncio.wait(self._late, timeout=_PARTING[self.sqlite])
        for one in (self._reading, self._claiming, self._keeping):
            if one:
                await one.close()
        if self._engine is not None:
            with suppress(TimeoutError, SQLAlchemyError, OSError):
                async with asyncio.timeout(_PARTING[self.sqlite]):
                    await self._engine.dispose()


def _outage(error: Exception) -> bool:
    """Tell a database that does not answer from one that answered and refused a value."""
    if isinstance(error, (DataError, IntegrityError, ProgrammingError, Refused)):
        return False
    state = str(getattr(error.orig, "sqlstate", "") or "") if isinstance(error, DBAPIError) else ""
    return state[:2] not in {"22", "23"}
