"""`offscript notes`, `settings`, `habits`, `privacy`, `export` and `forget`: what is kept of you on this machine, without a draft at hand."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

from adapters import logs
from adapters.clock import SystemClock
from adapters.storage.opening import open_store
from adapters.terminal.render import Look, render
from bot import config
from bot.cards import Choices, Document
from bot.coach import Coach
from bot.errors import CoachError, NotSaved

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.cards import Card, Choice

WRITER = "terminal:me"
"""Whoever sits at this machine."""
_YES = frozenset({"y", "yes"})


def tell(intent: str, out: TextIO, ask: Callable[[str], str] | None = None) -> int:
    """Do one thing and print what the coach says; what has to be confirmed is asked with `ask`. Return the exit status: 0 done, 1 not confirmed, 2 refused."""

    async def work(coach: Coach) -> int:
        card = (await coach.act(WRITER, None, intent)).card
        out.write(render(card, Look(numbered=True)))
        choice = _picked(card, ask) if ask else None
        if choice:
            out.write(render((await coach.act(WRITER, None, choice.intent)).card))
        return 1 if ask and _choices(card) and not choice else 0

    return asyncio.run(with_coach(work, out))


def export(out: TextIO) -> int:
    """Print everything that is kept, as JSON and nothing else; return the exit status."""

    async def work(coach: Coach) -> int:
        card = (await coach.act(WRITER, None, "export")).card
        out.write("".join(block.text for block in card.blocks if isinstance(block, Document)) + "\n")
        return 0

    return asyncio.run(with_coach(work, out))


async def with_coach(work: Callable[[Coach], Awaitable[int]], out: TextIO) -> int:
    """Do something with what is kept; what can be put right is said, with exit status 2."""
    logs.silence()
    clock = SystemClock()
    try:
        async with open_store(config.load(), clock) as store:
            with suppress(NotSaved):
                await store.tidy(clock.now())
            return await work(await Coach(store, clock).speaking(WRITER))
    except CoachError as error:
        out.write(f"{error}\n")
        return 2


def edit(which: str, text: str, out: TextIO) -> int:
    """Write a note anew from one line of text; return the exit status."""

    async def work(coach: Coach) -> int:
        out.write(render(await coach.rewrite(WRITER, which, text)))
        return 0

    return asyncio.run(with_coach(work, out))


def _choices(card: Card) -> list[Choice]:
    return [choice for block in card.blocks if isinstance(block, Choices) for choice in block.choices]


def _picked(card: Card, ask: Callable[[str], str]) -> Choice | None:
    """Return what is to be done: the one thing, once confirmed, or that of several whose number was typed."""
    choices = _choices(card)
    if len(choices) == 1:
        return choices[0] if ask(f"{choices[0].label}? Type yes: ").strip().casefold() in _YES else None
    picked = ask("Which number? ").strip() if choices else ""
    return choices[int(picked) - 1] if picked.isdigit() and 0 < int(picked) <= len(choices) else None
