"""Trouble on Discord's gateway, over real sockets: back in time, a session resumed where it may be, never begun too often, nothing answered twice."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from adapters.discord.client import Shared, build, run
from adapters.discord.turns import PAUSE, Turns
from bot.coach import Coach
from bot.errors import TurnedAway, WrongToken
from bot.recall import Held
from tests.adapters.discord.fake_discord import DM, INVALID, RECONNECT, TOKEN, FakeDiscord, discord, error, hosted, limited
from tests.fakes import FakeClaims, FakeClock, FakeStore

pytestmark = pytest.mark.fault
CYCLES = int(os.environ.get("OFFSCRIPT_TEST_CYCLES", "100"))


INVITE = "Hi Davina, I'd like to add you to my professional network. Best, Sam"
PACE = 0.4
"""Seconds between two beginnings where a test is not about the five that Discord asks for."""


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with discord() as made:
        made.interval, made.spacing = 0.3, PACE - 0.1
        yield made
        made.check()


def maker(shared: Shared | None = None, store: FakeStore | None = None, **options: Any) -> Callable[[], Any]:
    clock = FakeClock()
    coach, held = Coach(store or FakeStore(), clock, "discord", "/coach"), Held(clock)
    kept = shared or Shared(FakeClaims(), turns=Turns(pause=PACE))
    return lambda: build(coach, held, kept, **{"heartbeat_timeout": 2.5, **options})


@asynccontextmanager
async def running(
    fake: FakeDiscord, shared: Shared | None = None, *, token: str = TOKEN, sessions: int = 1, **options: Any
) -> AsyncIterator[asyncio.Task[None]]:
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
        assert sum(good for _, _, good in fake.resumed) > resumes
    later = await fake.dm(INVITE)
    await fake.until(lambda: fake.answered(later))
    assert [fake.answered(number) for number in (answered, missed, later) if number] == [1] * (3 if missed else 2)
    return took


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda each: each.__name__)
async def test_after_trouble_it_is_back_and_answers_once(fake: FakeDiscord, trouble: Callable[[FakeDiscord], Awaitable[None]]) -> None:
    async with running(fake):
        assert await cycle(fake, trouble) < 10
        assert len(fake.identified) == (1 if TROUBLES[trouble] else 2)


async def cycles(fake: FakeDiscord, count: int, **options: Any) -> None:
    """Go through all sorts of trouble, one after the other, and count what Discord counts."""
    async with running(fake, **options):
        troubles = [list(TROUBLES)[number % len(TROUBLES)] for number in range(count)]
        assert max([await cycle(fake, trouble) for trouble in troubles]) < 10
    anew = sum(not TROUBLES[trouble] for trouble in troubles)
    assert len(fake.identified) == 1 + anew
    assert sum(good for _, _, good in fake.resumed) >= count - anew  # a busy machine may be late for a heartbeat
    assert fake.invalid == 0


@pytest.mark.fault
async def test_ten_troubles_in_a_row(fake: FakeDiscord) -> None:
    await cycles(fake, 10)


@pytest.mark.fault
async def test_a_hundred_troubles_in_a_row_at_the_pace_that_discord_asks_for(fake: FakeDiscord, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.adapters.discord.test_discord_gateway.PACE", PAUSE)
    fake.spacing = 5.0
    await cycles(fake, CYCLES, heartbeat_timeout=7.0)  # longer than a turn may take, as the sixty seconds outside are


async def test_it_ends_at_once_while_it_waits_for_its_turn(fake: FakeDiscord) -> None:
    fake.interval = 41.25
    async with running(fake, Shared(FakeClaims(), turns=Turns(pause=30)), heartbeat_timeout=60.0) as task:
        await fake.op(INVALID, False)
        await fake.until(lambda: not fake.live())
        await asyncio.sleep(0.2)
        task.cancel()
        done, _ = await asyncio.wait({task}, timeout=3)
        assert done


@pytest.mark.fault
async def test_two_sessions_are_five_seconds_apart(fake: FakeDiscord) -> None:
    fake.spacing = 5.0
    async with running(fake, Shared(FakeClaims()), heartbeat_timeout=60.0):
        assert await cycle(fake, invalid) < 10
        assert len(fake.identified) == 2


async def test_a_dead_connection_is_not_waited_for(fake: FakeDiscord) -> None:
    """Nothing comes on it, not even a goodbye, and the next heartbeat is far."""
    fake.interval = 41.25
    async with running(fake):
        assert await cycle(fake, deaf) < 5


async def test_heartbeats_without_an_answer_end_a_connection(fake: FakeDiscord) -> None:
    async with running(fake):
        fake.acks = False
        before = {id(session.socket) for session in fake.live()}
        await fake.until(lambda: any(id(session.socket) not in before for session in fake.live()), 10)
        assert [good for _, _, good in fake.resumed] == [True]
        assert len(fake.identified) == 1


@pytest.mark.parametrize("broken", ["shut", "mute"])
async def test_a_session_is_taken_up_again_after_attempts_that_reached_nobody(fake: FakeDiscord, broken: str) -> None:
    async with running(fake):
        setattr(fake, broken, 2)
        await fake.close(1006)
        missed = await fake.coach(INVITE)
        await fake.until(lambda: fake.answered(missed), 10)
        assert len(fake.identified) == 1
        assert [good for _, _, good in fake.resumed] == [True]


@pytest.mark.fault
async def test_a_session_that_cannot_be_reached_is_begun_anew(fake: FakeDiscord) -> None:
    async with running(fake):
        fake.shut = 3
        await fake.close(1006)
        await fake.until(lambda: len(fake.identified) == 2, 20)
        later = await fake.coach(INVITE)
        await fake.until(lambda: fake.answered(later))


@pytest.mark.parametrize(
    ("code", "raised", "says"),
    [(4004, WrongToken, "OFFSCRIPT_DISCORD_TOKEN"), (4011, TurnedAway, "--shards"), (4014, TurnedAway, "leave"), (4013, TurnedAway, "up to date")],
)
async def test_what_cannot_be_mended_ends_with_a_sentence(fake: FakeDiscord, code: int, raised: type[Exception], says: str) -> None:
    async with running(fake) as task:
        await fake.close(code)
        with pytest.raises(raised, match=says):
            await asyncio.wait_for(asyncio.shield(task), 5)
    assert len(fake.identified) == 1


async def test_a_refused_token_is_tried_once(fake: FakeDiscord) -> None:
    with pytest.raises(WrongToken):
        await run(maker(), "another")
    assert fake.invalid == len(fake.requests) == 1


async def test_a_token_that_is_reset_ends_the_process_at_the_first_refusal(fake: FakeDiscord) -> None:
    """The gateway still talks to us, and a hundred people write at once; whoever goes on asking is banned."""
    async with running(fake) as task:
        fake.token = "a.new.token"
        for _ in range(100):
            await fake.dm(INVITE)
        with pytest.raises(WrongToken, match="refused the token"):
            await asyncio.wait_for(asyncio.shield(task), 10)
    assert 1 <= fake.invalid < 100


async def test_a_token_that_is_reset_is_not_asked_with_again_at_the_gateway(fake: FakeDiscord) -> None:
    async with running(fake) as task:
        fake.token = "a.new.token"
        await fake.close(1006)
        with pytest.raises(WrongToken):
            await asyncio.wait_for(asyncio.shield(task), 10)
    assert fake.invalid == 0
    assert len(fake.identified) == 1


@pytest.mark.parametrize("scope", ["user", "shared", "global"])
async def test_too_many_requests_are_waited_for(fake: FakeDiscord, scope: str) -> None:
    """Twenty people write while Discord wants none for a moment; everybody is answered, once, and nothing is asked while it waits."""
    until = time.monotonic() + 0.6

    def full(_method: str, path: str) -> web.Response | None:
        return limited(until - time.monotonic() + 0.05, scope) if path.startswith("/channels/") and time.monotonic() < until else None

    async with running(fake):
        fake.hurdles.append(full)
        numbers = [await fake.dm(INVITE) for _ in range(20)]
        await fake.until(lambda: all(fake.answered(number) for number in numbers), 15)
        assert [fake.answered(number) for number in numbers] == [1] * 20
        assert fake.invalid < 100


async def test_closed_direct_messages_are_tried_once_each(fake: FakeDiscord) -> None:
    def closed_to_us(_method: str, path: str) -> web.Response | None:
        return error(403, 50007, "Cannot send messages to this user") if path == f"/channels/{DM}/messages" else None

    async with running(fake):
        fake.hurdles.append(closed_to_us)
        for _ in range(50):
            await fake.dm(INVITE)
        await fake.until(lambda: fake.invalid >= 50)
        await asyncio.sleep(0.2)
        assert fake.invalid == 50


async def test_a_process_ends_with_a_sentence_and_a_status_where_the_token_is_refused(fake: FakeDiscord, tmp_path: Path) -> None:
    """The whole of `offscript serve discord`: first with a token that was never good, then with one that is reset while it runs."""
    for token in ("never.good", TOKEN):
        async with hosted(fake, "serve", "discord", home=tmp_path, OFFSCRIPT_DISCORD_TOKEN=token) as process:
            if token == TOKEN:
                await fake.until(fake.live, 20)
                fake.token = "reset"
                await fake.dm(INVITE)
            await asyncio.wait_for(process.wait(), 20)
        said = (tmp_path / "log").read_text(encoding="utf-8")
        assert process.returncode == 2
        assert "Discord refused the token." in said
        assert "Traceback" not in said
        assert token not in said
    assert fake.invalid < 10
