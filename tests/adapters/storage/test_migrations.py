"""The schema: made by steps that match what the code describes, under a lock, keeping what was there; no column is for a draft."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from adapters.storage import migrating
from adapters.storage.address import engine
from adapters.storage.migrating import head, migrate, revision
from adapters.storage.tables import metadata
from tests.adapters.storage.stores import ANA, opened

FIRST = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))",
    "CREATE TABLE settings (writer VARCHAR(200) NOT NULL, name VARCHAR(60) NOT NULL, value VARCHAR(200) NOT NULL, CONSTRAINT pk_settings PRIMARY KEY (writer, name))",
    "CREATE TABLE stopped_rules (writer VARCHAR(200) NOT NULL, rule VARCHAR(100) NOT NULL, since {moment} NOT NULL, CONSTRAINT pk_stopped_rules PRIMARY KEY (writer, rule))",
    "INSERT INTO alembic_version (version_num) VALUES ('0001')",
    "INSERT INTO stopped_rules (writer, rule, since) VALUES ('slack:T1:U1', 'hype', '2026-11-02 10:00:00.000000')",
    "INSERT INTO settings (writer, name, value) VALUES ('slack:T1:U1', 'language', 'en')",
)
"""What the first version did to a database, statement by statement."""
SINCE = (
    "SELECT rule FROM stopped_rules WHERE writer = 'old'",
    "INSERT INTO stopped_rules (writer, rule, since) VALUES ('old', 'hype', '2026-11-02 10:00:00.000000') ON CONFLICT DO NOTHING",
    "INSERT INTO stopped_rules (writer, rule, since) VALUES ('old', 'hype', '2026-11-02 10:00:00.000000') ON CONFLICT DO NOTHING",
    "DELETE FROM stopped_rules WHERE writer = 'old' AND rule = 'hype'",
    "DELETE FROM settings WHERE writer = 'old'",
)
"""What the first version says to a database that it finds migrated."""


async def say(url: str, *statements: str) -> None:
    made = engine(url)
    async with made.begin() as connection:
        moment = "TIMESTAMP WITH TIME ZONE" if connection.dialect.name == "postgresql" else "DATETIME"
        for statement in statements:
            await connection.execute(text(statement.format(moment=moment)))
    await made.dispose()


def differences(connection: Connection) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))


async def test_migrations_make_the_tables_that_the_code_describes(url: str) -> None:
    made = engine(url)
    await migrate(made)
    await migrate(made)
    assert await revision(made) == head()
    async with made.connect() as connection:
        assert await connection.run_sync(differences) == []
    await made.dispose()


async def test_in_sqlite_the_statements_are_the_very_same(tmp_path: Path) -> None:
    def schema(path: Path) -> dict[str, str]:
        plain = sqlite3.connect(path)
        found = {name: " ".join(sql.split()) for name, sql in plain.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")}
        plain.close()
        return {name: sql for name, sql in found.items() if not name.startswith("alembic")}

    for name in ("steps", "code"):
        made = engine(f"sqlite:///{tmp_path / name}")
        if name == "steps":
            await migrate(made)
        else:
            async with made.begin() as connection:
                await connection.run_sync(metadata.create_all)
        await made.dispose()
    assert schema(tmp_path / "steps") == schema(tmp_path / "code")


async def test_what_was_kept_before_is_kept_and_code_from_before_goes_on(url: str, tmp_path: Path) -> None:
    await say(url, *FIRST)
    async with opened(url, tmp_path) as store:
        await say(url, *SINCE)
        settled = await store.settled(ANA)
        assert (settled.stopped, settled.own) == ({"hype"}, {"language": "en"})
        assert await store.settled("old") == await store.settled("nobody")


async def test_several_processes_at_once_make_one_schema(url: str) -> None:
    made = [engine(url) for _ in range(5)]
    await asyncio.gather(*(migrate(one) for one in made))
    assert {await revision(one) for one in made} == {head()}
    for one in made:
        await one.dispose()


async def test_a_newer_schema_is_left_alone(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path):
        pass
    await say(url, "UPDATE alembic_version SET version_num = '9999'")
    async with opened(url, tmp_path) as store:
        await store.stop(ANA, "hype")
    assert migrating.head() != "9999"


def test_no_table_has_room_for_a_draft() -> None:
    names = {column.name for table in metadata.sorted_tables for column in table.columns}
    assert not names & {"draft", "text", "body", "note", "quote", "words", "name_of", "met"}
