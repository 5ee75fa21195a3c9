"""A Discord of our own over real sockets: the gateway with its sessions and its troubles, and the part of the REST interface that we use.

What it answers follows Discord's documents (events/gateway, topics/rate-limits, interactions); every body it is sent is held against Discord's OpenAPI description.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import sys
import threading
import time
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yarl
from aiohttp import WSMsgType, web
from discord.gateway import DiscordWebSocket, KeepAliveHandler
from discord.http import Route

from tests.adapters.discord.discord_spec import faults

TOKEN, APP, PERSON, GUILD, CHANNEL, DM = "a.good.token", "700", "42", "81", "91", "92"
"""The guild is on shard 0 of any number of shards: its number shifted by 22 is 0."""
DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
_USER = {"id": APP, "username": "offscript", "discriminator": "0", "avatar": None, "bot": True, "global_name": None}
_SAM = {"id": PERSON, "username": "sam", "discriminator": "0", "avatar": None, "global_name": "Sam"}


@dataclass
class Session:
    """What a session has been told, whether anybody listens or not."""

    id: str
    shard: int
    events: list[dict[str, Any]] = field(default_factory=list)
    socket: web.WebSocketResponse | None = None
    valid: bool = True


@dataclass
class Sent:
    """A request as it came in."""

    method: str
    path: str
    body: Any
    status: int
    at: float


class FakeDiscord:
    """Discord, with what it saw."""

    def __init__(self) -> None:
        self.token, self.shards, self.lanes, self.sessions_left, self.reset_after = TOKEN, 1, 1, 1000, 0
        self.guilds: dict[int, list[str]] = {0: [GUILD]}
        """The servers of each shard at the beginning of a session."""
        self.outage: set[str] = set()
        """Servers that Discord has trouble with: they are named, and nothing more is heard of them."""
        self.interval = 41.25
        self.base = ""
        self.sessions: dict[str, Session] = {}
        self.commands: list[Any] = []
        self.identified: list[tuple[float, int, int]] = []
        self.resumed: list[tuple[float, int, bool]] = []
        self.too_soon: list[float] = []
        self.requests: list[Sent] = []
        self.answers: list[tuple[str, str]] = []
        """What was answered: an interaction's number, or `dm`, and the words."""
        self.hurdles: list[Callable[[str, str], web.Response | None]] = []
        """Each may answer a request (method, path) in Discord's place."""
        self.deaf: set[web.WebSocketResponse] = set()
        """Connections on which nothing is read or said any more."""
        self.spacing = 5.0
        self.acks = True
        self.shut = 0
        """How many attempts to connect are turned away from now on."""
        self.mute = 0
        """How many connections are closed from now on before a word is said."""
        self._ids = itertools.count(1000)
        self._acked: dict[str, str] = {}

    # --- what tests do

    def live(self, shard: int | None = None) -> list[Session]:
        """Return the sessions that somebody listens to."""
        return [s for s in self.sessions.values() if s.valid and s.socket is not None and not s.socket.closed and shard in {None, s.shard}]

    async def until(self, true: Callable[[], object], within: float = 5.0) -> float:
        """Wait until something holds; return how long it took."""
        began = time.monotonic()
        while not true():
            if time.monotonic() - began > within:
                raise TimeoutError
            await asyncio.sleep(0.01)
        return time.monotonic() - began

    async def dispatch(self, kind: str, data: Any, shard: int = 0) -> None:
        """Tell every session of a shard; those that nobody listens to hear it when they are resumed."""
        for session in [s for s in self.sessions.values() if s.valid and s.shard == shard]:
            await self._tell(session, kind, data)

    async def coach(self, draft: str, number: str = "") -> str:
        """Let somebody type `/coach draft: …` in the server; return the interaction's number."""
        number = number or str(next(self._ids))
        await self.dispatch("INTERACTION_CREATE", interaction(number, {"name": "coach", "options": [{"name": "draft", "type": 3, "value": draft}]}))
        return number

    async def dm(self, text: str, number: str = "") -> str:
        """Let somebody write us a direct message; return its number."""
        number = number or str(next(self._ids))
        await self.dispatch("MESSAGE_CREATE", message(number, text, _SAM))
        return number

    async def op(self, op: int, data: Any = None) -> None:
        """Send every listener an op code."""
        for session in self.live():
            assert session.socket is not None
            if op == INVALID and not data:
                session.valid = False
            await session.socket.send_json({"op": op, "d": data, "s": None, "t": None})

    async def close(self, code: int, *, forget: bool = False) -> None:
        """Close every connection with a code; 1006 is what a socket that is cut looks like."""
        for session in self.live():
            assert session.socket is not None
            session.valid = not forget
            if code == 1006:
                transport = session.socket._req.transport if session.socket._req else None
                if transport:
                    transport.abort()
            else:
                await session.socket.close(code=code)

    def answered(self, number: str) -> int:
        return sum(number == each for each, _ in self.answers)

    @property
    def invalid(self) -> int:
        """Return how many requests Discord would count against us."""
        return sum(request.status in {401, 403, 429} for request in self.requests)

    def check(self) -> None:
        """Hold what was sent against Discord's description."""
        found = [fault for sent in self.requests for fault in faults(sent.method, sent.path, sent.body)]
        assert found == []
        assert self.too_soon == []

    # --- the gateway

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        if self.shut:
            self.shut -= 1
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        if self.mute:
            self.mute -= 1
            await socket.close(code=1001)
            return socket
        await socket.send_json({"op": HELLO, "d": {"heartbeat_interval": int(self.interval * 1000)}, "s": None, "t": None})
        async for said in socket:
            if said.type is not WSMsgType.TEXT:
                continue
            if socket in self.deaf:
                await asyncio.Event().wait()
            told = json.loads(said.data)
            if told["op"] == HEARTBEAT and self.acks:
                await socket.send_json({"op": ACK, "d": None, "s": None, "t": None})
            elif told["op"] == IDENTIFY:
                await self._identify(socket, told["d"])
            elif told["op"] == RESUME:
                await self._resume(socket, told["d"])
        return socket

    async def _identify(self, socket: web.WebSocketResponse, asked: dict[str, Any]) -> None:
        now = time.monotonic()
        if asked["token"] != self.token:
            await socket.close(code=4004, message=b"Authentication failed.")
            return
        shard, count = asked.get("shard", [0, 1])
        before = [at for at, other, _ in self.identified if other % self.lanes == shard % self.lanes]
        if before and now - before[-1] < self.spacing:
            self.too_soon.append(now - before[-1])
        self.identified.append((now, shard, count))
        session = Session(f"session-{next(self._ids)}", shard, socket=socket)
        self.sessions[session.id] = session
        ours = self.guilds.get(shard, [])
        ready = {
            "v": 10, "user": _USER, "guilds": [{"id": number, "unavailable": True} for number in ours], "session_id": session.id,
            "resume_gateway_url": self.gateway, "shard": [shard, count], "application": {"id": APP, "flags": 0},
        }  # fmt: skip
        await self._tell(session, "READY", ready)
        for number in ours:
            if number not in self.outage:
                await self._tell(session, "GUILD_CREATE", guild(number))

    async def _resume(self, socket: web.WebSocketResponse, asked: dict[str, Any]) -> None:
        session = self.sessions.get(str(asked["session_id"]))
        good = session is not None and session.valid and asked["token"] == self.token
        self.resumed.append((time.monotonic(), session.shard if session else -1, good))
        if session is None or not good:
            await socket.send_json({"op": INVALID, "d": False, "s": None, "t": None})
            return
        session.socket = socket
        for told in session.events[asked["seq"] or 0 :]:
            await socket.send_json(told)
        await self._tell(session, "RESUMED", {})

    async def _tell(self, session: Session, kind: str, data: Any) -> None:
        told = {"op": DISPATCH, "t": kind, "s": len(session.events) + 1, "d": data}
        session.events.append(told)
        if session.socket is not None and not session.socket.closed and session.socket not in self.deaf:
            try:
                await session.socket.send_json(told)
            except ConnectionError:
                return

    @property
    def gateway(self) -> str:
        return self.base.replace("http", "ws", 1) + "/gateway/"

    # --- the REST interface

    async def _rest(self, request: web.Request) -> web.Response:
        path = request.path.removeprefix("/api/v10")
        body = await _body(request)
        answer = next((found for hurdle in self.hurdles if (found := hurdle(request.method, path)) is not None), None)
        if answer is None:
            by_ticket = path.startswith(("/interactions/", "/webhooks/"))
            good = by_ticket or request.headers.get("Authorization") == f"Bot {self.token}"
            answer = self._answer(request.method, path, body) if good else error(401, 0, "401: Unauthorized")
        self.requests.append(Sent(request.method, path, body, answer.status, time.monotonic()))
        return answer

    def _answer(self, method: str, path: str, body: Any) -> web.Response:  # noqa: PLR0911 - one answer for each route
        match method, path.strip("/").split("/"):
            case "GET", ["users", "@me"]:
                return given(_USER)
            case "GET", ["oauth2", "applications", "@me"]:
                return given(_application())
            case "GET", ["gateway", "bot"]:
                limits = {"total": 1000, "remaining": self.sessions_left, "reset_after": self.reset_after, "max_concurrency": self.lanes}
                return given({"url": self.gateway, "shards": self.shards, "session_start_limit": limits})
            case "GET", ["applications", _, "commands"]:
                return given(self.commands)
            case "PUT", ["applications", _, "commands"]:
                self.commands = [{"description": "", **each, "id": str(next(self._ids)), "application_id": APP, "version": "1"} for each in body]
                return given(self.commands)
            case "POST", ["interactions", number, ticket, "callback"]:
                if number in self._acked:
                    return error(400, 40060, "Interaction has already been acknowledged.")
                self._acked[number] = ticket
                self.answers.append((number, json.dumps(body, ensure_ascii=False)))
                return given({"interaction": {"id": number, "type": 2}})
            case "PATCH", ["webhooks", _, ticket, "messages", "@original"]:
                number = ticket.removeprefix("ticket-")
                self.answers.append((f"{number}:edited", json.dumps(body, ensure_ascii=False)))
                return given(message(str(next(self._ids)), "", _USER))
            case "POST", ["channels", _, "messages"]:
                self.answers.append((str(body.get("message_reference", {}).get("message_id", "dm")), json.dumps(body, ensure_ascii=False)))
                return given(message(str(next(self._ids)), "", _USER))
        return error(404, 0, "404: Not Found")


