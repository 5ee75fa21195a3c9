"""What a reply begins with, in one statement: what a writer and a house have settled, and the writer's notes. Within one delivery it is read once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from adapters.hurry import read
from adapters.storage.part import Part
from adapters.storage.tables import EPOCH, MICROSECOND

if TYPE_CHECKING:
    from collections.abc import Sequence

_GLANCE = (
    "SELECT writer, name, value, CAST(NULL AS bytea), CAST(NULL AS bigint), CAST(NULL AS bigint) FROM settings WHERE writer IN ({0}, {1}) "
    "UNION ALL SELECT writer, '', rule, NULL, NULL, NULL FROM stopped_rules WHERE writer = {0} "
    "UNION ALL SELECT writer, id, NULL, sealed, used, until FROM notes WHERE writer = {0} AND until > {2}"
)
_OF_FILE, _OF_SERVER = _GLANCE.format("?1", "?2", "?3"), _GLANCE.format("$1", "$2", "$3")
"""As SQLite and as PostgreSQL are asked."""


class Kept(NamedTuple):
    """A row: a choice with its name and value, a stopped rule, whose name is empty, or with `sealed` a note, whose name is its id."""

    owner: str
    name: str
    value: str
    sealed: bytes | None
    used: int | None
    until: int | None


class Glances(Part):
    """What settings and notes read."""

    async def _glance(self, writer: str, house: str = "") -> Sequence[Kept]:
        """Return everything that was settled by a writer and a house, and the writer's notes, in no order; raises NotSaved."""
        known = read()
        of, found = known.get(writer, ("", None)) if known is not None else ("", None)
        if found is None or house not in {"", of}:
            now = (self._clock.now() - EPOCH) // MICROSECOND
            rows = await self._door.rows(_OF_FILE if self._door.sqlite else _OF_SERVER, (writer, house or writer, now))
            found = [Kept(*row) for row in rows]
            if known is not None:
                known[writer] = house, found
        return found
