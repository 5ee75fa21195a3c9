"""Is this the reader's name? Titles, honorifics, short forms, accents, and who is greeted instead."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rules.fold import fold, key
from rules.frequency import zipf
from rules.model import Span

if TYPE_CHECKING:
    from rules.model import Draft, Word

_FILE = Path(__file__).parent / "packs" / "en" / "names.toml"
_SHORTEST = 3
_FIRST_WORDS = 3
"""A name in small letters is believed among the first words of a message: "hey mikaela!"."""
_HAILS = frozenset(
    "hi hiya hello hey dear morning evening hallo oi howdy hola ola oie ciao salve buongiorno buonasera bonjour bonsoir salut coucou merhaba selam".split()
)
_SEX = {"mr": "m", "sir": "m", "mrs": "f", "ms": "f", "miss": "f", "madam": "f"}
_EARNED = frozenset({"dr", "doctor", "prof", "professor", "rev", "reverend", "sir", "lady", "judge"})
"""Titles in whose place "Mr" and "Ms" are a slip."""
_ORDINARY = 4.6
"""Zipf value from which a word that opens a message before a comma is no name ("Thanks, ...")."""
_VOCATIVES = frozenset({"thanks", "cheers", "sorry", "congratulations", "congrats", "thx", "ta"})
_HONORIFIC = re.compile(r"(?:さん|様|さま|君|ちゃん|先生|殿|氏|社長|部長|課長)$")


class _Tables(NamedTuple):
    forms: dict[str, frozenset[str]]
    titles: frozenset[str]
    nobody: frozenset[str]


class Found(NamedTuple):
    """Where the draft says the reader's name, or whom it greets instead; both may be missing."""

    span: Span | None
    other: Span | None


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    forms: dict[str, set[str]] = {}
    for full, shorts in table["short"].items():
        for short in shorts.split():
            forms.setdefault(full, set()).add(short)
            forms.setdefault(short, set()).add(full)
    return _Tables(
        {name: frozenset(others) for name, others in forms.items()},
        frozenset(table["titles"]["words"].split()),
        frozenset(table["nobody"]["words"].split()),
    )


