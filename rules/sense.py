"""Word lists that tell whom a sentence is about and which words say nothing specific, per language (`packs/<lang>/sense.toml`)."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_PACKS = Path(__file__).parent / "packs"
NOBODY: frozenset[str] = frozenset()


class Sense(NamedTuple):
    """The lists of one or more languages, as folded words."""

    you: frozenset[str]
    we: frozenset[str]
    i: frozenset[str]
    told: frozenset[str]
    met: frozenset[str]
    days: frozenset[str]
    jargon: frozenset[str]
    worn: frozenset[str] = NOBODY
    """Words that outreach, appeals and greeting cards live on."""
    endings: frozenset[str] = NOBODY
    """Ends of verbs that say "you" without a pronoun."""
    empty: frozenset[str] = NOBODY
    """Everything that says nothing specific: jargon and pronouns together."""


@lru_cache(maxsize=64)
def load(langs: tuple[str, ...]) -> Sense:
    """Return the lists of a set of languages together."""
    senses = [_one(lang) for lang in langs]
    if not senses:
        return Sense(*[NOBODY] * 8)
    joined = Sense(*(frozenset().union(*lists) for lists in zip(*senses, strict=True)))
    return joined._replace(empty=joined.jargon | joined.you | joined.we | joined.i)


@lru_cache(maxsize=16)
def table(lang: str) -> dict[str, dict[str, Any]]:
    """Return what `sense.toml` of a language holds; nothing where it has none."""
    path = _PACKS / lang / "sense.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


@lru_cache(maxsize=16)
def _one(lang: str) -> Sense:
    words = table(lang)
    pronouns = words.get("pronouns", {})
    lists = [pronouns.get(who, "") for who in ("you", "we", "i")]
    lists += [
        words.get("told", {}).get("verbs", ""),
        words.get("met", {}).get("words", ""),
        words.get("days", {}).get("words", ""),
        words.get("jargon", {}).get("words", ""),
        words.get("worn", {}).get("words", ""),
        pronouns.get("you_endings", ""),
    ]
    return Sense(*(frozenset(each.split()) for each in lists))


@lru_cache(maxsize=16)
def _private(lang: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the words that make a fact private, and the beginnings of such words (`[private]`: "cáncer", "divorci*")."""
    words = table(lang).get("private", {}).get("words", "").split()
    return frozenset(word for word in words if word[-1] != "*"), tuple(word[:-1] for word in words if word[-1] == "*")


def is_private(words: Iterable[str], lang: str) -> bool:
    """Tell whether one of some folded words says that a fact is about health, grief, money or faith."""
    whole, begun = _private(lang)
    return any(word in whole or (begun and word.startswith(begun)) for word in words)
