"""How long a message may be where it is going, counted the way the platform counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rules.model import Kind

if TYPE_CHECKING:
    from collections.abc import Callable


class Channel(NamedTuple):
    """A place a message goes to: its limit and how its length is counted."""

    limit: int
    count: Callable[[str], int]


def utf16(text: str) -> int:
    """Return the length in UTF-16 units, as web forms count: most emoji are two."""
    return len(text) + sum(ord(char) > 0xFFFF for char in text)  # noqa: PLR2004 - the end of the basic plane


_GSM = frozenset("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà")
_GSM_DOUBLE = frozenset("^{}\\[~]|€\f")


def sms(text: str) -> int:
    """Return the length in the 160 units of one text message; one character outside its alphabet leaves room for 70 only."""
    if all(char in _GSM or char in _GSM_DOUBLE for char in text):
        return len(text) + sum(char in _GSM_DOUBLE for char in text)
    return -(-utf16(text) * 160 // 70)


CHANNELS = {
    "linkedin_note": Channel(200, utf16),
    "linkedin_note_premium": Channel(300, utf16),
    "linkedin_inmail": Channel(1900, utf16),
    "linkedin_message": Channel(8000, utf16),
    "sms": Channel(160, sms),
    "x_post": Channel(280, utf16),
    "instagram_dm": Channel(1000, utf16),
    "discord": Channel(2000, len),
    "slack": Channel(40_000, len),
}
"""Limits as the platforms state them (LinkedIn's free note: 200 characters; premium: 300)."""


def limit_of(channel: str, kind: Kind) -> Channel | None:
    """Return the limit that applies: the channel's own, or LinkedIn's note for an invitation; none where there is none."""
    if channel:
        return CHANNELS.get(channel)
    return CHANNELS["linkedin_note"] if kind is Kind.LINKEDIN_INVITE else None
