"""Card -> Block Kit: a pure function of the closed union of blocks. Draft text stands in plain text, or in mrkdwn where nothing of it can format, ping or link.

`verbatim` keeps Slack from making links and mentions of plain words; limits of each block are kept, and what is cut is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

from adapters.plain import quotation, safe
from adapters.slack.markup import escaped, inert, struck
from bot import voice
from bot.cards import Card, Chart, Choices, Document, Line, Meter, Passage, Quote, Struck

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.cards import Block, Choice

TEXT, HEADER, LABEL, VALUE, BLOCKS = 3_000, 150, 75, 2_000, 50
"""Slack's limits, in characters: a text, a header, a button's label and its value; and the blocks of a message."""
_ROW = 5
"""Buttons in a row."""
_PASSAGES = 4
"""Blocks that a longer text of the writer's own may take."""
_SLICE, _SPARE = 500, 200
"""Characters of a draft that are marked at once, and those left free in a text for what has to be said of a cut."""
PREFIX = "offscript:"
"""What the action ids of our buttons begin with; the intent follows."""

Payload = dict[str, Any]


def message(card: Card, ref: Callable[[Choice], str] = lambda _: "", *, native: bool = True) -> Payload:
    """Return a message: its blocks, and a fallback text that says all of it; `ref` gives each button what names its draft.

    A chart is Slack's own where it is `native`; a client that does not know it yet refuses the message, and gets a table.
    """
    return {"text": fallback(card), "blocks": blocks(card, ref, native=native)[:BLOCKS], "unfurl_links": False, "unfurl_media": False}


def has_chart(card: Card) -> bool:
    """Tell whether a card holds something that Slack may refuse to draw."""
    return any(isinstance(block, Chart) for block in card.blocks)


def blocks(card: Card, ref: Callable[[Choice], str] = lambda _: "", *, native: bool = False) -> list[Payload]:
    """Return the blocks of a card; in a view a chart is a table."""
    out = [_title(card.title)]
    for block in card.blocks:
        out += [_chart(block)] if native and isinstance(block, Chart) else _block(block, ref)
    return out


def fallback(card: Card) -> str:
    """Return everything that a card says as one text, for notifications and screen readers."""
    return escaped("\n".join(part for part in (card.title, *(_said(block) for block in card.blocks)) if part))[: TEXT * 10]


def _title(title: str) -> Payload:
    text = safe(title)
    if len(text) <= HEADER:
        return {"type": "header", "text": plain(text)}
    return _mrkdwn(f"*{inert(_fit(text, 1_400))}*")


def _block(block: Block, ref: Callable[[Choice], str]) -> Iterable[Payload]:
    match block:
        case Line(text, strong):
            return [_mrkdwn(f"*{inert(_fit(safe(text), 1_400))}*") if strong and "\n" not in text else _section(text)]
        case Quote():
            return [_section(quotation(block))]
        case Struck(pieces):
            return [_mrkdwn(part) for part in _struck(pieces)]
        case Passage(text):
            return [_section(part) for part in _parts(safe(text))]
        case Meter(text=text):
            return [{"type": "context", "elements": [plain(safe(text))]}]
        case Chart():
            return [_section(block.title), _table(block)]
        case Document(text=text):
            return [_section(part) for part in _parts(safe(text))]
        case Choices(choices):
            rows = [choices[at : at + _ROW] for at in range(0, len(choices), _ROW)]
            return [{"type": "actions", "elements": [_button(choice, ref) for choice in row]} for row in rows]
        case never:
            assert_never(never)


def _said(block: Block) -> str:
    match block:
        case Line(text) | Passage(text) | Meter(text=text):
            return text
        case Quote():
            return quotation(block)
        case Struck(pieces):
            return "".join(text for text, _ in pieces)
        case Chart(title=title, alt=alt):
            return f"{title}. {alt}"
        case Document(text=text):
            return text
        case Choices(choices):
            return " ".join(f"[{choice.label}]" for choice in choices)
        case never:
            assert_never(never)


