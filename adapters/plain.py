"""What every renderer shares: text without signs that steer a screen, and a finding said in one line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.cards import Quote

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def safe(text: str) -> str:
    """Return text that cannot steer a terminal or a screen: no escape sequences, no other control characters, no direction marks."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n"))


def quotation(finding: Quote) -> str:
    """Return a finding as one line: the words, how many more like them, and the remark."""
    opening, closing = finding.marks
    said = ", ".join(f"{opening}{quote}{closing}" for quote in finding.quotes) + finding.more
    joint = " " if finding.note[:1].islower() else ": "
    return f"{said}{joint}{finding.note}" if said and finding.note else said or finding.note
