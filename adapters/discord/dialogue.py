"""Dialogue: what people do on Discord, put to the coach. Every event takes the same way: read, ask the coach, show the card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from adapters.discord.address import Above, Address
from adapters.discord.chain import Chain, address_on
from adapters.discord.delivery import Delivery, alone, writer_of
from adapters.discord.form import TALLEST, values
from adapters.discord.keeping import handed_back, refilled
from adapters.discord.servers import house_of
from adapters.discord.words import typed, words_of
from bot.cards import Card, Passage
from bot.coach import Reply
from bot.conversation import verb
from bot.errors import CoachError, LetGo
from bot.form import answering, coaching, request_of
from bot.recall import recall
from bot.request import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.coach import Coach
    from bot.form import Form
    from bot.recall import Held

KEYS = ("draft", "to", "shared", "why", "kind")
"""The fields of the form: a modal holds five."""
_FORM, _ANSWER, _NOTE = "form", "answer", "note-new"
_LONGEST_ANSWER = 2_000


class Dialogue:
    """The coach on Discord."""

    def __init__(self, coach: Coach, held: Held) -> None:
        """Join the coach and the memory that tickets refer to."""
        self.coach, self._held = coach, held
        self.delivery = Delivery(coach, held)

    async def _at(self, interaction: discord.Interaction) -> Coach:
        """Return the coach in the language of whoever asks, and in the server that something comes from, whose administrators are those who manage it.

        In a server that we are not in ourselves, where somebody brought us along, nothing is kept for it: nobody would tell us to forget it.
        """
        here, writer = self.coach, writer_of(interaction.user)
        if interaction.guild_id is not None and interaction.client.get_guild(interaction.guild_id):
            may = interaction.permissions
            here = here.at(house=house_of(interaction.guild_id), admin=may.manage_guild or may.administrator)
        return await here.speaking(writer, str(interaction.locale))

    async def command(self, interaction: discord.Interaction, told: Mapping[str, str | None]) -> None:
        """Answer `/coach`: with a draft by looking at it, without one by opening the form."""
        request = request_of({key: typed(interaction, value) for key, value in told.items()})
        if request.draft.strip():
            await self.delivery.respond(interaction, self._first(interaction, request))
            return
        before = request if any(told.values()) else None
        await self.delivery.ask(interaction, self._form(interaction, before), Address(_FORM))

    async def _first(self, interaction: discord.Interaction, request: Request) -> Reply:
        return await (await self._at(interaction)).look(writer_of(interaction.user), request)

    async def intent(self, interaction: discord.Interaction, intent: str) -> None:
        """Answer `/offscript …`: what needs no draft."""
        await self.delivery.respond(interaction, self._act(interaction, None, intent))

    async def note(self, interaction: discord.Interaction, text: str | None) -> None:
        """Answer `/offscript note`: with a line by keeping it, without one by opening the form."""
        told = typed(interaction, text)
        if told.strip():
            await self.delivery.respond(interaction, self._noted(interaction, told))
        else:
            await self._open(interaction, Address(_NOTE))

    async def forget(self, interaction: discord.Interaction, name: str | None) -> None:
        """Answer `/offscript forget`: ask about the notes on somebody, or about everything."""
        whom = " ".join(typed(interaction, name).split())
        await self.intent(interaction, f"forget-name:{whom}" if whom else "forget")

    async def existing(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """Answer the command on a message: the writer's own is looked at, somebody else's is not."""
        if message.author.id != interaction.user.id:
            await self.delivery.respond(interaction, _shown(self.coach.aside("others")))
            return
        await self.delivery.respond(interaction, self._look(interaction, message), Above.DRAFT if alone(interaction) else Above.NOTHING)

    async def press(self, interaction: discord.Interaction, address: Address | None) -> None:
        """Answer a button; one of another version has let go of its draft."""
        if address is None:
            await self.delivery.respond(interaction, _let_go())
        elif address.intent == "answer":
            await self.delivery.ask(interaction, self._question(interaction, address), Address(_ANSWER, address.ticket, address.above))
        elif address.intent == "again":
            await self.delivery.ask(interaction, self._filled(interaction, address), Address(_FORM, address.ticket, address.above))
        elif self.coach.opens(address.intent):
            await self._open(interaction, address)
        else:
            above = Above.REPLIES if address.above and address.intent != "example" else Above.NOTHING
            await self.delivery.respond(interaction, self._act(interaction, address, address.intent), above)

    async def submit(self, interaction: discord.Interaction, address: Address | None) -> None:
        """Answer a form that was sent; the draft, or what is to be kept, is in it, so that it needs no memory."""
        data: Any = interaction.data or {}
        filled = {key: typed(interaction, value) for key, value in values(data.get("components", ())).items()}
        address = address or Address(_FORM)
        work = self._answered if address.intent == _ANSWER else self._kept if self.coach.opens(address.intent) else self._formed
        await self.delivery.respond(interaction, work(interaction, address, filled))

    async def message(self, message: discord.Message) -> None:
        """Answer a direct message: a reply to us goes on with the dialogue, anything else is a draft, or a command that is nothing else."""
        try:
            words = await words_of(message)
        except (CoachError, discord.HTTPException) as error:
            await self.delivery.reply(message, Reply(self.delivery.card_of(error)), Above.REPLIES)
            return
        reply = await self.delivery.settled(self._heard(message, words))
        whole = reply.request is not None and reply.request.draft == words
        await self.delivery.reply(message, reply, Above.DRAFT if whole else Above.REPLIES)

    async def _heard(self, message: discord.Message, words: str) -> Reply:
        """Go on below one of our messages, or begin; where no draft was at hand yet, this is the first. Raises LetGo where one was and is gone."""
        writer, replied = writer_of(message.author), await _replied_to(message)
        coach = await self.coach.speaking(writer)
        if replied is None or not replied.author.bot:
            known = self._held.knows(writer)
            reply = await _begun(coach, writer, words)
            return coach.begin(reply, words) if known else reply
        address = address_on(replied)
        request = await recall(Chain(self.coach, self._held, writer, replied), self._held.claim(writer, address.ticket if address else ""))
        return await (coach.converse(writer, request, words) if request.draft else _begun(coach, writer, words))

    async def _look(self, interaction: discord.Interaction, message: discord.Message) -> Reply:
        return await (await self._at(interaction)).look(writer_of(message.author), Request(await words_of(message)))

    async def _act(self, interaction: discord.Interaction, address: Address | None, intent: str) -> Reply:
        """Do what a button says; the draft is looked for, and the coach says whether it needs it."""
        writer = writer_of(interaction.user)
        request = await self._known(interaction, address)
        if intent == "erase":
            self._held.let_go(writer)
            request = None
        return await (await self._at(interaction)).act(writer, request, intent)

    async def _open(self, interaction: discord.Interaction, address: Address) -> None:
        """Open the form of something that is kept."""
        await self.delivery.ask(interaction, self._blank(interaction, address), Address(address.intent))

    async def _blank(self, interaction: discord.Interaction, address: Address) -> Form:
        """Return that form, with what was typed into it before where it could not be kept."""
        writer = writer_of(interaction.user)
        return refilled(await (await self._at(interaction)).form(writer, address.intent), self._held.find(writer, address.ticket))

    async def _kept(self, interaction: discord.Interaction, address: Address, filled: Mapping[str, str]) -> Reply:
        """Keep what was filled in; where that cannot be, the writer gets it back."""
        try:
            return await (await self._at(interaction)).filled(writer_of(interaction.user), address.intent, filled)
        except Exception as error:  # noqa: BLE001 - whatever it is, what was typed is not lost
            coach = await self.delivery.speaking(writer_of(interaction.user), str(interaction.locale))
            return handed_back(self.delivery.card_of(error), address.intent, filled, coach.say)

    async def _noted(self, interaction: discord.Interaction, text: str) -> Reply:
        """Keep a note told in one line; where that cannot be, the writer gets it back."""
        try:
            return await self._act(interaction, None, f"note-text:{text}")
        except Exception as error:  # noqa: BLE001 - whatever it is, what was typed is not lost
            coach = await self.delivery.speaking(writer_of(interaction.user), str(interaction.locale))
            return handed_back(self.delivery.card_of(error), _NOTE, {"topics": text}, coach.say)

    async def _known(self, interaction: discord.Interaction, address: Address | None) -> Request | None:
        try:
            return await self._recalled(interaction, address)
        except LetGo:
            return None

    async def _recalled(self, interaction: discord.Interaction, address: Address | None) -> Request:
        """Return the draft of a button or form: in a direct message from the replies above, else from memory. Raises LetGo."""
        if not address or not address.ticket:
            raise LetGo
        writer = writer_of(interaction.user)
        ticket = self._held.claim(writer, address.ticket)
        if address.above and interaction.message and alone(interaction):
            return await recall(Chain(self.coach, self._held, writer, interaction.message), ticket)
        return await recall(ticket)

    async def _form(self, interaction: discord.Interaction, before: Request | None) -> Form:
        return coaching((await self._at(interaction)).say, KEYS, TALLEST, before)

    async def _filled(self, interaction: discord.Interaction, address: Address) -> Form:
        return await self._form(interaction, await self._recalled(interaction, address))

    async def _question(self, interaction: discord.Interaction, address: Address) -> Form:
        request = await self._recalled(interaction, address)
        coach = await self._at(interaction)
        return answering(coach.say, await coach.question(writer_of(interaction.user), request), _LONGEST_ANSWER)

    async def _formed(self, interaction: discord.Interaction, address: Address, filled: Mapping[str, str]) -> Reply:
        """Look at the draft of a form: again where the one before is known, else for the first time."""
        writer = writer_of(interaction.user)
        before = await self._known(interaction, address)
        request = request_of(filled, before)
        coach = await self._at(interaction)
        return await (coach.again(writer, before, request) if before else coach.look(writer, request))

    async def _answered(self, interaction: discord.Interaction, address: Address, filled: Mapping[str, str]) -> Reply:
        """Put an answer in; where the draft is gone, the writer gets the answer back."""
        words = filled.get(_ANSWER, "")
        request = await self._known(interaction, address)
        if request is None:
            return Reply(Card(str(LetGo()), (Passage(words),)))
        return await (await self._at(interaction)).answer(writer_of(interaction.user), request, words)


async def _begun(coach: Coach, writer: str, words: str) -> Reply:
    """Do what a direct message says where it is nothing but a command (`notes`, `forget Davina` …); else look at it as a draft."""
    asked = verb(words)
    return await (coach.act(writer, None, asked) if asked else coach.look(writer, Request(words)))


async def _replied_to(message: discord.Message) -> discord.Message | None:
    """Return the message that this one replies to; none where it is gone or where it replies to nothing."""
    reference = message.reference
    if not reference or not reference.message_id:
        return None
    if isinstance(reference.resolved, discord.Message):
        return reference.resolved
    try:
        return await message.channel.fetch_message(reference.message_id)
    except discord.HTTPException:
        return None


async def _shown(card: Card) -> Reply:
    return Reply(card)


async def _let_go() -> Reply:
    raise LetGo
