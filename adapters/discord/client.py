"""The client: who we are on Discord's gateway, what we listen to (direct messages and what is put to us, nothing else), and how we start and stop."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

import discord
import structlog

from adapters import metrics
from adapters.discord import address
from adapters.discord.commands import Tree
from adapters.discord.delivery import lost
from adapters.discord.dialogue import Dialogue
from adapters.discord.registry import synced
from adapters.once import Once
from bot.errors import WrongToken

if TYPE_CHECKING:
    from bot.coach import Coach
    from bot.ports import Claims, Clock
    from bot.recall import Held

log = structlog.get_logger("offscript.discord")

INTENTS = discord.Intents(guilds=True, dm_messages=True)
"""Servers we are in, and direct messages to us. No intent needs Discord's leave, and no message in a server is ever read."""
_TELLTALES = ("discord.http", "discord.gateway", "discord.webhook.async")
"""Loggers of discord.py that write whole payloads, drafts among them, at DEBUG."""
TOKEN = "OFFSCRIPT_DISCORD_TOKEN"
"""The variable that holds the token."""
_AUTHENTICATION_FAILED = 4004
_TEXTS = (discord.MessageType.default, discord.MessageType.reply)


class Offscript(discord.AutoShardedClient):
    """Offscript on Discord. It caches no message, so that no draft stays in memory but for the fifteen minutes of its buttons."""

    def __init__(self, dialogue: Dialogue, claims: Claims, **options: Any) -> None:
        """Join the dialogue and what was answered already; `options` are discord.py's own."""
        super().__init__(
            intents=INTENTS,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            **options,
        )
        self.dialogue, self._claims = dialogue, claims
        self.tree = Tree(self, dialogue, claims)

    async def setup_hook(self) -> None:
        """Register the commands where they changed."""
        await synced(self, self.tree)

    async def on_message(self, message: discord.Message) -> None:
        """Answer direct messages of people; never listen in elsewhere."""
        if message.guild is not None or message.author.bot or message.webhook_id or message.type not in _TEXTS:
            return
        metrics.arrived("discord", "message")
        if await self._claims.claim(f"discord:message:{message.id}"):
            await self.dialogue.message(message)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Answer buttons and forms by what they carry, so that those from before a restart work as well. Commands go through the tree."""
        kinds = {discord.InteractionType.component: self.dialogue.press, discord.InteractionType.modal_submit: self.dialogue.submit}
        answer = kinds.get(interaction.type)
        data: Any = interaction.data or {}
        custom_id = str(data.get("custom_id", ""))
        if answer is None or not address.ours(custom_id):
            return
        metrics.arrived("discord", "action" if interaction.type is discord.InteractionType.component else "form")
        if await self._claims.claim(f"discord:interaction:{interaction.id}"):
            await answer(interaction, address.read(custom_id))

    async def on_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:
        """Note that an event was not handled: its name and the type of the error, and no word of what it held."""
        error = sys.exc_info()[1]
        if error is None or lost(error):
            log.error("discord.event_failed", event_name=event_method, error=type(error).__name__)


def build(coach: Coach, held: Held, clock: Clock, claims: Claims | None = None, **options: Any) -> Offscript:
    """Return the client, ready to start; without `claims` it remembers by itself what it answered. `options` are discord.py's own (`shard_count` …)."""
    discreet()
    return Offscript(Dialogue(coach, held), claims or Once(clock), **options)


async def connected(client: discord.AutoShardedClient) -> bool:
    """Tell whether every shard of this client is connected and has heard what it listens to."""
    return client.is_ready() and not client.is_closed() and bool(client.shards) and not any(shard.is_closed() for shard in client.shards.values())


async def start(client: discord.Client, token: str) -> None:
    """Run until cancelled, then close cleanly. Raises WrongToken where Discord refuses the token."""
    try:
        async with client:
            await client.start(token)
    except discord.LoginFailure as error:
        raise WrongToken("Discord", TOKEN) from error
    except discord.ConnectionClosed as error:
        if error.code == _AUTHENTICATION_FAILED:
            raise WrongToken("Discord", TOKEN) from error
        raise


async def run(token: str, coach: Coach, held: Held, clock: Clock, **options: Any) -> None:
    """Build the client and run it until cancelled. Raises WrongToken."""
    await start(build(coach, held, clock, **options), token)


def discreet() -> None:
    """Keep discord.py from writing payloads to a log, whatever level the log is set to."""
    for name in _TELLTALES:
        logger = logging.getLogger(name)
        logger.setLevel(max(logging.INFO, logger.level))
