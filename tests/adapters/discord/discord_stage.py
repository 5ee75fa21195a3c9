"""A server, a person, somebody else and Offscript on simcord: an unmodified client, with everything that it sends looked at afterwards."""

from __future__ import annotations

import re
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import simcord
from simcord.actors import _dispatch_actor_interaction
from simcord.backend import serializers

from adapters.discord.client import Shared, build
from adapters.discord.markup import ZERO_WIDTH
from bot.coach import Coach
from bot.ports import Settings
from bot.recall import Held
from tests.adapters.discord.discord_spec import faults
from tests.fakes import FakeClaims, FakeClock, FakeStore

DRAFTS: dict[str, dict[str, Any]] = {
    each["id"]: each for each in tomllib.loads((Path(__file__).parents[2] / "drafts.toml").read_text(encoding="utf-8"))["draft"]
}
INVITE: str = DRAFTS["stock-invite"]["text"]
CIRCULAR: str = DRAFTS["internship-circular"]["text"]
ANSWER = "your counter girl said nobody ever gets to ten stamps, and I have thought of it all week"
SHARED = "at SummitUp; her shop's loyalty cards"
_FENCE = re.compile(r"```\n.*?\n```", re.DOTALL)
_LIVE = re.compile(r"<(?:@|#|/|a?:|t:|id:|https?:)|@everyone|@here|\w://|discord\.gg/|(?<!\\)\]\(|(?<!\\)\|\|")


class Stage:
    """Where the conversations of the tests take place."""

    def __init__(self, env: simcord.Env, settings: Settings, clock: FakeClock) -> None:
        self.env, self.settings, self.clock = env, settings, clock
        env.settle_timeout = 30.0  # machines that run tests are busy, and a real store needs real time
        self.guild = env.create_guild()
        self.channel = self.guild.create_text_channel("general")
        self.user = env.create_user("sam")
        self.person = self.guild.add_member(self.user)
        self.other = self.guild.add_member(env.create_user("ana"))
        self.events: list[tuple[str, Any]] = []
        emit, settled = env.backend.emit, env._settle_internal

        async def soon(**how: Any) -> None:
            await settled(**{"idle": 0.01, **how})

        def emitted(event: str, payload: Any) -> None:
            self.events.append((event, payload))
            emit(event, payload)

        env.backend.emit = emitted  # type: ignore[method-assign]
        env._settle_internal = soon  # type: ignore[method-assign] # a fifth of the pause in which the simulator waits for more

    @property
    def client(self) -> Any:
        return self.env.bot

    async def restart(self) -> None:
        """Start anew with an empty memory; what Discord and the store keep stays."""
        await self.env.restart_bot(client(self.settings, self.clock))

    async def deliver_again(self, kind: str) -> None:
        """Deliver the last event of a kind that a person caused once more."""
        payload = next(p for event, p in reversed(self.events) if event == kind and not p.get("author", {}).get("bot"))
        self.env.backend.emit(kind, payload)
        await self.env.settle()

    async def coach(self, **options: str) -> Any:
        return await self.person.slash(self.channel, "coach", **options)

    async def offscript(self, command: str, **options: str) -> Any:
        """Type `/offscript …` in the server."""
        return await self.person.slash(self.channel, f"offscript {command}", **options)

    async def review(self, draft: str = INVITE, to: str = "Davina", shared: str = SHARED, **more: Any) -> Any:
        """Open the form in the server and send it."""
        opened = await self.coach()
        return await self.person.submit_modal(opened, {"draft": draft, "to": to, "shared": shared, **more})

    async def press(self, result: Any, label: str) -> Any:
        message = getattr(result, "response", None) or getattr(result, "message", None) or result
        where = getattr(message, "channel_id", None) or message.channel.id
        return await (self.user if where == self.user.dm_channel.id else self.person).click(message, label=label)

    async def look_at(self, message: Any) -> Any:
        """Take “Coach this draft” from the menu of a direct message, which the simulator knows in servers only."""
        stored = self.env.backend.get_message(message.channel.id, message.id)
        root = self.env.backend.find_command("Coach this draft", None, type=3)
        assert root is not None
        payload = {str(message.id): dict(serializers.message_payload(self.env.backend, stored))}
        data = {"id": root["id"], "name": root["name"], "type": 3, "target_id": str(message.id), "resolved": {"messages": payload}}
        return await _dispatch_actor_interaction(self.user, 2, self.user.dm_channel, data)

    async def dm(self, text: str = "", to: Any = None, files: tuple[tuple[str, bytes], ...] = ()) -> Any:
        """Send a direct message, and return what came back."""
        channel = self.user.dm_channel
        more: dict[str, Any] = {}
        if to is not None:
            more["reference"] = {"channel_id": str(channel.id), "message_id": str(to.id)}
        if files:
            more["attachments"] = self.env.backend.store_attachments(channel.id, files)
        before = len(channel.history())
        await self.user.send_dm(text, **more)
        answers = [message for message in channel.history()[before:] if message.author.bot]
        assert len(answers) <= 1
        return Said(self, answers[0]) if answers else None

    def sent(self) -> list[Any]:
        """Return the bodies of everything that was posted."""
        bodies = []
        for request in self.env.http_requests:
            body = request.json or {}
            if request.method in {"POST", "PATCH"} and isinstance(body, dict):
                bodies.append(body.get("data", body) or {})
        return bodies

    def check(self) -> None:
        """Hold everything that was sent against Discord's description, and see that nothing in it is live."""
        found = [fault for r in self.env.http_requests for fault in faults(r.method, r.path, r.json)]
        assert found == [], "\n".join(found)
        for body in self.sent():
            if body.get("components") and "title" not in body:
                assert body["allowed_mentions"]["parse"] == []
                assert not body["allowed_mentions"].get("replied_user")
            for words in texts(body.get("components", ())):
                assert _LIVE.search(_FENCE.sub("", words)) is None, words


class Said:
    """A message of ours in a direct message, as the simulator keeps it."""

    def __init__(self, stage: Stage, message: Any) -> None:
        self.id, self.channel_id = message.id, message.channel.id
        self.reference = message.reference
        self.components = [dict(each) for each in stage.env.backend.get_message(self.channel_id, self.id).components]
        self.message = message


def texts(components: Any) -> list[str]:
    return [c["content"] for c in components if c.get("type") == 10]


def words(result: Any) -> str:
    """Return what a reply says, as it is read: without backslashes and zero-width marks."""
    message = result.response if hasattr(result, "response") else result
    shown = "\n".join(texts(message.components)).replace(ZERO_WIDTH, "")
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", shown)


def labels(result: Any) -> list[str]:
    message = result.response if hasattr(result, "response") else result
    return [button["label"] for row in message.components if row["type"] == 1 for button in row["components"]]


def client(settings: Settings, clock: FakeClock) -> Any:
    return build(Coach(settings, clock, where="discord", command="/coach"), Held(clock), Shared(FakeClaims()), shard_count=1)


@asynccontextmanager
async def playing(settings: Settings | None = None) -> AsyncIterator[Stage]:
    settings, clock = settings or FakeStore(), FakeClock()
    async with simcord.run(client(settings, clock)) as env:
        stage = Stage(env, settings, clock)
        yield stage
        stage.check()
