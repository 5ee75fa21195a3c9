"""What the writer told of the reader, prepared for one review: the words of each fact, and how each is found in a draft."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from rules import names, sense
from rules.frequency import zipf
from rules.memo import Memo
from rules.model import TELLING
from rules.relations import fields_of, stem
from rules.text import keys_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.model import Context, Fact


_COMMON = 6.0
"""Zipf value from which a word carries no fact ("there", "time")."""
_EMPTY = frozenset(
    """the a an of to in on at for with by from and or but not no is was are were be been am do does did has have had having get got getting gets his her hers their theirs my mine our ours your yours
    he she it they we you i me him them us who whom whose which what when where why how that this these those there here as if than then so too very just only also both all any some each every
    about into onto over under up down out off after before during while until since because rather more most much many few one ones thing things stuff bit way s t said says say told tells tell
    asked ask will would can could should may might must shall let never always once again away back go goes going went gone come came coming make made makes take took put like want wants""".split()
)
_PRIVATE = (
    r"death|dead|died|dying|funeral|memorial|grief|bereave\w*|miscarr\w*|pregnan\w*|ivf|cancer|tumou?r|chemo\w*|diagnos\w*|disease|degeneration|illness|depress\w*|anxiety|burnout|breakdown|"
    r"therapy|therapist|rehab|sober|sobriety|drinking|alcohol\w*|addict\w*|overdose|suicid\w*|surgery|operation|transplant|dementia|alzheimer\w*|parkinson\w*|epilep\w*|hiv|coeliac|celiac|bipolar|autis\w*|"
    r"debts?|mortgage|bankrupt\w*|loans?|salary|redundan\w*|divorce\w*|separation|affair|custody|abus\w*|assault\w*|faith|religio\w*|converted|confiden\w*|secret|prison|arrest\w*|stroke|gout|medication"
)
_PRIVATE_TURN = r"\b(?:burn-out|paid off|owes? (?:the|money|tax)|leaving the church|coming out|between us|don'?t (?:mention|tell)|off the record|visa trouble|second child|trying for a baby|heart attack|in icu)\b"
_PRIVATE_OPENS = frozenset(
    {"burn", "paid", "owe", "owes", "leaving", "coming", "between", "don't", "dont", "off", "visa", "second", "trying", "heart", "in"}
)
"""The words that begin a turn of speech about what is private: a cheap look before the long one."""
_EDGE = 2
"""Letters at the beginning, or at the end, that two words share if they are alike: what a misspelling leaves."""


class Known(NamedTuple):
    """A telling word: without its "'s", its stem, how it may be looked up (by its first letters, by its last), its fields, and what it counts for."""

    bare: str
    stem: str
    head: str
    tail: str
    fields: frozenset[int]
    marks: tuple[str | int, ...]
    """All of that together: words that share none of it are not alike."""
    weight: float


class Wanted(NamedTuple):
    """The words of one fact."""

    words: tuple[str, ...]
    """All of them, folded."""
    bare: tuple[str, ...]
    """The same without their "'s"."""
    telling: Mapping[str, Known]
    """The telling ones, with how each is found."""
    total: float
    """What those count for together."""


class Told(NamedTuple):
    """What the writer told."""

    facts: tuple[Fact, ...]
    called: tuple[str, ...]
    """The telling words of the reader's name."""
    wanted: Mapping[str, Wanted]
    """Each fact but the name, by its text."""
    marks: frozenset[str | int]
    """All that a word of a draft may share with a word of a fact."""
    private: tuple[str, ...]
    """The names of the facts that are nobody else's business."""

    def others(self, text: str) -> set[str]:
        """Return the words of all facts but one, and of the reader's name."""
        return set(self.called).union(*[wanted.bare for each, wanted in self.wanted.items() if each != text])


def prepare(context: Context, lang: str) -> Told:
    """Return what was told as drafts of a language are compared with it."""
    facts = context.facts()
    wanted = {fact.text: _wanted(fact.text, lang) for fact in facts if fact.field != "name"}
    known, words = vocabulary(lang), chain.from_iterable([each.words for each in wanted.values()])
    return Told(
        facts,
        names.parts(context.name) if context.name else (),
        wanted,
        frozenset(chain.from_iterable([(known[word] or _PLAIN[word]).marks for word in words])),
        tuple(
            [
                fact.name
                for fact in facts
                if fact.field in TELLING and (_private(fact.text, wanted[fact.text].bare) or sense.is_private(wanted[fact.text].bare, lang))
            ]
        ),
    )


def _private(text: str, words: tuple[str, ...]) -> bool:
    """Tell whether a fact is about health, grief, money, faith or a confidence; `words` are its own."""
    turn = not _PRIVATE_OPENS.isdisjoint(words) and re.search(_PRIVATE_TURN, text, re.IGNORECASE)
    return bool(turn) or any(map(_is_private().__getitem__, words))


@lru_cache(maxsize=1)
def _is_private() -> Memo[bool]:
    """Return whether a word alone makes a fact private, compiled when the first fact is told."""
    pattern = re.compile(_PRIVATE)
    return Memo(lambda word: pattern.fullmatch(word) is not None)


def _wanted(text: str, lang: str) -> Wanted:
    words, known = tuple(keys_of(text)), vocabulary(lang)
    telling = {each.bare: each for each in map(known.__getitem__, words) if each}
    return Wanted(words, tuple([word.removesuffix("'s") for word in words]), telling, sum([each.weight for each in telling.values()]))


@lru_cache(maxsize=32)
def vocabulary(lang: str) -> Memo[Known | None]:
    """Return what can be known of the words of a language by themselves, none for those that carry no fact."""

    def known(word: str) -> Known | None:
        bare = word.removesuffix("'s")
        telling = bare not in _EMPTY and (len(bare) > 2 or bare.isdigit()) and (lang != "en" or zipf(bare, "en") < _COMMON)  # noqa: PLR2004
        return _placed(bare, zipf(bare, lang) if len(bare) > 1 else _COMMON) if telling else None

    return Memo(known)


def _placed(bare: str, common: float) -> Known:
    root, fields = stem(bare), fields_of(bare)
    head, tail = f"{bare[:_EDGE]}-", f"-{bare[-_EDGE:]}"
    return Known(bare, root, head, tail, fields, (head, tail, root, *fields), weight_of(common))


_PLAIN = Memo(lambda word: _placed(word.removesuffix("'s"), _COMMON))
"""The same of words that carry no fact by themselves."""


def weight_of(common: float) -> float:
    """Return what a word counts for: the rarer, the more."""
    return max(0.15, (6.6 - common) / 2)
