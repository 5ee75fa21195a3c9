"""Sameness within one run: drafts of one author are compared with that author's earlier ones, by sketches only."""

from __future__ import annotations

from dataclasses import replace
from secrets import token_bytes
from typing import TYPE_CHECKING, NamedTuple

from rules.engine import review
from rules.model import Sameness
from rules.sketch import ALIKE, likeness, sketch

if TYPE_CHECKING:
    from bot.request import Request
    from rules.model import Review
    from rules.sketch import Sketch


class _Seen(NamedTuple):
    sketch: Sketch
    recipient: str
    when: str


class Earlier:
    """The sketches of the drafts that were reviewed in this run; no text is kept."""

    def __init__(self) -> None:
        """Start empty, with a key of its own that nobody else has."""
        self._key = token_bytes(32)
        self._seen: dict[str, list[_Seen]] = {}

    def review(self, request: Request) -> Review:
        """Return the review of a draft, with what it shares with its author's earlier ones."""
        found = review(request.draft, request.given)
        if not request.author:
            return found
        own = sketch(found.draft, self._key)
        if own is None:
            return found
        recipient = request.given.context.name.casefold().strip()
        when = request.given.now.date().isoformat() if request.given.now else ""
        seen = self._seen.setdefault(request.author, [])
        alike = [other for other in seen if likeness(own, other.sketch) >= ALIKE]
        seen.append(_Seen(own, recipient, when))
        others = [other for other in alike if not recipient or other.recipient != recipient]
        if not others:
            return found
        return replace(found, sameness=_sameness(found, own, others, recipient))


def _sameness(found: Review, own: Sketch, others: list[_Seen], recipient: str) -> Sameness:
    """Return how often the text was seen, for how many people, since when, and which of its sentences."""
    known = {value for other in others for value in other.sketch.sentences}
    same = tuple(index for index, value in zip(found.draft.own(), own.sentences, strict=True) if value in known)
    people = {other.recipient for other in others if other.recipient} | ({recipient} if recipient else set())
    since = min((other.when for other in others if other.when), default="")
    return Sameness(len(others) + 1, max(len(people), 1) if people else len(others) + 1, since, same)
