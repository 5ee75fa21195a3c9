"""Sameness: which of a writer's earlier drafts are nearly the same text, judged by sketches only; of a store's, or of one run."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from secrets import token_bytes
from typing import TYPE_CHECKING, NamedTuple

from bot.kept import Seen
from rules.engine import review
from rules.model import Sameness
from rules.sketch import ALIKE, likeness, recipient, sketch

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.request import Request
    from rules.model import Draft, Review
    from rules.sketch import Sketch

PAUSE = timedelta(hours=1)
"""A look at nearly the same text within so long, one of the two for nobody named, is a second look at one draft."""
_NEVER = datetime(1, 1, 1, tzinfo=UTC)


class Alike(NamedTuple):
    """Earlier drafts that are nearly the same text."""

    again: tuple[Seen, ...]
    """Looks at this very draft: for the same person, or a moment ago while somebody is not named."""
    others: tuple[Seen, ...]
    """Drafts for other people."""


def parted(own: Sketch, to: int, earlier: Iterable[Seen], now: datetime, pause: timedelta = PAUSE) -> Alike:
    """Return which of a writer's sketches are nearly the same text as this draft for `to`, in their order, second looks apart."""
    alike = [seen for seen in earlier if likeness(own, seen.sketch) >= ALIKE]
    again = {seen for seen in alike if (seen.recipient == to if to and seen.recipient else now - seen.at < pause)}
    return Alike(tuple([seen for seen in alike if seen in again]), tuple([seen for seen in alike if seen not in again]))


def counted(draft: Draft, own: Sketch, to: int, others: Sequence[Seen]) -> Sameness | None:
    """Return how often the text was seen, for how many people, since when, and which of its sentences."""
    if not others:
        return None
    known = {value for other in others for value in other.sketch.sentences if value}
    same = tuple([index for index, value in zip(draft.own(), own.sentences, strict=True) if value in known])
    people = {person for person in (to, *(other.recipient for other in others)) if person}
    since = min((other.at.date() for other in others if other.at != _NEVER), default=None)
    return Sameness(len(others) + 1, len(people) or len(others) + 1, since.isoformat() if since else "", same)


class Earlier:
    """The sketches of the drafts that were reviewed in this run; no text is kept."""

    def __init__(self) -> None:
        """Start empty, with a key of its own that nobody else has."""
        self._key = token_bytes(32)
        self._seen: dict[str, list[Seen]] = {}

    def review(self, request: Request) -> Review:
        """Return the review of a draft, with what it shares with its author's earlier ones; each line counts as a look of its own."""
        found = review(request.draft, request.given)
        name = request.given.context.name
        own = sketch(found.draft, self._key, (name,)) if request.author else None
        if own is None:
            return found
        given = request.given.now
        now = given.replace(tzinfo=UTC) if given else _NEVER  # the writer's own calendar, whichever zone it is in
        to = recipient(name, self._key)
        seen = self._seen.setdefault(request.author, [])
        same = counted(found.draft, own, to, parted(own, to, seen, now, pause=timedelta.min).others)
        seen.append(Seen(len(seen) + 1, own, to, now))
        return replace(found, sameness=same) if same else found
