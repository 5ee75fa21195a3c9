"""Coach: one method for each thing a person can ask. Every answer is a Card; no platform, no storage detail, no clock of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rapidfuzz import process

from bot import voice
from bot.cards import Card, Line, Passage, Struck
from bot.conversation import asks_for_help, asks_to_write, place, second_look
from bot.errors import LetGo, UnknownRule
from bot.present import more, present
from bot.request import Request, checked
from rules import packs
from rules.engine import review
from rules.trim import cuts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.cards import Block
    from bot.ports import Clock, Recall, Settings
    from bot.voice import Voice
    from rules.model import Finding, Review


class Coach:
    """Everything that a person can ask of Offscript."""

    def __init__(
        self, settings: Settings, recall: Recall, clock: Clock, say: Voice | None = None, back: str = "offscript rules restore {rule}"
    ) -> None:
        """Join the ports; `back` tells, in the platform's own words, how a stopped rule is taken back."""
        self._settings, self._recall, self._clock = settings, recall, clock
        self._say = say or voice.load()
        self._back = back

    async def look(self, writer: str, request: Request) -> Card:
        """Answer a draft, and hold it for the dialogue. Raises NothingToRead, TooLong."""
        if asks_for_help(request.draft):
            return self.help()
        checked(request.draft)
        self._recall.keep(writer, request)
        return present(await self._review(writer, request), channel=request.given.channel, say=self._say)

    async def look_again(self, writer: str) -> Card:
        """Show the reply to the draft at hand once more. Raises LetGo."""
        request = self._held(writer)
        return present(await self._review(writer, request), channel=request.given.channel, say=self._say)

    async def again(self, writer: str, draft: str) -> Card:
        """Look a second time: what is settled, what is still there, what is new. Raises LetGo."""
        first = self._held(writer)
        before = await self._review(writer, first)
        return await self._second(writer, before, replace(first, draft=checked(draft)))

    async def answer(self, writer: str, words: str) -> Card:
        """Put the writer's answer into the gap, word for word, and look again. Raises LetGo."""
        if asks_to_write(words):
            return Card(self._say("dialogue.ghost"))
        first = self._held(writer)
        before = await self._review(writer, first)
        placed = place(before, words.strip())
        card = await self._second(writer, before, replace(first, draft=placed.text))
        intro = Line(self._say("dialogue.placed" if placed.in_gap else "dialogue.no_gap"))
        return Card(card.title, (intro, Passage(placed.text), *card.blocks))

    async def everything(self, writer: str) -> Card:
        """Show all findings of the draft at hand. Raises LetGo."""
        request = self._held(writer)
        return present(await self._review(writer, request), channel=request.given.channel, everything=True, say=self._say)

    async def more(self, writer: str) -> Card:
        """Show what stands behind More. Raises LetGo."""
        return Card(self._say("choices.more"), (more(await self._review(writer, self._held(writer)), self._say),))

    async def trimmed(self, writer: str) -> Card:
        """Show the writer's own words with the form-letter phrasing struck out and the gaps marked. Raises LetGo."""
        found = await self._review(writer, self._held(writer))
        if found.trimmed.strip() == found.draft.text.strip():
            return Card(self._say("dialogue.trimmed_nothing"))
        return Card(self._say("dialogue.trimmed"), (Struck(pieces(found)), Passage(found.trimmed)))

    async def why(self, writer: str, rule: str) -> Card:
        """Say why a rule speaks: its observation, its reason and its evidence. Raises LetGo, UnknownRule."""
        found = await self._review(writer, self._held(writer))
        finding = next((f for f in found.findings if f.rule == rule), None)
        if not finding:
            raise UnknownRule(rule)
        return Card(finding.say, (Line(finding.why), Line(packs.evidence(finding.evidence))))

    async def stop(self, writer: str, rule: str) -> Card:
        """Stop mentioning one rule, exactly. Raises UnknownRule, NotSaved."""
        known(rule)
        await self._settings.stop(writer, rule)
        return Card(self._say("dialogue.stopped", rule=rule, how=self._back.format(rule=rule)))

    async def restore(self, writer: str, rule: str) -> Card:
        """Mention a stopped rule again. Raises UnknownRule, NotSaved."""
        known(rule)
        was = await self._settings.restore(writer, rule)
        return Card(self._say("dialogue.restored" if was else "dialogue.not_stopped", rule=rule))

    def let_go(self, writer: str) -> Card:
        """End the dialogue and forget its draft."""
        self._recall.let_go(writer)
        return Card(self._say("dialogue.bye"))

    def help(self) -> Card:
        """Say what to do, with an example to try."""
        say = self._say
        return Card(say("help.title"), (Line(say("help.what")), Line(say("help.example")), Line(f"{say('help.kept')} {say('help.grammar')}")))

    async def _review(self, writer: str, request: Request) -> Review:
        given = replace(request.given, now=request.given.now or self._clock.now(), stopped=await self._settings.stopped(writer))
        return review(request.draft, given)

    async def _second(self, writer: str, before: Review, request: Request) -> Card:
        self._recall.keep(writer, request)
        after = await self._review(writer, request)
        change = second_look(before, after)
        card = present(after, channel=request.given.channel, say=self._say)
        lines: list[Block] = [
            Line(self._say(f"dialogue.{key}", what=_names(found)))
            for key, found in (("resolved", change.resolved), ("remaining", change.remaining), ("new", change.new))
            if found
        ]
        if not after.findings and not after.question:
            lines.append(Line(self._say("dialogue.clean"), strong=True))
        return Card(card.title, (*lines, *card.blocks))

    def _held(self, writer: str) -> Request:
        request = self._recall.recall(writer)
        if request is None:
            raise LetGo
        return request


def known(rule: str) -> None:
    """Raise UnknownRule, with the nearest ids, unless a rule of that id exists."""
    ids = [each.id for each in packs.load(packs.languages()).rules]
    if rule not in ids:
        raise UnknownRule(rule, tuple(match[0] for match in process.extract(rule, ids, limit=2, score_cutoff=60)))


def pieces(found: Review) -> tuple[tuple[str, bool], ...]:
    """Return the draft in pieces, each with whether the trimmed draft keeps it."""
    text, at, out = found.draft.text, 0, []
    for start, end in cuts(found.draft, found.findings):
        out += [(text[at:start], True), (text[start:end], False)]
        at = end
    out.append((text[at:], True))
    return tuple((piece, keep) for piece, keep in out if piece)


def _names(found: Iterable[Finding]) -> str:
    return " · ".join(f"“{' '.join(f.quote.split())}”" if f.quote else f.rule.replace("-", " ") for f in found)
