"""Recall: where the draft of a button comes from, since drafts are not kept. What the platform itself still shows comes first, memory last."""

from __future__ import annotations

import json
import zlib
from base64 import b85decode, b85encode
from dataclasses import replace
from datetime import timedelta
from secrets import token_urlsafe
from typing import TYPE_CHECKING

from bot.errors import CoachError, LetGo
from bot.request import Request, from_json
from rules.model import Answered

if TYPE_CHECKING:
    from datetime import datetime

    from bot.ports import Clock, Recall

LIFE = timedelta(minutes=15)
MOST = 10_000
"""Drafts held at once; the oldest goes first."""
_LARGEST = 400_000
"""Bytes that a packed request may unfold to; more was not packed by us."""


async def recall(*sources: Recall) -> Request:
    """Return the draft from the first source that still knows it; raises LetGo when none does."""
    for source in sources:
        request = await source.recall()
        if request is not None:
            return request
    raise LetGo


class Held:
    """Drafts in the memory of one process, for fifteen minutes; each reply's buttons carry a ticket for theirs."""

    def __init__(self, clock: Clock) -> None:
        """Start empty; `clock` decides when a draft is let go of."""
        self._clock = clock
        self._held: dict[tuple[str, str], tuple[datetime, Request]] = {}

    def keep(self, writer: str, request: Request) -> str:
        """Hold a draft and return its ticket, of no use to anybody but this writer."""
        ticket = token_urlsafe(9)
        self._held[writer, ticket] = (self._clock.now() + LIFE, request)
        self._forget()
        return ticket

    def claim(self, writer: str, ticket: str) -> Ticket:
        """Return the source that a ticket stands for."""
        return Ticket(self, writer, ticket)

    def find(self, writer: str, ticket: str) -> Request | None:
        """Return the draft, or none when its time is over."""
        self._forget()
        _, request = self._held.get((writer, ticket), (None, None))
        return request

    def knows(self, writer: str) -> bool:
        """Tell whether a dialogue with this writer is under way."""
        self._forget()
        return any(held == writer for held, _ in self._held)

    def let_go(self, writer: str) -> None:
        """Forget everything of this writer now."""
        for key in [key for key in self._held if key[0] == writer]:
            del self._held[key]

    def _forget(self) -> None:
        """Forget every draft whose time is over, and the oldest where there are too many; they stand in the order of their time."""
        now = self._clock.now()
        while self._held and (len(self._held) > MOST or next(iter(self._held.values()))[0] <= now):
            self._held.pop(next(iter(self._held)))


class Ticket:
    """A draft in memory, as a source."""

    def __init__(self, held: Held, writer: str, ticket: str) -> None:
        self._held, self._writer, self._ticket = held, writer, ticket

    async def recall(self) -> Request | None:
        """Return the draft while it is held."""
        return self._held.find(self._writer, self._ticket)


class Packed:
    """A draft that travels with the button or form itself, in the hands of the platform and of nobody else."""

    def __init__(self, text: str) -> None:
        self._text = text

    def unpacked(self) -> Request | None:
        """Return the draft, or none where there is none in it."""
        return unpack(self._text)

    async def recall(self) -> Request | None:
        """Return the same, as a source."""
        return self.unpacked()


def pack(request: Request, limit: int) -> str:
    """Return the request in at most `limit` characters of ASCII, or an empty string where it does not fit."""
    given = request.given
    item = {
        "draft": request.draft,
        "context": {
            "name": given.context.name,
            "met": given.context.met,
            "when": given.context.when,
            "topics": given.context.topics,
            "why": given.context.why,
        },
        "kind": given.kind or "",
        "channel": given.channel,
        "lang": given.lang,
    }
    text = json.dumps([item, given.answered], ensure_ascii=False, separators=(",", ":"))
    packed = b85encode(zlib.compress(text.encode("utf-8", "surrogatepass"), 9)).decode("ascii")
    return packed if len(packed) <= limit else ""


def unpack(text: str) -> Request | None:
    """Return the packed request; none for anything that is not one."""
    try:
        unfolding = zlib.decompressobj()
        data = unfolding.decompress(b85decode(text), _LARGEST)
        item, answered = json.loads(data.decode("utf-8", "surrogatepass"))
        request = from_json(item)
        given = replace(request.given, answered=tuple(Answered(*map(str, each)) for each in answered))
        return replace(request, given=given) if unfolding.eof else None
    except (ValueError, TypeError, zlib.error, CoachError, RecursionError):
        return None
