"""How common a word is: Zipf values (log10 of occurrences in a billion words) for the words everybody uses.

The lists under `packs/<lang>/frequency.txt` hold values rounded to a tenth, taken from wordfreq 3.1.1 (Robyn Speer, 2022; its data are
CC BY-SA 4.0). A word that is in no list is rarer than `RARE`.
"""

from __future__ import annotations

from functools import lru_cache
from math import log2
from pathlib import Path

RARE = 3.0
"""Zipf value given to words that the lists do not hold: once in a million words or less."""
_PACKS = Path(__file__).parent / "packs"


@lru_cache(maxsize=32)
def _list(lang: str) -> dict[str, float]:
    path = _PACKS / lang / "frequency.txt"
    if not path.is_file():
        return {}
    values: dict[str, float] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and line[0] != "#":
            value, *words = line.split(" ")
            values.update(dict.fromkeys(words, int(value) / 10))
    return values


def zipf(word: str, lang: str = "en") -> float:
    """Return how common a folded word is in a language, `RARE` where the list does not hold it."""
    return _list(lang).get(word, RARE)


def listed(lang: str) -> bool:
    """Tell whether there is a list for a language."""
    return bool(_list(lang))


def known(word: str, lang: str) -> bool:
    """Tell whether a word is in the list of a language."""
    return word in _list(lang)


@lru_cache(maxsize=32)
def common(lang: str, least: float) -> frozenset[str]:
    """Return the words of a language that are at least so common."""
    return frozenset(word for word, value in _list(lang).items() if value >= least)


def bits(word: str, lang: str = "en") -> float:
    """Return how much a word says, in bits: minus the base-2 logarithm of its share of running text."""
    return (9.0 - zipf(word, lang)) * log2(10)
