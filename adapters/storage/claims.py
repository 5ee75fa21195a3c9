"""Who takes on a delivery: of all processes on one database the first, and within this one also while the database does not answer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from adapters.once import Once
from adapters.storage.address import BARE
from adapters.storage.part import Means, Part
from adapters.storage.tables import claims
from bot.errors import NotSaved

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

LIFE = timedelta(minutes=20)
"""How long a claim holds: platforms deliver again, and buttons live, for fifteen minutes; the rest is for clocks that differ."""


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
        now = self._clock.now()
        insert = self._insert(claims).values(delivery=delivery, until=now + LIFE)
        taken = insert.on_conflict_do_update(index_elements=["delivery"], set_={"until": now + LIFE}, where=claims.c.until <= now)

        async def work(connection: AsyncConnection) -> bool:
            return (await connection.execute(taken)).rowcount > 0

        try:
            return await self._door.run(work, use="" if self._door.sqlite else BARE)
        except NotSaved:
            return True
