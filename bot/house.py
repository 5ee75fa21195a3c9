"""What an administrator of a workspace or server settles for everybody in it: switches, phrases of its own, further administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot import notes, phrases
from bot.cards import Card, Choice, Choices, Line
from bot.errors import NotAllowed
from bot.form import administering, phrasing
from bot.kept import ADMIN, OFF, ON, SWITCHES, Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.form import Form
    from bot.kept import Settled
    from bot.place import Place
    from bot.ports import Store
    from bot.voice import Voice

MOST_LISTED = 15
"""Phrases or administrators that are listed at once."""


class House:
    """A workspace or server, for those who administer it. Nobody thereby sees anybody's drafts, notes or figures."""

    def __init__(self, store: Store, place: Place, say: Voice) -> None:
        """Use a store."""
        self._store, self._place, self._say = store, place, say

    async def does(self, writer: str, intent: str) -> Card | None:
        """Do what a button about the house says; none where it is about something else. Raises NotAllowed, NotSaved."""
        do, _, rest = intent.partition(":")
        if do in {"house", "phrases"}:
            return await (self.house if do == "house" else self.phrases)(writer)
        about = {"all-set": self.choose_for_all, "phrase-drop": self.drop_phrase, "admin-drop": self.drop_admin}
        return await about[do](writer, rest) if do in about else None

    async def form(self, writer: str, intent: str) -> Form:
        """Return the form that a button opens. Raises NotAllowed, NotSaved."""
        await self._allowed(writer)
        return phrasing(self._say) if intent == "phrase-new" else administering(self._say)

    async def filled(self, writer: str, intent: str, values: Mapping[str, str]) -> Card:
        """Keep what was filled in. Raises BadPhrase, NotAllowed, NotSaved."""
        if intent == "phrase-new":
            return await self.save_phrase(writer, values)
        return await self.name_admin(writer, values.get("person", ""))

    async def house(self, writer: str) -> Card:
        """Show what is settled for everybody here. Raises NotAllowed, NotSaved."""
        settled, say = await self._allowed(writer), self._say
        turned = {name: ON if settled.house.get(name) == OFF else OFF for name in SWITCHES}
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
        if name not in SWITCHES or value not in {ON, OFF}:
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
        return Card(self._say("house.dropped")) if writer.endswith(f":{person}") else await self.house(writer)

    async def _allowed(self, writer: str) -> Settled:
        settled = await self._store.settled(writer, self._place.house)
        if not self._place.administers(writer, settled):
            raise NotAllowed
        return settled

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
        told = {key: values.get(key, "").strip() for key in ("words", "say", "ask", "flags", "passes")}
        await self._store.save_phrase(self._place.house, phrases.checked(Phrase(notes.new_id(), **told)))
        return await self.phrases(writer)

    async def drop_phrase(self, writer: str, phrase: str) -> Card:
        """Take a phrase away. Raises NotAllowed, NotSaved."""
        await self._allowed(writer)
        await self._store.drop_phrase(self._place.house, phrase)
        return await self.phrases(writer)
