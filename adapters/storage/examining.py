"""What can be said of the store without showing anything of it: which database, which schema, how many keys."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from adapters.clock import SystemClock
from adapters.storage.address import engine, is_sqlite
from adapters.storage.door import Door
from adapters.storage.keyfile import ring
from adapters.storage.migrating import head, migrate, revision
from adapters.storage.part import Means
from adapters.storage.secret import Secrets
from bot import config
from bot.errors import StoreDown

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from bot.config import Config


def keys(settings: Config) -> str:
    """Return how many keys there are, and where from; never one of them. Raises WrongKey, OSError."""
    count = len(ring(settings, local=is_sqlite(settings.database_url)).keys)
    if not settings.keys.get_secret_value().strip():
        return f"one, in {settings.key_file}; keep a copy of it elsewhere."
    return "one, in OFFSCRIPT_KEYS." if count == 1 else f"{count} in OFFSCRIPT_KEYS; the first one seals."


async def examine(settings: Config) -> str:
    """Bring the schema up to date, open the root secret, and say how things are. Raises WrongKey, NotSaved, SQLAlchemyError, OSError, and ValueError for a schema that is not the newest."""
    made = engine(settings.database_url)
    door = Door(made)
    try:
        await migrate(made)
        at = await revision(made)
        if at != head():
            raise ValueError(f"the schema is at {at}, this version needs {head()}.")
        return f"{_kind(settings)} answers; schema {at} is the newest{await _older(settings, door)}."
    finally:
        await door.close()


async def _older(settings: Config, door: Door) -> str:
    door.open()
    secrets = Secrets(Means(door, ring(settings, local=is_sqlite(settings.database_url)), SystemClock()))
    await secrets.root()
    count = await secrets.older()
    return f"; {count:,} notes and phrases still need a key that is not the first" if count else ""


def _kind(settings: Config) -> str:
    return "SQLite" if is_sqlite(settings.database_url) else "PostgreSQL"


def migrated() -> str:
    """Bring the schema to the newest revision, and say so. Raises WrongAddress, StoreDown."""
    settings = config.load()
    try:
        return f"{_kind(settings)}: schema {asyncio.run(_migrated(engine(settings.database_url)))}."
    except (SQLAlchemyError, OSError) as error:
        raise StoreDown(type(error).__name__) from error


async def _migrated(made: AsyncEngine) -> str | None:
    try:
        await migrate(made)
        return await revision(made)
    finally:
        await made.dispose()
