"""The store: everything that is kept, behind one door, on SQLite or PostgreSQL."""

from __future__ import annotations

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


class SqlStore(SqlSettings, SqlNotes, SqlSketches, SqlHabits, SqlPhrases, SqlClaims, SqlLeases, SqlInstallations, Secrets, Erasing):
    """The ports Store, Claims, Leases and Installations; every method but `claim` raises NotSaved where the database does not answer in time."""

    async def forget(self, owner: str) -> None:
        """Erase everything of a writer, or of a house and of everybody in it; the words of `erasing` say what each database promises. Raises NotSaved."""
        await self._forget(owner)
        self._unknow(owner)
