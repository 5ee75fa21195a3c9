"""The clauses of a draft: the stretches of a sentence that a reader takes in at once, and how much each one holds that is its own."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from rules import anchors, sense
from rules.model import Span
from rules.text import covered

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules.model import Draft

_CUT = re.compile(
    r"[,;:!?()\n\u2013\u2014\u2026.\s](?:(?<=[,;:!?()\n\u2013\u2014\u2026])|(?<=\.)(?!\w)|(?=[-–AaBbOoSsWw])(?<=\s)(?:[-–]\s"
    r"|(?=(?i:and|but|because|so|which|or) (?i:i|we|you|it|would|will|is|are|could|can|hope|want|think|am|have|that|if|look)\b)))"
)
"""What ends a clause; after a blank it is first looked whether the next letter may begin one of the words."""
_JOINS = frozenset({"and", "but", "so", "or"})
"""Words that join a clause to the one before and belong to neither."""
_SHORT = 4
"""Words below which a stretch is no clause of its own and goes with its neighbour."""
_THIN = 0.19
"""Concrete detail for each word below which a clause would fit anyone."""

_NAMED = 0.3
"""What a name adds here to its detail: whoever reads it sees that somebody is meant."""


class Clause(NamedTuple):
    """One clause: its sentence, where it stands, and which words of the draft it holds (half open)."""

    sentence: int
    span: Span
    first: int
    last: int


def clauses(draft: Draft) -> Iterator[Clause]:
    """Yield the clauses of the writer's own sentences."""
    for index in draft.own():
        at = draft.sentences[index].first
        edges = [at]
        for edge in _edges(draft, index):
            if len(edges) > 1 and min(edge - at, at - edges[-2]) < _SHORT:
                edges[-1] = edge
            else:
                edges.append(edge)
            at = edge
        for first, last in pairwise(edges):
            own = first + (last - first > _SHORT and draft.keys[first] in _JOINS)
            yield Clause(index, Span(draft.starts[own], draft.ends[last - 1]), own, last)


def _edges(draft: Draft, index: int) -> Iterator[int]:
    """Yield which word comes after each mark that ends a clause of a sentence, and after its last word."""
    span, first, last, _ = draft.sentences[index]
    starts, at = draft.starts, first
    for mark in _CUT.finditer(draft.text, span.start, span.end):
        edge = bisect_left(starts, mark.start(), at, last)
        if at < edge < last:
            yield edge
            at = edge
    if last > first:
        yield last


@lru_cache(maxsize=16)
def _idle(langs: tuple[str, ...]) -> frozenset[str]:
    """Return the words that say nothing specific."""
    lists = sense.load(langs)
    return lists.empty | lists.worn


def for_anyone(draft: Draft, langs: tuple[str, ...], formula: Sequence[Span] = (), pieces: Sequence[Clause] = ()) -> Iterator[Span]:
    """Yield the clauses outside of `formula` that hold next to nothing of their own: no rare word, no name, no number, no quotation."""
    taken = covered(draft, formula)
    for clause in pieces or clauses(draft):
        if clause.last - clause.first >= _SHORT and taken.isdisjoint(range(clause.first, clause.last)) and thin(draft, clause, langs):
            yield clause.span


def thin(draft: Draft, clause: Clause, langs: tuple[str, ...], formula: Sequence[Span] = ()) -> bool:
    """Tell whether a clause, outside of `formula`, holds next to nothing of its own."""
    if draft.quoted and any(quote.overlaps(clause.span) for quote in draft.quoted):
        return False
    lists, idle, lang = sense.load(langs), _idle(langs), langs[0] if langs else "en"
    rarity = anchors.rarities(lang)
    first = draft.sentences[clause.sentence].first
    taken = covered(draft, formula) if formula else ()
    room = _THIN * (clause.last - clause.first)
    text, starts = draft.text, draft.starts
    seen: set[str] = set()
    for i, key in enumerate(draft.keys[clause.first : clause.last], clause.first):
        if key in idle or key in seen or i in taken:
            continue
        seen.add(key)
        if text[starts[i]].islower() and key not in lists.days:
            room -= rarity[key]
        else:
            room -= anchors.value_of(draft, i, first, lang, lists) + (_NAMED if i > first and text[starts[i]].isupper() else 0.0)
        if room <= 0:
            return False
    return True
