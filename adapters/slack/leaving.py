"""When a workspace leaves: its token and everything of everybody in it go, in whatever order and however often Slack says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from adapters.erasing import Erasing
from adapters.logs import event
from adapters.slack.tenants import tenant_of
from adapters.storage.wishes import Wish
from bot.errors import NotSaved
from bot.kept import ADMIN, ON

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.slack.oauth import Oauth
    from adapters.slack.tenants import Tenants
    from adapters.storage.wishes import Wishes
    from bot.installation import Installation
    from bot.ports import Tenancy

UNINSTALLED, REVOKED = "app_uninstalled", "tokens_revoked"
IN_TIME = 1.2
"""Seconds that Slack waits at most for an erasure, of the three that it gives us; the erasure goes on behind the answer."""
_ROUNDED = timedelta(seconds=2)
"""What may lie between two clocks, one of which counts whole seconds."""


class Leaving:
    """What is done about those who leave."""

    def __init__(self, store: Tenancy, tenants: Tenants, oauth: Oauth, wishes: Wishes) -> None:
        """Erase from a store, let the tenants know, and write down what is still to be done."""
        self._store, self._tenants, self._oauth = store, tenants, oauth
        self.erasing = Erasing(self._left, wishes)

    async def happened(self, body: Mapping[str, Any]) -> bool:
        """Take in that an app was uninstalled, or tokens revoked; tell whether that cannot be lost any more. Tokens of people are none of ours."""
        said = body.get("event") or {}
        kind, tokens = said.get("type"), said.get("tokens")
        if kind != UNINSTALLED and not (kind == REVOKED and isinstance(tokens, dict) and tokens.get("bot")):
            return True
        first = kind == UNINSTALLED and await self._store.claim(f"left:{body.get('event_id', '')}")
        wish = Wish(tenant_of(body), float(body.get("event_time") or 0), kind == UNINSTALLED, first)
        return await self.erasing.erase(wish, IN_TIME)

    async def _left(self, wish: Wish) -> None:
        """Erase what has to go, and answer the tenant no more meanwhile. Raises NotSaved."""
        try:
            await self._erased(wish.owner, wish)
        except NotSaved:
            self._tenants.leave(wish.owner)
            raise
        self._tenants.drop(wish.owner)
        event("left", everything=wish.everything)

    async def _erased(self, tenant: str, wish: Wish) -> None:
        """Erase what has to go. News from before the installation that is there, whose token lives, is about an earlier one, and holds once."""
        known = await self._store.installation(tenant)
        at = datetime.fromtimestamp(wish.at, UTC)
        if known and at <= known.installed + _ROUNDED and await self._oauth.alive(known.token):
            if wish.first:
                await self._store.forget_people(tenant)
                await _administered(self._store, tenant, known)
        elif wish.everything:
            await self._store.forget(tenant)
        else:
            await self._store.uninstall(tenant)


async def installed(store: Tenancy, tenant: str, made: Installation) -> None:
    """Keep an installation; whoever made it is the first administrator. Raises NotSaved."""
    await store.install(tenant, made)
    await _administered(store, tenant, made)


async def _administered(store: Tenancy, tenant: str, made: Installation) -> None:
    if made.installer:
        await store.choose(tenant, f"{ADMIN}{made.installer}", ON)
