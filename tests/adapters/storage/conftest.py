"""Both databases under one contract: a test that asks for `url` or `store` runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.storage import door
from adapters.storage.store import SqlStore
from tests.adapters.storage.stores import opened


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'deep' / 'offscript.db'}"
    return str(request.getfixturevalue("postgres").database())


@pytest.fixture
async def store(url: str, tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with opened(url, tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait longer than in production: machines that run tests are busy. Tests of the patience itself set their own."""
    for name in ("PATIENCE", "CLAIM", "HASTE"):
        monkeypatch.setattr(door, name, 20.0)
