"""Slack's markup: what comes in is decoded once into the text that the writer saw; what goes out is escaped once and can neither ping, link nor unfurl."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TOKEN = re.compile(r"<([@#!][^<>\n]{1,3000}|[a-z][a-z0-9+.-]{0,20}:[^<>\n]{1,3000})>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:amp|lt|gt);")
_FORMATTING = re.compile(r"[*_~`]")
_MARK = "\u2060"
"""Word joiner: keeps a sign from being read as formatting, and is not seen."""


def decoded(text: str) -> str:
    """Return the text of a slash command or a message as the writer saw it: entities and `<…>` tokens decoded, each once."""
    out, at = [], 0
    for token in _TOKEN.finditer(text):
        out += [_entities(text[at : token.start()]), _entities(_shown(token[1]))]
        at = token.end()
    return "".join((*out, _entities(text[at:])))


def _entities(text: str) -> str:
    return _ENTITY.sub(lambda match: unescape(match[0]), text)


def _shown(token: str) -> str:
    """Return what a token looks like: `@U1|ana` is @ana, `https://a|b` is b, `!here` is @here."""
    kind, _, label = token.partition("|")
    if kind[:1] == "@":
        return f"@{label or kind[1:]}"
    if kind[:1] == "#":
        return f"#{label or kind[1:]}"
    if kind[:1] == "!":
        return _special(kind[1:], label)
    return label or kind.removeprefix("mailto:")


def _special(kind: str, label: str) -> str:
    if label:
        return label
    return f"@{kind.partition('^')[2] or kind}"


def written(message: Mapping[str, Any]) -> str:
    """Return the text of a message as its writer saw it: from its rich text where it has some, else from its markup."""
    blocks = message.get("blocks")
    rich = [block for block in blocks if isinstance(block, dict) and block.get("type") == "rich_text"] if isinstance(blocks, list) else []
    if rich:
        return "\n".join("".join(_rich(block.get("elements"))) for block in rich).strip("\n")
    text = message.get("text")
    return decoded(text) if isinstance(text, str) else ""


def _rich(elements: Any) -> Iterator[str]:
    """Yield the parts of rich text, each on lines of its own; quotations and code stay marked as such."""
    before = ""
    for element in elements if isinstance(elements, list) else ():
        if not isinstance(element, dict):
            continue
        kind, inside = element.get("type"), element.get("elements")
        if kind == "rich_text_list":
            part = "\n".join(f"• {''.join(_inline(item.get('elements')))}" for item in inside or () if isinstance(item, dict))
        else:
            part = "".join(_inline(inside))
        if kind == "rich_text_quote":
            part = "\n".join(f"> {line}" for line in part.split("\n"))
        elif kind == "rich_text_preformatted":
            part = f"```\n{part}\n```"
        yield ("\n" if before and not before.endswith("\n") else "") + part
        before = part or before


def _inline(elements: Any) -> Iterator[str]:
    for element in elements if isinstance(elements, list) else ():
        if isinstance(element, dict):
            yield _element(element)


def _element(element: Mapping[str, Any]) -> str:
    def of(key: str) -> str:
        value = element.get(key)
        return value if isinstance(value, str) else ""

    shown = {
        "text": of("text"),
        "link": of("text") or of("url").removeprefix("mailto:"),
        "emoji": _emoji(of("unicode"), of("name")),
        "user": f"@{of('user_id')}",
        "usergroup": f"@{of('usergroup_id')}",
        "channel": f"#{of('channel_id')}",
        "broadcast": f"@{of('range')}",
        "date": of("fallback"),
        "color": of("value"),
    }
    return shown.get(of("type"), of("text"))


def _emoji(points: str, name: str) -> str:
    """Return an emoji by its code points ("1f600-fe0f"), or by its name where it is the workspace's own."""
    try:
        return "".join(chr(int(point, 16)) for point in points.split("-")) if points else f":{name}:"
    except (ValueError, OverflowError):
        return f":{name}:"


def escaped(text: str) -> str:
    """Return text for a place that reads markup, with nothing in it that is read as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def inert(text: str) -> str:
    """Return text for mrkdwn: escaped, and no sign in it that formats."""
    return escaped(_FORMATTING.sub(lambda match: f"{_MARK}{match[0]}{_MARK}", text))


def struck(text: str) -> str:
    """Return text as mrkdwn that is struck through, line by line, since no format crosses a line end."""
    return "\n".join(_struck_line(line) for line in text.split("\n"))


def _struck_line(line: str) -> str:
    bare = line.strip()
    if not bare:
        return line
    start = line.index(bare)
    return f"{line[:start]}~{inert(bare)}~{line[start + len(bare) :]}"
