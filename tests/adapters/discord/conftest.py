"""What the tests of the Discord adapter share: one stage, looked over when the test is through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import simcord

from tests.adapters.discord.discord_stage import Stage, client
from tests.fakes import FakeClock, FakeSettings


@pytest.fixture
def settings() -> FakeSettings:
    return FakeSettings()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def simcord_bot(settings: FakeSettings, clock: FakeClock) -> Any:
    return client(settings, clock)


@pytest.fixture
def stage(simcord_env: simcord.Env, settings: FakeSettings, clock: FakeClock) -> Iterator[Stage]:
    stage = Stage(simcord_env, settings, clock)
    yield stage
    stage.check()
