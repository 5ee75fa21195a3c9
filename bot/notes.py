"""Notes about what a writer shares with somebody: from one line of text, matched to whom a draft is for, joined to its context. Pure values."""

from __future__ import annotations

import re
from dataclasses import replace
from secrets import token_urlsafe
from typing import TYPE_CHECKING

from rapidfuzz.distance import DamerauLevenshtein

from bot.days import day_of, spoken
from bot.kept import Note
from rules import names
from rules.model import Context
from rules.names import parts
from rules.text import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from bot.request import Request
    from bot.voice import Voice
    from rules.model import Review

_PIECES = re.compile(r"\s*(?:[;；\n•·]|,(?=\s))\s*")
_NAME = r"(?!(?:at|in|on|from|during|about|and|this|last|yesterday|today|tonight|the|a|an|my|our|some|with|met|saw|talked|spoke|chatted|got|know|just|i)\b)(?:(?:(?:dr|mr|mrs|ms|prof|professor|auntie|uncle)\.? +)?[^\W\d_][\w'’.-]*(?: +(?!(?:at|in|on|from|during|about|and|this|last|yesterday|today|tonight|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b)[^\W\d_][\w'’.-]*){0,3})"
_LEAD = re.compile(
    rf"(?:i +)?(?:(?:just +)?(?:met|saw|talked (?:to|with)|spoke (?:to|with)|chatted (?:to|with)|got to know|know) +)?(?P<name>{_NAME})"
    r"(?: *[:,–—-] *| +(?=(?:at|in|from|on|during|about|this|last|yesterday|today|tonight|two|three|a)\b)|$)",
    re.IGNORECASE,
)
_VERB = re.compile(r"(?:i +)?(?:just +)?(?:met|saw|talked|spoke|chatted|got to know|know)\b", re.IGNORECASE)
_PLACE = re.compile(r"(?:(?:we )?met +)?(?:at|in|from|during|on) +(?=\S)", re.IGNORECASE)
_TOPIC = re.compile(r"(?:(?:we )?(?:talked|spoke|chatted) +)?(?:about|re:?) +(?=\S)", re.IGNORECASE)
_LONGEST_PLACE = 60
_SPELT = 6
"""Letters from which a name may be misspelt by one and still be meant."""


def new_id() -> str:
    """Return an id that no other note has."""
    return token_urlsafe(6)


def noted(text: str, now: datetime) -> Note | None:
    """Return the note that a line of text makes ("met Davina at SummitUp this morning, her shop's loyalty cards"); none where it names nobody.

    What is said of the day relative to `now` becomes a date.
    """
    pieces = [piece.strip(" .") for piece in _PIECES.split(text.strip()) if piece.strip(" .")]
    lead = _LEAD.match(pieces[0]) if pieces else None
    if not lead or not (_VERB.match(pieces[0]) or lead["name"][0].isupper()):
        return None
    rest = [pieces[0][lead.end() :].strip(" ,:–—-"), *pieces[1:]]
    met, when, topics = "", "", []
    for piece in (piece for piece in rest if piece):
        left, day = day_of(piece, now.date())
        when = when or day
        place = _PLACE.match(left)
        if place and not met and len(left) - place.end() <= _LONGEST_PLACE:
            met, about = _parted(left[place.end() :])
            topics += [about] if about else []
        elif left:
            topics.append(left[match.end() :] if (match := _TOPIC.match(left)) else left)
    name = lead["name"].strip(" .,")
    return Note(new_id(), name if name[0].isupper() else name.title(), met, when, tuple(topics))


def _parted(text: str) -> tuple[str, str]:
    """Return the place, and what was talked about there where the same piece says it."""
    about = re.search(r"\s+(?:(?:where )?(?:we )?(?:talked |spoke |chatted )?about)\s+", text, re.IGNORECASE)
    return (text[: about.start()].strip(), text[about.end() :].strip()) if about else (text.strip(), "")


