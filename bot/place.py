"""Where a person asks: the platform, what the command is called there, and the workspace or server whose administrators may settle things for all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.kept import ADMIN

if TYPE_CHECKING:
    from bot.kept import Settled
    from bot.voice import Voice


@dataclass(frozen=True, slots=True)
class Place:
    """A platform and a house on it."""

    where: str = "terminal"
    """The section of the voice that speaks of this platform."""
    command: str = "/coach"
    """What people type."""
    house: str = ""
    """The workspace or server; empty where there is none, as in a direct message on Discord or in a terminal."""
    admin: bool = False
    """Whether the platform itself says that whoever asks administers the house."""

    direct: bool = True
    """Whether direct messages reach the coach here."""

    def says(self, say: Voice, key: str, **slots: object) -> str:
        """Return a sentence about this place."""
        return say(f"{self.where}.{key}", command=self.command, **slots)

    def administers(self, writer: str, settled: Settled) -> bool:
        """Tell whether a writer may settle things for everybody here: by the platform's word, or named by another administrator."""
        return bool(self.house) and (self.admin or f"{ADMIN}{writer.rpartition(':')[2]}" in settled.house)
