"""Whose delivery it is, and with which token it is answered: each workspace's or organisation's own, and never another's.

What was looked up is used again for half a minute, so that every process notices within a minute who has left. While the store does not answer,
what is known goes on being used: nobody is told that Offscript is not installed because a database hangs.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slack_bolt.authorization import AuthorizeResult

from bot.errors import NotInstalled, NotReached, NotSaved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from adapters.slack.rotation import Rotation
    from bot.installation import Installation
    from bot.ports import Installations

FRESH, KEPT = 30.0, 3_600.0
"""Seconds for which a look into the store holds, and for which it stands in for a store that does not answer."""
MOST = 10_000
"""Installations that are remembered at once; the one learnt of first goes first."""
_READS = "im:history"
"""The right to read direct messages, which a workspace may withhold."""


def tenant_of(body: Mapping[str, Any]) -> str:
    """Return the opaque name of the workspace that a delivery comes from, or of the organisation where all of it installed Offscript."""
    granted, user = _first(body.get("authorizations")), body.get("user") or {}
    wide = granted.get("is_enterprise_install", body.get("is_enterprise_install")) in (True, "true")
    team = granted.get("team_id") or body.get("team_id") or (body.get("team") or {}).get("id") or user.get("team_id")
    organisation = granted.get("enterprise_id") or body.get("enterprise_id") or (body.get("enterprise") or {}).get("id")
    return f"slack:e:{organisation}" if organisation and (wide or not team) else f"slack:{team or '?'}"


def may_read(scopes: Iterable[str]) -> bool:
    """Tell whether these rights let direct messages reach us; where none are known they do."""
    known = {scope for scope in scopes if scope}
    return not known or _READS in known


def _first(authorizations: Any) -> Mapping[str, Any]:
    """Return for whom an event was delivered; Slack names one."""
    first = authorizations[0] if isinstance(authorizations, list) and authorizations else None
    return first if isinstance(first, dict) else {}


@dataclass(slots=True)
class _Known:
    installation: Installation
    fresh: float
    until: float


class Tenants:
    """Who installed Offscript, as far as this process knows."""

    def __init__(self, store: Installations, now: Callable[[], float] = time.monotonic) -> None:
        """Start with nobody known; `now` is in seconds."""
        self._store, self._now = store, now
        self._known: dict[str, _Known] = {}
        self._leaving: set[str] = set()
        self._turn = 0
        self.rotation: Rotation | None = None

    async def authorize(self, tenant: str) -> AuthorizeResult:
        """Return with what a tenant is answered, and as whom. Raises NotInstalled, NotReached."""
        found = await self.installation(tenant)
        wide = tenant.startswith("slack:e:")
        name = tenant.rpartition(":")[2]
        return AuthorizeResult(
            enterprise_id=name if wide else None, team_id=None if wide else name, bot_user_id=found.bot_user, bot_id=found.bot or None,
            bot_token=found.token, bot_scopes=list(found.scopes),
        )  # fmt: skip

    async def installation(self, tenant: str) -> Installation:
        """Return the installation of a tenant, with a token that has not run out if that can be had. Raises NotInstalled, NotReached."""
        if tenant in self._leaving:
            raise NotInstalled
        known = self._known.get(tenant)
        found = known.installation if known and self._now() < known.fresh else await self._looked_up(tenant)
        return await self.rotation.current(tenant, found) if self.rotation else found

    async def _looked_up(self, tenant: str) -> Installation:
        turn = self._turn
        try:
            found = await self._store.installation(tenant)
        except NotSaved:
            known = self._known.get(tenant)
            if known and self._now() < known.until:
                return known.installation
            raise NotReached from None
        if turn != self._turn:  # somebody came or left meanwhile
            return await self._looked_up(tenant)
        if found is None or tenant in self._leaving:
            self._known.pop(tenant, None)
            raise NotInstalled
        self.remember(tenant, found)
        return found

    def remember(self, tenant: str, found: Installation, fresh: float = FRESH) -> None:
        """Use an installation for so many seconds without looking it up again."""
        while len(self._known) >= MOST and tenant not in self._known:
            del self._known[next(iter(self._known))]
        self._known[tenant] = _Known(found, self._now() + fresh, self._now() + max(fresh, KEPT))

    def drop(self, tenant: str) -> None:
        """Forget what is known of a tenant: it is looked up again."""
        self._turn += 1
        self._leaving.discard(tenant)
        self._known.pop(tenant, None)

    def leave(self, tenant: str) -> None:
        """Answer a tenant no more, until `drop`."""
        self.drop(tenant)
        self._leaving.add(tenant)

    def reads(self, tenant: str) -> bool:
        """Tell whether direct messages reach us from a tenant; where nothing is known they do."""
        known = self._known.get(tenant)
        return not known or may_read(known.installation.scopes)
