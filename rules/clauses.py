"""The clauses of a draft: the stretches of a sentence that a reader takes in at once, and how much each one holds that is its own."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rules import anchors, sense
from rules.model import Span
from rules.text import covered

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules.model import Draft, Word

_CUT = re.compile(
    r"[,;:!?()\n\u2013\u2014\u2026.\s](?:(?<=[,;:!?()\n\u2013\u2014\u2026])|(?<=\.)(?!\w)|(?<=\s)(?:[-–]\s"
    r"|(?=(?:and|but|because|so|which|or) (?:i|we|you|it|would|will|is|are|could|can|hope|want|think|am|have|that|if|look)\b)))",
    re.IGNORECASE,
)
_JOINS = frozenset({"and", "but", "so", "or"})
"""Words that join a clause to the one before and belong to neither."""
_SHORT = 4
"""Words below which a stretch is no clause of its own and goes with its neighbour."""
_THIN = 0.19
"""Concrete detail for each word below which a clause would fit anyone."""

_NAMED = 0.3
"""What a name adds here to its detail: whoever reads it sees that somebody is meant."""


class Clause(NamedTuple):
    """One clause: its sentence, where it stands, the index of its first word, its words."""

    sentence: int
    span: Span
    first: int
    words: tuple[Word, ...]


def clauses(draft: Draft) -> Iterator[Clause]:
    """Yield the clauses of the writer's own sentences."""
    for index in draft.own():
        found: list[list[Word]] = []
        for piece in _pieces(draft, index):
            if found and min(len(piece), len(found[-1])) < _SHORT:
                found[-1] += piece
            else:
                found.append(piece)
        first = draft.sentences[index].first
        for words in found:
            joined = len(words) > _SHORT and words[0].key in _JOINS
            yield Clause(index, Span(words[joined].start, words[-1].end), first + joined, tuple(words[joined:]))
            first += len(words)


def _pieces(draft: Draft, index: int) -> Iterator[list[Word]]:
    """Yield the words of a sentence between the marks that end a clause."""
    span = draft.sentences[index].span
    ends = [match.start() for match in _CUT.finditer(draft.text, span.start, span.end)]
    at = 0
    piece: list[Word] = []
    for word in draft.sentence_words(index):
        while at < len(ends) and ends[at] <= word.start:
            at += 1
            if piece:
                yield piece
                piece = []
        piece.append(word)
    if piece:
        yield piece


@lru_cache(maxsize=16)
def _idle(langs: tuple[str, ...]) -> frozenset[str]:
    """Return the words that say nothing specific."""
    lists = sense.load(langs)
    return lists.empty | lists.worn


def for_anyone(draft: Draft, langs: tuple[str, ...], formula: Sequence[Span] = (), pieces: Sequence[Clause] = ()) -> Iterator[Span]:
    """Yield the clauses outside of `formula` that hold next to nothing of their own: no rare word, no name, no number, no quotation."""
    taken = covered(draft, formula)
    for clause in pieces or clauses(draft):
        if len(clause.words) >= _SHORT and taken.isdisjoint(range(clause.first, clause.first + len(clause.words))) and thin(draft, clause, langs):
            yield clause.span


def thin(draft: Draft, clause: Clause, langs: tuple[str, ...], formula: Sequence[Span] = ()) -> bool:
    """Tell whether a clause, outside of `formula`, holds next to nothing of its own."""
    if any(quote.overlaps(clause.span) for quote in draft.quoted):
        return False
    lists, idle, lang = sense.load(langs), _idle(langs), langs[0] if langs else "en"
    first = draft.sentences[clause.sentence].first
    taken = covered(draft, formula) if formula else ()
    room = _THIN * len(clause.words)
    seen: set[str] = set()
    for i, word in enumerate(clause.words, clause.first):
        key = word.key
        if key in idle or key in seen or i in taken:
            continue
        seen.add(key)
        if draft.text[word.start].islower() and key not in lists.days:
            room -= anchors.rarity(key, lang)
        else:
            room -= anchors.value_of(draft, i, first, lang, lists) + (_NAMED if i > first and draft.text[word.start].isupper() else 0.0)
        if room <= 0:
            return False
    return True
