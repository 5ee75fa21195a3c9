"""Who takes on a delivery: of all processes on one database the first, and within this one also while the database does not answer."""

from __future__ import annotations

from datetime import timedelta

from adapters.once import Once
from adapters.storage.part import Means, Part
from adapters.storage.tables import EPOCH, MICROSECOND
from bot.errors import NotSaved

LIFE = timedelta(minutes=20)
"""How long a claim holds: platforms deliver again, and buttons live, for fifteen minutes; the rest is for clocks that differ."""
_CLAIM = (
    "INSERT INTO claims AS held (delivery, until) VALUES ({0}, {1}) "
    "ON CONFLICT (delivery) DO UPDATE SET until = excluded.until WHERE held.until <= {2} RETURNING 1"
)
_OF_FILE, _OF_SERVER = _CLAIM.format("?1", "?2", "?3"), _CLAIM.format("$1", "$2", "$3")
"""As SQLite and as PostgreSQL are asked: a row comes back where nobody holds the delivery. It has to be seen at once by everybody, and need not outlast a power cut."""


class SqlClaims(Part):
    """The claims port."""

    def __init__(self, means: Means) -> None:
        """Start with nothing claimed in this process."""
        super().__init__(means)
        self._once = Once(means.clock)

    async def claim(self, delivery: str) -> bool:
        """Tell whether nobody has claimed this delivery yet; what has no id is always new. Never raises: where the store does not answer, memory decides."""
        if not self._once.first(delivery):
            return False
        if not delivery:
            return True
        now = (self._clock.now() - EPOCH) // MICROSECOND
        try:
            return await self._door.claimed(_OF_FILE if self._door.sqlite else _OF_SERVER, (delivery, now + LIFE // MICROSECOND, now))
        except NotSaved:
            return True
