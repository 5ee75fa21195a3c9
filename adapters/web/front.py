"""The HTTP front: a delivery of Slack's is verified first and parsed second, so that nothing forged or malformed reaches the app."""

from __future__ import annotations

import asyncio
import hmac
import json
import re
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.request.async_request import AsyncBoltRequest

from adapters.logs import event, fault
from adapters.metrics import CONTENT_TYPE
from adapters.web.patience import BODY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slack_bolt.async_app import AsyncApp

    from adapters.web.ready import Readiness

LARGEST = 1_000_000
"""Bytes of a delivery; Slack's own are far below."""
FRESH = 300
"""Seconds that a signature is good for, as Slack recommends."""
_TIMESTAMP = re.compile(rb"[0-9]{1,12}")
_DEEPEST = 64
_TYPES = frozenset({"application/json", "application/x-www-form-urlencoded"})


def verified(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> bool:
    """Tell whether Slack signed these bytes within the last five minutes. Source: Slack's "Verifying requests from Slack"."""
    stamp = headers.get("X-Slack-Request-Timestamp", "").encode("utf-8", "surrogateescape")
    given = headers.get("X-Slack-Signature", "").encode("utf-8", "surrogateescape")
    if not _TIMESTAMP.fullmatch(stamp) or abs(now - int(stamp)) > FRESH:
        return False
    made = b"v0=" + hmac.new(secret.encode(), b"v0:" + stamp + b":" + body, sha256).hexdigest().encode()
    return hmac.compare_digest(made, given)


def readable(kind: str, body: bytes) -> bool:
    """Tell whether the bytes hold what Slack sends: an object of JSON, or a form that is a command or carries one, nested no deeper than is sane."""
    try:
        text = body.decode("utf-8")
        if kind == "application/json":
            return _is_object(text)
        form = parse_qs(text, strict_parsing=True, max_num_fields=100)
        return _is_object(form["payload"][0]) if "payload" in form else bool({"command", "ssl_check"} & set(form))
    except (ValueError, RecursionError):
        return False


def _is_object(text: str) -> bool:
    return not _too_deep(text) and isinstance(json.loads(text), dict)


def _too_deep(text: str) -> bool:
    depth = 0
    inside = escaped = False
    for char in text:
        if inside:
            escaped, inside = (char == "\\" and not escaped), not (char == '"' and not escaped)
        elif char == '"':
            inside = True
        elif char in "[{":
            depth += 1
            if depth > _DEEPEST:
                return True
        elif char in "]}":
            depth -= 1
    return False


def build(
    slack: AsyncApp | None, secret: str, now: Callable[[], float], ready: Readiness | None = None, measured: Callable[[], bytes] | None = None
) -> web.Application:
    """Return the web application; without an app for Slack it only says whether it is alive, whether it is ready, and what was `measured`."""

    async def healthy(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def told(_: web.Request) -> web.Response:
        up, lines = await ready.told() if ready else (True, "")
        return web.Response(text=lines, status=200 if up else 503)

    async def delivered(request: web.Request) -> web.StreamResponse:
        if slack is None:
            raise web.HTTPNotFound
        body = await _checked(request, secret, now())
        try:
            bolt = AsyncBoltRequest(body=body.decode("utf-8"), query=request.query_string, headers=dict(request.headers))
            return await to_aiohttp_response(await slack.async_dispatch(bolt))
        except Exception as error:  # noqa: BLE001 - Bolt raises at signed but odd deliveries; Slack counts a server error against the app
            fault("front", error)
            raise web.HTTPBadRequest from None

    app = web.Application(client_max_size=LARGEST)
    app.router.add_get("/healthz", healthy)
    app.router.add_get("/readyz", told)
    if measured:
        metrics(app, measured)
    app.router.add_post("/slack/events", delivered)
    return app


def metrics(app: web.Application, measured: Callable[[], bytes]) -> None:
    """Show on `/metrics` what was measured."""

    async def shown(_: web.Request) -> web.Response:
        return web.Response(body=measured(), headers={"Content-Type": CONTENT_TYPE})

    app.router.add_get("/metrics", shown)


async def _checked(request: web.Request, secret: str, now: float) -> bytes:
    """Return the body of a genuine delivery; raises what HTTP calls the reason why it is not one."""
    if request.headers.get("Content-Encoding"):
        raise _refused(web.HTTPUnsupportedMediaType, "compressed")
    try:
        async with asyncio.timeout(BODY):
            body = await request.read()
    except TimeoutError:
        raise _refused(web.HTTPRequestTimeout, "slow") from None
    if not verified(secret, request.headers, body, now):
        raise _refused(web.HTTPUnauthorized, "signature")
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in _TYPES:
        raise _refused(web.HTTPUnsupportedMediaType, "type")
    if not readable(kind, body):
        raise _refused(web.HTTPBadRequest, "body")
    return body


def _refused(error: type[web.HTTPException], why: str) -> web.HTTPException:
    event("refused", why=why)
    return error()
