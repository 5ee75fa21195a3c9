"""Coach: one method for each thing a person can ask. Every answer is a Card; no platform, no storage detail, no clock of its own, and no draft kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz import process

from bot import voice
from bot.cards import Card, Choice, Choices, Line, Passage, Struck
from bot.conversation import asks_for_help, asks_to_write, is_new_version, may_be_answer, place, second_look, verb
from bot.errors import LetGo, NotSaved, UnknownRule
from bot.present import more, present
from bot.request import Request, checked
from rules import packs
from rules.engine import review
from rules.model import Answered, Verdict
from rules.trim import cuts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.cards import Block
    from bot.ports import Clock, Settings
    from bot.voice import Voice
    from rules.model import Finding, Review

MOST_STOPPED = 20
"""Stopped rules that are listed at once."""
MOST_NAMED = 3
"""Findings that a second look names at once."""
_NAME = 60
"""Characters by which a finding is known again."""


class Reply(NamedTuple):
    """What is shown, and the draft at hand that its buttons are about (none where there is none)."""

    card: Card
    request: Request | None = None


class Coach:
    """Everything that a person can ask of Offscript, in one place: a terminal, Slack or Discord."""

    def __init__(self, settings: Settings, clock: Clock, where: str = "terminal", command: str = "/coach", say: Voice | None = None) -> None:
        """Join the ports; `where` names the section of the voice that speaks of this platform, `command` what people type there."""
        self._settings, self._clock = settings, clock
        self.say = say or voice.load()
        self._where, self._command = where, command

    def named(self, command: str) -> Coach:
        """Return the same coach in whose texts the command has the name that people typed."""
        return self if command == self._command else Coach(self._settings, self._clock, self._where, command, self.say)

    async def look(self, writer: str, request: Request) -> Reply:
        """Answer a draft. Raises NothingToRead, TooLong."""
        if asks_for_help(request.draft):
            return Reply(self.help())
        checked(request.draft)
        return Reply(present(await self._review(writer, request), channel=request.given.channel, say=self.say), request)

    async def again(self, writer: str, first: Request, second: Request) -> Reply:
        """Look a second time: what is settled, what is still there, what is new. Raises NothingToRead, TooLong."""
        checked(second.draft)
        return await self._second(writer, await self._review(writer, first), second)

    async def answer(self, writer: str, request: Request, words: str) -> Reply:
        """Put the writer's answer into the gap, word for word, and look again. Raises NothingToRead."""
        if asks_to_write(words):
            return Reply(Card(self.say("dialogue.ghost"), (Choices((Choice(self.say("choices.answer"), "answer"),)),)), request)
        answer = checked(words).strip()
        before = await self._review(writer, request)
        placed = place(before, answer)
        answered = (*request.given.answered, Answered(before.question, before.asked, answer))
        second = replace(request, draft=checked(placed.text), given=replace(request.given, answered=answered))
        reply = await self._second(writer, before, second)
        intro = Line(self.say("dialogue.placed" if placed.in_gap else "dialogue.no_gap"))
        return reply._replace(card=Card(reply.card.title, (intro, Passage(placed.text), *reply.card.blocks)))

    async def converse(self, writer: str, request: Request, words: str) -> Reply:
        """Go on with a dialogue: a new version of the draft is looked at again, anything else is the answer to the question."""
        if asks_for_help(words):
            return Reply(self.help(), request)
        if is_new_version(request.draft, words):
            return await self.again(writer, request, replace(request, draft=words))
        return await self.answer(writer, request, words)

    async def follow(self, writer: str, said: Sequence[str]) -> Request | None:
        """Return the draft at hand after everything that was said in a dialogue; the first text is the draft. None where there is no draft in it."""
        request: Request | None = None
        for words in said:
            if not words.strip() or (request is None and verb(words)):
                continue
            request = (await self.converse(writer, request, words)).request if request else Request(words)
        return request

    async def act(self, writer: str, request: Request | None, intent: str) -> Reply:
        """Do what a button says: `more`, `all`, `trimmed`, `why:RULE`, `stop:RULE`, `restore:RULE`, `settings`, `privacy`, `forget`, `erase`, `example`, `help`.

        Raises LetGo where the draft is needed and gone, UnknownRule, NotSaved.
        """
        do, _, rule = intent.partition(":")
        alone = {"settings": self.settings, "forget": self.forget, "erase": self.erase}
        if do in alone:
            return Reply(await alone[do](writer), request)
        if do in {"help", "privacy"}:
            return Reply(self.help() if do == "help" else self.privacy())
        if do == "example":
            return await self.look(writer, Request(self.say("help.draft")))
        if do in {"stop", "restore"}:
            return Reply(await (self.stop if do == "stop" else self.restore)(writer, rule), request)
        if request is None:
            raise LetGo
        if do == "why":
            return Reply(await self.why(writer, request, rule), request)
        shown = {"more": self.more, "all": self.everything, "trimmed": self.trimmed}
        return Reply(await shown.get(do, self.everything)(writer, request), request)

    async def everything(self, writer: str, request: Request) -> Card:
        """Show all findings of a draft."""
        return present(await self._review(writer, request), channel=request.given.channel, everything=True, say=self.say)

    async def more(self, writer: str, request: Request) -> Card:
        """Show what stands behind More."""
        return Card(self.say("choices.more"), (more(await self._review(writer, request), self.say),))

    async def trimmed(self, writer: str, request: Request) -> Card:
        """Show the writer's own words with the form-letter phrasing struck out and the gaps marked."""
        found = await self._review(writer, request)
        if found.trimmed.strip() == found.draft.text.strip():
            return Card(self.say("dialogue.trimmed_nothing"))
        return Card(self.say("dialogue.trimmed"), (Struck(pieces(found)), Passage(found.trimmed)))

    async def why(self, writer: str, request: Request, rule: str) -> Card:
        """Say why a rule speaks: its observation, its reason and its evidence. Raises UnknownRule."""
        found = await self._review(writer, request)
        finding = next((f for f in found.findings if f.rule == rule), None)
        if not finding:
            raise UnknownRule(rule)
        return Card(finding.say, (Line(finding.why), Line(packs.evidence(finding.evidence))))

    async def question(self, writer: str, request: Request) -> str:
        """Return the question that a draft leads to; empty where there is none."""
        return (await self._review(writer, request)).question

    async def stop(self, writer: str, rule: str) -> Card:
        """Stop mentioning one rule, exactly. Raises UnknownRule, NotSaved."""
        known(rule)
        await self._settings.stop(writer, rule)
        return Card(self.say("dialogue.stopped", rule=spoken(rule), how=self._of_place("back", rule=rule)))

    async def restore(self, writer: str, rule: str) -> Card:
        """Mention a stopped rule again. Raises UnknownRule, NotSaved."""
        known(rule)
        was = await self._settings.restore(writer, rule)
        return Card(self.say("dialogue.restored" if was else "dialogue.not_stopped", rule=spoken(rule)))

    async def settings(self, writer: str) -> Card:
        """List what was stopped, each with a way back."""
        try:
            stopped = sorted(await self._settings.stopped(writer))
        except NotSaved:
            return Card(self.say("settings.title"), (Line(self.say("settings.unread")),))
        if not stopped:
            return Card(self.say("settings.title"), (Line(self.say("settings.none")), Line(self._of_place("kept"))))
        shown = stopped[:MOST_STOPPED]
        if self._where == "terminal":
            return Card(
                self.say("settings.title"),
                tuple(Line(text) for text in (self.say("settings.stopped"), *(self._of_place("back", rule=rule) for rule in stopped))),
            )
        back = [Choice(self.say("settings.restore", rule=spoken(rule)), f"restore:{rule}") for rule in shown]
        rest = [Line(self.say("settings.rest", count=len(stopped) - len(shown)))] if len(stopped) > len(shown) else []
        erase = Choice(self.say("settings.forget"), "forget")
        return Card(self.say("settings.title"), (Line(self.say("settings.stopped")), *rest, Choices((*back, erase)), Line(self._of_place("kept"))))

    async def forget(self, writer: str) -> Card:
        """Ask before everything is erased. Raises NotSaved."""
        count = len(await self._settings.stopped(writer))
        return Card(self.say("forget.title"), (Line(self.say("forget.what", count=count)), Choices((Choice(self.say("forget.button"), "erase"),))))

    async def erase(self, writer: str) -> Card:
        """Erase everything that is kept of the writer. Raises NotSaved."""
        await self._settings.forget(writer)
        return Card(self.say("forget.done"))

    def privacy(self) -> Card:
        """Say in one screen what is kept, where, and for how long."""
        said = (
            self.say("privacy.draft"),
            self._of_place("buttons"),
            *(self.say(f"privacy.{key}") for key in ("settings", "network")),
            self._of_place("kept"),
        )
        return Card(self.say("privacy.title"), tuple(Line(text) for text in (*said, self.say("privacy.host"))))

    def help(self) -> Card:
        """Say what to do, with an example to try."""
        say = self.say
        lines = (
            say("help.what"),
            self._of_place("how"),
            say("help.example", draft=say("help.draft")),
            f"{self._of_place('kept')} {say('help.grammar')}",
        )
        choices = () if self._where == "terminal" else (Choices((Choice(say("help.try"), "example"),)),)
        return Card(say("help.title"), (*(Line(text) for text in lines), *choices))

    def bye(self) -> Card:
        """End a dialogue."""
        return Card(self.say("dialogue.bye"))

    def aside(self, key: str) -> Card:
        """Say one of the sentences that are about this place: `others` (somebody else's message)."""
        return Card(self._of_place(key))

    def invite(self, reply: Reply) -> Reply:
        """Return a reply in a conversation with a line that says how to go on, where something was asked."""
        asks = any(choice.intent == "answer" for block in reply.card.blocks if isinstance(block, Choices) for choice in block.choices)
        if not asks:
            return reply
        *rest, choices = reply.card.blocks
        return reply._replace(card=Card(reply.card.title, (*rest, Line(self._of_place("reply")), choices)))

    def begin(self, reply: Reply, words: str) -> Reply:
        """Return a reply to words that came as a draft while a dialogue was under way, with a line for those who meant them as their answer."""
        found = any(choice.intent == "more" for block in reply.card.blocks if isinstance(block, Choices) for choice in block.choices)
        if found or reply.request is None or not may_be_answer(words):
            return reply
        return reply._replace(card=Card(reply.card.title, (Line(self._of_place("astray")), *reply.card.blocks)))

    def _of_place(self, key: str, **slots: object) -> str:
        return self.say(f"{self._where}.{key}", command=self._command, **slots)

    async def _review(self, writer: str, request: Request) -> Review:
        try:
            stopped = await self._settings.stopped(writer)
        except NotSaved:
            stopped = frozenset()
        return review(request.draft, replace(request.given, now=request.given.now or self._clock.now(), stopped=stopped))

    def _names(self, found: Sequence[Finding]) -> str:
        """Return what was found in few words: a phone screen holds three."""
        rest = len(found) - MOST_NAMED
        return " · ".join(_name(finding) for finding in found[:MOST_NAMED]) + (self.say("dialogue.others", count=rest) if rest > 0 else "")

    async def _second(self, writer: str, before: Review, request: Request) -> Reply:
        after = await self._review(writer, request)
        change = second_look(before, after)
        card = present(after, channel=request.given.channel, say=self.say)
        lines: list[Block] = [
            Line(self.say(f"dialogue.{key}", what=self._names(found)))
            for key, found in (("resolved", change.resolved), ("remaining", _quoted(change.remaining)), ("new", _quoted(change.new)))
            if found
        ]
        if not after.findings and (after.quiet or after.verdict is Verdict.READY):
            lines.append(Line(self.say("dialogue.clean"), strong=True))
        return Reply(Card(card.title, (*lines, *card.blocks)), request)