async def _body(request: web.Request) -> Any:
    if request.content_type.startswith("multipart/"):
        return json.loads((await request.post())["payload_json"])  # type: ignore[arg-type]
    raw = await request.read()
    return json.loads(raw) if raw else None


def given(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Return JSON under the very name that Discord gives it."""
    return web.Response(body=json.dumps(body).encode(), status=status, headers={"Content-Type": "application/json", **(headers or {})})


def error(status: int, code: int, words: str, **headers: str) -> web.Response:
    """Return an error as Discord gives it."""
    return given({"code": code, "message": words}, status=status, headers=headers)


def limited(seconds: float, scope: str = "user") -> web.Response:
    """Return the answer to a request too many; its scope is `user`, `global` or `shared`."""
    headers = {"Retry-After": str(max(1, round(seconds))), "X-RateLimit-Scope": scope, "Via": "1.1 google"}
    if scope == "global":
        headers["X-RateLimit-Global"] = "true"
    body = {"message": "You are being rate limited.", "retry_after": seconds, "global": scope == "global"}
    return given(body, status=429, headers=headers)


def guild(number: str) -> dict[str, Any]:
    return {
        "id": number, "name": "A server", "owner_id": PERSON, "member_count": 2, "members": [], "roles": [], "emojis": [], "stickers": [], "channels": [],
        "threads": [], "presences": [], "voice_states": [], "stage_instances": [], "guild_scheduled_events": [], "features": [], "icon": None, "splash": None,
        "region": "", "afk_timeout": 300, "afk_channel_id": None, "verification_level": 0, "default_message_notifications": 0, "explicit_content_filter": 0,
        "mfa_level": 0, "system_channel_id": None, "system_channel_flags": 0, "rules_channel_id": None, "premium_tier": 0, "preferred_locale": "en-US",
        "nsfw_level": 0, "premium_progress_bar_enabled": False, "large": False, "unavailable": False, "application_id": None, "description": None,
        "banner": None, "vanity_url_code": None, "public_updates_channel_id": None, "discovery_splash": None, "joined_at": "2026-01-01T00:00:00+00:00",
    }  # fmt: skip


def message(number: str, text: str, author: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": number, "channel_id": DM, "author": author, "content": text, "timestamp": "2026-01-01T00:00:00+00:00", "edited_timestamp": None, "tts": False,
        "mention_everyone": False, "mentions": [], "mention_roles": [], "attachments": [], "embeds": [], "pinned": False, "type": 0, "channel_type": 1,
    }  # fmt: skip


def interaction(number: str, data: dict[str, Any], kind: int = 2, **more: Any) -> dict[str, Any]:
    """Return what Discord delivers of somebody's doing in the server."""
    member = {"user": _SAM, "roles": [], "permissions": "0", "joined_at": "2026-01-01T00:00:00+00:00", "deaf": False, "mute": False, "flags": 0}
    return {
        "id": number, "application_id": APP, "type": kind, "token": f"ticket-{number}", "version": 1, "guild_id": GUILD, "channel_id": CHANNEL,
        "channel": {"id": CHANNEL, "type": 0, "name": "general", "position": 0, "permissions": "0"}, "member": member, "locale": "en-US",
        "guild_locale": "en-US", "app_permissions": "0", "entitlements": [], "authorizing_integration_owners": {"0": GUILD}, "context": 0,
        "attachment_size_limit": 1_000_000, "data": {"id": "5", "type": 1, **data} if kind == 2 else data, **more,
    }  # fmt: skip


def _application() -> dict[str, Any]:
    return {
        "id": APP, "name": "Offscript", "icon": None, "description": "", "bot_public": True, "bot_require_code_grant": False, "verify_key": "0" * 64,
        "owner": _SAM, "team": None, "flags": 0, "summary": "", "interactions_endpoint_url": None,
    }  # fmt: skip


@asynccontextmanager
async def discord(made: FakeDiscord | None = None) -> AsyncIterator[FakeDiscord]:
    """Run a Discord, and send our client there."""
    fake = made or FakeDiscord()
    app = web.Application()
    app.router.add_get("/gateway/", fake._gateway)
    app.router.add_route("*", "/api/v10/{rest:.*}", fake._rest)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.base = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[union-attr]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Route, "BASE", f"{fake.base}/api/v10")
        patch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(fake.gateway))
        try:
            yield fake
        finally:
            await runner.cleanup()
            for thread in threading.enumerate():
                if isinstance(thread, KeepAliveHandler):
                    thread.stop()
                    await asyncio.to_thread(thread.join, 2)


@asynccontextmanager
async def hosted(fake: FakeDiscord, *arguments: str, home: Path, **more: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the whole of `offscript …` against a fake Discord, with an empty configuration folder and these variables; what it logs is in the file `log` there."""
    begin = (
        "import yarl; from discord.gateway import DiscordWebSocket; from discord.http import Route; "
        f"Route.BASE = {fake.base + '/api/v10'!r}; DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL({fake.gateway!r}); "
        f"import sys; sys.argv = {['offscript', *arguments]!r}; from adapters.__main__ import main; main()"
    )
    env = {key: value for key, value in os.environ.items() if not {"DISCORD", "SLACK", "COV"} & set(key.split("_"))} | {
        "PYTHONPATH": str(Path(__file__).parents[3]),
        "OFFSCRIPT_DATA_HOME": str(home),
        "OFFSCRIPT_CONFIG_HOME": str(home),
        "OFFSCRIPT_DISCORD_TOKEN": fake.token,
        **more,
    }
    with (home / "log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", begin, cwd=home, env=env, stdin=DEVNULL, stdout=log, stderr=log)
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
