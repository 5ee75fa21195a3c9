"""Days as people speak of them, and the dates that they mean: what is kept for weeks must not say "this morning"."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot import voice

if TYPE_CHECKING:
    from bot.voice import Voice

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10, "a couple of": 2}
_MONTH = rf"(?:{'|'.join(f'{month[:3]}(?:{month[3:]})?' for month in _MONTHS)}|sept)\.?"
_DAY = rf"(?:{'|'.join(_DAYS)})"
_PART = r"(?: (?:morning|afternoon|evening|night|lunchtime))?"
_SAID = re.compile(
    rf"\b(?:on |in |from )?(?:"
    rf"(?P<today>this (?:morning|afternoon|evening)|earlier today|just now|today|tonight)"
    rf"|(?P<yesterday>yesterday{_PART}|last night)"
    rf"|(?P<iso>\d{{4}}-\d\d-\d\d)"
    rf"|(?P<ago>{'|'.join(_NUMBERS)}|\d{{1,2}}) (?P<unit>day|night|week|month|year)s? ago"
    rf"|(?:(?<=on )|last |this |the (?:past|other) )(?P<weekday>{_DAY}){_PART}"
    rf"|(?P<weekday2>{_DAY}){_PART}(?=$|[,;.])"
    rf"|(?:the )?(?P<date>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH})(?:,? (?P<year>\d{{4}}))?"
    rf"|(?P<month2>{_MONTH}) (?P<date2>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<year2>\d{{4}}))?"
    rf"|(?P<lately>the other day|recently|last week(?:end)?|last month|last year|last (?:spring|summer|autumn|fall|winter))"
    rf")(?=$|[\s,.;:!?)])",
    re.IGNORECASE,
)
_RECENT = timedelta(days=6)
"""Up to which age a day is told with its weekday: a draft may say "on Tuesday"."""
_UNITS = {"day": 1, "night": 1, "week": 7}
_ENDS = {"spring": 5, "summer": 8, "autumn": 11, "fall": 11, "winter": 2}
"""The month in which a season ends."""


def day_of(text: str, today: date) -> tuple[str, str]:
    """Return a text without what it says of the day, and that day: an ISO date, or words that hold for longer than the writer's; both as given where it says none."""
    said = _SAID.search(text)
    day = _meant(said, today) if said else ""
    if not said or not day:
        return text, ""
    rest = f"{text[: said.start()].rstrip(' ,')} {text[said.end() :].lstrip(' ,')}".strip(" ,.")
    return rest, day


def spoken(day: str, today: date, say: Voice | None = None) -> str:
    """Return a kept day as people write it in a voice: "25 November 2026", with its weekday in the week after it."""
    try:
        date_ = date.fromisoformat(day)
    except ValueError:
        return day
    say = say or voice.load()
    key = "recent" if timedelta() <= today - date_ <= _RECENT else "date"
    return say(f"days.{key}", day=date_.day, month=say(f"days.month_{date_.month}"), year=date_.year, weekday=say(f"days.day_{date_.weekday()}"))


def since(day: str, today: date, say: Voice | None = None) -> str:
    """Return an ISO date as what follows "since" in a voice: a weekday in the week after it, else the date; empty for today."""
    try:
        date_ = date.fromisoformat(day)
    except ValueError:
        return day
    if date_ == today:
        return ""
    say = say or voice.load()
    return say(f"days.day_{date_.weekday()}") if timedelta() < today - date_ <= _RECENT else spoken(day, date.max, say)


def _meant(said: re.Match[str], today: date) -> str:
    """Return the day that words mean, seen from today; empty for a day that does not exist."""
    try:
        if said["today"]:
            return today.isoformat()
        if said["yesterday"]:
            return (today - timedelta(days=1)).isoformat()
        if said["iso"]:
            return date.fromisoformat(said["iso"]).isoformat()
        weekday = said["weekday"] or said["weekday2"]
        if weekday:
            back = (today.weekday() - _DAYS.index(weekday.casefold())) % 7
            return (today - timedelta(days=back or 7)).isoformat()
        if said["ago"]:
            return _ago(said["ago"].casefold(), said["unit"].casefold(), today)
        if said["lately"]:
            return _lately(said["lately"].casefold(), today)
        return _past(int(said["date"] or said["date2"]), said["month"] or said["month2"], said["year"] or said["year2"], today).isoformat()
    except ValueError:
        return ""


def _ago(number: str, unit: str, today: date) -> str:
    count = _NUMBERS.get(number) or int(number)
    if unit in _UNITS:
        exact = unit != "week"
        day = today - timedelta(days=count * _UNITS[unit])
        return day.isoformat() if exact else f"the week of {spoken(_monday(day).isoformat(), date.max)}"
    months = count * (12 if unit == "year" else 1)
    return _month_before(today, months) if unit == "month" else str(today.year - count)


def _lately(words: str, today: date) -> str:
    if words.startswith("last week"):
        monday = _monday(today) - timedelta(days=7)
        return (
            f"the weekend of {spoken((monday + timedelta(days=5)).isoformat(), date.max)}"
            if "end" in words
            else f"the week of {spoken(monday.isoformat(), date.max)}"
        )
    if words == "last month":
        return _month_before(today, 1)
    if words == "last year":
        return str(today.year - 1)
    if words.startswith("last "):
        season = words.split()[1]
        return f"{season} {today.year - (today.month <= _ENDS[season])}"
    return f"around {spoken(today.isoformat(), date.max)}"


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _month_before(today: date, months: int) -> str:
    at = today.year * 12 + today.month - 1 - months
    return f"{_MONTHS[at % 12].capitalize()} {at // 12}"


def _past(day: int, month: str, year: str | None, today: date) -> date:
    """Return the date of a day and month; without a year, the last one that was."""
    number = next(i for i, name in enumerate(_MONTHS, 1) if name.startswith(month[:3].casefold()))
    if year:
        return date(int(year), number, day)
    here = date(today.year, number, day)
    return here if here <= today else date(today.year - 1, number, day)
