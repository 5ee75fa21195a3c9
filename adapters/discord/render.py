"""Card -> a Discord message of Components V2: a pure function of the closed union of blocks.

Components V2 and not embeds: an embed is hidden from whoever switched embeds off, is narrower on a phone, and stands beside content that unfurls links. A text display
is as wide as any message, never unfurls, and its buttons stand where the text ends. Findings are a list, so that a long one keeps its margin on a small screen; a passage of the
writer's own stands in a block of code, from which it is copied as it is. A picture has what it shows in words as its description; where there is no picture, those words stand
in its place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

from discord import ButtonStyle, MediaGalleryItem, ui

from adapters.discord.address import Above, Address
from adapters.discord.markup import clean, fenced, inert
from adapters.plain import quotation
from bot.cards import Card, Chart, Choice, Choices, Document, Line, Meter, Passage, Quote, Struck
from rules.channels import utf16

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.cards import Block
    from bot.voice import Voice

    _Shown = ui.MediaGallery[Any] | ui.File[Any]
    _Item: TypeAlias = "_Part | Choices | _Shown"

LIMIT = 4_000
"""Characters of text in one message; counted in UTF-16 units, which is never less than Discord counts."""
ROW, ROWS = 5, 5
"""Buttons in a row, and rows of buttons."""
LABEL, ALT = 80, 1_024
"""Characters of a button, and of what a picture shows in words."""
_LEAST = 400
"""Characters that a long text keeps before findings make room for it."""
_STYLES = {"answer": ButtonStyle.primary, "erase": ButtonStyle.danger}


@dataclass(frozen=True)
class _Part:
    """A piece of the reply: its plain text, and its looks when it is shown up to a character of it."""

    text: str
    upto: Callable[[int], str]
    is_finding: bool = False

    @cached_property
    def whole(self) -> str:
        """The whole piece as it looks, or so much of it that it is too long for a message in any case."""
        return self.upto(min(len(self.text), LIMIT + 1))


def render(card: Card, say: Voice, ticket: str = "", above: Above = Above.NOTHING, *, attached: bool = False) -> ui.LayoutView:
    """Return the message, block by block; what does not fit is cut at a word, and that is said. The view is finished: discord.py keeps nothing of it.

    Where files are `attached`, pictures and documents are shown as such; else their words stand there.
    """
    view = ui.LayoutView(timeout=None)
    lines: list[str] = []
    for item in [*_fitted(_seated(card, say), say, attached=attached), Choices(())]:
        if isinstance(item, str):
            lines.append(item)
            continue
        if lines:
            view.add_item(ui.TextDisplay("\n".join(lines)))
        lines = []
        if not isinstance(item, Choices):
            view.add_item(item)
            continue
        for at in range(0, len(item.choices), ROW):
            view.add_item(ui.ActionRow(*(_button(choice, ticket, above) for choice in item.choices[at : at + ROW])))
    view.stop()
    return view


def _seated(card: Card, say: Voice) -> Card:
    """Return the card with as many buttons as there is room for; how many are left out is said."""
    blocks: list[Block] = []
    rows, gone = ROWS, 0
    for block in card.blocks:
        if isinstance(block, Choices):
            seated = block.choices[: ROW * rows]
            rows -= -(-len(seated) // ROW)
            gone += len(block.choices) - len(seated)
            blocks.append(Choices(seated))
        else:
            blocks.append(block)
    return replace(card, blocks=(*blocks, Line(say("choices.rest", count=gone)))) if gone else card


def _button(choice: Choice, ticket: str, above: Above) -> ui.Button[ui.LayoutView]:
    address = Address(choice.intent, ticket, above if ticket else Above.NOTHING)
    return ui.Button(label=_cut(choice.label, LABEL), custom_id=str(address), style=_STYLES.get(choice.intent, ButtonStyle.secondary))


def _cut(text: str, limit: int) -> str:
    return text if utf16(text) <= limit else text[: limit // 2 if utf16(text) > len(text) else limit - 1].rstrip() + "…"


def _fitted(card: Card, say: Voice, *, attached: bool) -> Iterable[str | Choices | _Shown]:
    """Yield the texts of the card within the limit, and what stands between them: findings at the end go first, then the longest texts are cut."""
    items: list[_Item] = [_line(card.title, strong=True)]
    for block in card.blocks:
        if isinstance(block, Chart | Document) and attached:
            items.append(_shown(block))
        else:
            items += [block] if isinstance(block, Choices) else _parts(block)
    items = _fewer(items, say)
    parts = _texts(items)
    room = _share([utf16(part.whole) for part in parts], LIMIT - len(parts))
    for item in items:
        if isinstance(item, _Part):
            yield item.whole if utf16(item.whole) <= room else _shortened(item, room, say)
        else:
            yield item


def _shown(block: Chart | Document) -> _Shown:
    """Return a picture with its words, or a document, whose file is sent along under its name."""
    where = f"attachment://{name_of(block)}"
    if isinstance(block, Document):
        return ui.File(where)
    return ui.MediaGallery(MediaGalleryItem(where, description=_cut(" ".join(clean(block.alt).split()), ALT)))


def name_of(block: Chart | Document) -> str:
    """Return the name of the file that a block is sent as."""
    return block.name if isinstance(block, Document) else "chart.png"


def _texts(items: Iterable[_Item]) -> list[_Part]:
    return [item for item in items if isinstance(item, _Part)]


def _parts(block: Line | Quote | Struck | Passage | Meter | Chart | Document) -> tuple[_Part, ...]:
    """Return how a block looks; blocks without words look like nothing."""
    match block:
        case Line(text, strong):
            return (_line(text, strong=strong),) if text.strip() else ()
        case Quote():
            return (_flat(quotation(block), "- {}", is_finding=True),)
        case Struck(pieces):
            return (_struck(_joined(pieces)),)
        case Chart(alt=text):
            return (_flat(text, "-# {}"),)
        case Passage(text) | Document(text=text):
            body = clean(text).strip("\n")
            return (_Part(body, lambda at: fenced(body[:at])),) if body.strip() else ()
        case Meter(text=text):
            return (_flat(text, "-# {}"),)
        case never:
            assert_never(never)


def _line(text: str, *, strong: bool) -> _Part:
    return _flat(text, "**{}**" if strong else "{}")


def _flat(text: str, frame: str, *, is_finding: bool = False) -> _Part:
    body = " ".join(clean(text).split())
    return _Part(body, lambda at: frame.format(inert(body[:at])), is_finding)


def _joined(pieces: tuple[tuple[str, bool], ...]) -> list[tuple[str, bool]]:
    """Return the pieces with neighbours of one sort put together."""
    out: list[tuple[str, bool]] = []
    for raw, kept in pieces:
        text = clean(raw)
        if out and out[-1][1] is kept:
            out[-1] = (out[-1][0] + text, kept)
        else:
            out.append((text, kept))
    return out


def _struck(pieces: list[tuple[str, bool]]) -> _Part:
    """Return the draft as a quotation in which what goes is struck through, line by line."""
    text = "".join(piece for piece, _ in pieces)

    def upto(at: int) -> str:
        shown, start = "", 0
        for piece, kept in pieces:
            part = piece[: max(0, at - start)]
            shown += inert(part) if kept else "\n".join(_strike(line) for line in part.split("\n"))
            start += len(piece)
        return "\n".join(f"> {line}" for line in shown.strip("\n").split("\n"))

    return _Part(text, upto)


def _strike(line: str) -> str:
    words = line.strip()
    if not words:
        return line
    before, after = line[: len(line) - len(line.lstrip())], line[len(line.rstrip()) :]
    return f"{before}~~{inert(words)}~~{after}"


def _fewer(items: list[_Item], say: Voice) -> list[_Item]:
    """Return the blocks with as many findings as there is room for; the last ones go first, and how much is gone is said."""
    kept, gone, at = list(items), 0, 0
    room = LIMIT - len(items) - utf16(say("dialogue.cut", count=LIMIT))
    while sum(min(utf16(part.whole), _LEAST * 2) for part in _texts(kept)) > room:
        findings = [i for i, item in enumerate(kept) if isinstance(item, _Part) and item.is_finding]
        if not findings:
            break
        at = findings[-1]
        gone += sum(len(part.text) for part in _texts([kept.pop(at)]))
    return [*kept[:at], _flat(say("dialogue.cut", count=f"{gone:,}"), "{}"), *kept[at:]] if gone else kept


def _share(lengths: list[int], room: int) -> int:
    """Return the length that no text may exceed, so that all together have room; short ones leave theirs to long ones."""
    left, rest = room, len(lengths)
    for length in sorted(lengths):
        if length * rest > left:
            return left // rest
        left, rest = left - length, rest - 1
    return max(lengths, default=0)


def _shortened(part: _Part, room: int, say: Voice) -> str:
    """Return as much of a text as there is room for, cut at a word, and how much is left out."""

    def cut(at: int) -> str:
        return f"{part.upto(at)}\n{inert(say('dialogue.cut', count=f'{len(part.text) - at:,}'))}"

    low, high = 0, min(len(part.text), room)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if utf16(cut(middle)) <= room else (low, middle - 1)
    return cut(_at_a_word(part.text, low))


def _at_a_word(text: str, at: int) -> int:
    """Return where the last whole word before a character ends; a word longer than a line is cut where it is."""
    if text[at : at + 1].isspace():
        return at
    head = text[:at]
    start = max(head.rfind(space) for space in " \n\t\u3000\xa0")
    return len(head[:start].rstrip()) if start > at - 80 and head[:start].strip() else at
