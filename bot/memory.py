"""Memory: what the coach knows of a writer from before, joined to the draft at hand. Where the store does not answer, a review goes on without it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from bot import notes, phrases
from bot.errors import NotSaved
from bot.kept import HABITS, NOTES, PHRASES, SAMENESS, Seen, Settled, Tally
from bot.sameness import counted, parted
from rules.sketch import ALIKE, bands, likeness, recipient, sketch

if TYPE_CHECKING:
    from datetime import date, datetime

    from bot.kept import Note
    from bot.ports import Clock, Store
    from bot.request import Request
    from rules.model import Review, Rule, Sameness

WEEKS = 8
"""Weeks that habits are shown for."""
PEOPLE = 3
"""For how many people nearly the same text was looked at before it is mentioned."""
_CHOSEN = timedelta(minutes=15)
"""How long the answer to "which Davina?" holds."""
_RENEWED = timedelta(days=1)
"""Age from which using a note renews it."""


class Known(NamedTuple):
    """A draft with what is known from before: the note whose facts joined its context, or the notes between which the writer has to choose."""

    settled: Settled
    request: Request
    note: Note | None = None
    which: tuple[Note, ...] = ()
    unsaved: bool = False
    """Whether the store did not answer, so that nothing is known and nothing was kept."""


class Repeats(NamedTuple):
    """What a draft repeats of earlier ones: how much, whether that is to be mentioned, and whether it is one of a batch."""

    sameness: Sameness | None = None
    mention: bool = False
    batch: bool = False
    unsaved: bool = False
    """Whether the store did not take the sketch."""


class Memory:
    """What is kept, as the coach uses it; shared by everybody whom one process serves."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Use a store."""
        self.store, self._clock = store, clock
        self._chosen: dict[tuple[str, frozenset[str]], tuple[str, datetime]] = {}
        self._rules: dict[str, tuple[str, tuple[Rule, ...]]] = {}

    async def settled(self, writer: str, house: str) -> Settled:
        """Return what was settled; the defaults where the store does not answer."""
        try:
            return await self.store.settled(writer, house)
        except NotSaved:
            return Settled()

    async def known(self, writer: str, house: str, request: Request) -> Known:
        """Return a draft with its context joined to the note of whoever it is for; where several may be meant, the writer has to say which."""
        settled = Settled()
        try:
            settled = await self.store.settled(writer, house)
            found = notes.about(await self.store.notes(writer), request) if settled.allows(NOTES) else ()
        except NotSaved:
            return Known(settled, request, unsaved=True)
        if len(found) > 1:
            found = self._which(writer, request, found)
        if len(found) != 1:
            return Known(settled, request, None, found)
        await self._renewed(writer, settled, found[0])
        return Known(settled, notes.joined(request, found[0], self._clock.now().date()), found[0])

    def _which(self, writer: str, request: Request, found: tuple[Note, ...]) -> tuple[Note, ...]:
        """Return the note whose facts came with the draft already, or that the writer chose; all of them where neither is known."""
        told = tuple(note for note in found if notes.holds(request.given.context, note))
        if len(told) == 1:
            return told
        self._chosen = {key: entry for key, entry in self._chosen.items() if entry[1] > self._clock.now()}
        picked, _ = self._chosen.get((writer, _ids(found)), (None, None))
        return found if picked is None else tuple(note for note in found if note.id == picked)

    async def choose(self, writer: str, request: Request, picked: str) -> None:
        """Remember for a quarter of an hour which of several people a draft is for; none of them, where `picked` is no id of theirs. Raises NotSaved."""
        found = notes.about(await self.store.notes(writer), request)
        self._chosen[writer, _ids(found)] = (picked, self._clock.now() + _CHOSEN)

    async def _renewed(self, writer: str, settled: Settled, note: Note) -> None:
        """Keep a note for longer, since it was used."""
        now = self._clock.now()
        if note.used is None or now - note.used >= _RENEWED:
            try:
                await self.save(writer, settled, note)
            except NotSaved:
                return

    async def save(self, writer: str, settled: Settled, note: Note) -> Note:
        """Keep a note from now on for as long as the writer wants notes kept. Raises NotSaved, TooManyNotes."""
        now = self._clock.now()
        saved = replace(note, used=now)
        await self.store.save_note(writer, saved, now + timedelta(days=settled.days))
        return saved

    async def rules(self, settled: Settled, house: str) -> tuple[Rule, ...]:
        """Return the rules that a house's own phrases make; none where the store does not answer."""
        version = settled.house.get(PHRASES, "")
        if not version:
            return ()
        known, rules = self._rules.get(house, ("", ()))
        if known == version:
            return rules
        try:
            made = tuple(rule for phrase in await self.store.phrases(house) if (rule := phrases.rule_of(phrase)))
        except NotSaved:
            return rules
        self._rules[house] = (version, made)
        return made

    async def repeats(self, writer: str, settled: Settled, review: Review) -> Repeats:
        """Return what a draft has in common with earlier ones, and keep its sketch for the next."""
        if not settled.allows(SAMENESS) or review.quiet or review.verdict is None:
            return Repeats()
        try:
            return await self._repeats(writer, review)
        except NotSaved:
            return Repeats(unsaved=True)

    async def _repeats(self, writer: str, review: Review) -> Repeats:
        now, key, name = self._clock.now(), await self.store.sketch_key(writer), notes.reader_of_review(review)
        own = sketch(review.draft, key, without=(name,))
        if own is None:
            return Repeats()
        to, at = recipient(name, key), bands(own, key)
        earlier = await self.store.alike(writer, at)
        again, others = parted(own, to, earlier, now)
        found = counted(review.draft, own, to, others)
        batch = any(seen.batch for seen in (*again, *others))
        told = any(seen.told for seen in (*again, *others))
        mention = bool(found and found.recipients >= PEOPLE and not batch and not told)
        await self.store.keep_sketch(writer, Seen(0, own, to, now, told or mention, batch), at, again)
        if mention:
            await self.store.mark(writer, others, told=True, batch=False)
        return Repeats(found, mention, batch)

    async def batch(self, writer: str, review: Review, *, on: bool) -> None:
        """Look only at what changes from now on in drafts like this one, or at all of it again. Raises NotSaved."""
        key = await self.store.sketch_key(writer)
        own = sketch(review.draft, key, without=(notes.reader_of_review(review),))
        if own is not None:
            earlier = await self.store.alike(writer, bands(own, key))
            await self.store.mark(writer, [seen for seen in earlier if likeness(own, seen.sketch) >= ALIKE], told=True, batch=on)

    async def record(self, writer: str, settled: Settled, review: Review) -> None:
        """Count what was met in a draft, where the writer wants it counted."""
        if not settled.allows(HABITS) or review.verdict is None or review.quiet:
            return
        try:
            await self.store.record(writer, _tallies(review, monday(self._clock.now().date())))
        except NotSaved:
            return

    async def weeks(self, writer: str) -> tuple[Tally, ...]:
        """Return what was counted in the last eight weeks. Raises NotSaved."""
        return await self.store.weeks(writer, self.first_week())

    def first_week(self) -> date:
        """Return the Monday of the first week that habits are shown for."""
        return monday(self._clock.now().date()) - timedelta(weeks=WEEKS - 1)


def monday(day: date) -> date:
    """Return the Monday that the week of a day begins with."""
    return day - timedelta(days=day.weekday())


def _tallies(review: Review, week: date) -> list[Tally]:
    counts: dict[str, int] = {"": 1}
    for finding in review.findings:
        counts[finding.rule] = counts.get(finding.rule, 0) + 1
    verdict = review.verdict.value if review.verdict else ""
    return [Tally(week, review.kind.value, verdict, rule, count) for rule, count in counts.items()]


def changed(review: Review, same: Sameness) -> Review:
    """Return a review that speaks only of the sentences that differ from earlier drafts, and of hard errors anywhere."""
    spans = [review.draft.sentences[index].span for index in same.same]
    kept = tuple(f for f in review.findings if f.span and (f.family == "placeholder" or not any(f.span.overlaps(span) for span in spans)))
    return replace(review, findings=kept)


def _ids(found: tuple[Note, ...]) -> frozenset[str]:
    return frozenset(note.id for note in found)
