"""What the tests of the Discord adapter share: one stage, looked over when the test is through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import simcord

from tests.adapters.discord.discord_stage import Stage, client
from tests.fakes import FakeClock, FakeStore


@pytest.fixture
def settings() -> FakeStore:
    return FakeStore()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def simcord_bot(settings: FakeStore, clock: FakeClock) -> Any:
    return client(settings, clock)


@pytest.fixture
def stage(simcord_env: simcord.Env, settings: FakeStore, clock: FakeClock) -> Iterator[Stage]:
    stage = Stage(simcord_env, settings, clock)
    yield stage
    stage.check()
