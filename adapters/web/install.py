"""Installing over the web: `/slack/install` leads to Slack, which sends people back to `/slack/oauth_redirect`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from adapters.logs import fault
from adapters.web import pages
from bot.errors import NotSaved

if TYPE_CHECKING:
    from adapters.slack.installing import Installing

BACK = "/slack/oauth_redirect"
"""Where Slack sends people back to; the manifest names it."""
COOKIE = "__Host-offscript-install"
"""Holds the state in the browser that began; its name makes browsers take it by HTTPS, and from this host alone.

It stays for its ten minutes: whoever loads the last page again then hears that the link was used, not that the browser is another one.
"""
_MINUTES = 10


def add(app: web.Application, installing: Installing) -> None:
    """Serve the two addresses."""

    async def begin(_: web.Request) -> web.Response:
        state, address = await installing.begin()
        answer = _answer(200, pages.beginning(address))
        answer.set_cookie(COOKIE, state, max_age=_MINUTES * 60, path="/", secure=True, httponly=True, samesite="Lax")
        return answer

    async def back(request: web.Request) -> web.Response:
        try:
            went = await installing.finish(request.query, request.cookies.get(COOKIE, ""))
        except NotSaved:
            went = "unsaved"
        except Exception as error:  # noqa: BLE001 - whoever installs gets a page, and the log no code
            fault("install", error)
            went = "unsaved"
        return _answer(200, pages.done(installing.command)) if went == "done" else _failed(went)

    app.router.add_get(pages.AGAIN, begin, allow_head=False)
    app.router.add_get(BACK, back, allow_head=False)


def _failed(name: str) -> web.Response:
    page = pages.PAGES[name]
    return _answer(page.status, pages.failed(page))


def _answer(status: int, page: str) -> web.Response:
    return web.Response(status=status, text=page, content_type="text/html", charset="utf-8", headers=pages.HEADERS)
