"""Ports for tests: a clock that is set, and a store in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from secrets import token_urlsafe
from typing import TYPE_CHECKING

from bot.errors import NotSaved
from bot.kept import PHRASES, Settled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bot.installation import Installation
    from bot.kept import Note, Phrase, Seen, Tally


class FakeClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 3, 9, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def move(self, **by: float) -> None:
        self.moment += timedelta(**by)


class FakeStore:
    """A store in memory; a `broken` one answers nothing and saves nothing."""

    def __init__(self, *, broken: bool = False) -> None:
        self.rules: dict[str, set[str]] = {}
        self.chosen: dict[str, dict[str, str]] = {}
        self.noted: dict[str, dict[str, Note]] = {}
        self.seen: dict[str, list[tuple[Seen, frozenset[int]]]] = {}
        self.tallies: dict[str, list[Tally]] = {}
        self.own: dict[str, dict[str, Phrase]] = {}
        self.broken = broken

    async def settled(self, writer: str, house: str = "") -> Settled:
        self._answer()
        return Settled(frozenset(self.rules.get(writer, ())), dict(self.chosen.get(writer, {})), dict(self.chosen.get(house, {})) if house else {})

    async def stop(self, writer: str, rule: str) -> None:
        self._answer()
        self.rules.setdefault(writer, set()).add(rule)

    async def restore(self, writer: str, rule: str) -> bool:
        self._answer()
        was = rule in self.rules.get(writer, set())
        self.rules.get(writer, set()).discard(rule)
        return was

    async def choose(self, owner: str, name: str, value: str) -> None:
        self._answer()
        mine = self.chosen.setdefault(owner, {})
        mine.pop(name, None)
        if value:
            mine[name] = value

    async def forget(self, owner: str) -> None:
        self._answer()
        for kept in (self.rules, self.chosen, self.noted, self.seen, self.tallies, self.own):
            for key in [key for key in kept if key == owner or key.startswith(f"{owner}:")]:
                del kept[key]  # type: ignore[attr-defined]

    async def houses(self, of: str) -> tuple[str, ...]:
        self._answer()
        return tuple({name for kept in (self.chosen, self.own) for name in kept if name.startswith(f"{of}:")})

    async def notes(self, writer: str) -> tuple[Note, ...]:
        self._answer()
        return tuple(sorted(self.noted.get(writer, {}).values(), key=lambda note: note.used or datetime.min.replace(tzinfo=UTC), reverse=True))

    async def save_note(self, writer: str, note: Note, until: datetime) -> None:
        self._answer()
        assert until > (note.used or until - timedelta(1))
        self.noted.setdefault(writer, {})[note.id] = note

    async def drop_note(self, writer: str, note: str) -> bool:
        self._answer()
        return self.noted.get(writer, {}).pop(note, None) is not None

    async def sketch_key(self, writer: str) -> bytes:
        self._answer()
        return f"key of {writer}".encode()[:64]

    async def alike(self, writer: str, bands: Sequence[int]) -> tuple[Seen, ...]:
        self._answer()
        return tuple(seen for seen, other in reversed(self.seen.get(writer, [])) if other & set(bands))

    async def keep_sketch(self, writer: str, seen: Seen, bands: Sequence[int], replacing: Iterable[Seen] = ()) -> None:
        self._answer()
        gone = {each.id for each in replacing}
        kept = [each for each in self.seen.get(writer, []) if each[0].id not in gone]
        number = max((each[0].id for each in kept), default=0) + 1
        self.seen[writer] = [*kept, (seen._replace(id=number), frozenset(bands))]

    async def mark(self, writer: str, seen: Iterable[Seen], *, told: bool, batch: bool) -> None:
        self._answer()
        ids = {each.id for each in seen}
        self.seen[writer] = [(s._replace(told=told, batch=batch) if s.id in ids else s, b) for s, b in self.seen.get(writer, [])]

    async def sketched(self, writer: str) -> tuple[datetime, ...]:
        self._answer()
        return tuple(seen.at for seen, _ in self.seen.get(writer, []))

    async def record(self, writer: str, tallies: Iterable[Tally]) -> None:
        self._answer()
        self.tallies.setdefault(writer, []).extend(tallies)

    async def weeks(self, writer: str, since: date) -> tuple[Tally, ...]:
        self._answer()
        return tuple(tally for tally in self.tallies.get(writer, []) if tally.week >= since)

    async def phrases(self, house: str) -> tuple[Phrase, ...]:
        self._answer()
        return tuple(self.own.get(house, {}).values())

    async def save_phrase(self, house: str, phrase: Phrase) -> None:
        self._answer()
        self.own.setdefault(house, {})[phrase.id] = replace(phrase)
        await self.choose(house, PHRASES, f"with {phrase.id}")

    async def drop_phrase(self, house: str, phrase: str) -> bool:
        self._answer()
        await self.choose(house, PHRASES, f"without {phrase}")
        return self.own.get(house, {}).pop(phrase, None) is not None

    def _answer(self) -> None:
        if self.broken:
            raise NotSaved


class FakeClaims:
    """Claims in memory; two processes that share one share a store."""

    def __init__(self) -> None:
        self.claimed: set[str] = set()

    async def claim(self, delivery: str) -> bool:
        new = delivery not in self.claimed
        self.claimed.add(delivery)
        return new


class FakeTenancy(FakeStore, FakeClaims):
    """A store in memory for many workspaces."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        FakeClaims.__init__(self)
        self.clock = clock
        self.installations: dict[str, Installation] = {}
        self.states: dict[str, datetime] = {}
        self.leases: dict[str, tuple[str, datetime]] = {}

    async def installation(self, tenant: str) -> Installation | None:
        self._answer()
        return self.installations.get(tenant)

    async def tenants(self) -> tuple[str, ...]:
        self._answer()
        return tuple(self.installations)

    async def install(self, tenant: str, made: Installation) -> None:
        self._answer()
        self.installations[tenant] = made

    async def renew(self, tenant: str, was: Installation, made: Installation) -> bool:
        self._answer()
        same = self.installations.get(tenant) == was
        if same:
            self.installations[tenant] = made
        return same

    async def uninstall(self, tenant: str) -> None:
        self._answer()
        self.installations.pop(tenant, None)

    async def forget(self, owner: str) -> None:
        await super().forget(owner)
        self.installations.pop(owner, None)

    async def forget_people(self, tenant: str) -> None:
        await super().forget(tenant)

    async def begin_install(self, until: datetime) -> str:
        state = token_urlsafe(8)
        self.states[state] = until
        return state

    async def finish_install(self, state: str) -> datetime | None:
        self._answer()
        return self.states.pop(state, None)

    async def lease(self, name: str, holder: str, seconds: float) -> bool:
        self._answer()
        has, until = self.leases.get(name, (holder, self.clock.now()))
        free = has == holder or until <= self.clock.now()
        if free:
            self.leases[name] = (holder, self.clock.now() + timedelta(seconds=seconds))
        return free

    async def release(self, name: str, holder: str) -> None:
        self._answer()
        if self.leases.get(name, ("",))[0] == holder:
            del self.leases[name]


class FakeLeases:
    """Leases in memory, by a clock; a `broken` one answers nothing."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.held: dict[str, tuple[str, float]] = {}
        self.broken, self._now = False, now

    async def lease(self, name: str, holder: str, seconds: float) -> bool:
        if self.broken:
            raise NotSaved
        who, until = self.held.get(name, ("", 0.0))
        if who not in {"", holder} and until > self._now():
            return False
        self.held[name] = (holder, self._now() + seconds)
        return True

    async def release(self, name: str, holder: str) -> None:
        if self.held.get(name, ("", 0.0))[0] == holder:
            del self.held[name]
