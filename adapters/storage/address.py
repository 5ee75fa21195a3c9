"""Database addresses as hosts write them, and the engine for one: SQLite with its pragmas, PostgreSQL with what libpq would understand."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

from bot.errors import WrongAddress

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection

PRAGMAS = {"busy_timeout": "5000", "journal_mode": "WAL", "synchronous": "FULL", "secure_delete": "ON", "foreign_keys": "ON"}
"""SQLite: an acknowledged write survives a power cut, a reader never blocks, what is deleted is overwritten."""
READS, BARE = "reads", "bare"
"""How a connection may be used, as its execution option `use`: to read only, or without any transaction. Otherwise it writes."""
_DRIVER = {"sqlite": "sqlite+aiosqlite", "postgres": "postgresql+asyncpg", "postgresql": "postgresql+asyncpg"}
_OF_LIBPQ = frozenset(
    "channel_binding client_encoding connect_timeout fallback_application_name gssdelegation gssencmode keepalives keepalives_count keepalives_idle "
    "keepalives_interval load_balance_hosts options pgbouncer prepared_statement_cache_size replication require_auth requirepeer requiressl schema service sslcertmode sslcompression "
    "sslnegotiation sslsni tcp_user_timeout".split()
)
"""What an address may say to libpq and what asyncpg would hand on to the server, which refuses it."""
_TRIES, _PAUSE = 100, 0.05
"""How often, and after how many seconds, a new file is tried that another process is just making."""
_CONNECT, _COMMAND = 5.0, 60.0
"""Seconds for a new connection, and for one command of a migration or of tidying; replies wait much less."""


def parse(url: str) -> URL:
    """Return an address with the driver that we use; raises WrongAddress."""
    try:
        address = make_url(url)
    except ArgumentError:
        raise WrongAddress from None
    backend = address.drivername.partition("+")[0]
    if backend not in _DRIVER:
        raise WrongAddress
    return address.set(drivername=_DRIVER[backend])


def is_sqlite(url: str) -> bool:
    """Tell whether an address is that of an SQLite file; raises WrongAddress."""
    return parse(url).get_backend_name() == "sqlite"


def file_of(url: str) -> Path | None:
    """Return the file of an SQLite address, or none for one in memory and for PostgreSQL."""
    address = parse(url)
    inside = address.database if address.get_backend_name() == "sqlite" else None
    return Path(inside) if inside and inside != ":memory:" else None


def engine(url: str) -> AsyncEngine:
    """Return an engine for an address; an SQLite file gets its folder, for its owner alone. Raises WrongAddress, OSError."""
    address = parse(url)
    if address.get_backend_name() == "postgresql":
        return create_async_engine(
            address.set(query={}), async_creator=lambda *_, **__: connect(address), pool_pre_ping=True, pool_size=3, max_overflow=5
        )
    if file := file_of(url):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = create_async_engine(address)
    event.listen(made.sync_engine, "connect", _pragmas)
    event.listen(made.sync_engine, "begin", _begin)
    return made


async def connect(address: URL) -> Any:
    """Connect to PostgreSQL; whatever is wrong is an OSError, so that callers know one kind of failure."""
    import asyncpg  # noqa: PLC0415 - an installation on SQLite never loads it

    named = {("sslmode" if name == "ssl" else name): value for name, value in address.query.items()}
    query = {name: "require" if value == "true" else value for name, value in named.items() if name not in _OF_LIBPQ}
    try:
        return await asyncpg.connect(
            address.set(drivername="postgresql", query=query).render_as_string(hide_password=False), timeout=_CONNECT, command_timeout=_COMMAND
        )
    except (asyncpg.PostgresError, asyncpg.InterfaceError, ValueError, TimeoutError) as error:
        raise ConnectionError(type(error).__name__) from error


def _pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where we say so: those of the driver would leave out changes of the schema
    cursor = connection.cursor()
    for name, value in PRAGMAS.items():
        _patiently(cursor, f"PRAGMA {name} = {value}")
    cursor.close()


def _patiently(cursor: Any, statement: str) -> None:
    """Run a statement again while another process turns a new file to WAL, which SQLite's busy timeout does not wait for."""
    for left in reversed(range(_TRIES)):
        try:
            cursor.execute(statement)
        except sqlite3.OperationalError as error:
            if not left or "locked" not in str(error):
                raise
            await_only(asyncio.sleep(_PAUSE))
        else:
            return


def _begin(connection: Connection) -> None:
    use = connection.get_execution_options().get("use")
    if use != BARE:
        connection.exec_driver_sql("BEGIN" if use == READS else "BEGIN IMMEDIATE")
