"""Keep no longer than was said: what is over is erased at start and every hour."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from adapters.logs import event
from bot.errors import NotSaved

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from adapters.storage.store import SqlStore
    from bot.ports import Clock

_HOUR, _MINUTE = 3600.0, 60.0


@asynccontextmanager
async def kept_tidy(store: SqlStore, clock: Clock) -> AsyncIterator[None]:
    """Erase what is over, now and every hour, for as long as this is entered; a database that does not answer is asked again a minute later."""
    task = asyncio.create_task(_keep(store, clock))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _keep(store: SqlStore, clock: Clock) -> None:
    while True:
        try:
            await store.tidy(clock.now())
        except NotSaved:
            event("not_tidied")
            await asyncio.sleep(_MINUTE)
        else:
            await asyncio.sleep(_HOUR)
