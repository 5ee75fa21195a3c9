"""The forms in which a writer gives a draft, an answer or a note: their fields and words for every platform, and what was filled in as a request."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.request import Request
from rules.model import Circumstances, Context, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.kept import Note
    from bot.voice import Voice

GUESS = "guess"
"""The choice of no kind in particular: the coach guesses."""
_PIECES = re.compile(r"\s*(?:[;；\n•·]|(?<=\w), (?=(?:at|in|from|met)\b))\s*")
_WHERE = re.compile(r"(?:(?:we )?met )?(?:at|in|on|from|during)\s+(?:the )?(?=\S)", re.IGNORECASE)
_LONGEST_PLACE = 40


@dataclass(frozen=True, slots=True)
class Option:
    """One of the things that can be chosen in a field."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in; `limit` is in characters, `options` turn it into a choice."""

    key: str
    label: str
    hint: str = ""
    value: str = ""
    limit: int = 300
    tall: bool = False
    optional: bool = True
    options: tuple[Option, ...] = ()
    people: bool = False
    """Whether somebody of the workspace is chosen; the value is their user id."""


@dataclass(frozen=True, slots=True)
class Form:
    """Fields under a title, with the word on the button that sends them."""

    title: str
    fields: tuple[Field, ...]
    submit: str
    note: str = ""
    """What has to be said above the fields: that a draft is too long for them, for instance."""


def coaching(say: Voice, keys: tuple[str, ...], limit: int, request: Request | None = None) -> Form:
    """Return the form with these fields, filled from a request; a draft over the `limit` is left out and that is said."""
    values = values_of(request) if request else {}
    draft = values.get("draft", "")
    too_long = len(draft) > limit
    if too_long:
        values["draft"] = ""
    fields = tuple(_field(say, key, values.get(key, ""), limit) for key in keys)
    note = say("form.too_long", count=f"{len(draft):,}", limit=f"{limit:,}") if too_long else ""
    return Form(say("form.title"), fields, say("form.again" if request else "form.submit"), note)


def answering(say: Voice, question: str, limit: int) -> Form:
    """Return the form for an answer to the coach's question."""
    field = Field("answer", say("form.answer"), _cut(question, 140), "", limit, tall=True, optional=False)
    return Form(say("form.answer_title"), (field,), say("form.answer_submit"))


def noting(say: Voice, note: Note | None = None) -> Form:
    """Return the form for a note, filled from one that is to be changed."""
    values = {"to": note.name, "met": note.met, "when": note.when, "topics": "; ".join(note.topics), "why": note.why} if note else {}
    fields = tuple(replace(_field(say, key, values.get(key, ""), 0), optional=key != "to") for key in ("to", "met", "when", "topics", "why"))
    return Form(say("form.note_title"), fields, say("form.note_submit"))


def phrasing(say: Voice) -> Form:
    """Return the form for a phrase of a workspace's own."""
    keys = ("words", "say", "ask", "flags", "passes")
    fields = tuple(Field(key, say(f"phrases.field_{key}"), say(f"phrases.hint_{key}"), limit=240, optional=False) for key in keys)
    return Form(say("phrases.title"), fields, say("form.note_submit"))


def administering(say: Voice) -> Form:
    """Return the form that names another administrator; `person` is chosen from the people of the workspace."""
    return Form(say("house.title"), (Field("person", say("house.person"), people=True, optional=False),), say("house.name"))


def _field(say: Voice, key: str, value: str, limit: int) -> Field:
    label, hint = say(f"form.{key}"), say(f"form.{key}_hint")
    if key == "kind":
        options = (Option(GUESS, say("form.guess")), *(Option(kind.value, say(f"kinds.{kind.value}")) for kind in Kind))
        return Field(key, label, hint, value or GUESS, options=options)
    if key == "draft":
        return Field(key, label, hint, value, limit, tall=True, optional=False)
    return Field(key, label, hint, value, 1_000 if key in {"shared", "topics", "why"} else 150)


def values_of(request: Request) -> dict[str, str]:
    """Return a request as the values of a form; `shared` holds what a form with one field for it shows."""
    context = request.given.context
    topics = "; ".join(context.topics)
    return {
        "draft": request.draft,
        "to": context.name,
        "met": context.met,
        "when": context.when,
        "topics": topics,
        "shared": "; ".join(part for part in (context.met and f"at {context.met}", topics) if part),
        "why": context.why,
        "kind": request.given.kind.value if request.given.kind else "",
    }


def request_of(values: Mapping[str, str], before: Request | None = None) -> Request:
    """Return what was filled in as a request; fields that the form did not have keep the value they had `before`."""
    told = {**(values_of(before) if before else {}), **{key: value.strip() for key, value in values.items() if key != "draft"}}
    met, topics = told.get("met", ""), topics_of(told.get("topics", ""))
    if "shared" in values:
        met, topics = shared(values["shared"])
    context = Context(told.get("to", ""), met, told.get("when", ""), topics, told.get("why", ""))
    kind = told.get("kind", "")
    given = replace(before.given if before else Circumstances(), context=context, kind=Kind(kind) if kind in set(Kind) else None)
    return Request(values.get("draft", before.draft if before else ""), given)


def shared(text: str) -> tuple[str, tuple[str, ...]]:
    """Return where the two met and what they talked about, from one line that may hold both ("at SummitUp; her shop's loyalty cards")."""
    met, topics = "", []
    for piece in topics_of(text):
        place = _WHERE.match(piece)
        if place and not met and len(piece) - place.end() <= _LONGEST_PLACE:
            met = piece[place.end() :]
        else:
            topics.append(piece)
    return met, tuple(topics)


def topics_of(text: str) -> tuple[str, ...]:
    """Return the several things that one text tells, with `;` or a line end between them."""
    return tuple(piece for piece in (part.strip(" ,.") for part in _PIECES.split(text)) if piece)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
