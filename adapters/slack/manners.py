"""How often Slack is asked: never sooner than it allows, three times at most, and at an answer's address no more than the five times and thirty minutes it lives."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from slack_sdk.http_retry.async_handler import AsyncRetryHandler

from adapters.logs import event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slack_bolt.context.respond.async_respond import AsyncRespond
    from slack_sdk.http_retry.request import HttpRequest
    from slack_sdk.http_retry.response import HttpResponse
    from slack_sdk.http_retry.state import RetryState
    from slack_sdk.webhook import WebhookResponse

TRIES = 3
"""How often one thing is tried at most, whatever went wrong."""
USES, LIFE = 5, 1800.0
"""How often, and for how many seconds, a response_url takes an answer."""
LONGEST = 30.0
"""Seconds that we wait because Slack asks for it; what has to wait longer is given up."""
_PAUSE = 1.0
"""Seconds before trying again where Slack does not say how many."""
_TOO_MANY = 429
_FAULTS = frozenset({500, 502, 503, 504})


class Manners(AsyncRetryHandler):
    """Tries a call of the Web API again after a 429, a `ratelimited` in a 200, or a fault of Slack's; all of these count together."""

    def __init__(self) -> None:
        """Try three times."""
        super().__init__(max_retry_count=TRIES - 1)

    async def _can_retry_async(
        self, *, state: RetryState, request: HttpRequest, response: HttpResponse | None = None, error: Exception | None = None
    ) -> bool:
        del state, request, error
        return response is not None and wait(response.status_code, response.headers, response.body) is not None

    async def prepare_for_next_attempt_async(
        self, *, state: RetryState, request: HttpRequest, response: HttpResponse | None = None, error: Exception | None = None
    ) -> None:
        """Wait as long as Slack asks."""
        del request, error
        seconds = wait(response.status_code, response.headers, response.body) if response else None
        state.next_attempt_requested = True
        await asyncio.sleep(_PAUSE if seconds is None else seconds)
        state.increment_current_attempt()


def wait(status: int, headers: Mapping[str, Any], body: Any) -> float | None:
    """Return how many seconds to wait before the next attempt; none where there has to be no other."""
    limited = status == _TOO_MANY or (isinstance(body, dict) and body.get("error") in {"ratelimited", "rate_limited"})
    if not limited:
        return _PAUSE if status in _FAULTS else None
    asked = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    said = str(asked[0] if isinstance(asked, list) and asked else asked)
    seconds = float(said) if said.isascii() and said.isdigit() else _PAUSE
    return seconds + 0.05 if seconds <= LONGEST else None


class Address:
    """Where a delivery may be answered later (its response_url)."""

    def __init__(self, respond: AsyncRespond) -> None:
        """Count from now, and from nothing."""
        self._respond, self._left, self._until = respond, USES, time.monotonic() + LIFE

    async def send(self, payload: Mapping[str, Any]) -> WebhookResponse | None:
        """Send an ephemeral answer, and return what Slack said last; none where the address is used up or too old, which only the log hears."""
        answer: WebhookResponse | None = None
        for _ in range(TRIES):
            if self._left < 1 or time.monotonic() >= self._until:
                event("not_delivered", where="response_url", error="used_up")
                return answer
            self._left -= 1
            answer = await self._respond(response_type="ephemeral", replace_original=False, **payload)
            seconds = wait(answer.status_code, answer.headers, None)
            if seconds is None:
                return answer
            await asyncio.sleep(seconds)
        return answer
