"""Words that an apostrophe joins: "l'équipe", "dell'anno", "Ankara'da" are two words each, of which one tells (`[elided]` of `packs/<lang>/words.toml`)."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

_PACKS = Path(__file__).parent / "packs"


class _Table(NamedTuple):
    """What a language writes around an apostrophe: the little words that stand before one, or endings that stand behind it."""

    before: frozenset[str]
    endings: bool


@lru_cache(maxsize=32)
def _table(lang: str) -> _Table:
    path = _PACKS / lang / "words.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8")).get("elided", {}) if path.is_file() else {}
    return _Table(frozenset(table.get("before", "").split()), bool(table.get("endings", False)))


def joins(lang: str) -> bool:
    """Tell whether a language joins words by an apostrophe."""
    table = _table(lang)
    return table.endings or bool(table.before)


def halves(word: str, lang: str) -> tuple[str, ...]:
    """Return the words that a folded word consists of: itself where nothing is joined."""
    first, mark, second = word.partition("'")
    table = _table(lang)
    return (first, second) if mark and second and (table.endings or first in table.before) else (word,)


def bare(word: str, lang: str) -> str:
    """Return the half of a folded word that tells: "équipe", "anno", "Ankara"."""
    parts = halves(word, lang)
    return parts[0] if _table(lang).endings else parts[-1]
