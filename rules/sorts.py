"""Things of one sort (`packs/en/sorts.toml`): where one was told and another is said of the same thing, one of the two is a slip."""

from __future__ import annotations

import tomllib
from pathlib import Path

from rules.relations import stem

_TABLE = tomllib.loads((Path(__file__).parent / "packs" / "en" / "sorts.toml").read_text(encoding="utf-8"))


def _stems(words: str) -> frozenset[str]:
    return frozenset(map(stem, words.split()))


EVENTS, SPOTS, AT_ONCE = _stems(_TABLE["events"]), _stems(_TABLE["spots"]), _stems(_TABLE["at_once"])
"""Stems of occasions, of places where people meet, and of how many were born at once."""
CLASSES = (EVENTS, *map(_stems, _TABLE["classes"]), AT_ONCE)
"""Stems of each sort: the occasions first, then how people travel."""
RELATIVES, DOING = _stems(_TABLE["relatives"]), _stems(_TABLE["doing"])
"""Stems of relatives, and of what people do with a thing that is named after it."""
KIN, PETS, CALLINGS, WORKING, GOING, NUMBERED = (
    frozenset(_TABLE[each].split()) for each in ("kin", "pets", "callings", "working", "going", "numbered")
)
"""Words for who belongs to somebody, for animals among them, for what people are, of work, of going somewhere, and those after which a number is a name."""
_SAME_KIN = tuple(frozenset(words.split()) for words in _TABLE["same_kin"])


def one_kin(word: str, other: str) -> bool:
    """Tell whether two words may be said of the same person: mum, mother."""
    return word == other or any(word in group and other in group for group in _SAME_KIN)
