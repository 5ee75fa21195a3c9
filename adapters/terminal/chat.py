"""`offscript chat`: the whole dialogue in a terminal or a pipe, with no account; drafts stay in this process and nowhere else."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

from adapters.clock import SystemClock
from adapters.storage.opening import open_settings
from adapters.terminal.render import render
from bot import config
from bot.cards import Choices
from bot.coach import Coach
from bot.conversation import asks_for_help
from bot.errors import CoachError
from bot.recall import MemoryRecall
from bot.request import Request
from rules.model import Circumstances, Context

if TYPE_CHECKING:
    from adapters.terminal.render import Look
    from bot.cards import Card, Choice

WRITER = "terminal:me"
_END = "."
_ASKED = (
    ("name", "Whom is it for? (Enter: nobody in particular)"),
    ("met", "Where did you meet? (Enter to skip)"),
    ("topics", "What did you two talk about? Several things with ; between (Enter to skip)"),
    ("why", "Why this person? (Enter to skip)"),
)


class _Closed(Exception):
    """Nothing more comes in."""


class Talk:
    """One conversation over a pair of streams."""

    def __init__(self, coach: Coach, source: TextIO, out: TextIO, look: Look) -> None:
        """Join a coach to an input and an output."""
        self._coach, self._source, self._out, self._look = coach, source, out, look

    async def run(self) -> int:
        """Talk until the input ends or the writer leaves; return the exit status."""
        self._show(self._coach.help())
        try:
            while True:
                card = await self._draft()
                while card:
                    card = await self._next(card)
        except (_Closed, KeyboardInterrupt):
            self._show(self._coach.let_go(WRITER))
            return 0

    async def _draft(self) -> Card | None:
        """Ask for a draft and what the writer knows of the reader; return the reply."""
        self._say(f"\nPaste your draft. End it with a line that holds only a full stop ({_END}).")
        lines = self._lines()
        text = "\n".join(lines)
        if asks_for_help(text) or not text.strip():
            self._show(self._coach.help())
            return None
        context = self._context()
        return await self._try(self._coach.look(WRITER, Request(text, Circumstances(context=context))))

    def _context(self) -> Context:
        """Ask what the writer knows of the reader; where the input ends first, what was told so far holds."""
        answers = dict.fromkeys((key for key, _ in _ASKED), "")
        with suppress(_Closed):
            for key, question in _ASKED:
                answers[key] = self._ask(question)
        topics = tuple(topic.strip() for topic in answers["topics"].split(";") if topic.strip())
        return Context(name=answers["name"], met=answers["met"], topics=topics, why=answers["why"])

    async def _next(self, card: Card) -> Card | None:
        """Show a card with its choices numbered, take one, and return what it leads to; none ends this draft."""
        self._show(card)
        choices = [choice for block in card.blocks if isinstance(block, Choices) for choice in block.choices]
        if not choices:
            return await self._try(self._coach.look_again(WRITER))
        picked = self._ask("A number, or Enter for another draft:")
        if not picked:
            return None
        if picked.isdigit() and 0 < int(picked) <= len(choices):
            return await self._do(choices[int(picked) - 1])
        return await self._try(self._coach.answer(WRITER, picked))

    async def _do(self, choice: Choice) -> Card | None:
        verb, _, rule = choice.intent.partition(":")
        coach = self._coach
        if verb == "answer":
            return await self._try(coach.answer(WRITER, self._ask("In your own words:")))
        if verb == "again":
            self._say(f"Paste it as it is now. End with a line that holds only a full stop ({_END}).")
            return await self._try(coach.again(WRITER, "\n".join(self._lines())))
        simple = {"more": coach.more, "all": coach.everything, "trimmed": coach.trimmed}
        if verb in simple:
            return await self._try(simple[verb](WRITER))
        return await self._try(coach.why(WRITER, rule) if verb == "why" else coach.stop(WRITER, rule))

    async def _try(self, asked: object) -> Card | None:
        """Return the card of a request to the coach; say what the writer can put right, and go on."""
        try:
            return await asked  # type: ignore[misc,no-any-return]
        except CoachError as error:
            self._say(str(error))
            return None

    def _lines(self) -> list[str]:
        """Return lines up to one that holds only a full stop, or up to the end of the input."""
        lines: list[str] = []
        for line in iter(self._source.readline, ""):
            if line.strip() == _END:
                return lines
            lines.append(line.rstrip("\r\n"))
        if not "".join(lines).strip():
            raise _Closed
        return lines

    def _ask(self, question: str) -> str:
        self._say(question)
        line = self._source.readline()
        if not line:
            raise _Closed
        return line.strip()

    def _say(self, text: str) -> None:
        self._out.write(f"{text}\n")
        self._out.flush()

    def _show(self, card: Card) -> None:
        self._out.write("\n" + render(card, self._look._replace(numbered=True)))
        self._out.flush()


def main(source: TextIO, out: TextIO, look: Look) -> int:
    """Run one conversation; return the exit status."""
    return asyncio.run(_main(source, out, look))


async def _main(source: TextIO, out: TextIO, look: Look) -> int:
    clock = SystemClock()
    async with open_settings(config.load().database_url) as settings:
        return await Talk(Coach(settings, MemoryRecall(clock), clock), source, out, look).run()


def restore(rule: str, out: TextIO) -> int:
    """Take back the stop of one rule; return the exit status."""
    return asyncio.run(_restore(rule, out))


async def _restore(rule: str, out: TextIO) -> int:
    clock = SystemClock()
    async with open_settings(config.load().database_url) as settings:
        try:
            card = await Coach(settings, MemoryRecall(clock), clock).restore(WRITER, rule)
        except CoachError as error:
            out.write(f"{error}\n")
            return 2
    out.write(render(card))
    return 0
