"""The coach's own sentences, from the TOML beside this file; nothing else in bot/ holds a sentence for people."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path


class Voice:
    """The sentences of one language, by section and key."""

    def __init__(self, sentences: dict[str, dict[str, str]]) -> None:
        self._sentences = sentences

    def __call__(self, key: str, /, **slots: object) -> str:
        """Return the sentence `section.key` with its slots filled; a missing key is a programming error and raises KeyError."""
        section, _, name = key.partition(".")
        return self._sentences[section][name].format(**slots)

    def name_of(self, lang: str) -> str:
        """Return the name of a language, or its code where this voice has no name for it."""
        return self._sentences["languages"].get(lang, lang)


@lru_cache(maxsize=8)
def load(lang: str = "en") -> Voice:
    """Return the voice of a language, or the English one where there is none."""
    path = Path(__file__).parent / f"{lang}.toml"
    if not path.is_file():
        path = Path(__file__).parent / "en.toml"
    return Voice(tomllib.loads(path.read_text(encoding="utf-8")))
