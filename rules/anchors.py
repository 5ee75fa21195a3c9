"""What makes a sentence specific, and about whom.

A detail counts by how rare its words are outside form letters. Names of people, firms and cities count little, since they are what a
mail merge fills in (the swap test); so do numbers that advertise. What stands inside a form-letter phrase counts nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from itertools import chain, count
from typing import TYPE_CHECKING

from rules import sense
from rules.elision import bare
from rules.frequency import RARE, common, known, listed, zipf
from rules.memo import Memo
from rules.model import About, Anchor, Draft, Span
from rules.text import covered, sentences_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules.sense import Sense

_COMMON = 4.75
"""Zipf value from which a word is too common to make anything specific (about 56 in a million)."""
_RAREST = RARE + 0.2
_NAME_WEIGHT = 0.35
_NUMBER_WEIGHT = 0.4
_DAY_WEIGHT = 0.25
_QUOTE_WEIGHT = 0.8
_TOLD_WEIGHT = 0.5
_WITHOUT_SPACES = frozenset({"ja", "zh"})
_NOUNS_LARGE = frozenset({"de"})
"""Languages that write every noun with a capital: there only a word that their list does not hold may be a name."""
_COMMON_RUN = 5.0
_RUN = re.compile(r"[\u4e00-\u9fff々]+|[\u30a1-\u30ffー]{2,}|[0-9０-９]+")
ENOUGH = 1.0
"""Weight from which a sentence counts as specific."""
_TYPED, _TYPED_MOST = 6, 14
"""Letters of a word that may be a misspelling."""
_SURE, _SURER = 4.0, 4.1
"""Zipf values from which a word is so common that a rare neighbour of it is a slip; the second where a letter is missing."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SMALL = frozenset(_LETTERS)
_ADVERTISING = re.compile(r"[%$€£₹]|\d\+|\d+x\b|\b\d{1,3}(?:,\d{3})+\b", re.IGNORECASE)


def find(draft: Draft, langs: tuple[str, ...], formula: Sequence[Span] = (), strangers: frozenset[str] = frozenset()) -> tuple[Anchor, ...]:
    """Return one anchor a sentence that holds any detail, none in a language whose everyday words are not known; `strangers` are names that prove nothing (the reader's, the writer's)."""
    words = sense.load(langs)
    main = langs[0] if langs else "en"
    if not listed(main):
        return ()
    taken = covered(draft, formula)
    return tuple(_sentences(draft, main, words, taken, strangers, formula))


def _sentences(draft: Draft, lang: str, lists: Sense, taken: set[int], strangers: frozenset[str], formula: Sequence[Span]) -> Iterator[Anchor]:  # noqa: PLR0913, PLR0917
    text, rarity, starts, days = draft.text, rarities(lang), draft.starts, lists.days
    worth, recalling = _worth(draft, rarity, lists, strangers), not lists.told.isdisjoint(draft.bag)
    quoted = {index for span in draft.quoted for index in sentences_in(draft, span)}
    free = list(draft.keys)
    for i in taken:
        free[i] = ""
    stop = 0
    for index in draft.own():
        _, begin, end, _ = draft.sentences[index]
        weight, first, last = 0.0, -1, -1
        seen = {""}
        at, stop = bisect_left(worth, begin, stop), bisect_left(worth, end, stop)
        for i in worth[at:stop]:
            key = free[i]
            if key in seen:
                continue
            seen.add(key)
            value = rarity[key]
            if not value and free.index(key, begin) < i:
                continue
            if i == begin or not text[starts[i]].islower() or key in days:
                value = value_of(draft, i, begin, lang, lists)
            if value > 0:
                weight += value
                first, last = (i if first < 0 else first), i
        keys = draft.keys[begin:end]
        yours = not lists.you.isdisjoint(keys)
        weight += (_QUOTE_WEIGHT if index in quoted else 0.0) + (_TOLD_WEIGHT if recalling and yours and _recalls(keys, begin, lists, taken) else 0.0)
        runs, where = _runs(draft, index, lang, formula) if lang in _WITHOUT_SPACES else (0.0, None)
        weight += runs
        if weight > 0:
            span = where or (draft.sentences[index].span if first < 0 else Span(starts[first], draft.ends[last]))
            yield Anchor(span, index, _about(keys, lists, yours=yours), weight)


def _worth(draft: Draft, rarity: Memo[float], lists: Sense, strangers: frozenset[str]) -> list[int]:
    """Return the words that may add anything to a sentence: rare ones, days, and what does not begin with a small letter; none that is empty or a stranger."""
    values, text, days, empty = map(rarity.__getitem__, draft.keys), draft.text, lists.days, lists.empty
    each = zip(count(), values, draft.keys, map(text.__getitem__, draft.starts))
    return [
        i
        for i, value, key, initial in each
        if (value or key in days or not (initial in _SMALL or initial.islower())) and key not in empty and key not in strangers
    ]


