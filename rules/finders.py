"""Phrases to one compiled matcher over a set of languages: candidates by their rarest word, then verification.

Every word of the catalogue becomes one character, so that a draft is a short string and a phrase a small regular expression over it.
A phrase is tried only where all the words that it cannot do without stand in the draft. Repetition is always bounded, hence no
pattern can backtrack exponentially. Syntax of a phrase (docs/add-a-rule.md): `(a|b c)` may be there, `{a|b c}` is one of, `_` one word,
`*` up to three words, `#` a number, `<Name>` one to four capitalised words, `<link>` an address, `^` begins a sentence, `$` ends it,
`~` runs on to the end of the clause.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.distance import OSA, Levenshtein

from rules.fold import fold, key
from rules.frequency import bits, known, zipf
from rules.model import Span
from rules.text import WORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rules.model import Draft, Word

NUMBER, OTHER, STOP, LINK = "\x01", "\x02", "\x03", "\x04"
_CLOSING = frozenset(")}|")
_CLASSES = frozenset({NUMBER, OTHER, STOP, LINK})
_FIRST = 0xF0000
_GAP = f"[^{STOP}]"
_NAME = f"({_GAP}{{1,4}}?)"
_NAMES_AT_END = f"({_GAP}{{1,4}})"
_SIMPLE = {"*": f"{_GAP}{{0,3}}?", "_": _GAP, "#": NUMBER, "<name>": _NAME, "<link>": LINK}
_LONG = 6
"""Letters that a word needs before one misspelling in it is forgiven."""
_FUZZY_WORDS = 6
_FUZZY_BITS = 50.0
"""A phrase may differ by one word when at least so many words, and so much information in bits, remain."""
_NEGATIONS = frozenset(
    {"not", "no", "never", "without", "nicht", "kein", "ne", "pas", "nunca", "não", "nao", "non", "niet", "inte", "nie", "नहीं", "nahi", "mat"}
)
_TOKEN = re.compile(r"\(|\)|\{|\}|\||\*|(?<!\w)_(?!\w)|#|<name>|<link>|~|\^|\$|[^(){}|*#<~^$]+")
_CLAUSE_END = re.compile(
    r"[,.:](?!\d)|[;!?()\n\u2013\u2014\u2026\u3002\u3001\uff01\uff1f\u0964]|\s[-\u2013]\s"
    r"|\s(?:but|because|which|so|while|or if|and (?:i|we|are|is|would|have|will|was|looking|let|your|you|my|our|hope|how|can|could|want|wanted|think|thought|believe|has|been))\b",
    re.IGNORECASE,
)
LEAST = 20.0
"""Information that any match of a phrase holds, unless it is a whole sentence: "if you" has 15 bits, "any thoughts" 23."""
_MEMO, _LONGEST = 20_000, 40
"""Words whose characters are remembered, and how long they may be: what one process reads cannot fill its memory."""
_CLAUSE = 140
"""Characters that `~` may run on at most."""


class PhraseError(ValueError):
    """A phrase that cannot be read; the message says why."""


class Match(NamedTuple):
    """A phrase met in a draft: the owner given at compile time, where, and whether a word was changed."""

    owner: int
    span: Span
    changed: bool


class _Phrase:
    """One compiled phrase; its pattern is compiled when it first becomes a candidate."""

    __slots__ = ("_pattern", "clauses", "owner", "source", "tail")

    def __init__(self, owner: int, source: str, clauses: tuple[frozenset[str], ...], *, tail: bool) -> None:
        self.owner, self.source, self.clauses, self.tail = owner, source, clauses, tail
        self._pattern: re.Pattern[str] | None = None

    def pattern(self) -> re.Pattern[str]:
        if self._pattern is None:
            self._pattern = re.compile(self.source)
        return self._pattern


class _Fuzzy(NamedTuple):
    """A phrase of plain words that may differ by one word: its two halves, one of which must stand unchanged."""

    owner: int
    left: str
    right: str


class Matcher:
    """All phrases of some languages, compiled together. Immutable in meaning; safe to share between threads."""

    def __init__(self, phrases: Sequence[tuple[int, str]], same: Mapping[str, str] | None = None, *, least: float = LEAST) -> None:
        """Compile `(owner, phrase)` pairs; `same` maps a spelling or contraction to the words it stands for.

        `least` is the information in bits that any match must hold; a phrase that would match with less raises PhraseError.
        """
        self._same = {word: tuple(m[0] for m in WORD.finditer(words)) for word, words in (same or {}).items()}
        self._chars: dict[str, str] = {}
        self._order: list[str] = []
        self._shares: dict[str, float] = {}
        self._near: dict[str, str] | None = None
        self._memo: dict[str, str] = {}
        runs: dict[str, _Run] = {}
        self._negations = frozenset(self._char_of(word) for word in sorted(_NEGATIONS))
        parsed = [(owner, text, _Parser(text, self._char_of, self._share, runs, least=least).parse()) for owner, text in phrases]
        self._index: dict[str, list[_Phrase]] = defaultdict(list)
        self._halves: dict[str, list[_Fuzzy]] = defaultdict(list)
        for owner, text, parts in parsed:
            self._add(owner, text, parts)

    def _add(self, owner: int, text: str, parts: _Parsed) -> None:
        if not parts.clauses:
            msg = f"a phrase needs at least one word: {text!r}"
            raise PhraseError(msg)
        phrase = _Phrase(owner, parts.source, parts.clauses[1:], tail=parts.tail)
        for char in sorted(parts.clauses[0]):
            self._index[char].append(phrase)
        plain = parts.plain
        if len(plain) >= _FUZZY_WORDS and not parts.edged and self._information(plain) >= _FUZZY_BITS:
            cut = len(plain) // 2
            fuzzy = _Fuzzy(owner, plain[:cut], plain[cut:])
            for half in {fuzzy.left, fuzzy.right}:
                self._halves[min(half, key=lambda char: (self._share(char), char))].append(fuzzy)

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
        memo, spell = self._memo, self._spell
        parts = [memo.get(word.key) or spell(word.key) for word in draft.words]
        sentences = ["".join(parts[s.first : s.last]) for s in draft.sentences if s.last > s.first]
        return _Encoded(draft, f"{STOP}{STOP.join(sentences)}{STOP}", parts)

    def _spell(self, word: str) -> str:
        """Return the characters of a word: its own, those it stands for, a number, a link, or those of a word one misspelling away."""
        if word in self._same:
            char = "".join(self._chars.get(part, OTHER) for part in self._same[word])
        elif word in self._chars:
            char = self._chars[word]
        elif word[0].isdigit():
            char = NUMBER
        elif word.startswith(("http", "www.")) and "." in word:
            return LINK
        else:
            char = OTHER if len(word) < _LONG or known(word, "en") else self._nearest(word)
        if len(self._memo) < _MEMO and len(word) < _LONGEST:
            self._memo[word] = char
        return char

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
        text, present = encoded.text, frozenset(encoded.text)
        exact: dict[int, list[Span]] = defaultdict(list)
        for phrase in self._candidates(present):
            for found in phrase.pattern().finditer(text):
                match = encoded.match(phrase, found)
                if match:
                    exact[match.owner].append(match.span)
                    yield match
        for char in present & self._halves.keys():
            for fuzzy in self._halves[char]:
                if fuzzy.left in text or fuzzy.right in text:
                    for span in self._differing(fuzzy, encoded):
                        if not any(span.overlaps(other) for other in exact[fuzzy.owner]):
                            exact[fuzzy.owner].append(span)
                            yield Match(fuzzy.owner, span, changed=True)

    def _candidates(self, present: frozenset[str]) -> Iterator[_Phrase]:
        """Yield the phrases whose every needed word stands in the draft, each once."""
        index = self._index
        tried: set[int] = set()
        for char in present & index.keys():
            for phrase in index[char]:
                for clause in phrase.clauses:
                    if clause.isdisjoint(present):
                        break
                else:
                    if id(phrase) not in tried:
                        tried.add(id(phrase))
                        yield phrase

    def _differing(self, fuzzy: _Fuzzy, encoded: _Encoded) -> Iterator[Span]:
        """Yield places where one half stands unchanged and the other differs by exactly one word."""
        text = encoded.text
        for half, other, after in ((fuzzy.left, fuzzy.right, True), (fuzzy.right, fuzzy.left, False)):
            at = text.find(half)
            while at >= 0:
                window = _one_change(text, at + len(half) if after else at, other, after=after)
                if window and not self._negations & (set(window[2]) - set(other)):
                    start, stop = (at, window[1]) if after else (window[0], at + len(half))
                    yield Span(encoded.word(start).start, encoded.word(stop - 1).end)
                at = text.find(half, at + 1)


class _Encoded:
    """A draft as word characters; which word stands behind a character is worked out when somebody asks."""

    __slots__ = ("_draft", "_owners", "_parts", "text")

    def __init__(self, draft: Draft, text: str, parts: list[str]) -> None:
        self._draft, self.text, self._parts = draft, text, parts
        self._owners: list[int] = []

    def word(self, at: int) -> Word:
        """Return the word behind the character at a place."""
        if not self._owners:
            sentence = -1
            for i, (word, part) in enumerate(zip(self._draft.words, self._parts, strict=True)):
                if word.sentence != sentence:
                    self._owners.append(-1)
                    sentence = word.sentence
                self._owners += [i] * len(part)
        return self._draft.words[self._owners[at]]

    def match(self, phrase: _Phrase, found: re.Match[str]) -> Match | None:
        """Return where a phrase stands, or none when a slot for names holds something else."""
        start, stop = found.span()
        for group in range(1, found.re.groups + 1):
            a, b = found.span(group)
            named = a
            while named < b and not self._draft.text[self.word(named).start].islower():
                named += 1
            if named == a >= 0 or (named < b != stop):
                return None
            stop = named if b == stop else stop
        if stop <= start:
            return None
        first, last = self.word(start), self.word(stop - 1)
        end = clause_end(self._draft, last.end, last.sentence) if phrase.tail else last.end
        return Match(phrase.owner, Span(first.start, end), changed=False)


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
    limit = min(draft.sentences[sentence].span.end, offset + _CLAUSE)
    match = _CLAUSE_END.search(draft.text, offset, limit)
    stop = match.start() if match else limit
    return max((word.end for word in draft.sentence_words(sentence) if word.end <= stop), default=offset)


def _deletions(word: str) -> Iterator[str]:
    """Yield the word with each letter left out in turn."""
    for i in range(len(word)):
        yield word[:i] + word[i + 1 :]


class _Run(NamedTuple):
    """Part of a phrase: its expression, and the least information in bits with which it matches."""

    source: str
    told: float = 0.0
    clauses: tuple[frozenset[str], ...] = ()
    """Of each set, at least one character stands in every match."""


class _Parsed(NamedTuple):
    """A phrase, parsed: its expression, what every match holds (the rarest first), and its plain words."""

    source: str
    clauses: tuple[frozenset[str], ...]
    plain: str
    tail: bool
    edged: bool


class _Parser:
    """A phrase, read from left to right into a regular expression over word characters."""

    def __init__(self, text: str, char_of: Callable[[str], str], share: Callable[[str], float], runs: dict[str, _Run], *, least: float) -> None:
        self._text = text
        self._char_of, self._share, self._runs = char_of, share, runs
        self._least = least
        self._tokens = [m[0] for m in _TOKEN.finditer(fold(text).text)]
        self._at = 0
        self._plain: list[str] = []
        self._tail = self._edged = False
        self._start = self._end = False

    def parse(self) -> _Parsed:
        """Return the compiled parts, or raise PhraseError."""
        run = self._sequence(depth=0)
        source, told = run.source, run.told
        if self._at < len(self._tokens):
            self._fail(f"unexpected {self._tokens[self._at]!r}")
        if told < self._least and not (self._start and self._end):
            self._fail("too little of it is needed to match, so it would match anything: make less optional")
        if source.endswith(_NAME):
            source = source.removesuffix(_NAME) + _NAMES_AT_END
        return _Parsed(source, tuple(sorted(run.clauses, key=self._common)), "".join(self._plain), self._tail, self._edged)

    def _common(self, clause: frozenset[str]) -> float:
        """Return how likely a draft holds one of these characters: the shares of running text that their words have."""
        return sum(self._share(char) for char in clause)

    def _fail(self, why: str) -> None:
        msg = f"{why} in the phrase {self._text!r}"
        raise PhraseError(msg)

    def _sequence(self, depth: int) -> _Run:
        """Return the expression of a run of elements, and the least that it takes to match."""
        source, told = "", 0.0
        clauses: tuple[frozenset[str], ...] = ()
        while self._at < len(self._tokens) and self._tokens[self._at] not in _CLOSING:
            run = self._element(self._tokens[self._at], depth)
            source, told, clauses = source + run.source, told + run.told, clauses + run.clauses
        return _Run(source, told, clauses)

    def _element(self, token: str, depth: int) -> _Run:
        self._at += 1
        if token in {"(", "{"}:
            return self._group(token, depth)
        if token == "^":
            self._edged = self._start = True
            return _Run(f"(?<={STOP})")
        if token == "$":
            self._edged = self._end = True
            return _Run(f"(?={STOP})")
        if token == "~":
            self._tail = self._edged = True
            return _Run("")
        if token in _SIMPLE:
            self._edged = self._edged or token in {"*", "_", "<name>"}
            return _Run(_SIMPLE[token], LEAST / 2 * (token in {"<name>", "<link>"}))
        run = self._runs.get(token)
        if run is None:
            words = [key(m[0]) for m in WORD.finditer(token)]
            chars = "".join(self._char_of(word) for word in words)
            run = _Run(chars, sum(bits(word) for word in words if not word[0].isdigit()), tuple(frozenset(char) for char in chars))
            self._runs[token] = run
        if depth == 0:
            self._plain.append(run.source)
        return run

    def _group(self, opening: str, depth: int) -> _Run:
        closing = ")" if opening == "(" else "}"
        choices = [self._sequence(depth + 1)]
        while self._at < len(self._tokens) and self._tokens[self._at] == "|":
            self._at += 1
            choices.append(self._sequence(depth + 1))
        if self._at >= len(self._tokens) or self._tokens[self._at] != closing:
            self._fail(f"no {closing!r} for {opening!r}")
        self._at += 1
        if opening == "{" and depth == 0:
            self._edged = True
        source = f"(?:{'|'.join(choice.source for choice in choices)})"
        if opening == "(":
            return _Run(f"{source}?")
        rarest = [min(choice.clauses, key=self._common, default=frozenset()) for choice in choices]
        clause = (frozenset().union(*rarest),) if all(rarest) else ()
        return _Run(source, min(choice.told for choice in choices), clause)
