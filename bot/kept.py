"""What is kept of a writer, as frozen values: what they settled, what they noted, how alike their drafts were. No draft among it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from rules.sketch import Sketch

NOTES, SAMENESS, HABITS, RETENTION, LANGUAGE = "notes", "sameness", "habits", "retention", "language"
"""Names of what a writer may choose; an administrator may switch the first three off for a whole workspace or server."""
SWITCHES = (NOTES, SAMENESS, HABITS)
ON, OFF = "on", "off"
DAYS = (30, 90, 365)
"""How long notes and habits may be kept, in days; the second is the default."""
SKETCH_DAYS = 30
"""Days for which the sketch of a draft is kept."""
ADMIN = "admin:"
"""What the name of a setting begins with that makes somebody an administrator; their user id follows."""
PHRASES = "phrases"
"""The setting of a workspace or server that changes with its own phrases."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What a writer has settled, and what holds for everybody in the workspace or server where they ask."""

    stopped: frozenset[str] = frozenset()
    """Ids of rules, or `rule@kind` where only one kind of message was meant."""
    own: Mapping[str, str] = field(default_factory=dict)
    house: Mapping[str, str] = field(default_factory=dict)

    def allows(self, name: str) -> bool:
        """Tell whether notes or sameness (on by default) or habits (off by default) are on here."""
        default = OFF if name == HABITS else ON
        return self.own.get(name, default) == ON and self.house.get(name, ON) == ON

    @property
    def days(self) -> int:
        """Return how long notes and habits are kept, in days."""
        chosen = self.own.get(RETENTION, "")
        return int(chosen) if chosen.isdigit() and int(chosen) in DAYS else DAYS[1]


@dataclass(frozen=True, slots=True)
class Note:
    """What a writer wants to remember of somebody: where they met, when, what they talked about, why this person."""

    id: str
    """Opaque; unique among the writer's notes."""
    name: str
    met: str = ""
    when: str = ""
    """An ISO date, or what the writer said of the time."""
    topics: tuple[str, ...] = ()
    why: str = ""
    used: datetime | None = None
    """When a draft last drew on it; it is kept for so many days from then on."""


class Seen(NamedTuple):
    """The sketch of a draft that was reviewed: for whom, when, and what was said of its likeness to others."""

    id: int
    """Given by the store; 0 before that."""
    sketch: Sketch
    recipient: int
    """A keyed hash of whom it was for; 0 where nobody was named."""
    at: datetime
    told: bool = False
    """Whether the writer has heard of this batch."""
    batch: bool = False
    """Whether the writer said that it is a batch: only what changes is looked at."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How often something was met in a week: a rule, or with an empty rule all reviews of a kind and verdict."""

    week: date
    """The Monday that the week begins with."""
    kind: str
    verdict: str
    rule: str
    count: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """A literal phrase of a workspace or server, with its own sentence and question, and the examples it has to keep to."""

    id: str
    words: str
    say: str
    ask: str
    flags: str
    """A sentence in which it is to be found."""
    passes: str
    """A sentence in which it is not."""