def value_of(draft: Draft, i: int, first: int, lang: str, lists: Sense) -> float:
    """Return how much one word adds to a sentence."""
    key, start, text = draft.keys[i], draft.starts[i], draft.text
    if key in lists.days:
        return _DAY_WEIGHT
    if key[0].isdigit():
        return 0.0 if _ADVERTISING.search(text, max(0, start - 1), draft.ends[i] + 1) else _NUMBER_WEIGHT
    if key.startswith(("http", "www.")):
        return 0.0
    if i > first and text[start].isupper() and not (lang in _NOUNS_LARGE and known(key, lang)):
        return 0.0 if len(key) > 1 and text[start : draft.ends[i]].isupper() and zipf(key, lang) > _COMMON else _NAME_WEIGHT
    return rarities(lang)[key]


@lru_cache(maxsize=32)
def rarities(lang: str) -> Memo[float]:
    """Return how telling ordinary folded words of a language are: 0 for common ones, up to 1 for those that few texts hold."""
    return Memo(lambda word: _rarity(word, lang))


def _rarity(word: str, lang: str) -> float:
    if len(word) < 3:  # noqa: PLR2004 - "ok", "pm"
        return 0.0
    whole, word = word, bare(word, lang)
    if word is not whole and (len(word) < 3 or word in sense.load((lang,)).empty):  # noqa: PLR2004
        return 0.0
    value = zipf(word, lang)
    if word[-1] == "s":
        value = max(value, zipf(word[:-1], lang))
    if value <= RARE and lang == "en" and _misspelt(word):
        return 0.0
    return max(0.0, min(1.0, (_COMMON - value) / (_COMMON - _RAREST)))


def _misspelt(word: str) -> bool:
    """Tell whether a rare word is a common one with two letters swapped, or one too many or missing: "inculde", "conacts"."""
    if not _TYPED <= len(word) <= _TYPED_MOST or not word.isalpha():
        return False
    halves = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    swapped = (a + b[1] + b[0] + b[2:] for a, b in halves if len(b) > 1)
    shorter = (a + b[1:] for a, b in halves if b)
    longer = (a + letter + b for a, b in halves[1:] for letter in _LETTERS)
    return not (common("en", _SURE).isdisjoint(chain(swapped, shorter)) and common("en", _SURER).isdisjoint(longer))


def _runs(draft: Draft, index: int, lang: str, formula: Sequence[Span]) -> tuple[float, Span | None]:
    """Return the detail of a sentence in a script without spaces: its runs of kanji or katakana that are not everyday words."""
    span = draft.sentences[index].span
    weight, first, last = 0.0, -1, -1
    for match in _RUN.finditer(draft.text, span.start, span.end):
        if any(Span(*match.span()).overlaps(taken) for taken in formula):
            continue
        value = _NUMBER_WEIGHT / 2 if match[0].isdigit() else _run_value(match[0], lang)
        if value:
            weight += value
            first, last = (match.start() if first < 0 else first), match.end()
    return weight, Span(first, last) if first >= 0 else None


def _run_value(run: str, lang: str) -> float:
    """Return how telling a run is: nothing where the run, or its halves, are everyday words."""
    if known(run, lang):
        return max(0.0, min(1.0, (_COMMON_RUN - zipf(run, lang)) / 2))
    halves = [run[i : i + 2] for i in range(0, len(run), 2)] if len(run) > 3 else []  # noqa: PLR2004 - a compound of two words
    if halves and all(known(half, lang) for half in halves):
        return 0.2
    return 0.6 if len(run) > 1 else 0.1


def _recalls(keys: Sequence[str], first: int, lists: Sense, taken: set[int]) -> bool:
    """Tell whether the words of a sentence, of which `first` is the index, hold a memory of what the reader said or did."""
    if lists.told.isdisjoint(keys):
        return False
    return any(
        key in lists.you and i not in taken and not lists.told.isdisjoint(keys[i - first + 1 : i - first + 4]) for i, key in enumerate(keys, first)
    )


def _about(keys: Sequence[str], lists: Sense, *, yours: bool) -> About:
    """Return whom the words of a sentence are about: both where "we" did something together, the reader where it says "you", else the writer or a thing.

    "We" alone is the writer's firm, not the two of them, unless what "we" did is a meeting.
    """
    ours = not lists.we.isdisjoint(keys)
    if ours and ("both" in keys or any(key in lists.we and not lists.met.isdisjoint(keys[i + 1 : i + 5]) for i, key in enumerate(keys))):
        return About.SHARED
    if yours or (lists.endings and any(key.endswith(tuple(lists.endings)) for key in keys)):
        return About.READER
    return About.WRITER if ours or not lists.i.isdisjoint(keys) else About.THING
