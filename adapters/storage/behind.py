"""What is saved behind a reply that is on its way: one thing after the other for each writer, and no longer behind once something could not be saved."""

from __future__ import annotations

import asyncio
from contextvars import Context
from typing import TYPE_CHECKING, Any

from adapters.hurry import read
from adapters.logs import fault
from bot.errors import NotSaved

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

MOST = 200
"""Things that are saved behind replies at once; beyond that a reply waits for its own."""


class Behind:
    """The saves of one process that are under way."""

    def __init__(self) -> None:
        """Start with nothing to save."""
        self._saving: dict[str, asyncio.Task[None]] = {}
        self._failed = False

    async def save(self, writer: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Save for a writer: behind the acknowledgement of a delivery, else at once. Raises NotSaved, after a failure behind a reply from the next reply on."""
        await self.over(writer)
        if read() is None or self._failed or len(self._saving) >= MOST or writer in self._saving:
            await work()
            self._failed = False
            return
        task = self._saving[writer] = asyncio.create_task(self._saved(work), context=Context())
        task.add_done_callback(lambda _: self._saving.pop(writer))

    async def _saved(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await work()
        except NotSaved:
            self._failed = True
        except Exception as error:  # noqa: BLE001 - nobody waits for it; the log does
            self._failed = True
            fault("behind", error)

    async def over(self, owner: str = "") -> None:
        """Wait for the saves of a writer, of everybody in a house, or of all; each takes no longer than the store's patience."""
        saving = {task for name, task in self._saving.items() if not owner or name == owner or name.startswith(f"{owner}:")}
        if saving:
            await asyncio.wait(saving)
