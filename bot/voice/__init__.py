"""The coach's own sentences, from the TOML beside this file; nothing else in bot/ holds a sentence for people."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


class Voice:
    """The sentences of one language, by section and key."""

    def __init__(self, sentences: dict[str, dict[str, str]], words: dict[str, Any] | None = None) -> None:
        """Join the coach's own sentences to the `words` for what the rules say, where these are not the English ones of the cards."""
        self._sentences, self.words = sentences, words or {}

    def __call__(self, key: str, /, **slots: object) -> str:
        """Return the sentence `section.key` with its slots filled; a missing key is a programming error and raises KeyError."""
        section, _, name = key.partition(".")
        return self._sentences[section][name].format(**slots)

    def name_of(self, lang: str) -> str:
        """Return the name of a language, or its code where this voice has no name for it."""
        return self._sentences["languages"].get(lang, lang)


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """Return the languages that the coach speaks, English first."""
    return ("en", *sorted(path.stem for path in _FOLDER.glob("??.toml") if path.stem != "en"))


def load(lang: str = "en") -> Voice:
    """Return the voice of a language, or the English one where there is none. `LANG.rules.toml` beside it says what the cards say."""
    return _load(lang if lang in languages() else "en")


@lru_cache(maxsize=8)
def _load(lang: str) -> Voice:
    words = _FOLDER / f"{lang}.rules.toml"
    return Voice(_read(_FOLDER / f"{lang}.toml"), _read(words) if words.is_file() else None)


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
