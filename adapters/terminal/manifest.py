"""`offscript manifest`: what a platform needs to know of the app, ready to paste there."""

from __future__ import annotations

import json
import re

from bot.errors import UnknownField, WrongType

_COMMAND = re.compile(r"/[a-z0-9_-]{1,31}")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?")
_ID = re.compile(r"[0-9]{15,25}")


def printed(platform: str, host: str, command: str, app_id: str) -> str:
    """Return the manifest for Slack as JSON, or the two invite links for Discord. Raises UnknownField, WrongType."""
    if platform == "slack":
        return _slack(host.removeprefix("https://").rstrip("/"), command)
    if platform == "discord":
        return _discord(app_id)
    raise UnknownField("The platform", platform, ("slack", "discord"))


def _slack(host: str, command: str) -> str:
    from adapters.slack.manifest import manifest  # noqa: PLC0415

    if host and not _HOST.fullmatch(host):
        raise WrongType("--host", "a host name such as coach.example.org")
    if not _COMMAND.fullmatch(command):
        raise WrongType("--command", "a slash and up to 31 small letters, digits, - or _, such as /coach")
    return json.dumps(manifest(host, command), indent=2, ensure_ascii=False) + "\n"


def _discord(app_id: str) -> str:
    from adapters.discord.invite import invites  # noqa: PLC0415

    if not _ID.fullmatch(app_id):
        raise WrongType("--app-id", "the number that stands as Application ID under General Information at discord.com/developers/applications")
    links = invites(app_id)
    return f"For a server:  {links.server}\nFor one person: {links.person}\n"
