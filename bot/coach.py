"""Coach: one method for each thing a person can ask. Every answer is a Card; no platform, no storage detail, no clock of its own, and no draft kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from bot import notes, voice
from bot.cards import Card, Choice, Choices, Line, Passage, Struck
from bot.conversation import asks_for_a_draft, asks_for_help, asks_to_write, is_new_version, may_be_answer, place, second_look, verb
from bot.errors import LetGo, NoNote, UnknownRule
from bot.keeper import FORMS, Keeper, spoken_rule
from bot.kept import LANGUAGE, NOTES
from bot.memory import Memory, Repeats, changed
from bot.place import Place
from bot.present import Beside, more, present
from bot.request import Request, checked
from bot.wording import evidence, worded
from rules import packs
from rules.engine import review
from rules.model import Answered, Verdict
from rules.trim import cuts, trimmed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.cards import Block
    from bot.conversation import Placed
    from bot.form import Form
    from bot.memory import Known
    from bot.ports import Clock, Store
    from bot.voice import Voice
    from rules.model import Finding, Review

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

    def __init__(self, store: Store, clock: Clock, where: str = "terminal", command: str = "/coach", say: Voice | None = None) -> None:
        """Join the ports; `where` names the section of the voice that speaks of this platform, `command` what people type there."""
        self._memory, self._clock = Memory(store, clock), clock
        self._noted: Callable[[Verdict | None], object] = bool
        self.say = say or voice.load()
        self._place = Place(where, command)
        self._keeper = Keeper(self._memory, clock, self._place, self.say)

    def noting(self, noted: Callable[[Verdict | None], object]) -> Coach:
        """Let somebody count verdicts from now on; none is a draft that cannot be judged."""
        self._noted = noted
        return self

    def at(self, command: str = "", house: str = "", *, admin: bool = False, direct: bool = True) -> Coach:
        """Return the same coach where the command has the name that people typed, and in a workspace or server, whose administrator asks or not.

        Where people cannot write to it it does not say that they can: `direct`.
        """
        here = Place(self._place.where, command or self._place.command, house, admin, direct)
        return self if here == self._place else self._copy(here, self.say)

    async def speaking(self, writer: str, locale: str = "") -> Coach:
        """Return the same coach in the language that a writer chose, else in that of the `locale` (`ja`, `en-GB`) where the coach speaks it."""
        if len(voice.languages()) == 1:
            return self
        chosen = (await self._memory.settled(writer, self._place.house)).own.get(LANGUAGE, "") or locale.partition("-")[0]
        say = voice.load(chosen) if chosen in voice.languages() else self.say
        return self if say is self.say else self._copy(self._place, say)

    def _copy(self, here: Place, say: Voice) -> Coach:
        other = Coach.__new__(Coach)
        other._memory, other._clock, other.say, other._place = self._memory, self._clock, say, here  # noqa: SLF001 - of the same class
        other._noted = self._noted  # noqa: SLF001
        other._keeper = Keeper(self._memory, self._clock, here, say)  # noqa: SLF001
        return other

    async def look(self, writer: str, request: Request) -> Reply:
        """Answer a draft, and count it where the writer wants that. Raises NothingToRead, TooLong."""
        if asks_for_help(request.draft):
            return Reply(self.help())
        if asks_for_a_draft(request.draft):
            return Reply(Card(self.say("dialogue.ghost"), (Line(self.say("help.title")),)))
        found, known = await self._review(writer, checked_request(request))
        self._noted(found.verdict)
        await self._memory.record(writer, known.settled, found)
        return await self._replied(writer, found, known)

    async def look_again(self, writer: str, request: Request) -> Reply:
        """Return the reply to a draft that was looked at before: nothing is counted twice. Raises NothingToRead, TooLong."""
        return await self._replied(writer, *await self._review(writer, checked_request(request)))

    async def _replied(self, writer: str, found: Review, known: Known) -> Reply:
        repeats = await self._memory.repeats(writer, known.settled, found)
        return Reply(self._presented(found, known, repeats), known.request)

    def _presented(self, found: Review, known: Known, repeats: Repeats = Repeats(), *, everything: bool = False) -> Card:  # noqa: B008 - a frozen value
        """Return the reply to a review, with what is known from before beside it."""
        if repeats.batch and repeats.sameness:
            found = changed(found, repeats.sameness)
        found, today = worded(found, self.say), self._clock.now().date()
        offer = known.settled.allows(NOTES) and bool(found.context.name) and notes.is_new(found.context, known.note) and not known.which
        beside = Beside(
            note=(known.note.name, notes.told(notes.without(known.note, found.match.private), today, self.say)) if known.note else None,
            which=tuple((note.id, notes.told(note, today, self.say) or note.name) for note in known.which),
            reader=notes.reader_of_review(found),
            repeats=repeats,
            today=today,
            unsaved=known.unsaved or repeats.unsaved,
            offer=offer and not known.unsaved,
        )
        return present(found, channel=known.request.given.channel, everything=everything, say=self.say, beside=beside)

    async def again(self, writer: str, first: Request, second: Request) -> Reply:
        """Look a second time: what is settled, what is still there, what is new. Raises NothingToRead, TooLong."""
        checked(second.draft)
        before, _ = await self._review(writer, first)
        return await self._second(writer, before, second)

    async def answer(self, writer: str, request: Request, words: str) -> Reply:
        """Put the writer's answer into the gap, word for word, and look again. Raises NothingToRead."""
        if asks_to_write(words):
            return Reply(Card(self.say("dialogue.ghost"), (Choices((Choice(self.say("choices.answer"), "answer"),)),)), request)
        before, placed, second = await self._answered(writer, request, words)
        reply = await self._second(writer, before, second)
        intro = Line(self.say("dialogue.placed" if placed.in_gap else "dialogue.no_gap"))
        return reply._replace(card=Card(reply.card.title, (intro, Passage(placed.text), *reply.card.blocks)))

    async def _answered(self, writer: str, request: Request, words: str) -> tuple[Review, Placed, Request]:
        """Return the review before an answer, where the answer is put, and the draft with it."""
        answer = checked(words).strip()
        before, known = await self._review(writer, request)
        placed = place(before, answer)
        answered = (*known.request.given.answered, Answered(before.question, before.asked, answer))
        second = replace(known.request, draft=checked(placed.text), given=replace(known.request.given, answered=answered))
        return before, placed, second

    async def converse(self, writer: str, request: Request, words: str) -> Reply:
        """Go on with a dialogue: a new version of the draft is looked at again, anything else is the answer to the question."""
        if asks_for_help(words):
            return Reply(self.help(), request)
        if is_new_version(request.draft, words):
            return await self.again(writer, request, replace(request, draft=words))
        return await self.answer(writer, request, words)

    async def follow(self, writer: str, said: Sequence[str], request: Request | None = None) -> Request | None:
        """Return the draft at hand after everything that was said in a dialogue about a draft; without one, the first text is it. None where there is no draft in it."""
        for words in said:
            if not words.strip() or (request is None and (verb(words) or asks_for_a_draft(words))):
                continue
            request = await self._after(writer, request, words) if request else Request(words)
        return request

    async def _after(self, writer: str, request: Request, words: str) -> Request:
        """Return the draft at hand after one more thing was said."""
        if asks_for_help(words) or asks_to_write(words):
            return request
        if is_new_version(request.draft, words):
            return replace(request, draft=words)
        return (await self._answered(writer, request, words))[2]

    async def act(self, writer: str, request: Request | None, intent: str) -> Reply:
        """Do what a button or a command says: `more`, `all`, `trimmed`, `why:RULE`, `remember`, `who:NOTE`, `batch:on`, `example`, `help`, and what the Keeper does.

        Raises LetGo where the draft is needed and gone, UnknownRule, NotSaved and what the Keeper raises.
        """
        do, _, rest = intent.partition(":")
        if do == "help":
            return Reply(self.help())
        if do == "example":
            return await self.look(writer, Request(self.say("help.draft")))
        kept = await self._keeper.does(writer, intent)
        if kept:
            return Reply(kept, request)
        if request is None:
            raise LetGo
        if do in {"who", "batch"}:
            return await (self._who if do == "who" else self._batch)(writer, request, rest)
        if do == "why":
            return Reply(await self.why(writer, request, rest), request)
        shown = {"more": self.more, "all": self.everything, "trimmed": self.trimmed, "remember": self.remember}
        return Reply(await shown.get(do, self.everything)(writer, request), request)

    @staticmethod
    def opens(intent: str) -> bool:
        """Tell whether an intent opens a form of its own, to be asked for with `form` and handed in with `filled`."""
        return intent.partition(":")[0] in FORMS

    async def form(self, writer: str, intent: str) -> Form:
        """Return the form that an intent opens. Raises NotAllowed, NotSaved."""
        return await self._keeper.form(writer, intent)

    async def filled(self, writer: str, intent: str, values: Mapping[str, str]) -> Reply:
        """Keep what was filled in. Raises NoNote, BadPhrase, TooManyNotes, NotAllowed, NotSaved."""
        return Reply(await self._keeper.filled(writer, intent, values))

    async def everything(self, writer: str, request: Request) -> Card:
        """Show all findings of a draft."""
        found, known = await self._review(writer, request)
        return self._presented(found, known, everything=True)

    async def more(self, writer: str, request: Request) -> Card:
        """Show what stands behind More."""
        found, known = await self._review(writer, request)
        return Card(self.say("choices.more"), (more(found, self.say, remember=known.settled.allows(NOTES)),))

    async def trimmed(self, writer: str, request: Request) -> Card:
        """Show the writer's own words with the form-letter phrasing struck out and the gaps marked."""
        found, _ = await self._review(writer, request)
        left = trimmed(found)
        if left.strip() == found.draft.text.strip():
            return Card(self.say("dialogue.trimmed_nothing"))
        return Card(self.say("dialogue.trimmed"), (Struck(pieces(found)), Passage(left)))

    async def why(self, writer: str, request: Request, rule: str) -> Card:
        """Say why a rule speaks: its observation, its reason and its evidence. Raises UnknownRule."""
        found = worded((await self._review(writer, request))[0], self.say)
        finding = next((f for f in found.findings if f.rule == rule), None)
        if not finding:
            raise UnknownRule(rule)
        return Card(finding.say, (Line(finding.why), Line(evidence(finding.evidence, packs.evidence(finding.evidence), self.say))))

    async def question(self, writer: str, request: Request) -> str:
        """Return the question that a draft leads to; empty where there is none."""
        return worded((await self._review(writer, request))[0], self.say).question

    async def remember(self, writer: str, request: Request) -> Card:
        """Keep what the writer told with a draft, and answered, as a note about whoever it is for. Raises NoNote, TooManyNotes, NotSaved."""
        context = replace(request.given.context, name=notes.reader_of(request))
        if not context.name:
            raise NoNote
        return await self._keeper.notebook.keep(writer, notes.of_context(context, self._clock.now(), [a.words for a in request.given.answered]))

    async def rewrite(self, writer: str, which: str, text: str) -> Card:
        """Write a note anew from one line of text; `which` is its id or a name. Raises NoNote, NotSaved."""
        return await self._keeper.notebook.rewrite(writer, which, text)

    async def _who(self, writer: str, request: Request, picked: str) -> Reply:
        """Look at a draft again now that it is known which of several people it is for."""
        await self._memory.choose(writer, request, picked)
        return await self.look_again(writer, request)

    async def _batch(self, writer: str, request: Request, turned: str) -> Reply:
        """Look only at what changes in drafts like this one, or at all of it again. Raises NotSaved."""
        found, _ = await self._review(writer, request)
        await self._memory.batch(writer, found, on=turned == "on")
        return await self.look_again(writer, request)

    async def overview(self, writer: str) -> tuple[Card, ...]:
        """Return everything that is kept of a writer, a card each, for a page of its own: notes, habits where they are counted, settings, privacy."""
        return await self._keeper.overview(writer)

    async def settings(self, writer: str) -> Card:
        """Show what is settled, each thing with its switch."""
        return await self._keeper.settings(writer)

    def help(self) -> Card:
        """Say what to do, with an example to try."""
        say = self.say
        lines = (
            say("help.what"),
            self._place.says(self.say, "how" if self._place.direct else "how_not_direct"),
            say("help.example", draft=say("help.draft")),
            self._place.says(say, "verbs"),
            f"{self._place.says(self.say, 'kept')} {say('help.grammar')}",
        )
        choices = () if self._place.where == "terminal" else (Choices((Choice(say("help.try"), "example"),)),)
        return Card(say("help.title"), (*(Line(text) for text in lines), *choices))

    def bye(self) -> Card:
        """End a dialogue."""
        return Card(self.say("dialogue.bye"))

    def aside(self, key: str) -> Card:
        """Say one of the sentences that are about this place: `others` (somebody else's message)."""
        return Card(self._place.says(self.say, key))

    def invite(self, reply: Reply) -> Reply:
        """Return a reply in a conversation with a line that says how to go on, where something was asked."""
        asks = any(choice.intent == "answer" for block in reply.card.blocks if isinstance(block, Choices) for choice in block.choices)
        if not asks:
            return reply
        *rest, choices = reply.card.blocks
        return reply._replace(card=Card(reply.card.title, (*rest, Line(self._place.says(self.say, "reply")), choices)))

    def begin(self, reply: Reply, words: str) -> Reply:
        """Return a reply to words that came as a draft while a dialogue was under way, with a line for those who meant them as their answer."""
        found = any(choice.intent == "more" for block in reply.card.blocks if isinstance(block, Choices) for choice in block.choices)
        if found or reply.request is None or not may_be_answer(words):
            return reply
        return reply._replace(card=Card(reply.card.title, (Line(self._place.says(self.say, "astray")), *reply.card.blocks)))

    async def _review(self, writer: str, request: Request) -> tuple[Review, Known]:
        """Return the review of a draft with what is known from before, and that."""
        known = await self._memory.known(writer, self._place.house, request)
        own = await self._memory.rules(known.settled, self._place.house)
        given = known.request.given
        circumstances = replace(given, now=given.now or self._clock.now(), stopped=known.settled.stopped, own=own)
        return review(known.request.draft, circumstances), known

    def _names(self, found: Sequence[Finding]) -> str:
        """Return what was found in few words: a phone screen holds three."""
        rest = len(found) - MOST_NAMED
        return " · ".join(_name(finding) for finding in found[:MOST_NAMED]) + (self.say("dialogue.others", count=rest) if rest > 0 else "")

    async def _second(self, writer: str, before: Review, request: Request) -> Reply:
        after, known = await self._review(writer, request)
        self._noted(after.verdict)
        repeats = await self._memory.repeats(writer, known.settled, after)
        if known.note and notes.holds(before.context, known.note):
            known = known._replace(note=None)
        change = second_look(before, after)
        card = self._presented(after, known, repeats)
        lines: list[Block] = [
            Line(self.say(f"dialogue.{key}", what=self._names(found)))
            for key, found in (("resolved", change.resolved), ("remaining", _quoted(change.remaining)), ("new", _quoted(change.new)))
            if found
        ]
        if not after.findings and (after.quiet or after.verdict is Verdict.READY):
            lines.append(Line(self.say("dialogue.clean"), strong=True))
        return Reply(Card(card.title, (*lines, *card.blocks)), known.request)


def checked_request(request: Request) -> Request:
    """Return a request whose draft can be read. Raises NothingToRead, TooLong."""
    return replace(request, draft=checked(request.draft))


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
    return f"“{short}”" if words else spoken_rule(finding.rule)
