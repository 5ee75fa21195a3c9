"""The app against our own small Slack, over Socket Mode and over HTTP alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.adapters.slack.fake_slack import FakeSlack, running
from tests.adapters.slack.workspace import Workspace, installed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with running() as fake:
        yield fake


@pytest.fixture(params=["socket", "http"])
async def workspace(slack: FakeSlack, request: pytest.FixtureRequest) -> AsyncIterator[Workspace]:
    async with installed(slack, request.param) as made:
        yield made
