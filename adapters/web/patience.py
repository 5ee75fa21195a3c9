"""How long a client may take: who does not get a request out within seconds is cut off, so that nobody holds connections open for nothing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler

HEAD, BODY, LINGER = 8.0, 6.0, 2.0
"""Seconds for a request's head, for its body, and for the rest of a body that was answered before its end."""


class Impatient(web.RequestHandler):
    """A connection that is cut where a request was begun, or never came, and no head is complete in time. Between two requests it may rest."""

    __slots__ = ("_busy", "_timer")

    def __init__(self, manager: web.Server, **options: Any) -> None:
        """Wait for nothing yet; `options` are aiohttp's own."""
        super().__init__(manager, **options)
        self._busy = False
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Expect a request."""
        super().connection_made(transport)
        self._expect()

    def data_received(self, data: bytes) -> None:
        """Take what came, and expect the rest of it."""
        super().data_received(data)
        if not self._busy:
            self._expect()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Expect nothing any more."""
        self._rest()
        super().connection_lost(exc)

    def answering(self, *, busy: bool) -> None:
        """Note that a request is complete but for its body, or that it is answered."""
        self._busy = busy
        self._rest()

    def _expect(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(HEAD, self.force_close)

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class _Server(web.Server):
    def __call__(self) -> web.RequestHandler:
        return Impatient(self, loop=self._loop, **self._kwargs)


class Runner(web.AppRunner):
    """Runs an application for clients of whom some are slow, and some mean it."""

    def __init__(self, app: web.Application, grace: float) -> None:
        """Let requests under way end for so many seconds when it is told to stop."""
        app.middlewares.append(_answered)
        self._ours: dict[str, Any] = {"access_log": None, "auto_decompress": False, "lingering_time": LINGER}
        super().__init__(app, shutdown_timeout=grace, **self._ours)

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return _Server(made.request_handler, request_factory=made.request_factory, **self._ours)


@web.middleware
async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    connection = request.protocol
    if not isinstance(connection, Impatient):
        return await handler(request)
    connection.answering(busy=True)
    try:
        return await handler(request)
    finally:
        connection.answering(busy=False)
