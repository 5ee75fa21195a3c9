"""`offscript chat`: the whole dialogue in a terminal or a pipe, with no account; drafts stay in this process and nowhere else."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, TextIO

from adapters import logs
from adapters.clock import SystemClock
from adapters.storage.opening import open_store
from adapters.terminal.render import render
from bot import config
from bot.cards import Choices
from bot.coach import Coach
from bot.conversation import asks_for_help
from bot.errors import CoachError, NotSaved
from bot.request import Request
from rules.model import Circumstances, Context

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from adapters.terminal.render import Look
    from bot.cards import Card, Choice
    from bot.coach import Reply

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
                reply = await self._draft()
                while reply:
                    reply = await self._next(reply)
        except (_Closed, KeyboardInterrupt):
            self._show(self._coach.bye())
            return 0

    async def _draft(self) -> Reply | None:
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

    async def _next(self, reply: Reply) -> Reply | None:
        """Show a reply with its choices numbered, take one, and return what it leads to; none ends this draft."""
        self._show(reply.card)
        request = reply.request
        choices = [choice for block in reply.card.blocks if isinstance(block, Choices) for choice in block.choices]
        if not request:
            return None
        if not choices:
            return await self._try(self._coach.look(WRITER, request))
        picked = self._ask("A number, or Enter for another draft:")
        while picked.isdigit() and not 0 < int(picked) <= len(choices):
            picked = self._ask(f"There is no {picked}: a number from 1 to {len(choices)}, or Enter for another draft.")
        if not picked:
            return None
        if picked.isdigit():
            return await self._do(choices[int(picked) - 1], request)
        return await self._try(self._coach.answer(WRITER, request, picked))

    async def _do(self, choice: Choice, request: Request) -> Reply | None:
        coach = self._coach
        if choice.intent == "answer":
            return await self._try(coach.answer(WRITER, request, self._ask("In your own words:")))
        if choice.intent == "again":
            self._say(f"Paste it as it is now. End with a line that holds only a full stop ({_END}).")
            return await self._try(coach.again(WRITER, request, replace(request, draft="\n".join(self._lines()))))
        return await self._try(coach.act(WRITER, request, choice.intent))

    async def _try(self, asked: Awaitable[Reply]) -> Reply | None:
        """Return the reply to a request; say what the writer can put right, and go on."""
        try:
            return await asked
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
    logs.silence()
    return asyncio.run(_main(source, out, look))


async def _main(source: TextIO, out: TextIO, look: Look) -> int:
    clock = SystemClock()
    try:
        async with open_store(config.load(), clock) as store:
            with suppress(NotSaved):
                await store.tidy(clock.now())
            return await Talk(Coach(store, clock), source, out, look).run()
    except CoachError as error:
        out.write(f"{error}\n")
        return 2


def tell(intent: str, out: TextIO) -> int:
    """Do one thing that needs no draft (`settings`, `restore:RULE`) and print what the coach says; return the exit status."""
    logs.silence()
    return asyncio.run(_tell(intent, out))


async def _tell(intent: str, out: TextIO) -> int:
    clock = SystemClock()
    try:
        async with open_store(config.load(), clock) as store:
            reply = await Coach(store, clock).act(WRITER, None, intent)
    except CoachError as error:
        out.write(f"{error}\n")
        return 2
    out.write(render(reply.card))
    return 0
