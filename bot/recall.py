"""The draft that a dialogue is about, in memory only, for fifteen minutes; never written anywhere."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.ports import Clock
    from bot.request import Request

LIFE = timedelta(minutes=15)
MOST = 10_000
"""Drafts held at once; the oldest goes first."""


class MemoryRecall:
    """Recall in the memory of one process."""

    def __init__(self, clock: Clock) -> None:
        """Start empty; `clock` decides when a draft is let go of."""
        self._clock = clock
        self._held: dict[str, tuple[datetime, Request]] = {}

    def keep(self, writer: str, request: Request) -> None:
        """Hold the writer's draft; the one before it is gone."""
        self._held.pop(writer, None)
        self._held[writer] = (self._clock.now() + LIFE, request)
        self._forget()

    def recall(self, writer: str) -> Request | None:
        """Return the draft, or none when its time is over."""
        self._forget()
        _, request = self._held.get(writer, (None, None))
        return request

    def let_go(self, writer: str) -> None:
        """Forget the writer's draft."""
        self._held.pop(writer, None)

    def _forget(self) -> None:
        """Forget every draft whose time is over, whoever wrote it, and the oldest where there are too many; they stand in the order of their time."""
        now = self._clock.now()
        while self._held and (len(self._held) > MOST or next(iter(self._held.values()))[0] <= now):
            self._held.pop(next(iter(self._held)))
