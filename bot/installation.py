"""What is known of a workspace, or of a whole organisation, that installed Offscript; its tokens never show."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Installation:
    """One installation: with which token it is answered, as whom, with what rights, and who allowed it."""

    token: str = field(repr=False)
    bot_user: str
    """The bot's own user, whose messages are not answered."""
    bot: str
    scopes: tuple[str, ...]
    installer: str
    installed: datetime
    refresh: str = field(default="", repr=False)
    """What the next token is asked for with, good for once; empty where tokens last."""
    expires: datetime | None = None
    """When the token ends, where it does."""
