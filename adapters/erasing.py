"""Erasing: what is to be gone is gone, also where the store does not answer for a while, or the process dies meanwhile. Asked twice, it is done once.

A wish is written down first, and crossed out when nothing is left of whom it is about; what is still written down is taken up again at the next start.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from adapters.logs import fault
from bot.errors import NotSaved

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from adapters.storage.wishes import Wish, Wishes

log = structlog.get_logger("offscript.erasing")

SOONEST, LATEST = 0.5, 5.0
"""Seconds until a store that did not answer is asked again: at first, and at last."""
_BRIEF = 0.5
"""Seconds for what is being erased just now."""


class Erasing:
    """Makes wishes true, each in a piece of work of its own that ends when it is."""

    def __init__(self, erase: Callable[[Wish], Awaitable[object]], wishes: Wishes, *more: Callable[[str], object], soonest: float = SOONEST) -> None:
        """Erase by a function that raises NotSaved where the store does not answer, and let go of what is held elsewhere (`more`: drafts in memory)."""
        self._erase, self._wishes, self._soonest = erase, wishes, soonest
        self.more = list(more)
        self._running: dict[Wish, asyncio.Task[None]] = {}
        self._written: set[Wish] = set()

    async def erase(self, wish: Wish, within: float = 0.0) -> bool:
        """Begin to make a wish true, and wait for that so many seconds; tell whether it is true, or written down where it cannot be lost. It goes on in any case."""
        for let_go in self.more:
            let_go(wish.owner)
        task = self._running.get(wish) or self._begin(wish)
        await asyncio.wait({task}, timeout=within)
        return wish in self._written or (task.done() and not task.cancelled())

    async def resume(self, of: str) -> None:
        """Take up what was written down about owners whose names begin so."""
        for wish in await asyncio.to_thread(self._wishes.kept, of):
            await self.erase(wish)

    async def done(self, within: float = 10.0) -> bool:
        """Wait for everything that was begun, for so many seconds at most; tell whether all of it came to its end."""
        if not self._running:
            return True
        _, late = await asyncio.wait(self._running.values(), timeout=within)
        if late:
            log.error("not_erased", owners=len(late), written=len(self._written))
        for task in late:
            task.cancel()
        return not late

    async def close(self, within: float) -> None:
        """End: what is written down waits for the next start, and what is not for so many seconds at most."""
        await self.done(within if self._running.keys() - self._written else min(within, _BRIEF))

    def _begin(self, wish: Wish) -> asyncio.Task[None]:
        task = self._running[wish] = asyncio.create_task(self._erased(wish), name="erasing")
        task.add_done_callback(lambda _: self._running.pop(wish, None))
        return task

    async def _erased(self, wish: Wish) -> None:
        if await asyncio.to_thread(self._wishes.keep, wish):
            self._written.add(wish)
        pause = self._soonest
        while not await self._tried(wish):
            log.warning("erasing_again", seconds=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LATEST)
        await asyncio.to_thread(self._wishes.drop, wish)
        self._written.discard(wish)
        log.info("erased")

    async def _tried(self, wish: Wish) -> bool:
        try:
            await self._erase(wish)
        except NotSaved:
            return False
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one attempt, nobody else makes the wish true
            fault("erasing", error)
            return False
        return True
