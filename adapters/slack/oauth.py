"""Slack's OAuth, version 2: where somebody allows the installation, what a code or a refresh token is exchanged for, and whether a token still lives."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from slack_sdk.errors import SlackApiError, SlackClientError

from adapters.slack.app import API, web_client
from adapters.slack.manifest import SCOPES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

FAILURES = (SlackClientError, OSError, TimeoutError, KeyError, TypeError, ValueError)
"""What asking Slack may end with: no answer, a refusal, or an answer that is none."""
_DEAD = frozenset({"account_inactive", "token_revoked", "invalid_auth", "not_authed", "team_access_not_granted"})


@dataclass(frozen=True, slots=True)
class Oauth:
    """The app, towards Slack's OAuth."""

    client_id: str
    secret: str = field(repr=False)
    api: str = API

    def link(self, state: str) -> str:
        """Return the address at which Slack asks whoever installs; it sends them back to the address that the app names."""
        place = self.api.removesuffix("/").removesuffix("/api")
        return f"{place}/oauth/v2/authorize?{urlencode({'client_id': self.client_id, 'scope': ','.join(SCOPES), 'state': state})}"

    async def exchanged(self, code: str) -> Mapping[str, Any]:
        """Return what Slack gives for a code, with the bot's id added; raises FAILURES."""
        answer = await self._asked(code=code)
        with suppress(*FAILURES):  # the code is spent; without the bot's id its user tells its own messages as well
            answer["bot_id"] = (await web_client(str(answer["access_token"]), self.api).auth_test()).get("bot_id")
        return answer

    async def refreshed(self, refresh: str) -> Mapping[str, Any]:
        """Return what Slack gives for a refresh token; raises FAILURES."""
        return await self._asked(grant_type="refresh_token", refresh_token=refresh)

    async def alive(self, token: str) -> bool:
        """Tell whether Slack still takes a token; where it does not say, it does."""
        try:
            await web_client(token, self.api).auth_test()
        except SlackApiError as error:
            return error.response.get("error") not in _DEAD
        except FAILURES:
            return True
        return True

    async def _asked(self, **what: str) -> dict[str, Any]:
        """Exchange something, in the body of a request: what stands in an address is logged on the way."""
        data = {"client_id": self.client_id, "client_secret": self.secret, **what}
        given = (await web_client("", self.api).api_call("oauth.v2.access", data=data)).data
        return dict(given) if isinstance(given, dict) else {}


def lasting(answer: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return the token of an answer, with what it is renewed by and when it ends, where it ends."""
    seconds = answer.get("expires_in")
    return {
        "token": str(answer["access_token"]),
        "refresh": str(answer.get("refresh_token") or ""),
        "expires": now + timedelta(seconds=float(seconds)) if seconds else None,
    }


def reason(error: BaseException) -> str:
    """Return Slack's own word for what went wrong, or the class of the error: nothing of what was sent or answered."""
    return str(error.response.get("error", "")) if isinstance(error, SlackApiError) else type(error).__name__
