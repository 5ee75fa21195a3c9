"""Chain: the draft of a direct message, read again from the replies above. Discord shows them anyway; we keep none, so this works after a restart as well."""

from __future__ import annotations

from asyncio import timeout
from contextlib import suppress
from typing import TYPE_CHECKING

import discord

from adapters.discord.address import Above, read
from adapters.discord.words import words_of
from bot.conversation import asks_for_a_draft, verb
from bot.errors import CoachError
from bot.request import Request

if TYPE_CHECKING:
    from adapters.discord.address import Address
    from bot.coach import Coach
    from bot.recall import Held

LONGEST = 20
"""Messages that are walked through at most."""
PATIENCE = 2.0
"""Seconds that the walk may take; Discord waits three."""


class Chain:
    """The replies above one of our messages, as a source: the first message is the draft, later ones of its writer are answers or new versions."""

    def __init__(self, coach: Coach, held: Held, writer: str, start: discord.Message) -> None:
        """Begin at a message of ours."""
        self._coach, self._held, self._writer, self._start = coach, held, writer, start

    async def recall(self) -> Request | None:
        """Return the draft as it stood below that message, or none where the messages do not tell it."""
        with suppress(TimeoutError, discord.HTTPException):
            async with timeout(PATIENCE):
                return await self._walk()
        return None

    async def _walk(self) -> Request | None:
        """Walk up to the draft, or to a message whose draft is in memory; then go through what was written below it once more.

        Where neither is reached, the latest message that was a whole draft is where it begins.
        """
        said: list[str] = []
        whole: int | None = None
        at: discord.Message | None = self._start
        for _ in range(LONGEST):
            if at is None:
                break
            address = address_on(at) if at.author.bot else None
            if not at.author.bot:
                said.append(await _words(at))
                if not at.reference:
                    return await self._from_the_draft(said)
            elif address and address.above is Above.NOTHING:
                base = self._held.find(self._writer, address.ticket)
                if base:
                    return await (self._again(base, said) if base.draft else self._from_the_draft(said))
                break
            elif not address and _is_answer_to_a_command(at):
                return await self._from_the_draft(said)
            if whole is None and address and address.above is Above.DRAFT:
                whole = len(said)
            at = await _above(at)
        return await self._again(Request(said[whole]), said[:whole]) if whole is not None and whole < len(said) else None

    async def _from_the_draft(self, said: list[str]) -> Request:
        """Return the draft where the first message that is one begins; an empty one where there is none yet."""
        while said and (verb(said[-1]) or asks_for_a_draft(said[-1]) or not said[-1].strip()):
            said.pop()
        return await self._again(Request(said.pop()), said) if said else Request("")

    async def _again(self, request: Request, said: list[str]) -> Request:
        """Return the draft after everything that was said, latest last, without showing anything."""
        for words in reversed(said):
            with suppress(CoachError):
                request = await self._coach.follow(self._writer, (words,), request) or request
        return request


async def _words(message: discord.Message) -> str:
    try:
        return await words_of(message)
    except CoachError:
        return ""


def address_on(message: discord.Message) -> Address | None:
    """Return the address that the buttons of one of our messages carry: the one of its draft, where it is about a draft."""
    for row in message.components:
        for button in getattr(row, "children", ()):
            address = read(getattr(button, "custom_id", None) or "")
            if address and address.ticket:
                return address
    return None


def _is_answer_to_a_command(message: discord.Message) -> bool:
    """Tell whether a message answers a command: without a draft of its own, nothing stands above it."""
    told = message.interaction_metadata
    return bool(told and told.type is discord.InteractionType.application_command)


async def _above(message: discord.Message) -> discord.Message | None:
    """Return the message that this one replies to, whose button it answers, or that it looks at; none where it answers a form, whose words only memory knows."""
    told = message.interaction_metadata
    if told and told.type is discord.InteractionType.modal_submit:
        return None
    reference = message.reference
    if reference and isinstance(reference.resolved, discord.Message):
        return reference.resolved
    number = (reference.message_id if reference else None) or (told and (told.interacted_message_id or told.target_message_id))
    return await message.channel.fetch_message(number) if number else None
