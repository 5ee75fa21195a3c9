"""Workspaces that installed Offscript, their tokens sealed and bound to them, and installations under way."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, replace
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from adapters.logs import event
from adapters.storage.part import Part
from adapters.storage.tables import installations, oauth_states
from bot.errors import NotSaved, WrongKey
from bot.installation import Installation

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy.ext.asyncio import AsyncConnection

PURPOSE = "installation"
"""What installations are sealed for."""
_BEGUN = "begun installation"
"""What a state is sealed for."""


class SqlInstallations(Part):
    """The installations port: one row for each tenant."""

    async def installation(self, tenant: str) -> Installation | None:
        """Return the installation of a workspace or organisation; none where there is none. Raises NotSaved, also where no key opens it."""
        rows = await self._read(select(installations).where(installations.c.tenant == tenant))
        return self._opened(rows[0]) if rows else None

    async def tenants(self) -> tuple[str, ...]:
        """Return everybody who has an installation; raises NotSaved."""
        return tuple(row.tenant for row in await self._read(select(installations.c.tenant).order_by(installations.c.tenant)))

    async def install(self, tenant: str, made: Installation) -> None:
        """Keep an installation in place of the one before it. Raises NotSaved."""
        values = {"sealed": self._sealed(tenant, made), "changed": self._clock.now()}
        insert = self._insert(installations).values(tenant=tenant, **values)
        await self._write(insert.on_conflict_do_update(index_elements=["tenant"], set_=values))

    async def renew(self, tenant: str, was: Installation, made: Installation) -> bool:
        """Replace an installation unless it was changed or erased meanwhile; tell whether it was replaced. Raises NotSaved."""
        query = select(installations).where(installations.c.tenant == tenant)

        async def work(connection: AsyncConnection) -> bool:
            row = (await connection.execute(query)).first()
            if row is None or self._opened(row) != was:
                return False
            same = (installations.c.tenant == tenant) & (installations.c.sealed == row.sealed)
            values = {"sealed": self._sealed(tenant, made), "changed": self._clock.now()}
            return (await connection.execute(update(installations).where(same).values(values))).rowcount > 0

        return await self._door.run(work)

    async def uninstall(self, tenant: str) -> None:
        """Erase an installation, and nothing else of the tenant. Raises NotSaved."""
        await self._write(delete(installations).where(installations.c.tenant == tenant))

    async def begin_install(self, until: datetime) -> str:
        """Return a state with which an installation may be finished until a moment. Nothing is kept of it: however many begin, only those who come back cost a row."""
        return urlsafe_b64encode(self._ring.seal(until.isoformat().encode(), _BEGUN)).decode("ascii").rstrip("=")

    async def finish_install(self, state: str) -> datetime | None:
        """Return until when a begun installation could be finished, and use it up: of several who ask, one is told. Raises NotSaved."""
        try:
            sealed = urlsafe_b64decode(state + "==")
            until = datetime.fromisoformat(self._ring.unseal(sealed, _BEGUN).decode())
        except (WrongKey, ValueError):
            return None
        now = self._clock.now()
        if until <= now:
            return until
        used = self._insert(oauth_states).values(state=sha256(sealed).hexdigest(), until=until).on_conflict_do_nothing()
        return until if await self._write(delete(oauth_states).where(oauth_states.c.until <= now), used) else None

    def _sealed(self, tenant: str, made: Installation) -> bytes:
        plain = asdict(made) | {"installed": made.installed.isoformat(), "expires": made.expires.isoformat() if made.expires else None}
        return self._ring.seal(json.dumps(plain).encode(), PURPOSE, tenant)

    def _opened(self, row: Any) -> Installation:
        try:
            kept = json.loads(self._ring.unseal(bytes(row.sealed), PURPOSE, row.tenant))
        except WrongKey:
            event("installation_sealed_with_another_key")
            raise NotSaved from None
        expires = datetime.fromisoformat(kept["expires"]) if kept["expires"] else None
        made = Installation(**{**kept, "scopes": tuple(kept["scopes"])})
        return replace(made, installed=datetime.fromisoformat(kept["installed"]), expires=expires)
