"""Open the store: an engine with its pragmas, migrated to the newest schema."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from adapters.storage.settings import SqlSettings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy import Connection

PRAGMAS = {"journal_mode": "WAL", "synchronous": "FULL", "busy_timeout": "5000", "secure_delete": "ON", "foreign_keys": "ON"}
"""SQLite: an acknowledged write survives a power cut, a reader never blocks, what is deleted is overwritten."""
_MIGRATIONS = Path(__file__).parent / "migrations"


def engine(url: str) -> AsyncEngine:
    """Return an engine for a database address; SQLite gets its folder (for its owner alone) and its pragmas."""
    address = make_url(url)
    if not address.drivername.startswith("sqlite"):
        return create_async_engine(address, pool_pre_ping=True)
    if address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = create_async_engine(address.set(drivername="sqlite+aiosqlite"))
    event.listen(made.sync_engine, "connect", _pragmas)
    return made


def _pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for name, value in PRAGMAS.items():
        cursor.execute(f"PRAGMA {name} = {value}")
    cursor.close()


def _alembic(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config


async def migrate(made: AsyncEngine) -> None:
    """Bring the schema to the newest revision; does nothing where it is there already."""
    async with made.begin() as connection:
        await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    if MigrationContext.configure(connection).get_current_revision() != head():
        command.upgrade(_alembic(connection), "head")


def head() -> str | None:
    """Return the newest revision that this code knows."""
    return ScriptDirectory.from_config(_alembic()).get_current_head()


async def revision(made: AsyncEngine) -> str | None:
    """Return the revision that a database is at."""
    async with made.connect() as connection:
        return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())


@asynccontextmanager
async def open_settings(url: str) -> AsyncIterator[SqlSettings]:
    """Yield the settings in a migrated store. A store that cannot be opened costs the settings and not the review."""
    made = engine(url)
    try:
        try:
            await migrate(made)
        except (SQLAlchemyError, OSError):
            yield SqlSettings(None)
            return
        yield SqlSettings(made)
    finally:
        await made.dispose()
