"""Footing: a way in which discord.py loses a session that could be taken up again, put right. Tested against sockets that misbehave."""

from __future__ import annotations

from discord import shard
from discord.gateway import ReconnectWebSocket

TRIES = 3
"""Attempts to take a session up again while the gateway cannot be reached; then a new one is begun, elsewhere."""


class Steady(shard.Shard):
    """A shard that takes its session up again also after an attempt that reached nobody; discord.py's own begins a new one, and misses what happened in between."""

    _failed = 0

    async def reconnect(self) -> None:
        """Resume where there is a session, a few times; then begin anew."""
        self._failed = self._failed + 1 if self.ws.session_id else TRIES
        if self._failed < TRIES:
            await self.reidentify(ReconnectWebSocket(self.id, resume=True))
        else:
            await super().reconnect()

    def launch(self) -> None:
        """Go on, on a connection that stands."""
        self._failed = 0
        super().launch()


def steady() -> None:
    """Let discord.py's clients have shards of this kind."""
    shard.Shard = Steady  # type: ignore[misc] # a client looks its shards' class up there
