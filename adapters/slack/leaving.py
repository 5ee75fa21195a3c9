"""When a workspace leaves: its token and everything of everybody in it go, in whatever order and however often Slack says so."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from adapters.logs import event
from adapters.slack.tenants import tenant_of
from bot.errors import NotSaved
from bot.kept import ADMIN, ON

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.slack.oauth import Oauth
    from adapters.slack.tenants import Tenants
    from adapters.tasks import Tasks
    from bot.installation import Installation
    from bot.ports import Tenancy

UNINSTALLED, REVOKED = "app_uninstalled", "tokens_revoked"
_ROUNDED = timedelta(seconds=2)
"""What may lie between two clocks, one of which counts whole seconds."""
_AGAIN = 2.0
"""Seconds until a store that does not answer is asked again."""


class Leaving:
    """What is done about those who leave."""

    def __init__(self, store: Tenancy, tenants: Tenants, oauth: Oauth, tasks: Tasks) -> None:
        """Erase from a store, and let the tenants know."""
        self._store, self._tenants, self._oauth, self._tasks = store, tenants, oauth, tasks

    def happened(self, body: Mapping[str, Any]) -> None:
        """Take in that an app was uninstalled, or tokens revoked; tokens of people are none of ours."""
        said = body.get("event") or {}
        kind, tokens = said.get("type"), said.get("tokens")
        if kind == UNINSTALLED or (kind == REVOKED and isinstance(tokens, dict) and tokens.get("bot")):
            self._tasks.start(str(kind), self._left(tenant_of(body), body, everything=kind == UNINSTALLED))

    async def _left(self, tenant: str, body: Mapping[str, Any], *, everything: bool) -> None:
        at = datetime.fromtimestamp(float(body.get("event_time") or 0), UTC)
        while True:
            try:
                await self._erased(tenant, at, f"left:{body.get('event_id', '')}", everything=everything)
            except NotSaved:
                self._tenants.leave(tenant)
                await asyncio.sleep(_AGAIN)
                continue
            self._tenants.drop(tenant)
            event("left", everything=everything)
            return

    async def _erased(self, tenant: str, at: datetime, delivery: str, *, everything: bool) -> None:
        """Erase what has to go. News from before the installation that is there, whose token lives, is about an earlier one."""
        known = await self._store.installation(tenant)
        later = known if known and at <= known.installed + _ROUNDED and await self._oauth.alive(known.token) else None
        if later:
            if everything and await self._store.claim(delivery):
                await self._store.forget(tenant)
                await installed(self._store, tenant, later)
        elif everything:
            await self._store.forget(tenant)
            await self._store.claim(delivery)
        else:
            await self._store.uninstall(tenant)


async def installed(store: Tenancy, tenant: str, made: Installation) -> None:
    """Keep an installation; whoever made it is the first administrator. Raises NotSaved."""
    await store.install(tenant, made)
    if made.installer:
        await store.choose(tenant, f"{ADMIN}{made.installer}", ON)
