"""What the coach needs from outside, in its own words; adapters implement these, tests use the fakes in tests/fakes.py.

`writer` and `house` are opaque names: who asks (`slack:T1:U1`, `discord:7`, `terminal:me`), and the workspace or server where they ask (`slack:T1`, `discord:g:9`).
Every method of a store raises NotSaved where it does not answer in time; a review goes on without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from bot.installation import Installation
    from bot.kept import Note, Phrase, Seen, Settled, Tally
    from bot.request import Request


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """Return the present moment with its time zone."""


class Recall(Protocol):
    """Where the draft of a button comes from: the form's own state, the message or thread it refers to, or memory. Drafts are not kept, so it may be gone."""

    async def recall(self) -> Request | None:
        """Return the draft, or none when this source does not know it (any more)."""


class Settings(Protocol):
    """What a writer has settled, and what an administrator has settled for a house."""

    async def settled(self, writer: str, house: str = "") -> Settled:
        """Return everything that was settled, in one read."""

    async def stop(self, writer: str, rule: str) -> None:
        """Stop one rule (`rule`, or `rule@kind`), exactly; stopping it twice is the same as once."""

    async def restore(self, writer: str, rule: str) -> bool:
        """Take one stop back; tell whether there was one."""

    async def choose(self, owner: str, name: str, value: str) -> None:
        """Set one thing for a writer or a house; an empty value takes it back. A shorter retention holds for what is kept already."""

    async def forget(self, owner: str) -> None:
        """Erase everything that is kept of a writer, so that no byte of it is left; of a house, everything of everybody in it."""


class Houses(Settings, Protocol):
    """Of which houses something is kept."""

    async def houses(self, of: str) -> tuple[str, ...]:
        """Return the houses whose choices or phrases are kept and whose names begin so, a colon behind it: `discord:g` for all servers."""


class Notes(Protocol):
    """What writers want to remember of others; kept encrypted."""

    async def notes(self, writer: str) -> tuple[Note, ...]:
        """Return the writer's notes, the one that was used last first."""

    async def save_note(self, writer: str, note: Note, until: datetime) -> None:
        """Keep a note, new or changed, until a moment. Raises TooManyNotes."""

    async def drop_note(self, writer: str, note: str) -> bool:
        """Erase one note; tell whether there was one of that id."""


class Sketches(Protocol):
    """Sketches of reviewed drafts, comparable only with the same writer's."""

    async def sketch_key(self, writer: str) -> bytes:
        """Return the secret under which this writer's drafts are sketched; after `forget` it is another one."""

    async def alike(self, writer: str, bands: Sequence[int]) -> tuple[Seen, ...]:
        """Return the writer's sketches that share a band with these, the latest first."""

    async def keep_sketch(self, writer: str, seen: Seen, bands: Sequence[int], replacing: Iterable[Seen] = ()) -> None:
        """Keep a sketch in place of others."""

    async def mark(self, writer: str, seen: Iterable[Seen], *, told: bool, batch: bool) -> None:
        """Note of sketches that the writer has heard of them, and whether they are a batch."""

    async def sketched(self, writer: str) -> tuple[datetime, ...]:
        """Return when the drafts were reviewed whose sketches are kept."""


class Habits(Protocol):
    """Counts of what was met in a writer's drafts, week by week; kept only for who asked for it."""

    async def record(self, writer: str, tallies: Iterable[Tally]) -> None:
        """Add these counts."""

    async def weeks(self, writer: str, since: date) -> tuple[Tally, ...]:
        """Return the counts from a week on."""


class Phrases(Protocol):
    """Phrases of a house's own."""

    async def phrases(self, house: str) -> tuple[Phrase, ...]:
        """Return the phrases of a house."""

    async def save_phrase(self, house: str, phrase: Phrase) -> None:
        """Keep a phrase, new or changed; the house's setting `phrases` changes with it."""

    async def drop_phrase(self, house: str, phrase: str) -> bool:
        """Take a phrase away, and change the setting; tell whether there was one of that id."""


class Store(Settings, Notes, Sketches, Habits, Phrases, Protocol):
    """Everything that is kept, behind one door."""


class Leases(Protocol):
    """What only one process may do at a time."""

    async def lease(self, name: str, holder: str, seconds: float) -> bool:
        """Take or renew a lease for so many seconds; tell whether this holder has it now. Raises NotSaved."""

    async def release(self, name: str, holder: str) -> None:
        """Give a lease back before its time. Raises NotSaved."""


class Claims(Protocol):
    """Which deliveries were taken on, by whichever process came first."""

    async def claim(self, delivery: str) -> bool:
        """Tell whether nobody has claimed this delivery yet; from now on somebody has. Where the store does not answer, memory decides."""


class Installations(Protocol):
    """Who installed Offscript, and with which tokens; kept encrypted. A tenant is a workspace (`slack:T1`) or an organisation (`slack:e:E1`)."""

    async def installation(self, tenant: str) -> Installation | None:
        """Return the installation of a tenant; none where there is none."""

    async def tenants(self) -> tuple[str, ...]:
        """Return everybody who has an installation."""

    async def install(self, tenant: str, made: Installation) -> None:
        """Keep an installation in place of the one before it."""

    async def renew(self, tenant: str, was: Installation, made: Installation) -> bool:
        """Replace an installation unless it was changed or erased meanwhile; tell whether it was replaced."""

    async def uninstall(self, tenant: str) -> None:
        """Erase an installation, and nothing else of the tenant."""

    async def begin_install(self, until: datetime) -> str:
        """Return a state with which whoever has begun to install may finish, until a moment; nobody else can make one."""

    async def finish_install(self, state: str) -> datetime | None:
        """Return until when a begun installation could be finished, and use its state up: of several who ask, one is told."""


class Tenancy(Installations, Store, Leases, Claims, Protocol):
    """Everything that many workspaces need of the store."""

    async def forget_people(self, tenant: str) -> None:
        """Erase everything of everybody in a tenant, and leave its installation."""
