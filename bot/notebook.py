"""The notebook: what a writer wants to remember of others, listed, changed and forgotten."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot import notes
from bot.cards import Card, Choice, Choices, Line
from bot.errors import NoNote
from bot.form import noting, topics_of
from bot.kept import NOTES, OFF, Note

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from bot.form import Form
    from bot.memory import Memory
    from bot.place import Place
    from bot.ports import Clock
    from bot.voice import Voice

MOST_LISTED = 15
"""Notes that are listed at once."""


class Notebook:
    """The notes of each writer."""

    def __init__(self, memory: Memory, clock: Clock, place: Place, say: Voice) -> None:
        """Join the memory to a voice."""
        self._memory, self._store, self._clock, self._place, self._say = memory, memory.store, clock, place, say

    async def does(self, writer: str, intent: str) -> Card | None:
        """Do what a button or command about notes says; none where it is about something else. Raises NoNote, TooManyNotes, NotSaved."""
        do, _, rest = intent.partition(":")
        about = {
            "note": self.note, "note-text": self.note_from, "note-forget": self.ask_note, "note-erase": self.drop_note, "forget-name": self.forget_name,
        }  # fmt: skip
        if do == "notes":
            return await self.notes(writer, int(rest) if rest.isascii() and rest.isdigit() else 1)
        return await about[do](writer, rest) if do in about else None

    async def form(self, writer: str, intent: str) -> Form:
        """Return the form for a new note, or one filled from the note that is to be changed. Raises NotSaved."""
        found = await self._find(writer, intent.partition(":")[2])
        return noting(self._say, found)

    async def filled(self, writer: str, intent: str, values: Mapping[str, str]) -> Card:
        """Keep the note that was filled in. Raises NoNote, TooManyNotes, NotSaved."""
        return await self._kept(writer, self._note_of(values, await self._find(writer, intent.partition(":")[2])))

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
        told = notes.told(note, self._today(), self._say)
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

    async def rewrite(self, writer: str, which: str, text: str) -> Card:
        """Write a note anew from one line of text; `which` is its id or the name of whoever it is about. Raises NoNote, NotSaved."""
        note = notes.noted(text, self._clock.now())
        if note is None:
            raise NoNote
        found = await self.named(writer, which)
        if len(found) != 1:
            key = "which_edit" if found else "nobody"
            return Card(self._say(f"notes_kept.{key}", name=which), tuple(Line(self._line(other)) for other in found))
        return await self._kept(writer, replace(note, id=found[0].id))

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
            return Card(
                self._say("notes_kept.off"),
                (
                    Line(
                        self._say(
                            "settings.off_for_all" if settled.house.get(NOTES) == OFF else "settings.notes_off", what=self._say("settings.notes")
                        )
                    ),
                ),
            )
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
        """Ask before the note about somebody (or of that id) is erased; where there are several, each has its own button. Raises NotSaved."""
        found = await self.named(writer, name)
        if len(found) == 1:
            return await self.ask_note(writer, found[0].id)
        if not found:
            return Card(self._say("notes_kept.nobody", name=name))
        erase = tuple(Choice(self._say("notes_kept.erase", name=self._line(note)), f"note-erase:{note.id}") for note in found[:MOST_LISTED])
        return Card(self._say("notes_kept.which_forget", name=name), (Choices(erase),))

    async def named(self, writer: str, name: str) -> list[Note]:
        """Return the note of that id, or the notes about somebody. Raises NotSaved."""
        kept = await self._store.notes(writer)
        return [note for note in kept if note.id == name] or [note for note in kept if notes.may_be(note.name, name)]

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

    def _today(self) -> date:
        return self._clock.now().date()