def _chart(chart: Chart) -> Payload:
    """Return Slack's own chart, bars week by week."""
    series = [
        {"name": _fit(name, 20), "data": [{"label": week, "value": value} for week, value in zip(chart.weeks, values, strict=True)]}
        for name, values in chart.series
    ]
    return {
        "type": "data_visualization",
        "title": _fit(chart.title, 50),
        "chart": {"type": "bar", "series": series, "axis_config": {"categories": list(chart.weeks)}},
    }


def _table(chart: Chart) -> Payload:
    """Return the numbers of a chart as a table in letters of one width, which every client shows and a screen reader reads row by row."""
    rows = [("", *chart.weeks), *((name, *map(str, values)) for name, values in chart.series)]
    columns = list(zip(*rows, strict=True))
    widths = [max(map(len, row)) for row in zip(*columns, strict=True)]
    text = "\n".join("  ".join(cell.ljust(width) for cell, width in zip(column, widths, strict=True)).rstrip() for column in columns)
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}],
    }


def plain(text: str, limit: int = TEXT) -> Payload:
    """Return a text object in which nothing is read as markup."""
    return {"type": "plain_text", "text": _fit(text, limit) or " ", "emoji": False}


def _section(text: str) -> Payload:
    return {"type": "section", "text": plain(safe(text))}


def _mrkdwn(text: str) -> Payload:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:TEXT] or " ", "verbatim": True}}


def _button(choice: Choice, ref: Callable[[Choice], str]) -> Payload:
    button: Payload = {"type": "button", "text": plain(choice.label, LABEL), "action_id": f"{PREFIX}{choice.intent}"[:255]}
    value = ref(choice)
    if value:
        button["value"] = value
    style = {"answer": "primary", "erase": "danger"}.get(choice.intent)
    return {**button, "style": style} if style else button


def _fit(text: str, limit: int) -> str:
    """Return a text that keeps to a limit; what is cut is said."""
    if len(text) <= limit:
        return text
    note = f" {voice.load()('dialogue.cut', count=f'{len(text) - limit + 60:,}')}"
    return text[: limit - len(note)].rstrip() + note if limit > 2 * len(note) else text[: limit - 1] + "…"


def _parts(text: str) -> list[str]:
    """Return a longer text in parts of one block each, cut between lines or words; what is left over is said."""
    parts: list[str] = []
    while text:
        if len(parts) == _PASSAGES - 1:
            parts.append(_fit(text, TEXT))
            break
        at = _seam(text)
        parts.append(text[:at])
        text = text[at:].lstrip("\n ")
    return parts or [" "]


def _seam(text: str) -> int:
    if len(text) <= TEXT:
        return len(text)
    line, word = text.rfind("\n", TEXT // 2, TEXT), text.rfind(" ", TEXT // 2, TEXT)
    return line if line > 0 else word if word > 0 else TEXT


def _struck(pieces: tuple[tuple[str, bool], ...]) -> list[str]:
    """Return the draft as mrkdwn with what goes struck through, in parts that keep to the limit; what does not fit is said."""
    whole = [
        (line[at : at + _SLICE], kept) for text, kept in pieces for line in safe(text).splitlines(keepends=True) for at in range(0, len(line), _SLICE)
    ]
    parts = [""]
    for at, (text, kept) in enumerate(whole):
        marked = inert(text) if kept else struck(text)
        if len(parts[-1]) + len(marked) > TEXT - _SPARE:
            if len(parts) == _PASSAGES:
                left = sum(len(rest) for rest, _ in whole[at:])
                parts[-1] += escaped(f" {voice.load()('dialogue.cut', count=f'{left:,}')}")
                break
            parts.append("")
        parts[-1] += marked
    return [part for part in parts if part.strip()] or [" "]
