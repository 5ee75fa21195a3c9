"""Proper names in running text, and the word that places each ("at", "in")."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rules import dates
from rules.memo import Memo
from rules.model import Span
from rules.text import keys_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMED = re.compile(r"[A-ZÀ-Þ](?<![\w'’].)[\w’'&-]*[\w](?:\s+(?:(?:of|the|de|on|&|for)\s+)?[A-ZÀ-Þ0-9][\w’'&-]*\w)*")
PLACING = frozenset({"at", "in", "from", "during", "after", "since", "to", "by", "of", "for", "with", "near", "outside", "over"})
"""Words that place what follows."""
_ARTICLES = frozenset({"the", "our", "your", "that", "this", "my"})
_SHORT = 2


def words_of(text: str) -> tuple[str, ...]:
    """Return the folded words of a text, without their "'s"."""
    return tuple([word.removesuffix("'s") for word in keys_of(text)])


class Name(NamedTuple):
    """A proper name in running text: where, what, and the word that places it ("at", "in")."""

    start: int
    text: str
    placed: str

    @property
    def span(self) -> Span:
        """Return where the name stands."""
        return Span(self.start, self.start + len(self.text))


def names(text: str, offset: int, *, first: bool) -> Iterator[Name]:
    """Yield the proper names of a piece of text; the word that begins a sentence is none unless `first`."""
    for match in _NAMED.finditer(text):
        name, start = match[0], match.start()
        if not first and start == 0:
            _, _, rest = name.partition(" ")
            if not rest or not rest[0].isupper():
                continue
            name, start = rest, start + len(name) - len(rest)
        name = name.removesuffix("'s").removesuffix("’s")
        words = words_of(name)
        if not words or all(NAMELESS[word] for word in words):
            continue
        yield Name(offset + start, name, _placed(text[max(0, start - 40) : start]))


def _placed(before: str) -> str:
    """Return the word that places what follows: "in" of "in the old Dayton", at most an article and one word before it."""
    if not before[-1:].isspace():
        return ""
    *_, third, second, last = "", "", "", *before.casefold().split()
    if third in PLACING and second in _ARTICLES and last.isalnum():
        return third
    return second if second in PLACING and last.isalnum() else last if last in PLACING else ""


def _nameless(word: str) -> bool:
    """Tell whether a word, capitalised or not, is no name: a pronoun, a title, a day."""
    return (
        len(word) < _SHORT
        or word in {"i'm", "i've", "i'd", "i'll", "am", "pm", "ok", "ps", "dr", "mr", "mrs", "ms", "prof"}
        or bool(dates.moments(["on", word, "night"]))
    )


NAMELESS = Memo(_nameless)
