"""What every renderer shares: text without signs that steer a screen, and a finding said in one line."""

from __future__ import annotations

import re

from bot import voice

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def safe(text: str) -> str:
    """Return text that cannot steer a terminal or a screen: no escape sequences, no other control characters, no direction marks."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n"))


def quotation(quotes: tuple[str, ...], note: str, more: int) -> str:
    """Return a finding as one line: the words, how many more like them, and the remark."""
    said = ", ".join(f"“{quote}”" for quote in quotes)
    said += voice.load()("findings.more", count=more) if more else ""
    joint = " " if note[:1].islower() else ": "
    return f"{said}{joint}{note}" if said and note else said or note
