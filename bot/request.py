"""What a person or a program hands to the coach: a draft with its circumstances, checked field by field."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.errors import NothingToRead, TooLong, UnknownField, WrongType
from rules.channels import CHANNELS
from rules.model import Circumstances, Context, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 200_000
"""Characters that are read at once; the longest letters of the corpus have 2,000."""
_KEYS = ("id", "draft", "context", "kind", "channel", "lang", "now", "author")
_CONTEXT = ("name", "met", "when", "topics", "why")


@dataclass(frozen=True, slots=True)
class Request:
    """A draft and what comes with it; `author` is an opaque name that switches sameness on."""

    draft: str
    given: Circumstances = field(default_factory=Circumstances)
    author: str = ""


def checked(draft: str) -> str:
    """Return the draft, or raise: NothingToRead, TooLong."""
    if not draft or draft.isspace():
        raise NothingToRead
    if len(draft) > LONGEST:
        raise TooLong(len(draft), LONGEST)
    return draft


def from_json(item: Any) -> Request:
    """Return the request that one object of the machine interface describes, or raise a CoachError that names the field."""
    if not isinstance(item, dict):
        raise WrongType("A line", "a JSON object with a draft")
    _known(item, _KEYS, "The key")
    draft = item.get("draft")
    if not isinstance(draft, str):
        raise WrongType("draft", "a string")
    given = Circumstances(
        context=context_from(item.get("context")),
        kind=kind_from(_text(item, "kind")),
        channel=channel_from(_text(item, "channel")),
        lang=_text(item, "lang"),
        now=_moment(_text(item, "now")),
    )
    return Request(draft, given, _text(item, "author"))


def context_from(item: Any) -> Context:
    """Return the context of a JSON object; none where it is null."""
    if item is None:
        return Context()
    if not isinstance(item, dict):
        raise WrongType("context", "an object or null")
    _known(item, _CONTEXT, "The context key")
    topics = item.get("topics")
    if not (topics is None or (isinstance(topics, list) and all(isinstance(topic, str) for topic in topics))):
        raise WrongType("context.topics", "a list of strings")
    name, met, when, why = (_text(item, key).strip() for key in ("name", "met", "when", "why"))
    return Context(name, met, when, tuple(topic.strip() for topic in topics or () if topic.strip()), why)


def kind_from(text: str) -> Kind | None:
    """Return the kind of that name, none for an empty one, or raise UnknownField."""
    if text and text not in set(Kind):
        raise UnknownField("The kind", text, tuple(Kind))
    return Kind(text) if text else None


def channel_from(text: str) -> str:
    """Return the channel, or raise UnknownField."""
    if text and text not in CHANNELS:
        raise UnknownField("The channel", text, tuple(CHANNELS))
    return text


def _known(item: Mapping[str, Any], keys: tuple[str, ...], what: str) -> None:
    for key in item:
        if key not in keys:
            raise UnknownField(what, str(key)[:60], keys)


def _text(item: Mapping[str, Any], key: str) -> str:
    value = item.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise WrongType(key, "a string")
    return value


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise WrongType("now", "an ISO date-time such as 2026-03-01T09:00:00") from error
