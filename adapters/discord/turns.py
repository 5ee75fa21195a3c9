"""Turns: who may begin a session on Discord's gateway now. Discord lets `max_concurrency` begin in five seconds, over all hosts together, and 1,000 in a day."""

from __future__ import annotations

import asyncio
from asyncio import sleep
from secrets import token_hex
from time import monotonic
from typing import TYPE_CHECKING

import structlog
from discord import GatewayNotFound

from bot.errors import NotSaved

if TYPE_CHECKING:
    from discord import AutoShardedClient

    from bot.ports import Leases

log = structlog.get_logger("offscript.discord")

PAUSE = 5.5
"""Seconds between two beginnings in one lane: Discord's five, and what clocks and networks may differ by."""
PATIENCE = 45.0
"""Seconds that an open connection waits for its turn; Discord takes one that is silent for longer as dead."""
_LOOK = 0.25


class Turns:
    """The lanes in which sessions begin. With a store they are shared by all processes on it, without one they are this process's own."""

    def __init__(self, leases: Leases | None = None, pause: float = PAUSE) -> None:
        """Start with one lane, until Discord says how many there are."""
        self._leases, self._pause = leases, pause
        self.lanes = 1
        self._begun: dict[int, float] = {}
        self._queued: dict[int, str] = {}

    async def prepare(self, client: AutoShardedClient) -> None:
        """Ask Discord how many shards it recommends, how many may begin at once, and how many today; where today has too few left, wait for tomorrow's."""
        try:
            shards, _, limits = await client.http.get_bot_gateway()
        except GatewayNotFound:
            return
        if client.shard_count is None:
            client.shard_count = shards
        self.lanes = max(1, limits["max_concurrency"])
        needed = len(client.shard_ids or range(client.shard_count))
        log.info("discord.sessions", left=limits["remaining"], shards=client.shard_count, ours=needed, lanes=self.lanes)
        if limits["remaining"] < needed:
            log.error("discord.sessions_short", left=limits["remaining"], needed=needed, seconds=limits["reset_after"] / 1000)
            await sleep(limits["reset_after"] / 1000)

    async def queue(self, shard: int) -> None:
        """Wait, however long, for a turn to open a connection in; `take` uses it once the connection is there."""
        holder = token_hex(8)
        await self._wait(shard, holder)
        self._queued[shard] = holder

    async def take(self, shard: int) -> None:
        """Wait for the turn to begin, on a connection that is open. Raises TimeoutError where it does not come in time."""
        holder = self._queued.pop(shard, None) or token_hex(8)
        async with asyncio.timeout(PATIENCE):
            await self._wait(shard, holder, again=True)
        self._begun[shard % self.lanes] = monotonic()

    async def _wait(self, shard: int, holder: str, *, again: bool = False) -> None:
        """Wait until this process has not begun in the lane for a while, nor has any other one."""
        lane = shard % self.lanes
        await sleep(max(0.0, self._begun.get(lane, -self._pause) + self._pause - monotonic()))
        while not await self._leased(lane, holder, again=again):  # noqa: ASYNC110 - another process has it, and no event of ours tells when it is over
            await sleep(_LOOK)

    async def _leased(self, lane: int, holder: str, *, again: bool) -> bool:
        """Tell whether the lane is ours; where the store does not answer, one that was not taken before is ours after a pause."""
        if self._leases is None:
            return True
        try:
            return await self._leases.lease(f"discord:identify:{lane}", holder, self._pause)
        except NotSaved:
            log.warning("discord.no_lease", lane=lane)
            if not again:
                await sleep(self._pause)
            return True
