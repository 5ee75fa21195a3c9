"""Words of one field, and words of one stem: a small hand-made table beats a large model here (`packs/en/fields.toml`)."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from rules.frequency import zipf
from rules.memo import Memo

if TYPE_CHECKING:
    from rules.model import Draft

_FILE = Path(__file__).parent / "packs" / "en" / "fields.toml"
_SUFFIXES = (
    "'s",
    "iness",
    "ingly",
    "ations",
    "ation",
    "ities",
    "fully",
    "ness",
    "ment",
    "ions",
    "ings",
    "ers",
    "ies",
    "ied",
    "ing",
    "ion",
    "est",
    "ier",
    "ed",
    "er",
    "es",
    "ly",
    "s",
    "y",
    "e",
)
NO_FIELD: frozenset[int] = frozenset()
_STEM = 3
_LONG = 6


def _stem(word: str) -> str:
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _STEM:
            cut = word[: -len(suffix)]
            return cut[:-1] if len(cut) > _STEM and cut[-1] == cut[-2] and cut[-1] not in "ls" else cut
    return word


stem = Memo(_stem).__getitem__
"""Return the beginning of a word that its forms share; short words stay whole."""


@lru_cache(maxsize=1)
def _table() -> dict[str, list[str]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _idioms() -> dict[str, list[tuple[int, tuple[str, ...]]]]:
    """Return the turns of speech by the rarest word of each, with the place where that word stands in it."""
    table: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    for idiom in _table()["idioms"]:
        words = tuple(idiom.split(" "))
        at = min(range(len(words)), key=lambda i: zipf(words[i]))
        table.setdefault(words[at], []).append((at, words))
    return table


def in_idioms(draft: Draft) -> set[int]:
    """Return the indexes of the words that stand in a turn of speech ("head over heels"), where they mean something else."""
    table, words = _idioms(), draft.keys
    found: set[int] = set()
    if draft.bag.isdisjoint(table):
        return found
    for i in [i for i, word in enumerate(words) if word in table]:
        for at, idiom in table[words[i]]:
            first, last = i - at, i - at + len(idiom)
            if first >= 0 and words[first:last] == idiom:
                found.update(range(first, last))
    return found


@lru_cache(maxsize=1)
def _fields() -> dict[str, frozenset[int]]:
    fields: dict[str, set[int]] = {}
    for number, words in enumerate(_table()["fields"]):
        for word in words.split():
            fields.setdefault(stem(word), set()).add(number)
    return {word: frozenset(numbers) for word, numbers in fields.items()}


def fields_of(word: str) -> frozenset[int]:
    """Return the numbers of the small fields that a word belongs to."""
    return _fields().get(stem(word), NO_FIELD)


def same_field(one: str, other: str) -> bool:
    """Tell whether two words belong to one small field (oven, bread; exam, paper)."""
    return not fields_of(one).isdisjoint(fields_of(other))


@lru_cache(maxsize=50_000)
def alike(one: str, other: str) -> bool:
    """Tell whether two words are one: equal, of one stem, misspelt by one letter, or one compound of the other."""
    if one == other:
        return True
    a, b = stem(one), stem(other)
    if a == b:
        return True
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if len(short) >= _LONG and OSA.distance(one, other, score_cutoff=1) <= 1:
        return True
    if len(a) >= 5 and len(b) >= 5 and (a.startswith(b) or b.startswith(a)):  # noqa: PLR2004 - engine, engineer
        return True
    short, long = short.removesuffix("s"), long.removesuffix("s")
    return len(short) >= 4 and len(long) >= len(short) + 3 and (long.startswith(short) or long.endswith(short)) and len(short) * 2 >= len(long) - 1  # noqa: PLR2004 - grandmother, mother
