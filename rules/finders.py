"""Phrases to one compiled matcher over a set of languages: candidates by their rarest word, then verification.

Every word of the catalogue becomes one character, so that a draft is a short string and a phrase a small regular expression over it.
A phrase is tried only where all the words that it cannot do without stand in the draft, neighbours side by side. Repetition is always
bounded, hence no pattern can backtrack exponentially.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.distance import Levenshtein

from rules.frequency import bits
from rules.model import Span
from rules.phrases import LEAST, STOP, Parser, PhraseError
from rules.vocabulary import CLASSES, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rules.model import Draft
    from rules.phrases import Parsed, Run
    from rules.vocabulary import Encoded

_FUZZY_WORDS = 6
_FUZZY_BITS = 50.0
"""A phrase may differ by one word when at least so many words, and so much information in bits, remain."""
_NEGATIONS = frozenset("not no never without nicht kein ne pas nunca não nao non niet inte nie नहीं nahi mat jamais degil sin sans senza".split())
_CLAUSE_END = re.compile(
    r"[,.:;!?()\n\u2013\u2014\u2026\u3002\u3001\uff01\uff1f\u0964\s](?:(?<=[;!?()\n\u2013\u2014\u2026\u3002\u3001\uff01\uff1f\u0964])|(?<=[,.:])(?!\d)"
    r"|(?=[-\u2013AaBbOoSsWw])(?<=\s)(?:[-\u2013]\s|(?i:but|because|which|so|while|or if|and (?:i|we|are|is|would|have|will|was|looking|let|your|you|my|our|hope|how|can|could|want"
    r"|wanted|think|thought|believe|has|been))\b))"
)
"""What ends a clause; after a blank it is first looked whether the next letter may begin one of the words."""
_CLAUSE = 140
"""Characters that `~` may run on at most."""


class Match(NamedTuple):
    """A phrase met in a draft: the owner given at compile time, where, and whether a word was changed."""

    owner: int
    span: Span
    changed: bool


class _Phrase:
    """One compiled phrase; its pattern is compiled when all that it cannot do without first stands close together."""

    __slots__ = ("_needs", "_pattern", "_source", "before", "mask", "most", "owner", "tail")

    def __init__(self, owner: int, parts: Parsed, needs: Sequence[frozenset[str]], mask: int) -> None:
        self.owner, self._source, self.most, self.tail = owner, parts.source, parts.most, parts.tail
        self.before = parts.clauses[0].before
        self._needs, self.mask = needs, mask
        self._pattern: re.Pattern[str] | None = None

    def found(self, text: str, first: int, last: int) -> Iterable[re.Match[str]]:
        """Return where the phrase stands in word characters; only looked at is what is near its rarest words, of which these are the first and the last place."""
        begin = first - self.before if first > self.before else 0
        end = last + self.most + 1
        pattern = self._pattern
        if pattern is None:
            near = frozenset(text[begin:end])
            if any(map(near.isdisjoint, self._needs)):
                return ()
            pattern = self._pattern = re.compile(self._source)
        if first < last:
            return pattern.finditer(text, begin, end)
        only = pattern.search(text, begin, end)
        return (only,) if only else ()


class _Fuzzy(NamedTuple):
    """A phrase of plain words that may differ by one word: its two halves, one of which must stand unchanged."""

    owner: int
    left: str
    right: str


class Matcher:
    """All phrases of some languages, compiled together. Immutable in meaning; safe to share between threads."""

    def __init__(
        self,
        phrases: Sequence[tuple[int, str]],
        vocabulary: Vocabulary | None = None,
        *,
        least: float = LEAST,
        loose: Sequence[tuple[int, str]] = (),
    ) -> None:
        """Compile `(owner, phrase)` pairs over a vocabulary, which takes in their words.

        `least` is the information in bits that any match must hold; a phrase that would match with less raises PhraseError. The `loose`
        ones may match with any.
        """
        self.vocabulary = vocabulary or Vocabulary({})
        char_of, share = self.vocabulary.char_of, self.vocabulary.share
        runs: dict[str, Run] = {}
        self._negations = frozenset(map(char_of, sorted(_NEGATIONS)))
        parsed = [(owner, text, Parser(text, char_of, share, runs, least=least).parse()) for owner, text in phrases]
        parsed += [(owner, text, Parser(text, char_of, share, runs, least=0.0).parse()) for owner, text in loose]
        self._runs: dict[str, list[_Phrase]] = {}
        self._index: dict[str, list[tuple[str, str, list[_Phrase]]]] = defaultdict(list)
        self._needs: dict[frozenset[str], int] = {}
        self._halves: dict[str, list[_Fuzzy]] = defaultdict(list)
        for owner, text, parts in parsed:
            self._add(owner, text, parts)
        self._keys = frozenset(self._index)
        self._answers: dict[str, int] = defaultdict(int)
        for need, bit in self._needs.items():
            for char in need:
                self._answers[char] |= bit
        self._answering = frozenset(self._answers)

    def _add(self, owner: int, text: str, parts: Parsed) -> None:
        if not parts.clauses:
            msg = f"a phrase needs at least one word: {text!r}"
            raise PhraseError(msg)
        needs = [frozenset(map(self._rarest, clause.runs)) for clause in parts.clauses[1:]]
        mask = sum({self._needs.setdefault(need, 1 << len(self._needs)) for need in needs})
        phrase = _Phrase(owner, parts, needs, mask)
        for run in sorted(parts.clauses[0].runs):
            if run not in self._runs:
                self._runs[run] = []
                rarest = self._rarest(run)
                self._index[rarest].append((self._rarest(run.replace(rarest, "") or run), run, self._runs[run]))
            self._runs[run].append(phrase)
        plain = parts.plain
        if len(plain) >= _FUZZY_WORDS and not parts.edged and self._information(plain) >= _FUZZY_BITS:
            cut = len(plain) // 2
            fuzzy = _Fuzzy(owner, plain[:cut], plain[cut:])
            for half in {fuzzy.left, fuzzy.right}:
                self._halves[self._rarest(half)].append(fuzzy)

    def _rarest(self, run: str) -> str:
        """Return what of a run of word characters is looked for first: the least likely one."""
        return run if len(run) == 1 else min(run, key=lambda char: (self.vocabulary.share(char), char))

    def _information(self, plain: str) -> float:
        """Return the bits that remain when the most telling word of a phrase is lost."""
        each = sorted(bits(self.vocabulary.word(char)) for char in plain if char not in CLASSES)
        return sum(each[:-1])

    def find(self, draft: Draft) -> list[Match]:
        """Return every phrase met in the draft, overlapping ones included; one with a changed word only where its rule has no exact match."""
        return [*map(Match._make, self.found(self.vocabulary.encode(draft)))]

    def found(self, encoded: Encoded) -> list[tuple[int, Span, bool]]:
        """Return the same, as plain tuples, of a draft that was encoded in the matcher's own vocabulary."""
        draft = encoded.draft
        met = [(phrase.owner, _span(draft, phrase, first, last), False) for phrase, first, last in self.places(encoded)]
        for fuzzy in self._alike(encoded):
            exact = [span for owner, span, _ in met if owner == fuzzy.owner]
            for span in self._differing(fuzzy, encoded):
                if not any(span.overlaps(other) for other in exact):
                    exact.append(span)
                    met.append((fuzzy.owner, span, True))
        return met

    def places(self, encoded: Encoded) -> list[tuple[_Phrase, int, int]]:
        """Return every phrase that stands unchanged in a draft, with the indexes of its first and its last word."""
        text, seats = encoded.text, encoded.seats()
        met: list[tuple[_Phrase, int, int]] = []
        for phrase, (first, last) in self._candidates(encoded).items():
            for found in phrase.found(text, first, last):
                start, stop = found.span()
                if found.lastindex:
                    stop = _named(encoded, found)
                if stop > start:
                    met.append((phrase, seats[start], seats[stop - 1]))
        return met

    def _candidates(self, encoded: Encoded) -> dict[_Phrase, tuple[int, int]]:
        """Return the phrases of which all that they cannot do without stands in the draft, with the first and the last place of their rarest words."""
        text, present, index = encoded.text, encoded.present, self._index
        missing = ~reduce(or_, map(self._answers.__getitem__, present & self._answering), 0)
        met: dict[_Phrase, tuple[int, int]] = {}
        for char in present & self._keys:
            for other, run, phrases in index[char]:
                if other not in present or run not in text:
                    continue
                first, last = text.find(run), text.rfind(run)
                for phrase in phrases:
                    if phrase.mask & missing:
                        continue
                    if phrase in met:
                        earliest, latest = met[phrase]
                        met[phrase] = min(first, earliest), max(last, latest)
                    else:
                        met[phrase] = first, last
        return met

    def _alike(self, encoded: Encoded) -> list[_Fuzzy]:
        """Return the phrases of which one half stands in the draft, the longest first."""
        halves, text = self._halves, encoded.text
        met = {fuzzy for char in encoded.present & halves.keys() for fuzzy in halves[char] if fuzzy.left in text or fuzzy.right in text}
        return sorted(met, key=_longest)

    def _differing(self, fuzzy: _Fuzzy, encoded: Encoded) -> Iterator[Span]:
        """Yield places where one half stands unchanged and the other differs by exactly one word."""
        text, draft = encoded.text, encoded.draft
        for half, other, after in ((fuzzy.left, fuzzy.right, True), (fuzzy.right, fuzzy.left, False)):
            at = text.find(half)
            while at >= 0:
                window = _one_change(text, at + len(half) if after else at, other, after=after)
                if window and not self._negations & (set(window[2]) - set(other)):
                    start, stop = (at, window[1]) if after else (window[0], at + len(half))
                    seats = encoded.seats()
                    yield Span(draft.starts[seats[start]], draft.ends[seats[stop - 1]])
                at = text.find(half, at + 1)


