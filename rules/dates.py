"""Days and dates: which a fact names, which a draft names, and when they cannot both be right."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import compress, count
from typing import TYPE_CHECKING, NamedTuple

from rules.memo import Memo

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_WORDS = {
    **{day: ("day", day) for day in _DAYS},
    **{f"{day}s": ("day", day) for day in _DAYS},
    **{f"{day}'s": ("day", day) for day in _DAYS},
    "mon": ("day", "monday"), "tue": ("day", "tuesday"), "tues": ("day", "tuesday"), "wed": ("day", "wednesday"), "weds": ("day", "wednesday"),
    "thu": ("day", "thursday"), "thur": ("day", "thursday"), "thurs": ("day", "thursday"), "fri": ("day", "friday"), "sat": ("day", "saturday"),
    **{month: ("month", month) for month in _MONTHS},
    "jan": ("month", "january"), "feb": ("month", "february"), "mar": ("month", "march"), "apr": ("month", "april"), "aug": ("month", "august"),
    "sep": ("month", "september"), "sept": ("month", "september"), "oct": ("month", "october"), "nov": ("month", "november"), "dec": ("month", "december"),
    "spring": ("season", "spring"), "summer": ("season", "summer"), "summers": ("season", "summer"), "autumn": ("season", "autumn"), "winter": ("season", "winter"),
    "easter": ("feast", "easter"), "christmas": ("feast", "christmas"), "xmas": ("feast", "christmas"), "diwali": ("feast", "diwali"), "eid": ("feast", "eid"),
    "halloween": ("feast", "halloween"), "ramadan": ("feast", "ramadan"), "thanksgiving": ("feast", "thanksgiving"), "lockdown": ("feast", "lockdown"),
    "yesterday": ("near", "yesterday"), "today": ("near", "today"), "tonight": ("near", "today"), "weekend": ("near", "weekend"), "kal": ("near", "yesterday"),
    "昨日": ("near", "yesterday"), "今日": ("near", "today"), "先月": ("near", "last month"), "先日": ("near", "recently"),
}  # fmt: skip
_ORDINAL = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?$")
_YEAR = re.compile(r"^(?:19|20)\d\d$")
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "a": 1, "an": 1}
_UNITS = {"day": 1, "days": 1, "week": 7, "weeks": 7, "month": 30, "months": 30, "year": 365, "years": 365, "night": 1, "nights": 1, "fortnight": 14}
_THIS = frozenset(
    {
        "this morning",
        "this afternoon",
        "this evening",
        "last night",
        "last week",
        "last month",
        "last year",
        "last summer",
        "earlier today",
        "the other day",
        "just now",
    }
)
_LAST = frozenset(said.split()[-1] for said in _THIS)
_BEFORE_A_DAY = frozenset(
    {"on", "this", "last", "next", "every", "by", "until", "till", "til", "since", "from", "for", "and", "fri", "before", "after"}
)
_PARTS_OF_A_DAY = frozenset({"night", "morning", "afternoon", "evening", "eve", "arvo", "am", "pm", "lunch", "and"})
_TELLING = frozenset(f"{word}{end}" for word in (*_WORDS, *_UNITS, *_LAST) for end in ("", "'s"))
_TIMELY = Memo(lambda word: word in _TELLING or word[:1].isdigit())
"""Whether a statement of time may be a word, or end with it; all others are passed over."""
_SAME = {
    "this morning": "today", "this afternoon": "today", "this evening": "today", "earlier today": "today", "just now": "today", "last night": "yesterday",
}  # fmt: skip


class Moment(NamedTuple):
    """One statement of time: what sort (day, month, year, date, season, feast, near, ago), its value, and the word it begins at."""

    sort: str
    value: str
    at: int


def moments(words: Sequence[str], now: datetime | None = None) -> list[Moment]:
    """Return the statements of time in folded words; with `now`, near ones are given as days as well."""
    found: list[Moment] = []
    near: list[Moment] = []
    for i in compress(count(), map(_TIMELY.__getitem__, words)):
        word = _bare(words[i])
        if word in _WORDS and not (word in {"may", "mar", "march"} and not _dated(words, i)) and not (word == "sat" and not _saturday(words, i)):
            found.append(Moment(*_WORDS[word], i))
        elif word[:1].isdigit() and _YEAR.match(word):
            found.append(Moment("year", word, i))
        elif word[:1].isdigit() and _ORDINAL.match(word) and _dated(words, i):
            found.append(Moment("date", _ORDINAL.sub(r"\1", word), i))
        elif word in _UNITS and i and (_bare(words[i - 1]) in _NUMBERS or _bare(words[i - 1]).isdigit()):
            before = _bare(words[i - 1])
            found.append(Moment("ago", f"{_NUMBERS.get(before) or int(before)} {word.rstrip('s')}", i - 1))
        if word in _LAST:
            near += _near(words, i)
    found += near
    return found + list(_days(found, now))


def _bare(word: str) -> str:
    return word.removesuffix("'s")


def _near(words: Sequence[str], i: int) -> Iterable[Moment]:
    """Yield what is said relative to now in the words that end at a place: "this morning", "the other day"."""
    for first in (i - 1, i - 2):
        said = " ".join(map(_bare, words[first : i + 1])) if first >= 0 else ""
        if said in _THIS:
            yield Moment("near", _SAME.get(said, said), first)


def _saturday(words: Sequence[str], i: int) -> bool:
    """Tell whether "sat" is the day: "on sat", "sat night"; not "she sat on my coat"."""
    return (i > 0 and words[i - 1] in _BEFORE_A_DAY) or (i + 1 < len(words) and _bare(words[i + 1]) in _PARTS_OF_A_DAY)


def _dated(words: Sequence[str], i: int) -> bool:
    """Tell whether a bare number, or a word such as "may", stands in a date."""
    word = _bare(words[i])
    around = {*map(_bare, words[max(0, i - 2) : i]), *map(_bare, words[i + 1 : i + 3])}
    if word.isdigit():
        return bool(around & set(_MONTHS)) or (i > 0 and _bare(words[i - 1]) == "the" and not set(map(_bare, words[i + 1 : i + 2])) & set(_UNITS))
    return (
        word[:1].isdigit()
        or bool(
            around & {"in", "on", "of", "last", "next", "every", "this", "since", "until", "by", "night", "at", "early", "late", "after", "before"}
        )
        or any(a.isdigit() for a in around)
    )


def _days(found: Iterable[Moment], now: datetime | None) -> Iterable[Moment]:
    """Yield weekdays for what is said relative to now."""
    back = {"today": 0, "yesterday": 1}
    for moment in found:
        if now and moment.sort == "near" and moment.value in back:
            yield Moment("day", _DAYS[(now - timedelta(days=back[moment.value])).weekday()], moment.at)


_WITHIN = {
    "weekend": ("saturday", "sunday"), "spring": ("march", "april", "may"), "summer": ("june", "july", "august"), "autumn": ("september", "october", "november"),
    "winter": ("december", "january", "february"), "last summer": ("june", "july", "august", "summer"),
}  # fmt: skip
_DEFINITE = frozenset({"today", "yesterday", "last week", "last month", "last year"})
_MAY_BE = frozenset({"yesterday", "last week"})
"""Near days that exclude one another, but for yesterday, which may have been last week."""
_SORTS = ("day", "month", "year", "date", "season", "feast", "near", "ago")


def agree(told: list[Moment], said: list[Moment]) -> Moment | None:
    """Return the statement of the draft that says the same as the fact: every sort that both name agrees, and at least one does."""
    best = None
    ago = any(moment.sort == "ago" for moment in told)
    for sort in _SORTS:
        if ago and sort in {"season", "month"}:
            continue
        a = {moment.value for moment in told if moment.sort == sort}
        if a and best is None:
            best = next((moment for moment in said if moment.sort == sort and moment.value in a), None)
    return best or next((moment for moment in said for other in told if _within(moment, other) or _within(other, moment)), None)


def _within(one: Moment, other: Moment) -> bool:
    """Tell whether a day lies at the weekend, or a month in the season, that the other statement names."""
    return one.value in _WITHIN.get(other.value, ())


def differ(told: list[Moment], said: list[Moment]) -> tuple[str, Moment] | None:
    """Return the value told and the statement that contradicts it: another weekday, month or year of the same thing."""
    for sort in ("day", "month", "year", "feast", "season", "date", "near", "ago"):
        a = [moment.value for moment in told if moment.sort == sort and (sort != "near" or moment.value in _DEFINITE)]
        b = [moment for moment in said if moment.sort == sort and (sort != "near" or moment.value in _DEFINITE)]
        if a and b and not any(moment.value in a for moment in b) and not {*a, *(moment.value for moment in b)} <= _MAY_BE:
            return a[0], b[0]
    return None
