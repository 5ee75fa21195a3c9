"""Servers: those that removed us are forgotten, also where nobody was there to hear of it. At the beginning of a session Discord names every server of a shard."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog

from adapters.logs import fault
from adapters.storage.wishes import Wish
from bot.errors import NotSaved

if TYPE_CHECKING:
    from collections.abc import Callable

    from adapters.erasing import Erasing
    from bot.ports import Houses

log = structlog.get_logger("offscript.discord")

_OURS, _APPLICATION = "discord:application", "application"
"""Under which the store has whose servers it knows."""
_HOUSE = "discord:g"
_SETTLED, _AGAIN = 5.0, 5.0
"""Seconds for news of servers that were joined a moment ago, and until a store that did not answer is asked again."""


def house_of(guild: int | str) -> str:
    """Return the name of a server in the store."""
    return f"{_HOUSE}:{guild}"


def shard_of(guild: int, count: int) -> int:
    """Return the shard of a server. Source: Discord's "Sharding"."""
    return (guild >> 22) % count


class Servers:
    """Which servers we are in, by shard, and what is kept of those that we are in no more. It outlives the client."""

    def __init__(self, store: Houses, erasing: Erasing, settled: float = _SETTLED) -> None:
        """Compare with a store; `settled` is in seconds."""
        self._store, self._erasing, self._settled = store, erasing, settled
        self._here: dict[int, set[int]] = {}
        self._comparing: dict[int, asyncio.Task[None]] = {}

    def listen(self, parsers: dict[str, Callable[[Any], None]]) -> None:
        """Hear what the gateway says of servers, before the client does: it goes on taking one for ours that we were removed from between two sessions."""
        for name, heard in (("READY", self._begun), ("GUILD_CREATE", self._joined)):
            parsers[name] = partial(_both, heard, parsers[name])

    async def left(self, guild: int) -> None:
        """Forget a server that removed us."""
        for here in self._here.values():
            here.discard(guild)
        await self._erasing.erase(Wish(house_of(guild)))

    def close(self) -> None:
        """Compare no more."""
        for task in self._comparing.values():
            task.cancel()

    def _begun(self, ready: Any) -> None:
        """Take in all servers of a shard, those in an outage among them, and begin to compare."""
        shard, count = ready["shard"]
        here = self._here[shard] = {int(guild["id"]) for guild in ready["guilds"]}
        if shard in self._comparing:
            self._comparing[shard].cancel()
        task = self._comparing[shard] = asyncio.create_task(self._compare(shard, count, here, str(ready["application"]["id"])), name="servers")
        task.add_done_callback(_noted)

    def _joined(self, guild: Any) -> None:
        for here in self._here.values():
            here.add(int(guild["id"]))

    async def _compare(self, shard: int, count: int, here: set[int], application: str) -> None:
        """Forget the servers of a shard of which something is kept and which are not here. What is kept is asked for first, so that nobody who joins is taken for gone."""
        while True:
            try:
                if not await self._same(application):
                    log.warning("discord.another_application")
                    return
                kept = await self._store.houses(_HOUSE)
                break
            except NotSaved:
                await asyncio.sleep(_AGAIN)
        await asyncio.sleep(self._settled)
        numbers = [int(number) for number in (house.rpartition(":")[2] for house in kept) if number.isdecimal()]
        gone = [number for number in numbers if shard_of(number, count) == shard and number not in here]
        for number in gone:
            await self._erasing.erase(Wish(house_of(number)))
        if gone:
            log.info("discord.servers_gone", shard=shard, servers=len(gone))

    async def _same(self, application: str) -> bool:
        """Tell whether the store was this application's from the beginning: another one is in other servers. Raises NotSaved."""
        known = (await self._store.settled(_OURS)).own.get(_APPLICATION)
        if known is None:
            await self._store.choose(_OURS, _APPLICATION, application)
        return known in {None, application}


def _noted(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        fault("servers", error)


def _both(first: Callable[[Any], None], then: Callable[[Any], None], data: Any) -> None:
    first(data)
    then(data)
