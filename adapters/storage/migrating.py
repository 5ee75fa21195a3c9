"""Bring the schema to the newest revision: in one transaction, under a lock, so that a process killed half way leaves the old schema or the new one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from adapters.storage.address import READS

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncEngine

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x0FF5C417
"""The number of our lock in PostgreSQL; SQLite locks the whole file."""


def _alembic(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


async def migrate(made: AsyncEngine) -> None:
    """Bring the schema to the newest revision; does nothing where it is there already, or newer than this code (a newer one only adds)."""
    if not _behind(await revision(made)):
        return
    async with made.begin() as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    if _behind(_at(connection)):
        command.upgrade(_alembic(connection), "head")


def _behind(at: str | None) -> bool:
    """Tell whether a revision is none or an older one of ours."""
    ours = [script.revision for script in ScriptDirectory.from_config(_alembic()).walk_revisions()]
    return at is None or at in ours[1:]


def _at(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """Return the newest revision that this code knows."""
    return ScriptDirectory.from_config(_alembic()).get_current_head()


async def revision(made: AsyncEngine) -> str | None:
    """Return the revision that a database is at."""
    async with made.execution_options(use=READS).connect() as connection:
        return await connection.run_sync(_at)
