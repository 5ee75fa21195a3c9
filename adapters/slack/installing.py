"""How a workspace installs Offscript: a state that is good for one callback of one browser, then a code in exchange for a token."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError

from adapters.logs import event
from adapters.slack.leaving import installed
from adapters.slack.oauth import FAILURES, lasting, reason
from bot.installation import Installation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.slack.oauth import Oauth
    from adapters.slack.tenants import Tenants
    from bot.ports import Clock, Tenancy

LIFE = timedelta(minutes=10)
"""How long somebody may take to allow it."""


@dataclass(frozen=True, slots=True)
class Installing:
    """The two steps of an installation."""

    store: Tenancy
    oauth: Oauth
    tenants: Tenants
    clock: Clock
    command: str = "/coach"

    async def begin(self) -> tuple[str, str]:
        """Return a new state, and the address at Slack that carries it."""
        state = await self.store.begin_install(self.clock.now() + LIFE)
        return state, self.oauth.link(state)

    async def finish(self, query: Mapping[str, str], cookie: str) -> str:
        """Install, and return the name of the page that says how it went. Raises NotSaved."""
        state = query.get("state", "")
        if not state or not hmac.compare_digest(state.encode(), cookie.encode("utf-8", "surrogateescape")):
            return "foreign"
        until = await self.store.finish_install(state)
        if until is None:
            return "used"
        if until <= self.clock.now():
            return "expired"
        if query.get("error"):
            return "denied"
        return await self._install(query.get("code", ""))

    async def _install(self, code: str) -> str:
        if not code:
            return "refused"
        try:
            answer = await self.oauth.exchanged(code)
            tenant, made = self._made(answer)
        except FAILURES as error:
            event("not_installed", error=reason(error))
            return "refused" if isinstance(error, (SlackApiError, KeyError, TypeError, ValueError)) else "unreachable"
        await installed(self.store, tenant, made)
        self.tenants.drop(tenant)
        event("installed")
        return "done"

    def _made(self, answer: Mapping[str, Any]) -> tuple[str, Installation]:
        """Return whose installation an answer of Slack's is about, and the installation; raises KeyError and TypeError where it is none."""
        now = self.clock.now()
        tenant = f"slack:e:{answer['enterprise']['id']}" if answer.get("is_enterprise_install") else f"slack:{answer['team']['id']}"
        made = Installation(
            bot_user=str(answer["bot_user_id"]), bot=str(answer.get("bot_id") or ""), scopes=tuple(str(answer.get("scope") or "").split(",")),
            installer=str((answer.get("authed_user") or {}).get("id") or ""), installed=now, **lasting(answer, now),
        )  # fmt: skip
        return tenant, made
