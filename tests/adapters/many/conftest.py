"""Many workspaces of our small Slack, and the app in them on a real store: SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.many.stage import Process, process
from tests.adapters.slack.fake_slack import FakeSlack, running
from tests.adapters.storage.conftest import patient, url  # noqa: F401 - fixtures
from tests.adapters.storage.stores import opened
from tests.fakes import FakeClock


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with running() as fake:
        fake.tokens.clear()
        yield fake


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def app(slack: FakeSlack, url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Process]:  # noqa: F811
    async with opened(url, tmp_path, clock=clock) as store, process(slack, store, clock) as made:
        yield made
