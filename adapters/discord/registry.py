"""Registry: the commands that Discord knows are brought up to date, and left alone where they are; a day has room for 200 changes only."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING, Any

import structlog
from discord import HTTPException
from discord.http import Route

from bot.errors import NotSaved

if TYPE_CHECKING:
    from discord import Client
    from discord.app_commands import CommandTree

    from bot.ports import Leases

log = structlog.get_logger("offscript.discord")

LEASE, LIFE = "discord:commands", 60.0
"""What the process has that registers the commands, and the seconds after which another one may, should it die over it."""
_OURS = (
    "name", "name_localizations", "type", "description", "description_localizations", "options", "contexts", "integration_types",
    "default_member_permissions", "nsfw",
)  # fmt: skip
_OPTION = (
    "name", "name_localizations", "type", "description", "description_localizations", "options", "choices", "required", "min_length", "max_length",
    "autocomplete",
)  # fmt: skip


async def synced(client: Client, tree: CommandTree[Any], leases: Leases | None = None) -> bool:
    """Register the commands where they differ from those that Discord knows, unless another process is about it; tell whether they did."""
    holder = token_hex(8)
    try:
        if leases and not await leases.lease(LEASE, holder, LIFE):
            return False
        changed = await _synced(client, tree)
        if leases:
            await leases.release(LEASE, holder)
    except NotSaved:
        return await _synced(client, tree)
    return changed


async def _synced(client: Client, tree: CommandTree[Any]) -> bool:
    """Register them; a failure leaves the old ones and is logged."""
    route = Route("GET", "/applications/{application_id}/commands", application_id=client.application_id or 0)
    try:
        known: list[Any] = await client.http.request(route, params={"with_localizations": "true"})
        if normal(known) == normal(await payload(tree)):
            return False
        await tree.sync()
    except HTTPException as error:
        log.error("discord.commands_not_registered", status=error.status, code=error.code)  # noqa: TRY400 - numbers say it; a traceback adds nothing
        return False
    return True


async def payload(tree: CommandTree[Any]) -> list[Any]:
    """Return the commands as they are registered, in every language."""
    translator = tree.translator
    commands = tree.get_commands()
    return [await command.get_translated_payload(tree, translator) if translator else command.to_dict(tree) for command in commands]


def normal(commands: Any) -> list[Any]:
    """Return commands in one form, whether we wrote them or Discord filled them in: only what we set, without defaults, in one order."""
    return sorted((_kept(command, _OURS) for command in commands), key=lambda each: (each.get("type", 1), each["name"]))


def _kept(item: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key in keys:
        value = item.get(key)
        if key in {"contexts", "integration_types"}:
            value = sorted(map(int, value or ()))
        elif key == "options":
            value = [_kept(option, _OPTION) for option in value or ()]
        elif key == "choices":
            value = [(choice["name"], choice["value"], choice.get("name_localizations") or {}) for choice in value or ()]
        elif key == "type":
            value = int(value or 1)
        if value not in (None, False, "", [], {}):
            out[key] = value
    return out
