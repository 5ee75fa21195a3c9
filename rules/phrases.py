"""A phrase of a card to a regular expression over word characters, and to what each of its matches holds.

Syntax of a phrase (docs/add-a-rule.md): `(a|b c)` may be there, `{a|b c}` is one of, `_` one word,
`*` up to three words, `#` a number, `<Name>` one to four capitalised words, `<link>` an address, `^` begins a sentence, `$` ends it,
`~` runs on to the end of the clause.
"""

from __future__ import annotations

import re
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from rules.fold import fold, key
from rules.frequency import bits
from rules.memo import Memo
from rules.text import WORD

if TYPE_CHECKING:
    from collections.abc import Callable

NUMBER, OTHER, STOP, LINK = "\x01", "\x02", "\x03", "\x04"
_CLOSING = frozenset(")}|")
_GAP = f"[^{STOP}]"
_NAME = f"({_GAP}{{1,4}}?)"
_NAMES_AT_END = f"({_GAP}{{1,4}})"
_SIMPLE = {"*": f"{_GAP}{{0,3}}?", "_": _GAP, "#": NUMBER, "<name>": _NAME, "<link>": LINK}
_MOST = {"*": 3, "<name>": 4}
"""Words that an element may take in at most, where it is more than one."""
_TOKEN = re.compile(r"\(|\)|\{|\}|\||\*|(?<!\w)_(?!\w)|#|<name>|<link>|~|\^|\$|[^(){}|*#<~^$]+")
_LETTERS = re.compile("[a-z ]+")
_BITS = Memo(bits)
_SIGNS = frozenset({"(", ")", "{", "}", "|", "^", "$", "~", *_SIMPLE})
LEAST = 20.0
"""Information that any match of a phrase holds, unless it is a whole sentence: "if you" has 15 bits, "any thoughts" 23."""


class PhraseError(ValueError):
    """A phrase that cannot be read; the message says why."""


NOTHING: frozenset[str] = frozenset()


class Clause(NamedTuple):
    """What every match holds: at least one of these runs of characters, with so many characters before it at most."""

    runs: frozenset[str]
    before: int


class Run(NamedTuple):
    """Part of a phrase: its expression, and the least information in bits with which it matches."""

    source: str
    told: float = 0.0
    clauses: tuple[Clause, ...] = ()
    most: int = 0
    """Characters that a match has at most."""


class Parsed(NamedTuple):
    """A phrase, parsed: its expression, what every match holds (the rarest first), and its plain words."""

    source: str
    clauses: tuple[Clause, ...]
    plain: str
    most: int
    tail: bool
    edged: bool


