"""Counts of what was met in a writer's drafts, week by week."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import select

from adapters.storage.part import Part
from adapters.storage.tables import habits
from bot.kept import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


class SqlHabits(Part):
    """The habits port."""

    async def record(self, writer: str, tallies: Iterable[Tally]) -> None:
        """Add these counts; raises NotSaved."""
        sums: Counter[tuple[date, str, str, str]] = Counter()
        for tally in tallies:
            sums[tally.week, tally.kind, tally.verdict, tally.rule] += tally.count
        if not sums:
            return
        rows = [
            {"writer": writer, "week": week, "kind": kind, "verdict": verdict, "rule": rule, "count": n}
            for (week, kind, verdict, rule), n in sorted(sums.items())
        ]
        insert = self._insert(habits).values(rows)
        add = {"count": habits.c["count"] + insert.excluded["count"]}
        await self._write(insert.on_conflict_do_update(index_elements=["writer", "week", "kind", "verdict", "rule"], set_=add))

    async def weeks(self, writer: str, since: date) -> tuple[Tally, ...]:
        """Return the counts from a week on, in the order of weeks; raises NotSaved."""
        kept = (habits.c.week, habits.c.kind, habits.c.verdict, habits.c.rule)
        rows = await self._read(select(*kept, habits.c["count"]).where(habits.c.writer == writer, habits.c.week >= since).order_by(*kept))
        return tuple(Tally(*row) for row in rows)
