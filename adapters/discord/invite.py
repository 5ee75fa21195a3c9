"""The two links by which Offscript is installed: into a server, or for one person who then has it anywhere."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlencode

_AUTHORIZE = "https://discord.com/oauth2/authorize"


class Invites(NamedTuple):
    """Where somebody installs Offscript: `server` asks for no permission at all, `person` for the commands only."""

    server: str
    person: str


def invites(application_id: str | int) -> Invites:
    """Return the links of an application (Developer Portal, General Information, Application ID)."""
    server = {"client_id": application_id, "integration_type": 0, "scope": "bot applications.commands", "permissions": 0}
    person = {"client_id": application_id, "integration_type": 1, "scope": "applications.commands"}
    return Invites(*(f"{_AUTHORIZE}?{urlencode(query)}" for query in (server, person)))