def known(rule: str) -> None:
    """Raise UnknownRule, with the nearest ids, unless a rule of that id exists."""
    ids = [each.id for each in packs.load(packs.languages()).rules]
    if rule not in ids:
        raise UnknownRule(rule, tuple(match[0] for match in process.extract(rule, ids, limit=2, score_cutoff=60)))


def spoken(rule: str) -> str:
    """Return the id of a rule as words."""
    return rule.replace("-", " ")


def pieces(found: Review) -> tuple[tuple[str, bool], ...]:
    """Return the draft in pieces, each with whether the trimmed draft keeps it."""
    text, at, out = found.draft.text, 0, []
    for start, end in cuts(found.draft, found.findings):
        out += [(text[at:start], True), (text[start:end], False)]
        at = end
    out.append((text[at:], True))
    return tuple((piece, keep) for piece, keep in out if piece)


def _quoted(found: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings that can be quoted; what is missing altogether is said below, once."""
    return tuple(finding for finding in found if finding.span)


def _name(finding: Finding) -> str:
    """Return a finding in its own words, or its rule where it is an absence."""
    words = " ".join(finding.quote.split())
    short = words if len(words) <= _NAME else words[:_NAME].rsplit(" ", 1)[0] + " …"
    return f"“{short}”" if words else spoken(finding.rule)
