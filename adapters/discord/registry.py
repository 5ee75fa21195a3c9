"""Registry: the commands that Discord knows are brought up to date, and left alone where they are; a day has room for 200 changes only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog
from discord import HTTPException

if TYPE_CHECKING:
    from discord import Client
    from discord.app_commands import CommandTree

log = structlog.get_logger("offscript.discord")

_OURS = ("name", "type", "description", "options", "contexts", "integration_types", "default_member_permissions", "nsfw")
_OPTION = ("name", "type", "description", "options", "choices", "required", "min_length", "max_length", "autocomplete")


async def synced(client: Client, tree: CommandTree[Any]) -> bool:
    """Register the commands where they differ from those that Discord knows; tell whether they did. A failure leaves the old ones and is logged."""
    try:
        known: list[Any] = await client.http.get_global_commands(client.application_id or 0)
        if normal(known) == normal(command.to_dict(tree) for command in tree.get_commands()):
            return False
        await tree.sync()
    except HTTPException as error:
        log.error("discord.commands_not_registered", status=error.status, code=error.code)  # noqa: TRY400 - numbers say it; a traceback adds nothing
        return False
    return True


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
            value = [(choice["name"], choice["value"]) for choice in value or ()]
        elif key == "type":
            value = int(value or 1)
        if value not in (None, False, "", []):
            out[key] = value
    return out
