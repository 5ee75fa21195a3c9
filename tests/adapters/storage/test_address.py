"""Addresses as hosts write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.storage.address import file_of, is_sqlite, parse
from adapters.storage.packing import keys, pack, unpack
from bot.errors import WrongAddress
from tests.adapters.storage.stores import ANA, opened
from tests.postgres import Postgres


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("postgres://u:p@h:5432/d", "postgresql+asyncpg"),
        ("postgresql://u:p@h/d?sslmode=require", "postgresql+asyncpg"),
        ("postgresql+psycopg2://u@h/d", "postgresql+asyncpg"),
        ("sqlite:////var/x.db", "sqlite+aiosqlite"),
        ("sqlite+pysqlite://", "sqlite+aiosqlite"),
    ],
)
def test_an_address_gets_the_driver_that_we_use(url: str, driver: str) -> None:
    assert parse(url).drivername == driver
    assert is_sqlite(url) == driver.startswith("sqlite")


@pytest.mark.parametrize("url", ["", "hello", "mysql://u:secret@h/d", "postgres//u:secret@h/d", "redis://h", "http://secret@h"])
def test_what_is_no_address_is_said_without_quoting_it(url: str) -> None:
    with pytest.raises(WrongAddress) as caught:
        parse(url)
    assert "secret" not in str(caught.value)


def test_only_an_sqlite_address_has_a_file() -> None:
    assert file_of("sqlite:////var/x.db") == Path("/var/x.db")
    assert [file_of(url) for url in ("sqlite://", "sqlite:///:memory:", "postgres://h/d")] == [None] * 3


@pytest.mark.parametrize(
    "more",
    [
        "sslmode=prefer",
        "ssl=prefer",
        "sslmode=disable&channel_binding=require&connect_timeout=10",
        "application_name=x&pgbouncer=true&options=-c%20a%3Db",
    ],
)
async def test_what_an_address_says_to_other_drivers_does_no_harm(postgres: Postgres, tmp_path: Path, more: str) -> None:
    async with opened(f"{postgres.database().replace('postgresql:', 'postgres:')}&{more}", tmp_path) as store:
        await store.stop(ANA, "hype")
        assert (await store.settled(ANA)).stopped == {"hype"}


@pytest.mark.parametrize(("numbers", "size"), [((), 1), ((-1, 32767), 5), ((-1, 65535), 9), ((-(2**63), 2**63 - 1), 17)])
def test_numbers_take_the_fewest_bytes_that_hold_them(numbers: tuple[int, ...], size: int) -> None:
    assert len(pack(numbers)) == size
    assert unpack(pack(numbers)) == numbers


def test_a_number_that_does_not_fit_is_refused() -> None:
    with pytest.raises(OverflowError):
        pack((2**63,))
    assert keys([2**63, 1, 1, 2**64 - 1]) == [-(2**63), 1, -1]