class Parser:
    """A phrase, read from left to right into a regular expression over word characters."""

    def __init__(self, text: str, char_of: Callable[[str], str], share: Callable[[str], float], runs: dict[str, Run], *, least: float) -> None:
        self._text = text
        self._char_of, self._share, self._runs = char_of, share, runs
        self._least = least
        self._tokens = [m[0] for m in _TOKEN.finditer(fold(text).text)]
        self._at = 0
        self._plain: list[str] = []
        self._tail = self._edged = False
        self._start = self._end = False

    def parse(self) -> Parsed:
        """Return the compiled parts, or raise PhraseError."""
        run = self._sequence(depth=0)
        source, told = run.source, run.told
        if self._at < len(self._tokens):
            self._fail(f"unexpected {self._tokens[self._at]!r}")
        if told < self._least and not (self._start and self._end):
            self._fail("too little of it is needed to match, so it would match anything: make less optional")
        if source.endswith(_NAME):
            source = source.removesuffix(_NAME) + _NAMES_AT_END
        clauses = run.clauses if len(run.clauses) == 1 else tuple(sorted(run.clauses, key=self._common))
        return Parsed(source, clauses, "".join(self._plain), run.most, self._tail, self._edged)

    def _common(self, clause: Clause) -> float:
        """Return how likely a draft holds one of these runs: the shares of running text that their words have."""
        share = self._share
        return sum([share(run) if len(run) == 1 else prod(map(share, run)) for run in clause.runs])

    def _fail(self, why: str) -> None:
        msg = f"{why} in the phrase {self._text!r}"
        raise PhraseError(msg)

    def _sequence(self, depth: int) -> Run:
        """Return the expression of a run of elements, and the least that it takes to match."""
        runs: list[Run] = []
        while self._at < len(self._tokens) and self._tokens[self._at] not in _CLOSING:
            runs.append(self._element(self._tokens[self._at], depth))
        return runs[0] if len(runs) == 1 else _joined(runs)

    def _element(self, token: str, depth: int) -> Run:
        self._at += 1
        if token in {"(", "{"}:
            return self._group(token, depth)
        if token == "^":
            self._edged = self._start = True
            return Run(f"(?<={STOP})")
        if token == "$":
            self._edged = self._end = True
            return Run(f"(?={STOP})")
        if token == "~":
            self._tail = self._edged = True
            return Run("")
        if token in _SIMPLE:
            self._edged = self._edged or token in {"*", "_", "<name>"}
            told = LEAST / 2 * (token in {"<name>", "<link>"})
            return Run(_SIMPLE[token], told, most=_MOST.get(token, 1))
        run = self._words(token)
        if depth == 0:
            self._plain.append(run.source)
        return run

    def _words(self, token: str) -> Run:
        """Return plain words."""
        run = self._runs.get(token)
        if run is None:
            words = token.split() if _LETTERS.fullmatch(token) else [key(m[0]) for m in WORD.finditer(token)]
            chars = "".join(map(self._char_of, words))
            told = sum([_BITS[word] for word in words if not word[0].isdigit()])
            clauses = (Clause(frozenset({chars}), 0),) if chars else ()
            run = Run(chars, told, clauses, len(chars))
            self._runs[token] = run
        return run

    def _group(self, opening: str, depth: int) -> Run:
        choices = self._choices(")" if opening == "(" else "}", opening, depth)
        if opening == "{" and depth == 0:
            self._edged = True
        source = f"(?:{'|'.join(choice.source for choice in choices)})"
        most = max([choice.most for choice in choices])
        if opening == "(":
            return Run(f"{source}?", most=most)
        rarest = [each[0] if len(each) == 1 else min(each, key=self._common) for each in (choice.clauses for choice in choices) if each]
        clauses: tuple[Clause, ...] = ()
        if len(rarest) == len(choices):
            clauses = (Clause(NOTHING.union(*[clause.runs for clause in rarest]), max([clause.before for clause in rarest])),)
        return Run(source, min([choice.told for choice in choices]), clauses, most)

    def _choices(self, closing: str, opening: str, depth: int) -> list[Run]:
        """Return what a group lets one choose from, and go on behind it."""
        tokens, at = self._tokens, self._at
        if closing in tokens[at:]:
            close = tokens.index(closing, at)
            words, bars = tokens[at:close:2], tokens[at + 1 : close : 2]
            if bars.count("|") == len(bars) == len(words) - 1 and _SIGNS.isdisjoint(words):
                self._at = close + 1
                return list(map(self._words, words))
        choices = [self._sequence(depth + 1)]
        while self._at < len(tokens) and tokens[self._at] == "|":
            self._at += 1
            choices.append(self._sequence(depth + 1))
        if self._at >= len(tokens) or tokens[self._at] != closing:
            self._fail(f"no {closing!r} for {opening!r}")
        self._at += 1
        return choices


def _joined(runs: list[Run]) -> Run:
    """Return parts of a phrase, one after the other."""
    clauses: list[Clause] = []
    before = 0
    for run in runs:
        clauses += [Clause(clause.runs, clause.before + before) for clause in run.clauses] if before else run.clauses
        before += run.most
    return Run("".join([run.source for run in runs]), sum([run.told for run in runs]), tuple(clauses), before)
