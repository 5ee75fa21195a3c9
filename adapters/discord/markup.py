"""Text in and out: what Discord hands us becomes what people see, decoded once; what we say is escaped once, so that nothing in it pings, links or formats."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Names = Callable[[str, int], str]

ZERO_WIDTH = "\u200b"
"""Breaks what a backslash does not: the server reads mentions and links without looking at backslashes."""
SOMEONE, CHANNEL, TIME = "@someone", "#channel", "(a time)"

_TOKEN = re.compile(
    r"<(?:(?P<sigil>@!?|@&|#)(?P<id>\d{1,20})"
    r"|/(?P<command>[^:<>\n]{1,100}):\d{1,20}"
    r"|a?:(?P<emoji>\w{1,32}):\d{1,20}"
    r"|id:(?P<place>[a-z-]{1,32})"
    r"|t:-?\d{1,17}(?::[A-Za-z])?)>"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_LIVE = re.compile(
    r"(?P<mark>[\\*_`|\[\]])"
    r"|(?P<tilde>~)"
    r"|^(?P<indent>[^\S\n]*)(?P<block>[#>+-])"
    r"|^(?P<number>[^\S\n]*\d+)(?=[.)])"
    r"|(?P<emoji>:)(?=[\w+~-]+:)"
    r"|(?P<broken><(?=[@#/:a-z])|@(?=everyone|here)|:(?=//)|discord(?:app)?(?=\.\w+/))",
    re.IGNORECASE | re.MULTILINE,
)


def nobody(_sigil: str, _number: int) -> str:
    """Return no name: nobody is known here."""
    return ""


def plain(text: str, names: Names = nobody) -> str:
    """Return the text as its writer sees it: mentions, channels, commands, emoji and times as words; everything else stays as typed."""

    def shown(token: re.Match[str]) -> str:
        if token["sigil"]:
            sigil = token["sigil"].rstrip("!")
            name = names(sigil, int(token["id"]))
            return sigil[0] + name if name else CHANNEL if sigil == "#" else SOMEONE
        if token["command"]:
            return f"/{token['command']}"
        if token["emoji"]:
            return f":{token['emoji']}:"
        return f"#{token['place']}" if token["place"] else TIME

    return _TOKEN.sub(shown, text.replace("\r\n", "\n"))


def clean(text: str) -> str:
    """Return the text without control characters, overrides of direction and halves of characters; every line ends in a line feed."""
    return _CONTROL.sub("", re.sub("\r\n|[\r\x0b\x0c\x85\u2028\u2029]", "\n", text))


def inert(text: str) -> str:
    """Return text that reads the same on Discord and does nothing: no formatting, mention, link, emoji, time, heading, list, quote, code or spoiler."""
    return _LIVE.sub(_still, clean(text))


def _still(found: re.Match[str]) -> str:
    if found["mark"] or found["emoji"]:
        return f"\\{found[0]}"
    if found["tilde"]:
        return f"\\~{ZERO_WIDTH}"
    if found["block"]:
        return f"{found['indent']}\\{found['block']}"
    return f"{found['number']}\\" if found["number"] else found[0] + ZERO_WIDTH


def fenced(text: str) -> str:
    """Return the text as a block of code, in which nothing is read as markup and from which it can be copied as it is; no backticks of its own end the block."""
    return f"```\n{re.sub('`(?=`)', f'`{ZERO_WIDTH}', clean(text)).strip(chr(10))}\n```"
