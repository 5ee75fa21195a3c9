"""Leases: what only one process may do at a time, on one database."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, or_

from adapters.storage.part import Part
from adapters.storage.tables import leases

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection


class SqlLeases(Part):
    """The leases port."""

    async def lease(self, name: str, holder: str, seconds: float) -> bool:
        """Take or renew a lease for so many seconds; tell whether this holder has it now. Raises NotSaved."""
        now = self._clock.now()
        until = now + timedelta(seconds=seconds)
        free = or_(leases.c.until <= now, leases.c.holder == holder)
        insert = self._insert(leases).values(name=name, holder=holder, until=until)
        taken = insert.on_conflict_do_update(index_elements=["name"], set_={"holder": holder, "until": until}, where=free)

        async def work(connection: AsyncConnection) -> bool:
            return (await connection.execute(taken)).rowcount > 0

        return await self._door.run(work)

    async def release(self, name: str, holder: str) -> None:
        """Give a lease back before its time. Raises NotSaved."""
        await self._write(delete(leases).where(leases.c.name == name, leases.c.holder == holder))