def of_context(context: Context, now: datetime, answers: Iterable[str] = ()) -> Note:
    """Return the note of what a writer told with a draft, and answered to the coach's question."""
    topics = dict.fromkeys((*context.topics, *(" ".join(answer.split()) for answer in answers)))
    return dated(Note(new_id(), context.name, context.met, context.when, tuple(topics), context.why), now)


def dated(note: Note, now: datetime) -> Note:
    """Return a note whose day is a date; one that was told with the place ("SummitUp, this morning") stands by itself."""
    _, when = day_of(note.when, now.date())
    met, day = day_of(note.met, now.date())
    return replace(note, met=met, when=when or note.when or day)


def added(note: Note, more: Note) -> Note:
    """Return a note with what another one tells beside it."""
    topics = tuple(dict.fromkeys((*note.topics, *more.topics)))
    return replace(note, met=note.met or more.met, when=note.when or more.when, topics=topics, why=note.why or more.why)


def reader_of(request: Request) -> str:
    """Return whom a draft is for: the name that was told, else the one that it greets; empty where it does neither."""
    if request.given.context.name.strip():
        return request.given.context.name
    return names.greeted(read(request.draft))


def holds(context: Context, note: Note) -> bool:
    """Tell whether a context holds everything that a note tells, its name and day aside."""
    known = {part.casefold() for part in (context.met, context.why, *context.topics)}
    facts = [part for part in (note.met, note.why, *note.topics) if part]
    return bool(facts) and all(part.casefold() in known for part in facts)


def reader_of_review(review: Review) -> str:
    """Return whom a reviewed draft is for."""
    return review.context.name or names.greeted(review.draft)


def about(notes: Sequence[Note], request: Request) -> tuple[Note, ...]:
    """Return the notes that a draft may be about: of whoever it is for, or where it is for nobody named, of whoever it names."""
    if not notes:
        return ()
    reader = reader_of(request)
    if reader:
        return tuple(note for note in notes if may_be(note.name, reader))
    draft = read(request.draft)
    return tuple(note for note in notes if names.find(draft, note.name, parts(note.name)).span)


def may_be(name: str, other: str) -> bool:
    """Tell whether two names may be one person's: by spelling, short form, or one wrong letter in a long first name; family names must not differ."""
    one, two = parts(name), parts(other)
    if not one or not two:
        return name.strip().casefold() == other.strip().casefold() != ""
    if len(one) > 1 and len(two) > 1 and not _spelt(one[-1], two[-1]):
        return False
    return names.same(one[0], two[0]) or _spelt(one[0], two[0]) or (len(one) > 1 and one[-1] == two[0] and len(two) == 1)


def _spelt(one: str, two: str) -> bool:
    return one == two or (min(len(one), len(two)) >= _SPELT and one[0] == two[0] and DamerauLevenshtein.distance(one, two, score_cutoff=1) <= 1)


def joined(request: Request, note: Note, today: date) -> Request:
    """Return a request whose context holds what the note tells, beside what was told with it."""
    given = request.given.context
    topics = tuple(dict.fromkeys((*given.topics, *note.topics)))
    context = Context(given.name or note.name, given.met or note.met, given.when or spoken(note.when, today), topics, given.why or note.why)
    return replace(request, given=replace(request.given, context=context))


def is_new(context: Context, note: Note | None = None) -> bool:
    """Tell whether a context holds facts, and one that the note does not hold."""
    known = {part.casefold() for part in (note.met, note.why, *note.topics)} if note else set()
    return any(part.casefold() not in known for part in (context.met, context.why, *context.topics) if part)


def without(note: Note, private: Iterable[str]) -> Note:
    """Return a note without what is private: it may be drawn on, and nobody is urged to."""
    facts = set(private)
    return replace(note, topics=tuple(topic for topic in note.topics if topic not in facts), why="" if "why" in facts else note.why)


def told(note: Note, today: date, say: Voice | None = None) -> str:
    """Return what a note tells, in one line; the day as a voice says it."""
    return " · ".join(part for part in (note.met, spoken(note.when, today, say), *note.topics, note.why) if part)
