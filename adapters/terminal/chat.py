"""`offscript chat`: the whole dialogue in a terminal or a pipe, with no account; drafts stay in this process and nowhere else."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, TextIO

from adapters.terminal.keep import WRITER, with_coach
from adapters.terminal.render import render
from bot.cards import Choices
from bot.conversation import verb
from bot.errors import CoachError
from bot.request import Request
from rules.model import Circumstances, Context

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from adapters.terminal.render import Look
    from bot.cards import Card, Choice
    from bot.coach import Coach, Reply

_END = "."
_ASKED = ("name", "met", "topics", "why")
"""What is asked of the reader; the words stand in the voice."""


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
        self._say(f"\n{self._coach.say('chat.paste')}")
        lines = self._lines()
        text = "\n".join(lines)
        if not text.strip():
            self._show(self._coach.help())
            return None
        asked = verb(text)
        if asked:
            return await self._try(self._coach.act(WRITER, None, asked))
        context = self._context()
        return await self._try(self._coach.look(WRITER, Request(text, Circumstances(context=context))))

    def _context(self) -> Context:
        """Ask what the writer knows of the reader; where the input ends first, what was told so far holds."""
        answers = dict.fromkeys(_ASKED, "")
        with suppress(_Closed):
            for key in _ASKED:
                answers[key] = self._ask(self._coach.say(f"chat.{key}"))
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
        picked = self._ask(self._coach.say("chat.pick"))
        while picked.isdigit() and not 0 < int(picked) <= len(choices):
            picked = self._ask(self._coach.say("chat.no_number", count=picked, limit=len(choices)))
        if not picked:
            return None
        if picked.isdigit():
            return await self._do(choices[int(picked) - 1], request)
        return await self._try(self._coach.answer(WRITER, request, picked))

    async def _do(self, choice: Choice, request: Request) -> Reply | None:
        coach = self._coach
        if choice.intent == "answer":
            return await self._try(coach.answer(WRITER, request, self._ask(self._coach.say("chat.answer"))))
        if choice.intent == "again":
            self._say(self._coach.say("chat.anew"))
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
    return asyncio.run(with_coach(lambda coach: Talk(coach, source, out, look).run(), out))
