"""Watch: what Discord's REST interface answers, by number and never by content. A refused token ends the process at its first refusal; whoever goes on is banned."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from aiohttp import TraceConfig
from discord.http import Route

if TYPE_CHECKING:
    from aiohttp import ClientSession, TraceRequestEndParams

_INVALID = frozenset({401, 403, 429})
"""What Discord counts as invalid: 10,000 of them in ten minutes ban the address."""
_BY_TICKET = ("/webhooks/", "/interactions/")
"""Routes that carry a ticket of their own in the place of the token."""


class Watch:
    """Counts invalid requests, and knows when the token was refused."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self.invalid = 0
        self.refused = asyncio.Event()
        self.trace = TraceConfig()
        self.trace.on_request_end.append(self._ended)

    async def _ended(self, _session: ClientSession, _context: Any, answered: TraceRequestEndParams) -> None:
        url, status = str(answered.url), answered.response.status
        if status not in _INVALID or not url.startswith(Route.BASE):
            return
        self.invalid += 1
        if status == 401 and not url.removeprefix(Route.BASE).startswith(_BY_TICKET):  # noqa: PLR2004 - HTTP's own number
            self.refused.set()
