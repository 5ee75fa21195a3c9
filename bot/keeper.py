"""Keeper: everything that a person can ask about what is kept of them: notes, settings, habits, privacy, export, and how to be forgotten."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from rapidfuzz import process

from bot import notes, phrases
from bot.cards import Card, Chart, Choice, Choices, Document, Line
from bot.days import spoken
from bot.errors import NoNote, NotAllowed, NotSaved, UnknownRule
from bot.form import administering, noting, phrasing, topics_of
from bot.kept import ADMIN, DAYS, HABITS, NOTES, OFF, ON, PHRASES, RETENTION, SAMENESS, SKETCH_DAYS, Note, Phrase
from bot.memory import WEEKS
from rules import packs
from rules.model import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from bot.cards import Block
    from bot.form import Form
    from bot.kept import Settled, Tally
    from bot.memory import Memory
    from bot.place import Place
    from bot.ports import Clock
    from bot.voice import Voice

MOST_LISTED = 15
"""Notes, phrases or stopped rules that are listed at once."""
MOST_NAMED = 4
"""Habits that are named at once."""
FORMS = frozenset({"note-new", "note-edit", "phrase-new", "admin-new"})
"""Intents that open a form."""
_SWITCHES = (NOTES, SAMENESS, HABITS)
_PAGE = {"slack": 8_000}
"""Characters of an export that are shown at once, where a platform takes no file from us."""


class Keeper:
    """What is kept, for one place."""

    def __init__(self, memory: Memory, clock: Clock, place: Place, say: Voice) -> None:
        """Join the memory to a voice."""
        self._memory, self._clock, self._place, self._say = memory, clock, place, say
        self._store = memory.store

    async def does(self, writer: str, intent: str) -> Card | None:
        """Do what a button or command about what is kept says; none where it is about something else.

        Raises UnknownRule, NotAllowed, NotSaved.
        """
        do, _, rest = intent.partition(":")
        alone = {
            "settings": self.settings, "forget": self.forget, "erase": self.erase, "habits": self.habits, "phrases": self.phrases, "house": self.house,
        }  # fmt: skip
        about = {
            "stop": self.stop, "restore": self.restore, "set": self.choose, "all-set": self.choose_for_all, "note": self.note, "note-forget": self.ask_note,
            "note-erase": self.drop_note, "phrase-drop": self.drop_phrase, "admin-drop": self.drop_admin, "forget-name": self.forget_name,
        }  # fmt: skip
        if do in alone:
            return await alone[do](writer)
        if do in about:
            return await about[do](writer, rest)
        if do == "notes":
            return await self.notes(writer, _page(rest))
        if do == "export":
            return await self.export(writer, _page(rest))
        return self.privacy() if do == "privacy" else None

    async def form(self, writer: str, intent: str) -> Form:
        """Return the form that a button opens. Raises NotAllowed, NotSaved."""
        do, _, rest = intent.partition(":")
        if do in {"phrase-new", "admin-new"}:
            await self._allowed(writer)
            return phrasing(self._say) if do == "phrase-new" else administering(self._say)
        found = await self._find(writer, rest) if rest else None
        return noting(self._say, found and replace(found, when=spoken(found.when, self._today())))

    async def filled(self, writer: str, intent: str, values: Mapping[str, str]) -> Card:
        """Keep what was filled in. Raises NoNote, BadPhrase, TooManyNotes, NotAllowed, NotSaved."""
        do, _, rest = intent.partition(":")
        if do == "phrase-new":
            return await self.save_phrase(writer, values)
        if do == "admin-new":
            return await self.name_admin(writer, values.get("person", ""))
        before = await self._find(writer, rest) if rest else None
        return await self._kept(writer, self._note_of(values, before))

    async def overview(self, writer: str) -> tuple[Card, ...]:
        """Return what is kept, a card each: notes, habits where they are counted, settings, privacy; what cannot be read is left out."""
        cards: list[Card] = []
        try:
            settled = await self._store.settled(writer, self._place.house)
            cards.append(await self.notes(writer))
            if settled.allows(HABITS):
                cards.append(await self.habits(writer))
        except NotSaved:
            cards.clear()
        return (*cards, await self.settings(writer), self.privacy())

    # What the writer settled

    async def stop(self, writer: str, entry: str) -> Card:
        """Stop mentioning one rule, exactly; `rule@kind` for one kind of message only. Raises UnknownRule, NotSaved."""
        known(entry)
        await self._store.stop(writer, entry)
        return Card(self._say("dialogue.stopped", rule=self._spoken(entry), how=self._place.says(self._say, "back", rule=entry)))

    async def restore(self, writer: str, entry: str) -> Card:
        """Mention a stopped rule again. Raises UnknownRule, NotSaved."""
        known(entry)
        was = await self._store.restore(writer, entry)
        return Card(self._say("dialogue.restored" if was else "dialogue.not_stopped", rule=self._spoken(entry)))

    async def settings(self, writer: str) -> Card:
        """Show what is settled, each thing with its switch."""
        say = self._say
        try:
            settled = await self._store.settled(writer, self._place.house)
        except NotSaved:
            return Card(say("settings.title"), (Line(say("settings.unread")),))
        stopped = sorted(settled.stopped)
        blocks: list[Block] = [Line(self._state(settled, name)) for name in _SWITCHES]
        blocks.append(Line(say("settings.days", days=settled.days, sketches=SKETCH_DAYS)))
        if self._place.where == "terminal":
            blocks += [Line(text) for text in self._stopped_lines(stopped)]
            return Card(say("settings.title"), (*blocks, Line(self._place.says(say, "switch"))))
        blocks.append(Choices((*self._switches(settled), *self._retentions(settled))))
        blocks.append(Line(say("settings.stopped" if stopped else "settings.none")))
        shown = stopped[:MOST_LISTED]
        if len(stopped) > len(shown):
            blocks.append(Line(say("settings.rest", count=len(stopped) - len(shown))))
        back = (Choice(say("settings.restore", rule=self._spoken(entry)), f"restore:{entry}") for entry in shown)
        house = (Choice(say("house.button"), "house"),) if self._place.administers(writer, settled) else ()
        more = (Choice(say("notes_kept.button"), "notes"), *house, Choice(say("settings.forget"), "forget"))
        return Card(say("settings.title"), (*blocks, *([Choices(tuple(back))] if shown else []), Choices(more), Line(self._place.says(say, "kept"))))

    def _stopped_lines(self, stopped: Sequence[str]) -> list[str]:
        if not stopped:
            return [self._say("settings.none")]
        return [self._say("settings.stopped"), *(self._place.says(self._say, "back", rule=entry) for entry in stopped)]

    def _state(self, settled: Settled, name: str) -> str:
        key = "house" if settled.house.get(name) == OFF else ON if settled.allows(name) else OFF
        return self._say(f"settings.{name}_{key}") if key != "house" else self._say("settings.off_for_all", what=self._say(f"settings.{name}"))

    def _switches(self, settled: Settled) -> list[Choice]:
        """Return a switch for each memory that is not switched off for everybody."""
        own = [name for name in _SWITCHES if settled.house.get(name) != OFF]
        turned = {name: OFF if settled.allows(name) else ON for name in own}
        return [Choice(self._say(f"settings.turn_{to}", what=self._say(f"settings.{name}")), f"set:{name}={to}") for name, to in turned.items()]

    def _retentions(self, settled: Settled) -> list[Choice]:
        return [Choice(self._say("settings.keep_for", days=days), f"set:{RETENTION}={days}") for days in DAYS if days != settled.days]

    async def choose(self, writer: str, chosen: str) -> Card:
        """Settle one thing, `name=value`. Raises NotAllowed for what cannot be settled, NotSaved."""
        name, _, value = chosen.partition("=")
        allowed = {*(str(days) for days in DAYS)} if name == RETENTION else {ON, OFF} if name in _SWITCHES else set()
        if value not in allowed:
            raise NotAllowed
        await self._store.choose(writer, name, value)
        return await self.settings(writer)

    # What an administrator settles for everybody

    async def house(self, writer: str) -> Card:
        """Show what is settled for everybody here. Raises NotAllowed, NotSaved."""
        settled, say = await self._allowed(writer), self._say
        turned = {name: ON if settled.house.get(name) == OFF else OFF for name in _SWITCHES}
        switches = [Choice(say(f"house.turn_{to}", what=say(f"settings.{name}")), f"all-set:{name}={to}") for name, to in turned.items()]
        named = [name.removeprefix(ADMIN) for name in sorted(settled.house) if name.startswith(ADMIN)]
        lines = [Line(say("house.what"))]
        lines += [Line(say("settings.off_for_all", what=say(f"settings.{name}"))) for name, to in turned.items() if to == ON]
        drop = [Choice(say("house.drop", who=who), f"admin-drop:{who}") for who in named[:MOST_LISTED]]
        admins = [Choice(say("house.name"), "admin-new")] if self._place.where == "slack" else []
        return Card(say("house.title"), (*lines, Choices((*switches, Choice(say("phrases.button"), "phrases"), *admins, *drop))))

    async def choose_for_all(self, writer: str, chosen: str) -> Card:
        """Switch a memory on or off for everybody here. Raises NotAllowed, NotSaved."""
        await self._allowed(writer)
        name, _, value = chosen.partition("=")
        if name not in _SWITCHES or value not in {ON, OFF}:
            raise NotAllowed
        await self._store.choose(self._place.house, name, OFF if value == OFF else "")
        return await self.house(writer)

    async def name_admin(self, writer: str, person: str) -> Card:
        """Make somebody an administrator. Raises NotAllowed, NotSaved."""
        await self._allowed(writer)
        if not person.strip():
            raise NotAllowed
        await self._store.choose(self._place.house, f"{ADMIN}{person.strip()}", ON)
        return await self.house(writer)

    async def drop_admin(self, writer: str, person: str) -> Card:
        """Take an administrator's right away. Raises NotAllowed, NotSaved."""
        await self._allowed(writer)
        await self._store.choose(self._place.house, f"{ADMIN}{person}", "")
        return await (self.settings if writer.endswith(f":{person}") else self.house)(writer)

    async def _allowed(self, writer: str) -> Settled:
        settled = await self._store.settled(writer, self._place.house)
        if not self._place.administers(writer, settled):
            raise NotAllowed
        return settled

    # Phrases of the house

    async def phrases(self, writer: str) -> Card:
        """List the house's own phrases. Raises NotAllowed, NotSaved."""
        await self._allowed(writer)
        say, kept = self._say, await self._store.phrases(self._place.house)
        lines = [Line(f"“{phrase.words}”: {phrase.say}") for phrase in kept] or [Line(say("phrases.none"))]
        drop = [Choice(say("phrases.drop", words=phrase.words), f"phrase-drop:{phrase.id}") for phrase in kept[:MOST_LISTED]]
        return Card(say("phrases.title"), (*lines, Choices((Choice(say("phrases.add"), "phrase-new"), *drop)), Line(say("phrases.nobody_reads"))))

    async def save_phrase(self, writer: str, values: Mapping[str, str]) -> Card:
        """Take a phrase that keeps to its own examples. Raises BadPhrase, NotAllowed, NotSaved."""
        await self._allowed(writer)
        id_ = notes.new_id()
        told = {key: values.get(key, "").strip() for key in ("words", "say", "ask", "flags", "passes")}
        await self._store.save_phrase(self._place.house, phrases.checked(Phrase(id_, **told)))
        await self._store.choose(self._place.house, PHRASES, id_)
        return await self.phrases(writer)

    async def drop_phrase(self, writer: str, phrase: str) -> Card:
        """Take a phrase away. Raises NotAllowed, NotSaved."""
        await self._allowed(writer)
        await self._store.drop_phrase(self._place.house, phrase)
        await self._store.choose(self._place.house, PHRASES, notes.new_id())
        return await self.phrases(writer)

    # Notes

    async def notes(self, writer: str, page: int = 1) -> Card:
        """List the writer's notes, the one used last first. Raises NotSaved."""
        say = self._say
        kept = await self._store.notes(writer)
        if not kept:
            return Card(say("notes_kept.none"), (Line(self._place.says(say, "note")), *self._new_note()))
        first = (page - 1) * MOST_LISTED
        shown = kept[first : first + MOST_LISTED]
        lines = tuple(Line(self._line(note)) for note in shown)
        if self._place.where == "terminal":
            return Card(say("notes_kept.title", count=len(kept)), (*lines, Line(self._place.says(say, "note"))))
        on = [Choice(say("notes_kept.next"), f"notes:{page + 1}")] if len(kept) > first + len(shown) else []
        names = [Choice(note.name, f"note:{note.id}") for note in shown]
        return Card(say("notes_kept.title", count=len(kept)), (*lines, Choices((*names, *on)), *self._new_note()))

    def _new_note(self) -> tuple[Choices, ...]:
        return () if self._place.where == "terminal" else (Choices((Choice(self._say("notes_kept.add"), "note-new"),)),)

    def _line(self, note: Note) -> str:
        told = notes.told(note, self._today())
        name = f"{note.id}  {note.name}" if self._place.where == "terminal" else note.name
        return f"{name}: {told}" if told else name

    async def note(self, writer: str, id_: str) -> Card:
        """Show one note, with what can be done to it. Raises NotSaved."""
        found = await self._find(writer, id_)
        return self._shown(found) if found else Card(self._say("notes_kept.gone"))

    def _shown(self, note: Note, title: str = "") -> Card:
        choices = (Choice(self._say("notes_kept.edit"), f"note-edit:{note.id}"), Choice(self._say("notes_kept.forget"), f"note-forget:{note.id}"))
        return Card(title or note.name, (Line(self._line(note)), *([] if self._place.where == "terminal" else [Choices(choices)])))

    async def note_from(self, writer: str, text: str) -> Card:
        """Keep a note told in one line ("met Davina at SummitUp this morning, her shop's loyalty cards"). Raises NoNote, TooManyNotes, NotSaved."""
        note = notes.noted(text, self._clock.now())
        if note is None:
            raise NoNote
        return await self.keep(writer, note)

    async def keep(self, writer: str, note: Note) -> Card:
        """Keep a note, joined to the one that there is of the same name. Raises NoNote, TooManyNotes, NotSaved."""
        same = [other for other in await self._store.notes(writer) if other.name.casefold() == note.name.casefold()]
        alike = [other for other in same if not (other.met and note.met) or other.met.casefold() == note.met.casefold()]
        return await self._kept(writer, notes.added(alike[0], note) if len(alike) == 1 else note)

    async def _kept(self, writer: str, note: Note) -> Card:
        if not note.name or not (note.met or note.when or note.topics or note.why):
            raise NoNote
        settled = await self._memory.settled(writer, self._place.house)
        if not settled.allows(NOTES):
            return Card(self._say("notes_kept.off"), (Line(self._state(settled, NOTES)),))
        saved = await self._memory.save(writer, settled, note)
        return self._shown(saved, self._say("notes_kept.saved", name=saved.name, days=settled.days))

    async def ask_note(self, writer: str, id_: str) -> Card:
        """Ask before a note is erased. Raises NotSaved."""
        found = await self._find(writer, id_)
        if not found:
            return Card(self._say("notes_kept.gone"))
        erase = Choice(self._say("notes_kept.erase", name=found.name), f"note-erase:{id_}")
        return Card(self._say("notes_kept.sure", name=found.name), (Line(self._line(found)), Choices((erase,))))

    async def forget_name(self, writer: str, name: str) -> Card:
        """Ask before the note about somebody is erased; where there are several, each has its own button. Raises NotSaved."""
        found = await self.named(writer, name)
        if len(found) == 1:
            return await self.ask_note(writer, found[0].id)
        if not found:
            return Card(self._say("notes_kept.nobody", name=name))
        erase = tuple(Choice(self._say("notes_kept.erase", name=self._line(note)), f"note-erase:{note.id}") for note in found[:MOST_LISTED])
        return Card(self._say("notes_kept.which_forget", name=name), (Choices(erase),))

    async def named(self, writer: str, name: str) -> list[Note]:
        """Return the notes about somebody. Raises NotSaved."""
        return [note for note in await self._store.notes(writer) if notes.may_be(note.name, name)]

    async def drop_note(self, writer: str, id_: str) -> Card:
        """Erase one note. Raises NotSaved."""
        was = await self._store.drop_note(writer, id_)
        return Card(self._say("notes_kept.erased" if was else "notes_kept.gone"))

    async def _find(self, writer: str, id_: str) -> Note | None:
        return next((note for note in await self._store.notes(writer) if note.id == id_), None)

    def _note_of(self, values: Mapping[str, str], before: Note | None) -> Note:
        """Return the note that a form holds; what is said of the day relative to now becomes a date."""
        told = {key: value.strip() for key, value in values.items()}
        note = Note(before.id if before else notes.new_id(), told.get("to", ""), told.get("met", ""), told.get("when", ""), why=told.get("why", ""))
        return notes.dated(replace(note, topics=topics_of(told.get("topics", ""))), self._clock.now())

    # Habits

    async def habits(self, writer: str) -> Card:
        """Show eight weeks of the writer's own drafts: what faded, what remains. Raises NotSaved."""
        say = self._say
        settled = await self._store.settled(writer, self._place.house)
        if not settled.allows(HABITS):
            turn = (
                ()
                if self._place.where == "terminal" or settled.house.get(HABITS) == OFF
                else (Choices((Choice(say("habits.turn_on"), f"set:{HABITS}={ON}"),)),)
            )
            return Card(say("habits.off"), (Line(self._state(settled, HABITS)), *turn))
        counted = await self._memory.weeks(writer)
        if not counted:
            return Card(say("habits.none"))
        return self._charted(counted)

    def _charted(self, counted: Sequence[Tally]) -> Card:
        say, first = self._say, self._memory.first_week()
        weeks = [first + timedelta(weeks=number) for number in range(WEEKS)]
        drafts = tuple(sum(t.count for t in counted if t.week == week and not t.rule) for week in weeks)
        found = tuple(sum(t.count for t in counted if t.week == week and t.rule) for week in weeks)
        labels = tuple(f"{week.day} {spoken(week.isoformat(), week).split()[2][:3]}" for week in weeks)
        alt = say(
            "habits.alt", weeks="; ".join(say("habits.week", week=a, drafts=b, found=c) for a, b, c in zip(labels, drafts, found, strict=True) if b)
        )
        chart = Chart(say("habits.chart"), labels, ((say("habits.drafts"), drafts), (say("habits.found"), found)), alt)
        lines = [Line(text) for text in self._changes(counted, weeks[WEEKS // 2], drafts)]
        off = () if self._place.where == "terminal" else (Choices((Choice(say("habits.turn_off"), f"set:{HABITS}={OFF}"),)),)
        return Card(say("habits.title"), (chart, *lines, Line(say("habits.yours")), *off))

    def _changes(self, counted: Sequence[Tally], middle: date, drafts: Sequence[int]) -> list[str]:
        """Return what faded between the first and the second four weeks, and what remains."""
        before = {t.rule for t in counted if t.week < middle and t.rule}
        after: dict[str, int] = {}
        for tally in counted:
            if tally.week >= middle and tally.rule:
                after[tally.rule] = after.get(tally.rule, 0) + tally.count
        faded = sorted(before - set(after)) if sum(drafts[WEEKS // 2 :]) else []
        remain = sorted(after, key=lambda rule: (-after[rule], rule))
        lines = [(key, [self._spoken(rule) for rule in rules[:MOST_NAMED]]) for key, rules in (("faded", faded), ("remain", remain)) if rules]
        return [self._say(f"habits.{key}", what=" · ".join(names)) for key, names in lines]

    # Privacy

    def privacy(self) -> Card:
        """Say in one screen what is kept, where, and for how long."""
        say, place = self._say, self._place
        said = (
            say("privacy.draft"),
            place.says(say, "buttons"),
            *(say(f"privacy.{key}", days=DAYS[1], sketches=SKETCH_DAYS) for key in ("notes", "sameness", "habits", "settings", "network")),
            place.says(say, "kept"),
            place.says(say, "host"),
        )
        choices = () if place.where == "terminal" else (Choices((Choice(say("export.button"), "export"), Choice(say("settings.forget"), "forget"))),)
        return Card(say("privacy.title"), (*(Line(text) for text in said), *choices))

    async def export(self, writer: str, page: int = 1) -> Card:
        """Hand over everything that is kept of the writer, as JSON; page by page where a platform takes no file. Raises NotSaved."""
        text = json.dumps(await self._everything(writer), ensure_ascii=False, indent=1, default=str)
        size = _PAGE.get(self._place.where, len(text))
        pages = max(1, -(-len(text) // size))
        page = min(max(page, 1), pages)
        part = Document("offscript.json", text[(page - 1) * size : page * size])
        title = self._say("export.title") if pages == 1 else self._say("export.page", page=page, pages=pages)
        on = (Choices((Choice(self._say("export.next"), f"export:{page + 1}"),)),) if page < pages else ()
        return Card(title, (part, *on))

    async def _everything(self, writer: str) -> dict[str, object]:
        settled = await self._store.settled(writer, self._place.house)
        return {
            "settings": dict(settled.own),
            "stopped": sorted(settled.stopped),
            "notes": [asdict(note) for note in await self._store.notes(writer)],
            "sketches": await self._store.sketched(writer),
            "habits": [asdict(tally) for tally in await self._memory.weeks(writer)],
        }

    async def forget(self, writer: str) -> Card:
        """Ask before everything is erased. Raises NotSaved."""
        say = self._say
        settled = await self._store.settled(writer, self._place.house)
        count = {
            "notes": len(await self._store.notes(writer)),
            "settings": len(settled.stopped) + len(settled.own),
            "sketches": len(await self._store.sketched(writer)),
            "habits": len(await self._memory.weeks(writer)),
        }
        button = {0: "button_none", 1: "button_one"}.get(count["notes"], "button")
        erase = Choice(say(f"forget.{button}", **count), "erase")
        return Card(say("forget.title"), (Line(say("forget.what", **count)), Choices((erase,))))

    async def erase(self, writer: str) -> Card:
        """Erase everything that is kept of the writer. Raises NotSaved."""
        await self._store.forget(writer)
        return Card(self._say("forget.done"))

    def _today(self) -> date:
        return self._clock.now().date()

    def _spoken(self, entry: str) -> str:
        """Return a stopped rule as words, with the kind where only one is meant."""
        rule, _, kind = entry.partition("@")
        words = self._say("phrases.one") if rule.startswith("own-") else spoken_rule(rule)
        return f"{words} ({self._say(f'kinds.{kind}')})" if kind in set(Kind) else words


def known(entry: str) -> None:
    """Raise UnknownRule, with the nearest ids, unless a rule of that id exists (and the kind, in `rule@kind`)."""
    rule, _, kind = entry.partition("@")
    ids = [each.id for each in packs.load(packs.languages()).rules]
    if rule.startswith("own-") and not kind:
        return
    if rule not in ids or (kind and kind not in set(Kind)):
        raise UnknownRule(entry, tuple(match[0] for match in process.extract(rule, ids, limit=2, score_cutoff=60)))


def spoken_rule(rule: str) -> str:
    """Return the id of a rule as words."""
    return rule.replace("-", " ")


def _page(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 1
