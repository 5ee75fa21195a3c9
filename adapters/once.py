"""Once: one delivery has at most one effect. Platforms deliver again after a reconnect; what was seen is remembered for a while, and only its id."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.ports import Clock

LIFE = timedelta(hours=1)
"""How long an id is remembered; platforms deliver again within minutes."""
MOST = 20_000
"""Ids remembered at once; the oldest goes first."""


class Once:
    """The ids of deliveries that were answered already; bounded, and forgotten after an hour."""

    def __init__(self, clock: Clock, most: int = MOST) -> None:
        """Start with nothing seen; `clock` decides when an id is forgotten."""
        self._clock, self._most = clock, most
        self._seen: dict[str, datetime] = {}

    def first(self, key: str) -> bool:
        """Tell whether this id comes for the first time, and remember it; what has no id is always new."""
        self._forget()
        if not key:
            return True
        if key in self._seen:
            return False
        self._seen[key] = self._clock.now() + LIFE
        return True

    async def claim(self, delivery: str) -> bool:
        """Be the claims port of a process that has no store."""
        return self.first(delivery)

    def _forget(self) -> None:
        """Forget what is over, and the oldest where there are too many; they stand in the order of their time."""
        now = self._clock.now()
        while self._seen and (len(self._seen) >= self._most or next(iter(self._seen.values())) <= now):
            del self._seen[next(iter(self._seen))]
