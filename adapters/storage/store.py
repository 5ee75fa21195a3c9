"""The store: everything that is kept, behind one door, on SQLite or PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from adapters.storage.claims import SqlClaims
from adapters.storage.erasing import Erasing
from adapters.storage.habits import SqlHabits
from adapters.storage.installations import SqlInstallations
from adapters.storage.leases import SqlLeases
from adapters.storage.notes import SqlNotes
from adapters.storage.phrases import SqlPhrases
from adapters.storage.secret import Secrets
from adapters.storage.settings import SqlSettings
from adapters.storage.sketches import SqlSketches
from adapters.storage.tables import installations
from bot.errors import NotSaved

if TYPE_CHECKING:
    from collections.abc import Callable


class SqlStore(SqlSettings, SqlNotes, SqlSketches, SqlHabits, SqlPhrases, SqlClaims, SqlLeases, SqlInstallations, Secrets, Erasing):
    """The ports Store, Claims, Leases and Installations; every method but `claim` raises NotSaved where the database does not answer in time."""

    def watched(self, told: Callable[[str, float], None]) -> None:
        """Tell what becomes of each question to the database (`answered`, `failed`, `late`, `turned_away`) and how many seconds it took."""
        self._door.told = told

    async def answers(self) -> bool:
        """Tell whether the database answers at present."""
        try:
            await self._read(select(1))
        except NotSaved:
            return False
        return True

    async def forget(self, owner: str) -> None:
        """Erase everything of a writer, or of a house and of everybody in it; the words of `erasing` say what each database promises. Raises NotSaved."""
        await self.behind.over(owner)
        await self._forget(owner)
        self._unknow(owner)

    async def forget_people(self, tenant: str) -> None:
        """Erase everything of everybody in a tenant and leave its installation. Raises NotSaved."""
        await self._forget(tenant, installations)
        self._unknow(tenant)
