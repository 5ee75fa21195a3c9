"""Which languages a draft speaks: by its scripts, then by the commonest little words of each language."""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rules.model import Draft

_FILE = Path(__file__).parent / "languages.toml"
_SCRIPTS = {
    "kana": re.compile("[\u3040-\u30ff]"),
    "devanagari": re.compile("[\u0900-\u097f]"),
    "hangul": re.compile("[\uac00-\ud7af]"),
    "cyrillic": re.compile("[\u0400-\u04ff]"),
    "greek": re.compile("[\u0370-\u03ff]"),
    "arabic": re.compile("[\u0600-\u06ff]"),
    "hebrew": re.compile("[\u0590-\u05ff]"),
    "thai": re.compile("[\u0e00-\u0e7f]"),
    "bengali": re.compile("[\u0980-\u09ff]"),
    "tamil": re.compile("[\u0b80-\u0bff]"),
    "han": re.compile("[\u4e00-\u9fff]"),
}
_LATIN = re.compile("[a-z\u00df-\u024f]", re.IGNORECASE)
_SECOND = 0.2
"""Share of the words, or of the letters of another script, from which a second language is spoken too."""
_LETTERS = {"de": "äöüß", "sv": "åäö", "pl": "ąćęłńóśźż", "tr": "ğışç", "es": "ñ¿¡", "pt": "ãõç", "fr": "çèêëàùœ", "it": "ìòù", "nl": "ĳ"}
_FOREIGN = 1.5
"""What a letter that other languages do not have is worth, in words."""


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """Return which languages each little word belongs to, and the language of each script."""
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    spoken: dict[str, tuple[str, ...]] = {}
    for lang, words in table["words"].items():
        for word in words.split():
            if lang not in spoken.get(word, ()):
                spoken[word] = (*spoken.get(word, ()), lang)
    return spoken, table["scripts"]


def guess(draft: Draft) -> tuple[str, ...]:
    """Return the languages of a draft, the main one first, at most two; none when it has no words."""
    words, names = _tables()
    if draft.text.isascii():
        return tuple(_by_words(draft, words))
    text = "".join(draft.text[s.span.start : s.span.end] for s in draft.sentences if s.part != "pasted")
    scripts = _by_script(text)
    latin = len(_LATIN.findall(text))
    other = sum(scripts.values())
    spoken = [names[script] for script, count in scripts.most_common() if count >= _SECOND * (latin + other)]
    if "ja" in spoken:
        spoken = ["ja"]
    by_words = _by_words(draft, words) if latin else []
    if latin >= other:
        return tuple(dict.fromkeys([*by_words, *spoken]))[:2]
    return tuple(dict.fromkeys([*spoken, *(by_words if latin >= _SECOND * (latin + other) else [])]))[:2]


def _by_script(text: str) -> Counter[str]:
    """Return how many letters each script has; Chinese characters beside kana are Japanese."""
    counts = Counter({script: len(found) for script, pattern in _SCRIPTS.items() if (found := pattern.findall(text))})
    if counts["kana"] and counts["han"]:
        counts["kana"] += counts.pop("han")
    return +counts


def _by_words(draft: Draft, spoken: dict[str, tuple[str, ...]]) -> list[str]:
    """Return the Latin-letter languages whose little words the draft uses, most first."""
    pasted = any(sentence.part == "pasted" for sentence in draft.sentences)
    words = [word for word in draft.words if draft.sentences[word.sentence].part != "pasted"] if pasted else draft.words
    said = Counter(spoken[word.key] for word in words if word.key in spoken)
    if not said and not any(word.key[0].isalpha() and not word.key.startswith("http") for word in words):
        return []
    counts: dict[str, float] = defaultdict(float, en=0.5)
    for langs, times in said.items():
        for lang in langs:
            counts[lang] += times
    if not draft.text.isascii():
        folded = draft.text.casefold()
        for lang, letters in _LETTERS.items():
            counts[lang] += _FOREIGN * sum(folded.count(letter) for letter in letters) if counts[lang] else 0.0
    (first, best), *rest = sorted(counts.items(), key=lambda pair: -pair[1])
    if best < 1:
        return ["en"]
    own = {lang: sum(times for langs, times in said.items() if lang in langs and first not in langs) for lang, _ in rest}
    second = max(own, key=lambda lang: own[lang], default="")
    hits = sum(times for langs, times in said.items() if first in langs or second in langs)
    both = second and own[second] >= max(3, _SECOND * hits) and own[second] * 6 >= len(words) * 0.9
    return [first, second] if both else [first]
