"""Phrases to one compiled matcher over a set of languages: candidates by their rarest word, then verification.

Every word of the catalogue becomes one character, so that a draft is a short string and a phrase a small regular expression over it.
A phrase is tried only where all the words that it cannot do without stand in the draft, neighbours side by side. Repetition is always
bounded, hence no pattern can backtrack exponentially.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from itertools import accumulate, chain
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.distance import OSA, Levenshtein

from rules.frequency import bits, known, zipf
from rules.memo import Memo
from rules.model import Span
from rules.phrases import LEAST, LINK, NUMBER, OTHER, STOP, Parser, PhraseError
from rules.text import WORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from rules.model import Draft
    from rules.phrases import Parsed, Run

_CLASSES = frozenset({NUMBER, OTHER, STOP, LINK})
_FIRST = 0x100
"""The character of the first catalogue word: within the plane for which the engine of regular expressions has its short cuts."""
_LONG = 6
"""Letters that a word needs before one misspelling in it is forgiven."""
_FUZZY_WORDS = 6
_FUZZY_BITS = 50.0
"""A phrase may differ by one word when at least so many words, and so much information in bits, remain."""
_NEGATIONS = frozenset(
    {"not", "no", "never", "without", "nicht", "kein", "ne", "pas", "nunca", "não", "nao", "non", "niet", "inte", "nie", "नहीं", "nahi", "mat"}
)
_CLAUSE_END = re.compile(
    r"[,.:;!?()\n\u2013\u2014\u2026\u3002\u3001\uff01\uff1f\u0964\s](?:(?<=[;!?()\n\u2013\u2014\u2026\u3002\u3001\uff01\uff1f\u0964])|(?<=[,.:])(?!\d)"
    r"|(?=[-\u2013AaBbOoSsWw])(?<=\s)(?:[-\u2013]\s|(?i:but|because|which|so|while|or if|and (?:i|we|are|is|would|have|will|was|looking|let|your|you|my|our|hope|how|can|could|want"
    r"|wanted|think|thought|believe|has|been))\b))"
)
"""What ends a clause; after a blank it is first looked whether the next letter may begin one of the words."""
_LONGEST = 40
"""Letters from which a word is no misspelling of another."""
_CLAUSE = 140
"""Characters that `~` may run on at most."""


class Match(NamedTuple):
    """A phrase met in a draft: the owner given at compile time, where, and whether a word was changed."""

    owner: int
    span: Span
    changed: bool


class _Phrase:
    """One compiled phrase; its pattern is compiled when all that it cannot do without first stands close together."""

    __slots__ = ("_pattern", "before", "choices", "free", "most", "needs", "owner", "source", "tail")

    def __init__(self, owner: int, parts: Parsed, rarest: Callable[[str], str]) -> None:
        self.owner, self.source, self.most, self.tail = owner, parts.source, parts.most, parts.tail
        self.before = parts.clauses[0].before
        others = [clause.runs for clause in parts.clauses[1:]]
        self.needs = tuple([run for runs in others for run in runs if len(runs) == 1])
        self.choices = tuple([frozenset(map(rarest, runs)) for runs in others if len(runs) > 1])
        self.free = not others
        self._pattern: re.Pattern[str] | None = None

    def fits(self, present: frozenset[str], text: str) -> bool:
        """Tell whether what the phrase cannot do without may stand in the word characters, besides its rarest words."""
        for choice in self.choices:
            if present.isdisjoint(choice):
                return False
        return not self.needs or all(run in text for run in self.needs)

    def found(self, text: str, first: int, last: int) -> Iterable[re.Match[str]]:
        """Return where the phrase stands in word characters; only looked at is what is near its rarest words, of which these are the first and the last place."""
        begin = first - self.before if first > self.before else 0
        end = last + self.most + 1
        if self._pattern is None:
            near = text[begin:end]
            if not self.fits(frozenset(near), near):
                return ()
            self._pattern = re.compile(self.source)
        if first < last:
            return self._pattern.finditer(text, begin, end)
        only = self._pattern.search(text, begin, end)
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
        same: Mapping[str, str] | None = None,
        *,
        least: float = LEAST,
        loose: Sequence[tuple[int, str]] = (),
    ) -> None:
        """Compile `(owner, phrase)` pairs; `same` maps a spelling or contraction to the words it stands for.

        `least` is the information in bits that any match must hold; a phrase that would match with less raises PhraseError. The `loose`
        ones may match with any.
        """
        self._same = {word: tuple(m[0] for m in WORD.finditer(words)) for word, words in (same or {}).items()}
        self._chars: dict[str, str] = {}
        self._order: list[str] = []
        self._shares: dict[str, float] = {}
        self._near: dict[str, str] | None = None
        self._memo = Memo(self._spell)
        runs: dict[str, Run] = {}
        char_of = Memo(self._char_of).__getitem__
        self._negations = frozenset(map(char_of, sorted(_NEGATIONS)))
        parsed = [(owner, text, Parser(text, char_of, self._share, runs, least=least).parse()) for owner, text in phrases]
        parsed += [(owner, text, Parser(text, char_of, self._share, runs, least=0.0).parse()) for owner, text in loose]
        self._runs: dict[str, list[_Phrase]] = {}
        self._index: dict[str, list[tuple[str, str, list[_Phrase]]]] = defaultdict(list)
        self._halves: dict[str, list[_Fuzzy]] = defaultdict(list)
        for owner, text, parts in parsed:
            self._add(owner, text, parts)

    def _add(self, owner: int, text: str, parts: Parsed) -> None:
        if not parts.clauses:
            msg = f"a phrase needs at least one word: {text!r}"
            raise PhraseError(msg)
        phrase = _Phrase(owner, parts, self._rarest)
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

    def _rarest(self, chars: str) -> str:
        return chars if len(chars) == 1 else min(chars, key=lambda char: (self._share(char), char))

    def _share(self, char: str) -> float:
        """Return how likely a word of a draft is this one."""
        share = self._shares.get(char)
        if share is None:
            share = self._shares[char] = 0.02 if char in _CLASSES else 10 ** (zipf(self._word(char)) - 9)
        return share

    def _information(self, plain: str) -> float:
        """Return the bits that remain when the most telling word of a phrase is lost."""
        each = sorted(bits(self._word(char)) for char in plain if char not in _CLASSES)
        return sum(each[:-1])

    def _char_of(self, word: str) -> str:
        """Return the characters of a catalogue word, after the words it stands for; new words get a new character."""
        if word[:1].isdigit():
            return NUMBER
        return "".join(self._chars.get(part) or self._new(part) for part in self._same.get(word, (word,)))

    def _new(self, word: str) -> str:
        self._chars[word] = char = chr(_FIRST + len(self._order))
        self._order.append(word)
        return char

    def encode(self, draft: Draft) -> _Encoded:
        """Return the draft as one character a word, with a mark between sentences."""
        return _Encoded(draft, list(map(self._memo.__getitem__, draft.line)))

    def _spell(self, word: str) -> str:
        """Return the characters of a word: its own, those it stands for, a number, a link, or those of a word one misspelling away."""
        if not word:
            return STOP
        if word in self._same:
            return "".join(self._chars.get(part, OTHER) for part in self._same[word])
        if word in self._chars:
            return self._chars[word]
        if word[0].isdigit():
            return NUMBER
        if word.startswith(("http", "www.")) and "." in word:
            return LINK
        return OTHER if not _LONG <= len(word) < _LONGEST or known(word, "en") else self._nearest(word)

    def _nearest(self, word: str) -> str:
        near = self._near
        if near is None:
            near = {}
            for correct, char in self._chars.items():
                if len(correct) >= _LONG and correct.isalpha():
                    near[correct] = char
                    for shorter in _deletions(correct):
                        near.setdefault(shorter, char)
            self._near = near
        for shorter in chain((word,), _deletions(word)):
            char = near.get(shorter, "")
            if char and OSA.distance(word, self._word(char), score_cutoff=1) <= 1:
                return char
        return OTHER

    def _word(self, char: str) -> str:
        at = ord(char) - _FIRST
        return self._order[at] if 0 <= at < len(self._order) else ""

    def find(self, draft: Draft) -> Iterator[Match]:
        """Yield every phrase met in the draft, overlapping ones included; one with a changed word only where its rule has no exact match."""
        encoded = self.encode(draft)
        text = encoded.text
        present = frozenset(text)
        exact: dict[int, list[Span]] = defaultdict(list)
        for phrase, (first, last) in self._candidates(present, text).items():
            for found in phrase.found(text, first, last):
                span = encoded.span(phrase, found)
                if span:
                    exact[phrase.owner].append(span)
                    yield Match(phrase.owner, span, changed=False)
        for fuzzy in self._alike(present, text):
            for span in self._differing(fuzzy, encoded, draft):
                if not any(span.overlaps(other) for other in exact[fuzzy.owner]):
                    exact[fuzzy.owner].append(span)
                    yield Match(fuzzy.owner, span, changed=True)

    def _candidates(self, present: frozenset[str], text: str) -> dict[_Phrase, tuple[int, int]]:
        """Return the phrases of which all that they cannot do without stands in the draft, with the first and the last place of their rarest words."""
        index = self._index
        met: dict[_Phrase, tuple[int, int]] = {}
        for run, phrases in [
            (run, phrases) for char in present & index.keys() for other, run, phrases in index[char] if other in present and run in text
        ]:
            first, last = text.find(run), text.rfind(run)
            for phrase in phrases:
                if phrase in met:
                    earliest, latest = met[phrase]
                    met[phrase] = min(first, earliest), max(last, latest)
                elif phrase.free or phrase.fits(present, text):
                    met[phrase] = first, last
        return met

    def _alike(self, present: frozenset[str], text: str) -> list[_Fuzzy]:
        """Return the phrases of which one half stands in the draft, the longest first."""
        halves = self._halves
        met = [fuzzy for char in present & halves.keys() for fuzzy in halves[char] if fuzzy.left in text or fuzzy.right in text]
        return sorted(set(met), key=_longest)

    def _differing(self, fuzzy: _Fuzzy, encoded: _Encoded, draft: Draft) -> Iterator[Span]:
        """Yield places where one half stands unchanged and the other differs by exactly one word."""
        text = encoded.text
        for half, other, after in ((fuzzy.left, fuzzy.right, True), (fuzzy.right, fuzzy.left, False)):
            at = text.find(half)
            while at >= 0:
                window = _one_change(text, at + len(half) if after else at, other, after=after)
                if window and not self._negations & (set(window[2]) - set(other)):
                    start, stop = (at, window[1]) if after else (window[0], at + len(half))
                    yield Span(draft.starts[encoded.word(start)], draft.ends[encoded.word(stop - 1)])
                at = text.find(half, at + 1)


class _Encoded:
    """A draft as word characters; which word stands behind a character is worked out when somebody asks."""

    __slots__ = ("_draft", "_ends", "_parts", "text")

    def __init__(self, draft: Draft, parts: list[str]) -> None:
        self._draft, self._parts, self.text = draft, parts, "".join(parts)
        self._ends: list[int] = []

    def word(self, at: int) -> int:
        """Return which word stands behind the character at a place."""
        if not self._ends:
            self._ends = list(accumulate(map(len, self._parts)))
        return self._draft.seats[bisect_right(self._ends, at)]

    def span(self, phrase: _Phrase, found: re.Match[str]) -> Span | None:
        """Return where a phrase stands, or none when a slot for names holds something else."""
        draft, (start, stop) = self._draft, found.span()
        if found.lastindex:
            stop = self._named(found)
        if stop <= start:
            return None
        first = last = self.word(start)
        if stop - start > 1:
            last = self.word(stop - 1)
        end = draft.ends[last]
        return Span(draft.starts[first], clause_end(draft, end, draft.words[last].sentence) if phrase.tail else end)

    def _named(self, found: re.Match[str]) -> int:
        """Return where a phrase with slots for names stops, or zero when one of them holds something else."""
        draft, stop = self._draft, found.end()
        for a, b in found.regs[1:]:
            named = a
            while named < b and not draft.text[draft.starts[self.word(named)]].islower():
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


def _deletions(word: str) -> Iterator[str]:
    """Yield the word with each letter left out in turn."""
    for i in range(len(word)):
        yield word[:i] + word[i + 1 :]


def _longest(fuzzy: _Fuzzy) -> tuple[int, _Fuzzy]:
    return -len(fuzzy.left) - len(fuzzy.right), fuzzy
