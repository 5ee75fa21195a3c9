"""Which languages a draft speaks: by its scripts, then by the commonest little words of each language, then by its letters."""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rules.model import Draft

_FILE = Path(__file__).parent / "languages.toml"
_ACCENTED = re.compile("[\u00a1\u00bf\u00c0-\u024f\u1ea0-\u1eff]")
_LATIN = re.compile("[a-z\u00df-\u024f]", re.IGNORECASE)
_SECOND = 0.2
"""Share of the words, or of the letters of another script, from which a second language is spoken too."""
_LEAST = 3
"""Little words that prove a second language."""
_LETTER = 0.5
"""What a letter that few languages have is worth, in words."""
_LENDS, _BORROWS = "en", "hi"
"""English phrases stand in letters of any language, so that of two nearly even ones the other is the main one; beside Hindi always."""


class _Script(NamedTuple):
    """A script: the language it speaks for, its letters, and how many Latin ones each of them is worth."""

    lang: str
    letters: re.Pattern[str]
    worth: float


class _Table(NamedTuple):
    """Which languages each little word belongs to, the scripts, and the letters that tell languages apart."""

    spoken: Mapping[str, str]
    """The codes with blanks between them: a string is counted twice as fast as a tuple, for it remembers its hash."""
    scripts: Mapping[str, _Script]
    letters: Mapping[str, str]
    marks: Mapping[str, str]


@lru_cache(maxsize=1)
def _table() -> _Table:
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    spoken: dict[str, str] = {}
    for lang, words in table["words"].items():
        for word in dict.fromkeys(words.split()):
            spoken[word] = f"{spoken[word]} {lang}" if word in spoken else lang
    scripts = {name: _Script(each["lang"], re.compile(f"[{each['letters']}]"), each["worth"]) for name, each in table["scripts"].items()}
    return _Table(spoken, scripts, table["letters"], table["marks"])


def guess(draft: Draft) -> tuple[str, ...]:
    """Return the languages of a draft, the main one first, at most two; none when it has no words."""
    table = _table()
    if draft.text.isascii() or not _beyond_latin().search(draft.text):
        return tuple(_by_words(draft, table))
    text = "".join(draft.text[s.span.start : s.span.end] for s in draft.sentences if s.part != "pasted")
    scripts = _by_script(table, text)
    latin, other = len(_LATIN.findall(text)), sum(scripts.values())
    spoken = [_marked(table, script, text) for script, count in scripts.most_common() if count >= _SECOND * (latin + other)]
    by_words = _by_words(draft, table) if latin else []
    if latin >= other:
        return tuple(dict.fromkeys([*by_words, *spoken]))[:2]
    beside = [lang for lang in by_words if latin >= _SECOND * (latin + other)]
    return tuple(dict.fromkeys([*(["ja"] if "ja" in spoken else spoken), *beside]))[:2]


@lru_cache(maxsize=1)
def _beyond_latin() -> re.Pattern[str]:
    """Return the letters of other scripts, compiled when a draft is first met that is not plain ASCII."""
    return re.compile("[\u0370-\u1cff\u2e80-\ud7ff\uf900-\ufaff]")


def _by_script(table: _Table, text: str) -> Counter[str]:
    """Return how many Latin letters' worth each script has; Chinese characters beside kana are Japanese."""
    counts = Counter({name: round(len(script.letters.findall(text)) * script.worth) for name, script in table.scripts.items()})
    if counts["kana"]:
        counts["kana"] += counts.pop("han", 0)
    return +counts


def _marked(table: _Table, script: str, text: str) -> str:
    """Return the language that a script speaks for, or the one of that script whose own letters stand in the text."""
    lang, own, _ = table.scripts[script]
    found = {other: sum(map(text.count, letters)) for other, letters in table.marks.items() if own.match(letters)}
    best = max(found, key=lambda other: found[other], default="")
    return best if best and found[best] else lang


def _by_words(draft: Draft, table: _Table) -> list[str]:
    """Return the Latin-letter languages whose little words the draft uses, most first."""
    keys: Sequence[str] = draft.keys
    if any(sentence.part == "pasted" for sentence in draft.sentences):
        keys = [key for key, holder in zip(draft.keys, draft.holders, strict=True) if draft.sentences[holder].part != "pasted"]
    said = Counter(filter(None, map(table.spoken.get, keys)))
    if not said and not any(key[0].isalpha() and key[0] < "\u0370" and not key.startswith(("http", "www.")) for key in keys):
        return []
    counts = _counts(draft, table, said)
    first = max(counts, key=counts.__getitem__)
    return _pair(draft, table, said, first)


def _counts(draft: Draft, table: _Table, said: Counter[str]) -> Mapping[str, float]:
    """Return what speaks for each language: its little words, and its letters; English where nothing does."""
    counts: dict[str, float] = defaultdict(float, en=0.4)
    for langs, times in said.items():
        each = langs.split(" ")
        for lang in each:
            counts[lang] += times + (0.5 if len(each) == 1 else 0.0)
    letters = "" if draft.text.isascii() else "".join(_ACCENTED.findall(draft.text)).casefold()
    if letters:
        english = counts["en"] > 1
        for lang, own in table.letters.items():
            if counts.get(lang, 0.0) or not english:
                counts[lang] += _LETTER * sum(map(letters.count, own))
    return counts


def _pair(draft: Draft, table: _Table, said: Counter[str], first: str) -> list[str]:
    """Return the main language, and the other one that a fifth of the draft, or one whole sentence of it, is written in."""
    own: dict[str, int] = defaultdict(int)
    for langs, times in said.items():
        if first not in langs:
            for lang in langs.split(" "):
                own[lang] += times
    second = max(own, key=own.__getitem__, default="")
    if not second or own[second] < _LEAST:
        return [first]
    said_in = [_said(draft, table, i, first, second) for i, sentence in enumerate(draft.sentences) if sentence.part != "pasted"]
    main, other = (sum(each) for each in zip(*said_in, strict=True))
    whole = any(theirs >= _LEAST and theirs > 2 * ours for ours, theirs in said_in)
    if other < _LEAST or (other < _SECOND * (main + other) and not whole):
        return [first]
    borrowed = first == _LENDS and (second == _BORROWS or main < 2 * other)
    return [second, first] if borrowed else [first, second]


def _said(draft: Draft, table: _Table, sentence: int, first: str, second: str) -> tuple[int, int]:
    """Return how many little words of a sentence are of the first language alone, and of the second: no names, nothing in quotation marks."""
    ours = theirs = 0
    for word in draft.sentence_words(sentence):
        langs = table.spoken.get(word.key, "")
        if first in langs:
            ours += second not in langs
        elif second in langs and (draft.text[word.start].islower() or word.start == draft.sentences[sentence].span.start):
            theirs += not any(quote.start <= word.start < quote.end for quote in draft.quoted)
    return ours, theirs
