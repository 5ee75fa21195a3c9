"""Socket Mode that lives: however a connection ends, another one stands within ten seconds, and whether one stands is known."""

from __future__ import annotations

import asyncio

import pytest

from tests.adapters.slack.fake_slack import FakeSlack
from tests.adapters.slack.workspace import installed

INVITE = "Hi Davina, great meeting you! I'd like to add you to my professional network. Best, Sam"


@pytest.mark.fault
@pytest.mark.parametrize("end", ["refresh_requested", "warning", "hang_up", "reset", "freeze"])
async def test_a_connection_that_ends_is_replaced_within_ten_seconds(slack: FakeSlack, end: str) -> None:
    async with installed(slack, "socket") as made:
        if end in {"refresh_requested", "warning"}:
            await slack.disconnect(end)
        else:
            assert await getattr(slack, end)() < 10
        shown = await slack.command(INVITE)
        assert shown
        assert shown.lines()[0] == "This could go to anyone."
        assert await made.handler.client.is_connected()


@pytest.mark.fault
async def test_while_slack_is_away_it_is_known_and_afterwards_everything_works(slack: FakeSlack) -> None:
    async with installed(slack, "socket") as made:
        slack.away = True
        before = slack.sockets[-1]
        await before.close()
        for _ in range(100):
            if not await made.handler.client.is_connected():
                break
            await asyncio.sleep(0.05)
        else:
            raise AssertionError("it takes itself to be connected")
        slack.away = False
        assert await slack.back(before) < 10
        assert await slack.command(INVITE)


async def test_two_connections_during_a_deploy_answer_one_delivery_each(slack: FakeSlack) -> None:
    async with installed(slack, "socket"):
        async with installed(slack, "socket"):
            assert len(slack.sockets) == 2
            assert await slack.command(INVITE)
        for _ in range(100):
            if len(slack.sockets) == 1:
                break
            await asyncio.sleep(0.05)
        assert await slack.command(INVITE)