def _span(draft: Draft, phrase: _Phrase, first: int, last: int) -> Span:
    """Return where a phrase stands of which these are the first and the last word."""
    end = draft.ends[last]
    return Span(draft.starts[first], clause_end(draft, end, draft.holders[last]) if phrase.tail else end)


def _named(encoded: Encoded, found: re.Match[str]) -> int:
    """Return where a phrase with slots for names stops, or zero when one of them holds something else."""
    draft, seats, stop = encoded.draft, encoded.seats(), found.end()
    for a, b in found.regs[1:]:
        named = a
        while named < b and not draft.text[draft.starts[seats[named]]].islower():
            named += 1
        if named == a >= 0 or (named < b != stop):
            return 0
        stop = named if b == stop else stop
    return stop


def _one_change(text: str, edge: int, other: str, *, after: bool) -> tuple[int, int, str] | None:
    """Return where the other half stands with exactly one word put in, left out or changed: start, stop, characters."""
    for length in (len(other), len(other) + 1, len(other) - 1):
        start, stop = (edge, edge + length) if after else (edge - length, edge)
        window = text[max(0, start) : stop]
        if len(window) == length and STOP not in window and Levenshtein.distance(window, other, score_cutoff=1) == 1:
            return start, stop, window
    return None


def clause_end(draft: Draft, offset: int, sentence: int) -> int:
    """Return where the last word of a clause ends in which an offset stands, at most `_CLAUSE` characters on and never past the sentence."""
    span, first, last, _ = draft.sentences[sentence]
    limit = min(span.end, offset + _CLAUSE)
    match = _CLAUSE_END.search(draft.text, offset, limit)
    stop = match.start() if match else limit
    at = bisect_right(draft.ends, stop, first, last) - 1
    return draft.ends[at] if at >= first else offset


def _longest(fuzzy: _Fuzzy) -> tuple[int, _Fuzzy]:
    return -len(fuzzy.left) - len(fuzzy.right), fuzzy
