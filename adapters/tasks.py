"""Work that goes on after a platform has its answer: it is counted, bounded in time, and finished before the process ends."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from adapters.logs import fault

if TYPE_CHECKING:
    from collections.abc import Coroutine


class Tasks:
    """The work of one process that is still under way."""

    def __init__(self, longest: float = 60.0) -> None:
        """Start with nothing to do; `longest` is in seconds, for each piece of work."""
        self._longest = longest
        self._running: set[asyncio.Task[None]] = set()

    def start(self, name: str, work: Coroutine[Any, Any, Any]) -> None:
        """Begin a piece of work; its faults are logged and never raised."""
        task = asyncio.get_running_loop().create_task(self._guarded(name, work), name=name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def done(self, within: float = 10.0) -> bool:
        """Wait for everything that was begun, for so many seconds at most; tell whether all of it came to its end."""
        if not self._running:
            return True
        _, late = await asyncio.wait(self._running, timeout=within)
        for task in late:
            task.cancel()
        return not late

    async def _guarded(self, name: str, work: Coroutine[Any, Any, Any]) -> None:
        try:
            async with asyncio.timeout(self._longest):
                await work
        except Exception as error:  # noqa: BLE001 - nobody waits for this work; the log does
            fault(name, error)
