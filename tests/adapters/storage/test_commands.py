"""What the command line says of the store: keys, schema, and where it does not do; no traceback, and never a key."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from pathlib import Path

import pytest

from adapters.storage.byhand import checked
from adapters.storage.migrating import head
from bot.errors import UnknownOwner
from tests.adapters.storage.stores import KEY, opened
from tests.adapters.test_cli import run
from tests.postgres import Postgres

OTHER = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="
TOKENS = {"OFFSCRIPT_SLACK_BOT_TOKEN": "xoxb-1", "OFFSCRIPT_SLACK_SIGNING_SECRET": "s", "OFFSCRIPT_DISCORD_TOKEN": "d"}


def test_a_store_that_cannot_be_opened_says_nothing_in_between(tmp_path: Path) -> None:
    (tmp_path / "offscript").mkdir()
    (tmp_path / "offscript" / "offscript.db").write_bytes(b"no database" * 500)
    done = run("chat", home=tmp_path)
    assert done.returncode == 0
    assert b"store_not_opened" not in done.stdout + done.stderr


def test_a_new_key_is_printed() -> None:
    first, second = (run("keys", "new").stdout.decode().strip() for _ in range(2))
    assert first != second
    assert len(urlsafe_b64decode(first)) == 32


@pytest.mark.fault
def test_another_key_is_one_sentence_and_status_2(tmp_path: Path) -> None:
    assert run("chat", home=tmp_path, OFFSCRIPT_KEYS=KEY).returncode == 0
    for command in (("chat",), ("rules", "stopped"), ("serve", "web")):
        done = run(*command, home=tmp_path, OFFSCRIPT_KEYS=OTHER)
        said = (done.stdout + done.stderr).decode()
        assert done.returncode == 2, said
        assert "sealed with another key" in said
        assert "Traceback" not in said
        assert OTHER not in said
    told = run("doctor", home=tmp_path, OFFSCRIPT_KEYS=OTHER)
    assert told.returncode == 1
    assert b"NO  Database: What is kept here was sealed with another key." in told.stdout


def test_what_is_no_key_is_said(tmp_path: Path) -> None:
    done = run("doctor", home=tmp_path, OFFSCRIPT_KEYS=f"{KEY},hello")
    assert b"NO  Keys: Key 2 in OFFSCRIPT_KEYS is not 32 bytes" in done.stdout
    assert b"hello" not in done.stdout


@pytest.mark.fault
def test_doctor_counts_keys_and_names_the_database(tmp_path: Path) -> None:
    told = run("doctor", home=tmp_path).stdout.decode()
    assert f"ok  Keys: one, in {tmp_path / 'etc' / 'offscript' / 'key'}" in told
    assert f"ok  Database: SQLite answers; schema {head()} is the newest." in told
    other = run("doctor", home=tmp_path / "x", OFFSCRIPT_KEYS=f"{OTHER},{KEY}").stdout.decode()
    assert "ok  Keys: 2 in OFFSCRIPT_KEYS; the first one seals." in other
    assert KEY not in other


@pytest.mark.fault
def test_split_sqlite_is_refused_by_doctor_and_serve(tmp_path: Path) -> None:
    told = run("doctor", home=tmp_path, PORT="8000", **TOKENS)
    assert told.returncode == 1
    assert b"NO  Configuration: Web and worker run apart here, and they cannot share an SQLite file." in told.stdout
    for target in ("web", "worker"):
        done = run("serve", target, home=tmp_path, **TOKENS)
        assert (done.returncode, b"cannot share an SQLite file" in done.stderr) == (2, True)
    done = run("serve", home=tmp_path, DYNO="web.1", OFFSCRIPT_DISCORD_TOKEN="d")
    assert (done.returncode, b"Heroku empties the disk" in done.stderr) == (2, True)


@pytest.mark.fault
def test_migrate_and_doctor_on_postgresql(postgres: Postgres, tmp_path: Path) -> None:
    url = {"DATABASE_URL": postgres.database()}
    done = run("migrate", home=tmp_path, **url)
    assert done.stdout.decode() == f"PostgreSQL: schema {head()}.\n"
    without = run("serve", "web", home=tmp_path, **url)
    assert without.returncode == 2
    assert b"`offscript keys new` prints one" in without.stderr
    told = run("doctor", home=tmp_path, OFFSCRIPT_KEYS=KEY, **url)
    assert told.returncode == 0, told.stdout
    assert b"ok  Configuration: what is kept is kept in PostgreSQL." in told.stdout


def test_what_cannot_be_reached_is_said(tmp_path: Path) -> None:
    done = run("migrate", home=tmp_path, DATABASE_URL="postgresql://u:secret@127.0.0.1:1/d")
    assert done.returncode == 2
    assert b"The database does not answer" in done.stderr
    assert b"secret" not in done.stderr
    done = run("migrate", home=tmp_path, DATABASE_URL="mysql://u:secret@h/d")
    assert (done.returncode, b"not the address of a database" in done.stderr, b"secret" in done.stderr) == (2, True, False)


@pytest.mark.fault
async def test_whoever_runs_it_erases_one_person_or_house_and_never_all_of_them(tmp_path: Path) -> None:
    url, more = f"sqlite:///{tmp_path / 'x.db'}", {"OFFSCRIPT_KEYS": KEY}
    async with opened(url, tmp_path) as store:
        for owner in ("discord:42", "discord:43", "discord:g:42"):
            await store.choose(owner, "language", "de")
    done = run("erase", "discord:42", "--yes", home=tmp_path, DATABASE_URL=url, **more)
    assert done.stdout.decode() == "Erased: discord:42.\n", done.stderr
    for owner in ("discord:g", "discord", "slack:e", "slack:", "discord:42:"):
        refused = run("erase", owner, "--yes", home=tmp_path, DATABASE_URL=url, **more) if owner == "discord:g" else None
        assert refused is None or (refused.returncode, b"nobody's name here" in refused.stderr) == (2, True)
        with pytest.raises(UnknownOwner):
            checked(owner)
    async with opened(url, tmp_path) as store:
        left = [owner for owner in ("discord:42", "discord:43", "discord:g:42") if (await store.settled(owner)).own]
    assert left == ["discord:43", "discord:g:42"]
