"""At most one effect for each delivery: platforms send the same thing again when an answer was slow, and after a reconnect."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.ports import Clock

LIFE = timedelta(minutes=30)
"""How long a delivery is remembered; Slack's last try comes after some six minutes."""
MOST = 50_000
"""Deliveries remembered at once."""


class Once:
    """The deliveries that one process has seen, by the platform's own ids."""

    def __init__(self, clock: Clock) -> None:
        """Start empty; `clock` decides when an id is forgotten."""
        self._clock = clock
        self._seen: dict[str, datetime] = {}

    def first(self, key: str) -> bool:
        """Tell whether this is the first delivery with that id; an empty id is always one."""
        now = self._clock.now()
        while self._seen and (len(self._seen) >= MOST or next(iter(self._seen.values())) <= now):
            self._seen.pop(next(iter(self._seen)))
        if not key:
            return True
        if key in self._seen:
            return False
        self._seen[key] = now + LIFE
        return True
