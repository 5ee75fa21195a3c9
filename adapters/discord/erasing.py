"""Erasing: what is to be gone is gone, also where the store does not answer for a while. Asked twice, it is done once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from bot.errors import NotSaved

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.ports import Settings

log = structlog.get_logger("offscript.discord")

SOONEST, LATEST = 0.5, 5.0
"""Seconds until a store that did not answer is asked again: at first, and at last."""


class Erasing:
    """Erases owners, each in a piece of work of its own that ends when nothing of them is left."""

    def __init__(self, store: Settings, *more: Callable[[str], object], soonest: float = SOONEST) -> None:
        """Erase from a store, and let go of what is held elsewhere (`more`: drafts in memory)."""
        self._store, self._soonest = store, soonest
        self.more = list(more)
        self._running: dict[str, asyncio.Task[None]] = {}

    async def erase(self, owner: str, within: float = 0.0) -> bool:
        """Begin to erase an owner, and wait for it for so many seconds; tell whether it is done. It goes on where it is not."""
        for let_go in self.more:
            let_go(owner)
        task = self._running.get(owner)
        if task is None:
            task = self._running[owner] = asyncio.create_task(self._erased(owner), name="erasing")
            task.add_done_callback(lambda _: self._running.pop(owner, None))
        done, _ = await asyncio.wait({task}, timeout=within)
        return bool(done)

    async def done(self, within: float = 10.0) -> bool:
        """Wait for everything that was begun, for so many seconds at most; tell whether all of it came to its end."""
        if not self._running:
            return True
        _, late = await asyncio.wait(self._running.values(), timeout=within)
        for task in late:
            task.cancel()
        if late:
            log.error("discord.not_erased", owners=len(late))
        return not late

    async def _erased(self, owner: str) -> None:
        pause = self._soonest
        while True:
            try:
                await self._store.forget(owner)
            except NotSaved:
                log.warning("discord.erasing_again", seconds=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LATEST)
            else:
                log.info("discord.erased")
                return
