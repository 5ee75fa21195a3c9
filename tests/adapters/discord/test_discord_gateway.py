"""Trouble on Discord's gateway, over real sockets: back in time, a session resumed where it may be, never begun too often, nothing answered twice."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from aiohttp import web

from adapters.discord.client import Shared, build, run
from adapters.discord.turns import Turns
from bot.coach import Coach
from bot.errors import TurnedAway, WrongToken
from bot.recall import Held
from tests.adapters.discord.fake_discord import DM, INVALID, RECONNECT, TOKEN, FakeDiscord, discord, error, limited
from tests.fakes import FakeClaims, FakeClock, FakeLeases, FakeStore

INVITE = "Hi Davina, I'd like to add you to my professional network. Best, Sam"
PACE = 0.4
"""Seconds between two beginnings where a test is not about the five that Discord asks for."""


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with discord() as made:
        made.interval, made.spacing = 0.3, PACE - 0.1
        yield made
        made.check()


def maker(shared: Shared | None = None, **options: Any) -> Callable[[], Any]:
    clock = FakeClock()
    coach, held = Coach(FakeStore(), clock, "discord", "/coach"), Held(clock)
    kept = shared or Shared(FakeClaims(), turns=Turns(pause=PACE))
    return lambda: build(coach, held, kept, **{"heartbeat_timeout": 1.5, **options})


@asynccontextmanager
async def running(fake: FakeDiscord, shared: Shared | None = None, *, token: str = TOKEN, sessions: int = 1, **options: Any) -> AsyncIterator[asyncio.Task[None]]:
    before = len(fake.live())
    task = asyncio.create_task(run(maker(shared, **options), token))
    try:
        await fake.until(lambda: len(fake.live()) == before + sessions or task.done(), 20)
        if task.done():
            await task
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, WrongToken, TurnedAway):
            await task


async def cut(fake: FakeDiscord) -> None:
    await fake.close(1006)


async def asked_to_go(fake: FakeDiscord) -> None:
    await fake.op(RECONNECT)


async def resumable(fake: FakeDiscord) -> None:
    await fake.op(INVALID, True)


async def invalid(fake: FakeDiscord) -> None:
    await fake.op(INVALID, False)


async def closed(fake: FakeDiscord) -> None:
    await fake.close(4000)


async def going_away(fake: FakeDiscord) -> None:
    await fake.close(1001)


async def timed_out(fake: FakeDiscord) -> None:
    await fake.close(4009, forget=True)


async def deaf(fake: FakeDiscord) -> None:
    fake.deaf |= {session.socket for session in fake.live() if session.socket}


TROUBLES: dict[Callable[[FakeDiscord], Awaitable[None]], bool] = {
    cut: True, asked_to_go: True, resumable: True, closed: True, going_away: True, invalid: False, timed_out: False, deaf: True,
}  # fmt: skip
"""What happens, and whether the session may be resumed."""


async def cycle(fake: FakeDiscord, trouble: Callable[[FakeDiscord], Awaitable[None]]) -> float:
    """Let something happen while somebody asks for something; return the seconds until they are answered."""
    sockets = {id(session.socket) for session in fake.live()}
    resumes = sum(good for _, _, good in fake.resumed)
    answered = await fake.coach(INVITE)
    await fake.until(lambda: fake.answered(answered))
    await trouble(fake)
    missed = await fake.coach(INVITE) if TROUBLES[trouble] else ""
    took = await fake.until(lambda: any(id(session.socket) not in sockets and session.socket not in fake.deaf for session in fake.live()), 15)
    if missed:
        await fake.until(lambda: fake.answered(missed))
        assert sum(good for _, _, good in fake.resumed) == resumes + 1
    later = await fake.dm(INVITE)
    await fake.until(lambda: fake.answered(later))
    assert [fake.answered(number) for number in (answered, missed, later) if number] == [1] * (3 if missed else 2)
    return took


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda each: each.__name__)
async def test_after_trouble_it_is_back_and_answers_once(fake: FakeDiscord, trouble: Callable[[FakeDiscord], Awaitable[None]]) -> None:
    async with running(fake):
        assert await cycle(fake, trouble) < 10
        assert len(fake.identified) == (1 if TROUBLES[trouble] else 2)
