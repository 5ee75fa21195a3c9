"""Open the store: an engine, its schema, its keys. A database that does not answer yet costs what is kept and no review: it is asked again until it does."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from adapters.logs import event
from adapters.storage.address import engine, is_sqlite
from adapters.storage.cipher import new, ring
from adapters.storage.door import Door
from adapters.storage.keyfile import ring as ring_of
from adapters.storage.migrating import migrate
from adapters.storage.part import Means
from adapters.storage.store import SqlStore
from bot.errors import NotSaved, WrongKey

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.ext.asyncio import AsyncEngine

    from bot.config import Config
    from bot.ports import Clock

_FIRST = 8.0
"""Seconds for the schema at start, and at each later attempt; a migration that takes longer is for `offscript migrate`, which waits."""
_AGAIN = 3.0
"""Seconds between two attempts afterwards."""


@asynccontextmanager
async def open_store(settings: Config, clock: Clock) -> AsyncIterator[SqlStore]:
    """Yield the store of an installation. Raises WrongKey and WrongAddress; a database that cannot be opened gives a store that says NotSaved until it can."""
    local = is_sqlite(settings.database_url)
    try:
        keys = ring_of(settings, local=local)
        made = engine(settings.database_url)
    except OSError as error:
        event("store_not_opened", error=type(error).__name__)
        yield SqlStore(Means(Door(None), ring(new()), clock))
        return
    door = Door(made, settings.database_url)
    store = SqlStore(Means(door, keys, clock))
    working: set[asyncio.Task[None]] = set()
    try:
        if await _prepared(made, door, store):
            working.add(asyncio.create_task(_reseal(store)))
        else:
            working.add(asyncio.create_task(_prepare_later(made, door, store)))
        yield store
    finally:
        for task in working:
            task.cancel()
        if working:
            await asyncio.wait(working)
        await store.behind.over()
        await store.cleaned()
        await door.close()


async def _prepared(made: AsyncEngine, door: Door, store: SqlStore) -> bool:
    """Make the schema and read the root secret; tell whether the database let us. Raises WrongKey."""
    try:
        await door.bounded(migrate(made), _FIRST)
        door.open()
        store.rooted(await store.root())
    except NotSaved as error:
        event("store_not_opened", error=type(error.__cause__ or error).__name__)
        return False
    except WrongKey:
        door.shut()
        raise
    return True


async def _prepare_later(made: AsyncEngine, door: Door, store: SqlStore) -> None:
    """Try until the database lets us; a wrong key that shows only now leaves the store shut."""
    prepared = False
    while not prepared:
        await asyncio.sleep(_AGAIN)
        try:
            prepared = await _prepared(made, door, store)
        except WrongKey:
            event("store_sealed_with_another_key")
            return
    event("store_opened")
    await _reseal(store)


async def _reseal(store: SqlStore) -> None:
    """Seal under the first key what an older one seals; what is left over is done at the next start."""
    try:
        await store.reseal()
    except NotSaved:
        event("reseal_not_finished")
