"""Delivery: what the coach says reaches its writer, once, in time and nobody else; the one place where things that go wrong become a sentence."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
import structlog

from adapters import metrics
from adapters.discord.address import Above
from adapters.discord.files import files_of, has_files
from adapters.discord.form import modal
from adapters.discord.render import render
from adapters.logs import fault
from bot.cards import Card, Choices
from bot.coach import Reply
from bot.errors import CoachError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from adapters.discord.address import Address
    from bot.coach import Coach
    from bot.form import Form
    from bot.recall import Held

    _To = tuple[str, Coach]
    _Send = Callable[[discord.ui.LayoutView, list[discord.File]], Awaitable[object]]

log = structlog.get_logger("offscript.discord")

IN_TIME = 1.5
"""Seconds after which Discord is told to wait; it gives up after three."""
_ANSWERED, _REFUSED = 40060, frozenset({400, 403, 413})
_GONE = {
    10062: "unknown interaction",
    _ANSWERED: "already acknowledged",
    50007: "direct messages closed",
    10008: "unknown message",
    10015: "unknown webhook",
}
"""Errors of Discord that mean nobody is waiting any more."""
_ON_THE_WAY = (discord.DiscordException, aiohttp.ClientError, OSError)
"""What can happen to a reply between us and Discord."""


class Delivery:
    """Sends replies: to interactions in the acknowledgement itself, to direct messages as a reply."""

    def __init__(self, coach: Coach, held: Held) -> None:
        """Join the coach, whose voice speaks of errors, and the memory that tickets refer to."""
        self._coach, self._held = coach, held

    async def respond(self, interaction: discord.Interaction, asked: Awaitable[Reply], above: Above = Above.NOTHING) -> None:
        """Answer an interaction, so that only its writer sees it; never raises."""
        work = asyncio.ensure_future(self._spoken(asked, writer_of(interaction.user), str(interaction.locale)))
        done, hidden = await in_time(work), not alone(interaction)

        async def send(view: discord.ui.LayoutView, files: list[discord.File]) -> None:
            if done:
                await interaction.response.send_message(view=view, ephemeral=hidden, **_given(files=files))
            else:
                await interaction.edit_original_response(view=view, **_given(attachments=files))

        try:
            if not done:
                await interaction.response.defer(ephemeral=hidden, thinking=True)
        except _ON_THE_WAY as error:
            lost(error)
            return
        if not done:
            _acknowledged(interaction)
        reply, coach = await work
        await self._sent(send, (writer_of(interaction.user), coach), reply if hidden else coach.invite(reply), above)
        if done:
            _acknowledged(interaction)

    async def _spoken(self, asked: Awaitable[Reply], writer: str, locale: str) -> tuple[Reply, Coach]:
        """Return the reply, and the coach in the language of its writer, who may just have chosen it."""
        return await self.settled(asked), await self.speaking(writer, locale)

    async def speaking(self, writer: str, locale: str = "") -> Coach:
        """Return the coach in the language of a writer; whatever goes wrong with that, somebody speaks."""
        try:
            return await self._coach.speaking(writer, locale)
        except Exception:  # noqa: BLE001 - what went wrong with the store is said and logged where the reply came from
            return self._coach

    async def _sent(self, send: _Send, to: _To, reply: Reply, above: Above) -> None:
        """Send a reply; where Discord does not take it and somebody still waits, they get it without files, and at last a sentence instead."""
        failed: Exception | None = None
        for attached in (True, False) if has_files(reply.card) else (False,):
            try:
                await send(self._view(to, reply, above, attached=attached), files_of(reply.card) if attached else [])
            except Exception as error:  # noqa: BLE001 - whatever it is, the writer hears a sentence
                if not lost(error):
                    return
                if attached and not isinstance(error, _ON_THE_WAY):
                    log.error("discord.no_file", error=type(error).__name__)  # noqa: TRY400 - the words go out in its place
                failed = error
            else:
                return
        if failed:
            with suppress(*_ON_THE_WAY):
                await send(self._view(to, Reply(self.card_of(failed)), above), [])

    async def fail(self, interaction: discord.Interaction, error: Exception) -> None:
        """Answer an interaction that went wrong; never raises."""
        await self.respond(interaction, _said(self.card_of(error)))

    async def reply(self, message: discord.Message, reply: Reply, above: Above) -> None:
        """Answer a direct message below it; never raises."""

        async def send(view: discord.ui.LayoutView, files: list[discord.File]) -> None:
            await message.channel.send(
                view=view, reference=message.to_reference(fail_if_not_exists=False), mention_author=False, **_given(files=files)
            )

        coach = await self.speaking(writer_of(message.author))
        await self._sent(send, (writer_of(message.author), coach), coach.invite(reply), above)

    async def ask(self, interaction: discord.Interaction, asked: Awaitable[Form], address: Address) -> None:
        """Open a form, which has to be the first answer to an interaction; never raises."""
        try:
            form = modal(await asked, address)
        except Exception as error:  # noqa: BLE001 - whatever it is, the writer hears a sentence
            await self.fail(interaction, error)
            return
        try:
            await interaction.response.send_modal(form)
            _acknowledged(interaction)
        except _ON_THE_WAY as error:
            if lost(error):
                await self.fail(interaction, error)

    async def settled(self, asked: Awaitable[Reply]) -> Reply:
        """Return the reply, or what is said of the error that came instead."""
        try:
            return await asked
        except Exception as error:  # noqa: BLE001 - whatever it is, the writer hears a sentence
            return Reply(self.card_of(error))

    def card_of(self, error: Exception) -> Card:
        """Return what is said of an error: its own sentence where the writer can put it right, else a reference that is in the log as well, without a word of the draft."""
        if isinstance(error, CoachError):
            return Card(str(error))
        return Card(self._coach.say("dialogue.sorry", reference=fault("discord", error)))

    def _view(self, to: _To, reply: Reply, above: Above, *, attached: bool = False) -> discord.ui.LayoutView:
        """Return the message; the draft is held for its buttons, where it has any."""
        has_buttons = any(isinstance(block, Choices) for block in reply.card.blocks)
        writer, coach = to
        ticket = self._held.keep(writer, reply.request) if reply.request and has_buttons else ""
        return render(reply.card, coach.say, ticket, above, attached=attached)


async def in_time(work: asyncio.Future[tuple[Reply, Coach]]) -> bool:
    """Wait for a reply as long as Discord need not be told to wait; tell whether it came."""
    done, _ = await asyncio.wait({work}, timeout=IN_TIME)
    return bool(done)


def lost(error: BaseException) -> bool:
    """Note that a reply did not arrive, by number and never by content; tell whether somebody still waits for one."""
    if not isinstance(error, _ON_THE_WAY):
        return True
    status, code = (error.status, error.code) if isinstance(error, discord.HTTPException) else (0, 0)
    code = _ANSWERED if isinstance(error, discord.InteractionResponded) else code
    (log.info if code in _GONE else log.error)("discord.not_delivered", error=type(error).__name__, status=status, code=code, why=_GONE.get(code, ""))
    return code not in _GONE and status in _REFUSED


def writer_of(user: discord.User | discord.Member) -> str:
    """Return the key under which a writer's settings and drafts stand."""
    return f"discord:{user.id}"


def alone(interaction: discord.Interaction) -> bool:
    """Tell whether only the writer and we read this place: our own direct messages. Everywhere else replies are hidden from others."""
    return interaction.guild_id is None and interaction.context.dm_channel and not interaction.context.private_channel


def _acknowledged(interaction: discord.Interaction) -> None:
    """Count how long Discord waited for the first answer, by its own stamp and our clock."""
    metrics.acknowledged("discord", (discord.utils.utcnow() - interaction.created_at).total_seconds())


def _given(**files: list[discord.File]) -> Any:
    """Return the files as an argument, where there are any."""
    return {name: value for name, value in files.items() if value}


async def _said(card: Card) -> Reply:
    return Reply(card)