def parts(name: str) -> tuple[str, ...]:
    """Return the telling words of a name, folded: without titles and honorifics."""
    tables = _tables()
    words = [key(word) for word in re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*|[\u0900-\u097f]+", fold(_HONORIFIC.sub("", name.strip())).text)]
    telling = [word for word in words if word not in tables.titles]
    return tuple(telling or words)


def same(name: str, other: str) -> bool:
    """Tell whether two folded first names may be one person's: equal, or one a short form of the other."""
    if name == other or other in _tables().forms.get(name, ()):
        return True
    short, long = sorted((name, other), key=len)
    return len(short) >= _SHORTEST and len(long) - len(short) >= 2 and long.startswith(short)  # noqa: PLR2004 - Ros, Rosalind; not Ann, Anna


def find(draft: Draft, name: str, wanted: tuple[str, ...], lang: str = "en") -> Found:
    """Return where the draft says a name, of which these are the telling words, and whom it greets if that is somebody else."""
    if not wanted:
        return Found(None, None)
    cjk = _cjk(draft, name)
    if cjk:
        return Found(cjk, None)
    instead = _instead(draft, name, wanted)
    if instead:
        return Found(None, instead)
    initials = frozenset(form[0] for each in wanted for form in (each, *_tables().forms.get(each, ())))
    for i in [i for i, word in enumerate(draft.keys) if word[0] in initials]:
        word = draft.word(i)
        small = draft.text[word.start].islower()
        if small and i > _FIRST_WORDS and word.key not in wanted:
            continue
        if draft.sentences[word.sentence].part in {"pasted", "signature"}:
            continue
        bare = word.key.removesuffix("'s")
        spoken = not small or i <= _FIRST_WORDS or (bare in wanted and len(bare) > _SHORTEST)
        if spoken and any(same(each, bare) for each in wanted):
            return Found(Span(word.start, word.start + len(bare) if word.key != bare else word.end), None)
    return Found(None, _greeted(draft, lang))


def _instead(draft: Draft, name: str, wanted: tuple[str, ...]) -> Span | None:
    """Return the name in the greeting where it shares the family name only: another first name, or a title of the other sex."""
    index = next((i for i, s in enumerate(draft.sentences) if s.part == "greeting"), None)
    if index is None:
        return None
    words = [word for word in draft.sentence_words(index) if not draft.text[word.start].islower()]
    told = [key(fold(word).text.strip(".")) for word in name.split()]
    for before, word in pairwise(words):
        if len(told) > 1 and word.key == told[-1]:
            sexes = {_SEX.get(before.key), _SEX.get(told[0])} - {None}
            other = before.key not in _tables().titles and before.key not in _HAILS and told[0] not in _tables().titles
            lower = told[0] in _EARNED and before.key in _SEX
            if len(sexes) > 1 or lower or (other and len(before.key) > _SHORTEST and not any(same(each, before.key) for each in wanted)):
                return Span(before.start, word.end)
        if len(wanted) == 2 and before.key == wanted[0] and _surname(draft, word, wanted[1]):  # noqa: PLR2004 - a first name and a family name
            return Span(before.start, word.end)
    return None


def _surname(draft: Draft, word: Word, wanted: str) -> bool:
    """Tell whether a word after the first name is another family name than the one that is wanted, which the draft says nowhere."""
    tables = _tables()
    return (
        word.key.isalpha()
        and word.key not in tables.nobody
        and word.key not in tables.titles
        and wanted not in draft.bag
        and f"{wanted}'s" not in draft.bag
    )


def _cjk(draft: Draft, name: str) -> Span | None:
    """Return where a name in a script without spaces stands, honorifics aside."""
    bare = _HONORIFIC.sub("", name.strip())
    if not bare or bare[0] < "\u3040":
        return None
    words = re.split(r"[のと、\s]", bare)
    for piece in (bare, words[-1]):
        at = draft.text.find(piece)
        if len(piece) > 1 and at >= 0:
            return Span(at, at + len(piece))
    return None


def _hailed(draft: Draft, lang: str) -> tuple[Word, ...]:
    """Return the first two words of a message that runs on after its salutation ("Hiya Kirstin its Shaz")."""
    words = tuple(map(draft.word, range(min(2, len(draft.keys)))))
    if len(words) == 2 and words[0].key in _HAILS:  # noqa: PLR2004 - "Hiya", and a name
        return words
    if len(words) == 2 and words[0].key in _VOCATIVES and draft.text[words[1].start].isupper() and _is_name(words[1].key, lang):  # noqa: PLR2004
        return words[1:]
    first = words[:1]
    named = first and draft.text[first[0].start].isupper() and draft.text[first[0].end : first[0].end + 2] == ", "
    return first if named and _is_name(first[0].key, lang) else ()


def _is_name(word: str, lang: str) -> bool:
    """Tell whether a capitalised word is a name for sure: a known short form's, or no everyday word."""
    return word in _tables().forms or max(zipf(word), zipf(word, lang)) < _ORDINARY


def greeted(draft: Draft) -> str:
    """Return the name that a draft greets, as it is written there; empty where it greets nobody by name."""
    span = _greeted(draft)
    return span.of(draft.text) if span else ""


def _greeted(draft: Draft, lang: str = "en") -> Span | None:
    """Return the name in the greeting, if it is one."""
    if not draft.sentences:
        return None
    tables = _tables()
    index = next((i for i, s in enumerate(draft.sentences) if s.part == "greeting"), None)
    words = draft.sentence_words(index) if index is not None else _hailed(draft, lang)
    names = [
        word
        for i, word in enumerate(words)
        if word.key not in tables.titles
        and word.key not in tables.nobody
        and (word.key in tables.forms or not draft.text[word.start].islower())
        and (i or len(words) <= 2)  # noqa: PLR2004
    ]
    if (
        not names
        or any(word.key in tables.nobody and word.key not in tables.titles for word in words[1:])
        or any(not word.key[0].isalpha() or word.key[0] > "\u024f" for word in names)
    ):
        return None
    if any(draft.text[max(0, w.start - 1)] in "[{<@" or draft.text[w.end : w.end + 1] in {"]", "}", ">"} for w in names):
        return None
    return Span(names[0].start, names[-1].end)
