"""Pace: no one person takes up everybody's time. Who goes beyond what anybody can read is told once, and then not answered until their minute is over."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MOST = 120
"""Things that one person may ask for in a minute."""
_MINUTE = 60.0
_PEOPLE = 20_000
"""People remembered at once; whoever began longest ago goes first."""


class Pace:
    """What everybody asked for within their minute, in this process."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Start with nobody; `now` is in seconds."""
        self._now = now
        self._asked: dict[str, tuple[float, int]] = {}

    def beyond(self, writer: str) -> int:
        """Count one thing more for a person; return by how many they are beyond what is answered, 0 for not at all."""
        now = self._now()
        while self._asked and (len(self._asked) > _PEOPLE or next(iter(self._asked.values()))[0] <= now):
            del self._asked[next(iter(self._asked))]
        until, count = self._asked.get(writer, (now + _MINUTE, 0))
        self._asked[writer] = (until, count + 1)
        return max(0, count + 1 - MOST)
