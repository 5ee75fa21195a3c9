"""The client: who we are on Discord's gateway, what we listen to (direct messages and what is put to us, nothing else), and how we start and stop."""

from __future__ import annotations

import asyncio
import logging
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import discord
import structlog
from discord.gateway import ReconnectWebSocket

from adapters import metrics
from adapters.discord import address
from adapters.discord.commands import Tree
from adapters.discord.delivery import lost
from adapters.discord.dialogue import Dialogue
from adapters.discord.footing import steady
from adapters.discord.registry import synced
from adapters.discord.tongues import Tongues
from adapters.discord.turns import Turns
from adapters.discord.watch import Watch
from bot.errors import TurnedAway, WrongToken

if TYPE_CHECKING:
    from collections.abc import Callable

    import yarl

    from adapters.discord.servers import Servers
    from bot.coach import Coach
    from bot.ports import Claims, Leases
    from bot.recall import Held

log = structlog.get_logger("offscript.discord")

INTENTS = discord.Intents(guilds=True, dm_messages=True)
"""Servers we are in, and direct messages to us. No intent needs Discord's leave, and no message in a server is ever read."""
_TELLTALES = ("discord.http", "discord.gateway", "discord.webhook.async")
"""Loggers of discord.py that write whole payloads, drafts among them, at DEBUG."""
TOKEN = "OFFSCRIPT_DISCORD_TOKEN"
"""The variable that holds the token."""
_AUTHENTICATION_FAILED, _NO_LEAVE = 4004, 4014
_CURES = {
    4010: "There is no such shard: see to it that every process is given a part of the same number of shards (--shards 0-3/16).",
    4011: "One shard has 2,500 servers at most: start again without --shards, or with a larger number of shards everywhere (docs/deploy-discord.md).",
    4012: "This version of Offscript speaks a language that Discord no longer does: bring discord.py up to date.",
    _NO_LEAVE: "Offscript asks for nothing that needs leave: bring it up to date, and look at the application in the Developer Portal.",
}
_CURE = "Bring Offscript up to date; if that changes nothing, tell its authors."
_BACK = 1.0
"""Seconds until a client that lost its footing is made anew."""
_TEXTS = (discord.MessageType.default, discord.MessageType.reply)


@dataclass(frozen=True, slots=True)
class Shared:
    """What several processes on one store have in common; one process alone needs none of it."""

    claims: Claims
    """Who answers a delivery that reaches several of us."""
    leases: Leases | None = None
    """Who may register commands or begin a session now."""
    servers: Servers | None = None
    """How servers that removed us are forgotten; they outlive the client."""
    turns: Turns = field(default_factory=Turns)
    """When a session may begin; it outlives the client."""


class Offscript(discord.AutoShardedClient):
    """Offscript on Discord. It caches no message, so that no draft stays in memory but for the fifteen minutes of its buttons."""

    def __init__(self, dialogue: Dialogue, shared: Shared, **options: Any) -> None:
        """Join the dialogue and what processes share; `options` are discord.py's own."""
        self.watch = Watch()
        super().__init__(
            intents=INTENTS,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            **{"http_trace": self.watch.trace, "shard_connect_timeout": None, **options},
        )
        self.dialogue, self._shared = dialogue, shared
        self.tree = Tree(self, dialogue, shared.claims)
        if shared.servers:
            shared.servers.listen(self._connection.parsers)

    async def setup_hook(self) -> None:
        """Register the commands where they changed."""
        await self.tree.set_translator(Tongues())
        await synced(self, self.tree, self._shared.leases)

    async def connect(self, *, reconnect: bool = True) -> None:
        """Learn how many sessions may begin, and begin ours."""
        await self._shared.turns.prepare(self)
        await super().connect(reconnect=reconnect)

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        """Open the connection of a shard when its turn is near, so that it does not die of waiting."""
        await self._shared.turns.queue(shard_id)
        await super().launch_shard(gateway, shard_id, initial=initial)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for the turn to begin a session, among all shards of all processes."""
        del initial
        await self._shared.turns.take(shard_id or 0)

    async def on_message(self, message: discord.Message) -> None:
        """Answer direct messages of people; never listen in elsewhere."""
        if message.guild is not None or message.author.bot or message.webhook_id or message.type not in _TEXTS:
            return
        metrics.arrived("discord", "message")
        if await self._shared.claims.claim(f"discord:message:{message.id}"):
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
        if await self._shared.claims.claim(f"discord:interaction:{interaction.id}"):
            await answer(interaction, address.read(custom_id))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Forget a server that removed us; one that Discord has trouble with is none, and never comes here."""
        if self._shared.servers:
            await self._shared.servers.left(guild.id)

    async def on_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:
        """Note that an event was not handled: its name and the type of the error, and no word of what it held."""
        error = sys.exc_info()[1]
        if error is None or lost(error):
            log.error("discord.event_failed", event_name=event_method, error=type(error).__name__)


def build(coach: Coach, held: Held, shared: Shared, **options: Any) -> Offscript:
    """Return the client, ready to start; `options` are discord.py's own (`shard_count` …)."""
    discreet()
    steady()
    return Offscript(Dialogue(coach, held), shared, **options)


async def connected(client: discord.AutoShardedClient) -> bool:
    """Tell whether every shard of this client is connected and has heard what it listens to."""
    return client.is_ready() and not client.is_closed() and bool(client.shards) and not any(shard.is_closed() for shard in client.shards.values())


async def start(client: Offscript, token: str) -> None:
    """Run until cancelled, then close cleanly. Raises WrongToken where Discord refuses the token, at start or later, and TurnedAway where it closes for good."""
    try:
        async with client:
            await _until_refused(client, token)
    except discord.LoginFailure as error:
        raise WrongToken("Discord", TOKEN) from error
    except discord.PrivilegedIntentsRequired as error:
        raise TurnedAway("Discord", _NO_LEAVE, _CURES[_NO_LEAVE]) from error
    except discord.ConnectionClosed as error:
        if error.code == _AUTHENTICATION_FAILED:
            raise WrongToken("Discord", TOKEN) from error
        raise TurnedAway("Discord", error.code, _CURES.get(error.code, _CURE)) from error


async def _until_refused(client: Offscript, token: str) -> None:
    """Run the client until it ends, or until Discord refuses the token in any answer: whoever goes on asking is banned."""
    running = asyncio.create_task(client.start(token), name="discord client")
    refused = asyncio.create_task(client.watch.refused.wait())
    try:
        await asyncio.wait({running, refused}, return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            raise WrongToken("Discord", TOKEN)
        await running
    finally:
        await client.close()  # first: discord.py swallows a cancellation while it connects, and goes on unless it is closed
        refused.cancel()
        running.cancel()
        await asyncio.wait({running, refused})


async def run(make: Callable[[], Offscript], token: str) -> None:
    """Make the client and run it until cancelled; one that loses its footing between two sessions is made anew. Raises WrongToken, TurnedAway."""
    while True:
        try:
            await start(make(), token)
        except ReconnectWebSocket:
            log.warning("discord.anew")
            await asyncio.sleep(_BACK)
        else:
            return


def discreet() -> None:
    """Keep discord.py from writing payloads to a log, whatever level the log is set to."""
    for name in _TELLTALES:
        logger = logging.getLogger(name)
        logger.setLevel(max(logging.INFO, logger.level))
