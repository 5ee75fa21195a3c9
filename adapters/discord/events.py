"""Webhook events: Discord tells over HTTP that somebody removed the application, and everything of them is erased. Verified first, parsed second."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from adapters.logs import event
from adapters.storage.wishes import Wish
from bot.errors import WrongPublicKey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.erasing import Erasing

PATH = "/discord/events"
IN_TIME = 2.0
"""Seconds that Discord waits at most for an erasure, of the three that it gives us; the erasure goes on behind the answer."""
_PING, _EVENT = 0, 1
_KEY, _SIGNATURE = re.compile(r"[0-9a-fA-F]{64}"), re.compile(r"[0-9a-fA-F]{128}")
_STAMP, _ID, _NAME = re.compile(r"[0-9]{1,20}"), re.compile(r"[0-9]{1,20}"), re.compile(r"[A-Z_]{1,64}")


def keys_of(text: str) -> tuple[Ed25519PublicKey, ...]:
    """Return the public keys in a setting, commas between: the new one beside the old one while they change. Raises WrongPublicKey."""
    found = text.replace(",", " ").split()
    if not all(_KEY.fullmatch(key) for key in found):
        raise WrongPublicKey
    return tuple(Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)) for key in found)


def verified(keys: tuple[Ed25519PublicKey, ...], headers: Mapping[str, str], body: bytes) -> bool:
    """Tell whether Discord signed this timestamp and these bytes, with any of the keys. Source: Discord's "Validating Security Request Headers"."""
    signature, stamp = headers.get("X-Signature-Ed25519", ""), headers.get("X-Signature-Timestamp", "")
    if not _SIGNATURE.fullmatch(signature) or not _STAMP.fullmatch(stamp):
        return False
    return any(_fits(key, bytes.fromhex(signature), stamp.encode() + body) for key in keys)


def _fits(key: Ed25519PublicKey, signature: bytes, signed: bytes) -> bool:
    try:
        key.verify(signature, signed)
    except InvalidSignature:
        return False
    return True


def leaving(told: Any) -> str:
    """Return whose everything is to be erased by what Discord tells, as a writer's name, or nothing; raises ValueError where it is no webhook event."""
    kind = told.get("type") if isinstance(told, dict) else None
    if type(kind) is int and kind == _PING:
        return ""
    name = told["event"].get("type") if type(kind) is int and kind == _EVENT and isinstance(told.get("event"), dict) else None
    if not isinstance(name, str):
        raise ValueError("event")  # noqa: TRY004 - what came in is wrong, and no argument of ours
    event("discord_event", kind=name if _NAME.fullmatch(name) else "?")
    if name != "APPLICATION_DEAUTHORIZED":
        return ""
    number = told["event"].get("data", {}).get("user", {}).get("id")
    if not isinstance(number, str) or not _ID.fullmatch(number):
        raise ValueError("user")
    return f"discord:{number}"


def listen(app: web.Application, keys: tuple[Ed25519PublicKey, ...], erasing: Erasing) -> None:
    """Take Discord's webhook events at `/discord/events`."""

    async def told(request: web.Request) -> web.Response:
        body = await request.read()
        if not verified(keys, request.headers, body):
            event("refused", why="signature")
            raise web.HTTPUnauthorized
        try:
            owner = leaving(json.loads(body))
        except (ValueError, AttributeError, RecursionError):
            event("refused", why="body")
            raise web.HTTPBadRequest from None
        if owner and not await erasing.erase(Wish(owner), IN_TIME):
            raise web.HTTPServiceUnavailable  # Discord tells it again, for ten minutes
        return web.Response(status=204, content_type="application/json")

    app.router.add_post(PATH, told)
