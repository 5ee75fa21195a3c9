"""The root secret of an installation, made once and sealed, and everything sealed under an older key sealed again under the first."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sqlalchemy import LargeBinary, Table, func, literal, select, tuple_, update

from adapters.storage.cipher import NAMED
from adapters.storage.part import Part
from adapters.storage.tables import installations, notes, phrases, secrets
from bot.errors import NotSaved, WrongKey

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import ColumnElement, Select

_ROOT, _SIZE = "root", 32
_SEALED: dict[str, tuple[Table, tuple[str, ...]]] = {
    "note": (notes, ("writer", "id")),
    "phrase": (phrases, ("house", "id")),
    "installation": (installations, ("tenant",)),
}
"""What is sealed, by its purpose: the table, and the columns that it is bound to."""
_SOME = 100
_OTHER_KEY = (
    "What is kept here was sealed with another key. Put that key back, in OFFSCRIPT_KEYS or into the key file; "
    "or, if it is lost for good, move the database away and start with an empty one."
)


class Secrets(Part):
    """The root secret, and the keys' rotation."""

    async def root(self) -> bytes:
        """Return the root secret, made at the first time by whoever comes first, and sealed again where an older key seals it. Raises NotSaved, WrongKey."""
        query = select(secrets.c.sealed).where(secrets.c.name == _ROOT)
        if not await self._read(query):
            made = self._ring.seal(os.urandom(_SIZE), _ROOT)
            await self._write(self._insert(secrets).values(name=_ROOT, sealed=made).on_conflict_do_nothing())
        rows = await self._read(query)
        if not rows:
            raise NotSaved
        try:
            root = self._ring.unseal(bytes(rows[0].sealed), _ROOT)
        except WrongKey:
            raise WrongKey(_OTHER_KEY) from None
        if rows[0].sealed[:NAMED] != self._ring.name:
            same = (secrets.c.name == _ROOT) & (secrets.c.sealed == rows[0].sealed)
            await self._write(update(secrets).where(same).values(sealed=self._ring.seal(root, _ROOT)))
        return root

    async def older(self) -> int:
        """Return how many notes, phrases and installations are still sealed under another key than the first; raises NotSaved."""
        counts = [await self._read(select(func.count()).select_from(table).where(self._under_another(table))) for table, _ in _SEALED.values()]
        return sum(rows[0][0] for rows in counts)

    async def reseal(self) -> None:
        """Seal under the first key what an older one seals, a few at a time; everything stays readable meanwhile. Raises NotSaved."""
        for purpose, (table, bound) in _SEALED.items():
            after = ("",) * len(bound)
            while rows := await self._read(self._stale(table, bound, after)):
                for row in rows:
                    await self._resealed(purpose, table, bound, row)
                after = tuple(rows[-1][:-1])

    def _stale(self, table: Table, bound: tuple[str, ...], after: tuple[str, ...]) -> Select[Any]:
        columns = [table.c[name] for name in bound]
        later = tuple_(*columns) > after if len(columns) > 1 else columns[0] > after[0]
        return select(*columns, table.c.sealed).where(later, self._under_another(table)).order_by(*columns).limit(_SOME)

    def _under_another(self, table: Table) -> ColumnElement[bool]:
        beginning = func.substr(table.c.sealed, 1, NAMED, type_=LargeBinary)
        return beginning != literal(self._ring.name, LargeBinary)

    async def _resealed(self, purpose: str, table: Table, bound: tuple[str, ...], row: Any) -> None:
        """Seal one value again, unless it was changed meanwhile or no key opens it."""
        names = tuple(row[:-1])
        try:
            plain = self._ring.unseal(bytes(row.sealed), purpose, *names)
        except WrongKey:
            return
        same = [table.c[name] == value for name, value in zip(bound, names, strict=True)]
        await self._write(update(table).where(*same, table.c.sealed == row.sealed).values(sealed=self._ring.seal(plain, purpose, *names)))
