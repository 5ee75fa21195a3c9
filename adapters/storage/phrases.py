"""Phrases of a workspace's or server's own, sealed; the house's setting `phrases` changes with them, so that a reader knows when to read again."""

from __future__ import annotations

import json
from secrets import token_hex
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from adapters.logs import event
from adapters.storage.part import Part
from adapters.storage.tables import phrases, settings
from bot.errors import TooManyPhrases, WrongKey
from bot.kept import PHRASES, Phrase

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy.ext.asyncio import AsyncConnection

    from adapters.storage.cipher import Ring

MOST = 200
"""Phrases that are kept for one house."""


class SqlPhrases(Part):
    """The phrases port."""

    async def phrases(self, house: str) -> tuple[Phrase, ...]:
        """Return the phrases of a house in the order of their ids; raises NotSaved. One that no key opens is left out, and the log counts it."""
        rows = await self._read(select(phrases).where(phrases.c.house == house).order_by(phrases.c.id))
        found = [phrase for row in rows if (phrase := _opened(self._ring, row))]
        if len(found) < len(rows):
            event("phrases_sealed_with_another_key", count=len(rows) - len(found))
        return tuple(found)

    async def save_phrase(self, house: str, phrase: Phrase) -> None:
        """Keep a phrase, new or changed; raises NotSaved, TooManyPhrases."""
        plain = json.dumps([phrase.words, phrase.say, phrase.ask, phrase.flags, phrase.passes], ensure_ascii=False).encode("utf-8", "surrogatepass")
        sealed = self._ring.seal(plain, "phrase", house, phrase.id)
        others = select(func.count()).select_from(phrases).where(phrases.c.house == house, phrases.c.id != phrase.id)

        async def work(connection: AsyncConnection) -> None:
            if (await connection.scalar(others) or 0) >= MOST:
                raise TooManyPhrases(MOST)
            insert = self._insert(phrases).values(house=house, id=phrase.id, sealed=sealed)
            await connection.execute(insert.on_conflict_do_update(index_elements=["house", "id"], set_={"sealed": sealed}))
            await self._changed(connection, house)

        await self._alone(house, work)

    async def drop_phrase(self, house: str, phrase: str) -> bool:
        """Take a phrase away; tell whether there was one of that id. Raises NotSaved."""

        async def work(connection: AsyncConnection) -> bool:
            was = (await connection.execute(delete(phrases).where(phrases.c.house == house, phrases.c.id == phrase))).rowcount > 0
            if was:
                await self._changed(connection, house)
            return was

        return await self._door.run(work)

    async def _changed(self, connection: AsyncConnection, house: str) -> None:
        mark = token_hex(8)
        insert = self._insert(settings).values(writer=house, name=PHRASES, value=mark)
        await connection.execute(insert.on_conflict_do_update(index_elements=["writer", "name"], set_={"value": mark}))


def _opened(ring: Ring, row: Any) -> Phrase | None:
    try:
        plain = ring.unseal(row.sealed, "phrase", row.house, row.id)
    except WrongKey:
        return None
    return Phrase(row.id, *json.loads(plain.decode("utf-8", "surrogatepass")))
