"""Keeper: everything that a person can ask about what is kept of them: notes, settings, habits, privacy, export, and how to be forgotten."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

from rapidfuzz import process

from bot import voice
from bot.cards import Card, Chart, Choice, Choices, Document, Line
from bot.errors import NotSaved, UnknownField, UnknownRule
from bot.house import House
from bot.kept import DAYS, HABITS, LANGUAGE, OFF, ON, RETENTION, SKETCH_DAYS, SWITCHES
from bot.memory import WEEKS
from bot.notebook import Notebook
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

MOST_LISTED = 10
"""Stopped rules that are listed at once."""
MOST_NAMED = 4
"""Habits that are named at once."""
FORMS = frozenset({"note-new", "note-edit", "phrase-new", "admin-new"})
"""Intents that open a form."""
_PAGE = {"slack": 8_000}
"""Characters of an export that are shown at once, where a platform takes no file from us."""


class Keeper:
    """What is kept, for one place."""

    def __init__(self, memory: Memory, clock: Clock, place: Place, say: Voice) -> None:
        """Join the memory to a voice."""
        self._memory, self._clock, self._place, self._say = memory, clock, place, say
        self._store = memory.store
        self.notebook, self.house = Notebook(memory, clock, place, say), House(memory.store, place, say)

    async def does(self, writer: str, intent: str) -> Card | None:
        """Do what a button or command about what is kept says; none where it is about something else.

        Raises UnknownRule, NoNote, NotAllowed, NotSaved.
        """
        do, _, rest = intent.partition(":")
        alone = {"settings": self.settings, "forget": self.forget, "erase": self.erase, "habits": self.habits}
        about = {"stop": self.stop, "restore": self.restore, "set": self.choose}
        if do in alone:
            return await alone[do](writer)
        if do in about:
            return await about[do](writer, rest)
        if do == "export":
            return await self.export(writer, int(rest) if rest.isascii() and rest.isdigit() else 1)
        if do == "privacy":
            return self.privacy()
        return await self.notebook.does(writer, intent) or await self.house.does(writer, intent)

    async def form(self, writer: str, intent: str) -> Form:
        """Return the form that a button opens. Raises NotAllowed, NotSaved."""
        return await self._about(intent).form(writer, intent)

    async def filled(self, writer: str, intent: str, values: Mapping[str, str]) -> Card:
        """Keep what was filled in. Raises NoNote, BadPhrase, TooManyNotes, NotAllowed, NotSaved."""
        return await self._about(intent).filled(writer, intent, values)

    def _about(self, intent: str) -> House | Notebook:
        return self.notebook if intent.startswith("note-") else self.house

    async def overview(self, writer: str) -> tuple[Card, ...]:
        """Return what is kept, a card each: notes, habits where they are counted, settings, privacy; what cannot be read is left out."""
        cards: list[Card] = []
        try:
            settled = await self._store.settled(writer, self._place.house)
            cards.append(await self.notebook.notes(writer))
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
        blocks: list[Block] = [Line(self._state(settled, name)) for name in SWITCHES]
        blocks.append(Line(say("settings.days", days=settled.days, sketches=SKETCH_DAYS)))
        if self._place.where == "terminal":
            blocks += [Line(text) for text in self._stopped_lines(stopped)]
            return Card(say("settings.title"), (*blocks, Line(self._place.says(say, "switch"))))
        blocks.append(Choices((*self._switches(settled), *self._retentions(settled))))
        if self._languages():
            blocks += [Line(say("settings.language")), Choices(self._languages())]
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
        own = [name for name in SWITCHES if settled.house.get(name) != OFF]
        turned = {name: OFF if settled.allows(name) else ON for name in own}
        return [Choice(self._say(f"settings.turn_{to}", what=self._say(f"settings.{name}")), f"set:{name}={to}") for name, to in turned.items()]

    def _languages(self) -> tuple[Choice, ...]:
        """Return a choice for each other language that the coach speaks, in that language."""
        voices = {lang: voice.load(lang) for lang in voice.languages()}
        return tuple(Choice(v("settings.speak", what=v("voice.name")), f"set:{LANGUAGE}={lang}") for lang, v in voices.items() if v is not self._say)

    def _retentions(self, settled: Settled) -> list[Choice]:
        return [Choice(self._say("settings.keep_for", days=days), f"set:{RETENTION}={days}") for days in DAYS if days != settled.days]

    async def choose(self, writer: str, chosen: str) -> Card:
        """Settle one thing, `name=value`. Raises UnknownField, NotSaved."""
        name, _, value = chosen.partition("=")
        allowed = {RETENTION: tuple(map(str, DAYS)), LANGUAGE: voice.languages(), **dict.fromkeys(SWITCHES, (ON, OFF))}.get(name, ())
        if not allowed:
            raise UnknownField("The setting", name, (*SWITCHES, RETENTION, LANGUAGE))
        if value not in allowed:
            raise UnknownField(f"The value of {name},", value, allowed)
        await self._store.choose(writer, name, value)
        if name == LANGUAGE:
            return await Keeper(self._memory, self._clock, self._place, voice.load(value)).settings(writer)
        return await self.settings(writer)

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
        labels = tuple(say("days.short", day=week.day, month=say(f"days.month_{week.month}")[:3]) for week in weeks)
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
        """Ask before everything is erased; where what is kept cannot be reached, say that nothing is erased."""
        try:
            return await self._asked_to_forget(writer)
        except NotSaved:
            return Card(self._say("forget.not_now"))

    async def _asked_to_forget(self, writer: str) -> Card:
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
        """Erase everything that is kept of the writer; where it cannot be reached, say that nothing is erased, with the button once more."""
        try:
            await self._store.forget(writer)
        except NotSaved:
            return Card(self._say("forget.not_now"), (Choices((Choice(self._say("settings.forget"), "erase"),)),))
        return Card(self._say("forget.done"))

    def _spoken(self, entry: str) -> str:
        """Return a stopped rule as words, with the kind where only one is meant."""
        rule, _, kind = entry.partition("@")
        words = self._say("phrases.one") if rule.startswith("own-") else spoken_rule(rule)
        return f"{words} ({self._say(f'kinds.{kind}')})" if kind in set(Kind) else words


def known(entry: str) -> None:
    """Raise UnknownRule, with the nearest ids, unless a rule of that id exists (and the kind, in `rule@kind`)."""
    rule, _, kind = entry.partition("@")
    ids = list(dict.fromkeys(each.habit for each in packs.every().values()))
    if rule.startswith("own-") and not kind:
        return
    if rule not in ids or (kind and kind not in set(Kind)):
        raise UnknownRule(entry, tuple(match[0] for match in process.extract(rule, ids, limit=2, score_cutoff=60)))


def spoken_rule(rule: str) -> str:
    """Return the id of a rule as words."""
    return rule.replace("-", " ")
