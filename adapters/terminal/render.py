"""Card -> text for a terminal: a pure function of the closed union of blocks; what others wrote is shown without control characters."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple, assert_never

from adapters.plain import quotation, safe
from bot.cards import Card, Chart, Choices, Document, Line, Meter, Passage, Quote, Struck

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.cards import Block, Choice

_BOLD, _STRIKE, _DIM, _PLAIN = "\x1b[1m", "\x1b[9m", "\x1b[2m", "\x1b[0m"


_BAR = 30
"""Characters of the longest bar."""


class Look(NamedTuple):
    """How wide lines may be, whether the terminal knows bold and struck-through, and whether choices are numbered."""

    width: int = 88
    styled: bool = False
    numbered: bool = False


def render(card: Card, look: Look = Look()) -> str:  # noqa: B008 - a frozen value
    """Return the card as text that ends in a line end."""
    lines = [_styled(_BOLD, _wrap(card.title, look), look)]
    number = 1
    for block in card.blocks:
        lines += _block(block, look, number)
        number += len(block.choices) if isinstance(block, Choices) else 0
    return "\n".join(lines) + "\n"


def _block(block: Block, look: Look, number: int) -> Iterable[str]:
    match block:
        case Line(text, strong):
            return [_styled(_BOLD, _wrap(text, look), look) if strong else _wrap(text, look)]
        case Quote():
            return [_wrap(quotation(block), look, first="  ", rest="    ")]
        case Struck(pieces):
            return ["", "".join(_piece(text, look, kept=kept) for text, kept in pieces), ""]
        case Passage(text):
            return ["", textwrap.indent(_wrap_lines(text, look.width - 4), "    "), ""]
        case Meter(text=text):
            return [_styled(_DIM, _wrap(text, look), look)]
        case Chart(title, weeks, series):
            return ["", _wrap(title, look), *_bars(weeks, series), ""]
        case Document(text=text):
            return [safe(text)]
        case Choices(choices):
            return [_wrap("   ".join(_choice(i, choice, look) for i, choice in enumerate(choices, number)), look)]
        case never:
            assert_never(never)


def _bars(weeks: tuple[str, ...], series: tuple[tuple[str, tuple[int, ...]], ...]) -> Iterable[str]:
    """Yield a bar for each week and series, the longest as long as there is room for, with its number."""
    most = max((value for _, values in series for value in values), default=0) or 1
    names = max(len(name) for name, _ in series)
    labels = max(map(len, weeks))
    for at, week in enumerate(weeks):
        for number, (name, values) in enumerate(series):
            bar = "█" * round(values[at] * _BAR / most) or ("▏" if values[at] else "")
            yield f"  {week if not number else '':>{labels}}  {name:<{names}}  {bar} {values[at]}"


def _piece(text: str, look: Look, *, kept: bool) -> str:
    clean = safe(text)
    if kept or not clean.strip():
        return clean
    return _styled(_STRIKE, clean, look) if look.styled else f"[-{clean.strip()}-]"


def _choice(number: int, choice: Choice, look: Look) -> str:
    return f"{number} {choice.label}" if look.numbered else f"[{choice.label}]"


def _wrap(text: str, look: Look, first: str = "", rest: str = "") -> str:
    return textwrap.fill(
        safe(text).replace("\n", " "), look.width, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def _wrap_lines(text: str, width: int = 88) -> str:
    return "\n".join(
        textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False) if line.strip() else "" for line in safe(text).split("\n")
    )


def _styled(code: str, text: str, look: Look) -> str:
    return f"{code}{text}{_PLAIN}" if look.styled and text else text
