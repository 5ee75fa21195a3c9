"""A small Slack of our own, over real sockets: what no simulator models is here (redelivery, the five uses of a response_url, triggers that die, disconnects).

Shapes of envelopes and answers are those of Slack's documentation. It drives the app the way a person does and remembers everything that it was sent.
"""

from __future__ import annotations

import asyncio
import hmac
import itertools
import json
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SECRET, BOT, APP = "signing-secret-canary", "xoxb-token-canary", "xapp-token-canary"
TEAM, ME, OTHER, BOT_USER, BOT_ID = "T1", "U1", "U2", "UBOT", "BBOT"
DM = "D1"
CLIENT, CLIENT_SECRET = "client-id", "client-secret-canary"
USES, LIFE, TRIGGER = 5, 1800.0, 3.0
Json = dict[str, Any]


def error(name: str) -> Json:
    return {"ok": False, "error": name}


@dataclass
class Shown:
    """Something that a person sees: a message, an ephemeral answer or a view."""

    payload: Json
    kind: str
    channel: str = "C1"

    @property
    def blocks(self) -> list[Json]:
        return self.payload.get("blocks") or []

    def lines(self) -> list[str]:
        """Return what stands there, top to bottom."""
        out = []
        for block in self.blocks:
            if block["type"] in {"section", "header"}:
                out.append(block["text"]["text"])
            elif block["type"] == "context":
                out += [element["text"] for element in block["elements"]]
            elif block["type"] == "input":
                element = block["element"]
                out.append(
                    f"<{block['label']['text']}> {element.get('initial_value', '') or (element.get('initial_option') or {}).get('text', {}).get('text', '')}".rstrip()
                )
            elif block["type"] == "data_visualization":
                out += [block["title"], *(f"{each['name']}: {[point['value'] for point in each['data']]}" for each in block["chart"]["series"])]
            elif block["type"] == "rich_text":
                out += [part["text"] for element in block["elements"] for part in element["elements"]]
            elif block["type"] == "actions":
                out.append(" ".join(f"[{element['text']['text']}]" for element in block["elements"]))
        return out

    def text(self) -> str:
        return "\n".join(self.lines())

    def button(self, label: str) -> Json:
        found = [e for b in self.blocks if b["type"] == "actions" for e in b["elements"] if e["text"]["text"] == label]
        assert found, f"no button {label!r} in {self.text()}"
        return found[0]

    def value(self, key: str) -> str:
        """Return what a field of the form holds at first."""
        found = [b["element"] for b in self.blocks if b["type"] == "input" and b["block_id"].startswith(f"{key}:")]
        assert found, f"no field {key!r}"
        return found[0].get("initial_value", "")


@dataclass
class FakeSlack:
    """One workspace with one person, one bot and one direct message between them; more where tests let the app be installed more often.

    `team` is where the person is just now, or `grid` the organisation; each token is known with whose it is, and `wrong` lists what one team's token did in another.
    """

    team: str = TEAM
    grid: str = ""
    tokens: dict[str, str] = field(default_factory=lambda: {BOT: TEAM})
    dead: set[str] = field(default_factory=set)
    codes: dict[str, Json] = field(default_factory=dict)
    refreshes: dict[str, str] = field(default_factory=dict)
    scopes: str = "commands,chat:write,im:history"
    places: dict[str, str] = field(default_factory=dict)
    wrong: list[tuple[str, str, str]] = field(default_factory=list)
    homes_of: dict[str, list[Json]] = field(default_factory=dict)
    url: str = ""
    now: float = field(default_factory=time.time)
    bot_url: str = ""
    calls: list[tuple[str, Json]] = field(default_factory=list)
    acks: list[Json] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    messages: dict[str, list[Json]] = field(default_factory=dict)
    ephemeral: list[Shown] = field(default_factory=list)
    views: list[Json] = field(default_factory=list)
    homes: list[Json] = field(default_factory=list)
    failing: dict[str, list[Json | int]] = field(default_factory=dict)
    triggers: dict[str, float] = field(default_factory=dict)
    urls: dict[str, tuple[float, int, str]] = field(default_factory=dict)
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    waiting: dict[str, asyncio.Future[Json]] = field(default_factory=dict)
    away: bool = False
    after: int = 1
    again: list[Json] = field(default_factory=list)
    tried: list[float] = field(default_factory=list)
    count: Any = field(default_factory=lambda: itertools.count(1))

    # --- the Web API

    def routes(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._call)
        app.router.add_post("/respond/{id}", self._respond)
        app.router.add_get("/link", self._link)
        return app

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        data: Json = {**request.query}
        if request.can_read_body:
            data |= await request.json() if request.content_type == "application/json" else dict(await request.post())
        self.calls.append((method, data))
        if self.failing.get(method):
            broken = self.failing[method].pop(0)
            self.tried.append(time.monotonic())
            headers = {"Retry-After": str(self.after)}
            if isinstance(broken, int):
                return web.json_response(error("ratelimited"), status=broken, headers=headers)
            return web.json_response(broken, headers=headers if broken.get("error") == "ratelimited" else {})
        if method == "oauth.v2.access":
            assert not request.query, "a secret in an address"
            allowed = (data.pop("client_id"), data.pop("client_secret")) == (CLIENT, CLIENT_SECRET)
            return web.json_response(self._exchange(data) if allowed else error("bad_client_secret"))
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token in self.dead or token not in ({APP} if method == "apps.connections.open" else self.tokens):
            return web.json_response(error("account_inactive" if token in self.dead else "invalid_auth"))
        whose = self.tokens.get(token, "")
        places = {str(place) for place in (data.get("channel"), data.get("trigger_id")) if place}
        self.wrong += [(method, whose, place) for place in places if self.places.get(place, whose) != whose]
        if method == "auth.test":
            return web.json_response(self._whose(whose), headers={"x-oauth-scopes": self.scopes})
        answer = getattr(self, f"api_{method.replace('.', '_')}", lambda _: error("unknown_method"))(data)
        if method == "views.publish":
            self.homes_of.setdefault(whose, []).append(data["view"])
        return web.json_response(answer, headers={"x-oauth-scopes": self.scopes})

    def allowed(self, team: str, *, grid: bool = False, lasts: int = 0, installer: str = ME, scopes: str = "") -> str:
        """Allow an installation into a team or an organisation; return the code that the browser brings back. `lasts` is how long its tokens do, in seconds."""
        code = f"code-canary-{next(self.count)}"
        self.codes[code] = {
            "app_id": "A1", "team": None if grid else {"id": team, "name": "Acme"}, "enterprise": {"id": team} if grid else None, "is_enterprise_install": grid,
            "authed_user": {"id": installer}, "scope": scopes or self.scopes, "token_type": "bot", "bot_user_id": f"UBOT{team}", "lasts": lasts,
        }  # fmt: skip
        return code

    def _exchange(self, data: Json) -> Json:
        if data.get("grant_type") == "refresh_token":
            team = self.refreshes.pop(data["refresh_token"], "")
            return {"ok": True, **self._token(team, 43_200)} if team else error("invalid_refresh_token")
        given = self.codes.pop(data.get("code", ""), None)
        if given is None:
            return error("invalid_code")
        team = (given["enterprise"] or given["team"])["id"]
        return {"ok": True, **given, **self._token(team, given["lasts"])}

    def _token(self, team: str, lasts: int) -> Json:
        number = next(self.count)
        token, refresh = f"xoxe.xoxb-token-canary-{number}", f"xoxe-1-token-canary-{number}"
        self.tokens[token] = team
        if not lasts:
            return {"access_token": token}
        self.refreshes[refresh] = team
        return {"access_token": token, "refresh_token": refresh, "expires_in": lasts}

    def _whose(self, team: str) -> Json:
        if team == TEAM and BOT in self.tokens:
            return self.api_auth_test({})
        return {"ok": True, "url": self.url, "team_id": team, "user_id": f"UBOT{team}", "user": "offscript", "bot_id": f"BBOT{team}"}

    @property
    def dm(self) -> str:
        """The direct message where the person is just now."""
        channel = DM if self.team == TEAM else f"D{self.team}"
        self.places[channel] = self.grid or self.team
        return channel

    def api_auth_test(self, _: Json) -> Json:
        return {"ok": True, "url": self.url, "team_id": TEAM, "team": "Acme", "user_id": BOT_USER, "user": "offscript", "bot_id": BOT_ID}

    def api_apps_connections_open(self, _: Json) -> Json:
        if self.away:
            return error("internal_error")
        return {"ok": True, "url": f"{self.url.replace('http', 'ws')}/link"}

    def api_chat_postMessage(self, data: Json) -> Json:  # noqa: N802 - Slack's own spelling
        posted = {"type": "message", "user": BOT_USER, "bot_id": BOT_ID, "ts": self._ts(), **data}
        self.messages.setdefault(data["channel"], []).append(posted)
        return {"ok": True, "channel": data["channel"], "ts": posted["ts"], "message": posted}

    def api_conversations_replies(self, data: Json) -> Json:
        found = [m for m in self.messages.get(data["channel"], []) if data["ts"] in {m["ts"], m.get("thread_ts")}]
        return {"ok": True, "messages": found} if found else error("thread_not_found")

    def api_views_open(self, data: Json) -> Json:
        return self._view(data, on=[])

    def api_views_push(self, data: Json) -> Json:
        return self._view(data, on=self.views)

    def api_views_update(self, data: Json) -> Json:
        self.views[-1] = {**data["view"], "id": data["view_id"]}
        return {"ok": True, "view": self.views[-1]}

    def api_views_publish(self, data: Json) -> Json:
        self.homes.append(data["view"])
        return {"ok": True, "view": data["view"]}

    def _view(self, data: Json, on: list[Json]) -> Json:
        if self.now > self.triggers.pop(data["trigger_id"], 0.0):
            return error("expired_trigger_id")
        if len(on) > 2:
            return error("push_limit_reached")
        self.views = [*on, {**data["view"], "id": f"V{next(self.count)}", "hash": f"{next(self.count)}.hash"}]
        return {"ok": True, "view": self.views[-1]}

    async def _respond(self, request: web.Request) -> web.Response:
        name = request.match_info["id"]
        until, left, channel = self.urls.get(name, (0.0, 0, ""))
        data = await request.json()
        self.calls.append(("response_url", data))
        if self.failing.get("response_url"):
            self.tried.append(time.monotonic())
            return web.Response(status=int(self.failing["response_url"].pop(0)), text="no", headers={"Retry-After": str(self.after)})  # type: ignore[arg-type]
        if self.now > until or left < 1:
            return web.Response(status=404, text="used_url")
        self.urls[name] = (until, left - 1, channel)
        assert data.get("response_type") == "ephemeral", "an answer that others would see"
        assert data.get("replace_original") is False
        self.ephemeral.append(Shown(data, "ephemeral", channel))
        return web.Response(text="ok")

    # --- Socket Mode

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A1"}, "debug_info": {}})
        async for frame in socket:
            answer = json.loads(frame.data) if frame.type is aiohttp.WSMsgType.TEXT else {}
            future = self.waiting.get(answer.get("envelope_id", ""))
            if future and not future.done():
                future.set_result(answer.get("payload") or {})
        self.sockets.remove(socket)
        return socket

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Send the frame that tells the app to come back on a new connection, and close this one."""
        before = self.sockets[-1]
        await before.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})
        await self.back(before)

    async def back(self, before: web.WebSocketResponse, within: float = 10.0) -> float:
        """Wait until the app has another connection than this one; return after how many seconds."""
        began = time.monotonic()
        while time.monotonic() - began < within:
            await asyncio.sleep(0.02)
            if self.sockets and self.sockets[-1] is not before:
                return time.monotonic() - began
        raise AssertionError("the app did not come back")

    async def hang_up(self) -> float:
        """Close the connection as Slack does at its end."""
        before = self.sockets[-1]
        await before.close()
        return await self.back(before)

    async def reset(self) -> float:
        """Tear the connection down without a word."""
        before = self.sockets[-1]
        transport = before._req.transport  # type: ignore[union-attr]
        assert transport
        transport.abort()
        return await self.back(before)

    async def freeze(self) -> float:
        """Hear nothing any more and answer no ping, with the connection open."""
        before = self.sockets[-1]
        transport: Any = before._req.transport  # type: ignore[union-attr]
        transport.pause_reading()
        took = await self.back(before)
        transport.abort()
        return took

    # --- deliveries

    async def deliver(self, kind: str, body: Json, path: str = "/slack/events") -> Json:
        """Send something to the app, over its socket or its HTTP front, and return what it acknowledged with."""
        ack = await (self._over_http(kind, body, path) if self.bot_url else self._over_socket(kind, body))
        self.acks.append(ack)
        return ack

    async def _over_socket(self, kind: str, body: Json) -> Json:
        envelope = f"E{next(self.count)}"
        self.waiting[envelope] = asyncio.get_running_loop().create_future()
        types = {"command": "slash_commands", "event": "events_api"}
        await self.sockets[-1].send_json(
            {"envelope_id": envelope, "type": types.get(kind, "interactive"), "payload": body, "accepts_response_payload": True}
        )
        return await asyncio.wait_for(self.waiting[envelope], 10)

    async def _over_http(self, kind: str, body: Json, path: str) -> Json:
        as_json = kind == "event"
        raw = json.dumps(body).encode() if as_json else urlencode(body if kind == "command" else {"payload": json.dumps(body)}).encode()
        headers = {"Content-Type": "application/json" if as_json else "application/x-www-form-urlencoded", **signed(raw)}
        async with aiohttp.ClientSession() as session, session.post(self.bot_url + path, data=raw, headers=headers) as answer:
            self.statuses.append(answer.status)
            assert answer.status in {200, 424}, await answer.text()
            text = await answer.text()
            return json.loads(text) if text.startswith("{") else {}

    def _about(self, user: str = ME) -> Json:
        trigger, name = f"{next(self.count)}.trigger", str(next(self.count))
        self.places[trigger] = self.grid or self.team
        self.triggers[trigger] = self.now + TRIGGER
        self.urls[name] = (self.now + LIFE, USES, "C1")
        return {
            "trigger_id": trigger,
            "response_url": f"{self.url}/respond/{name}",
            "user": {"id": user, "team_id": self.team},
            "team": {"id": self.team},
            "api_app_id": "A1",
            **self._wide(),
        }

    def _wide(self) -> Json:
        return {"enterprise": {"id": self.grid}, "enterprise_id": self.grid, "is_enterprise_install": True} if self.grid else {}

    def _ts(self) -> str:
        return f"{int(self.now)}.{next(self.count):06d}"

    # --- what a person does

    async def command(self, text: str, command: str = "/coach", *, times: int = 1) -> Shown | None:
        """Type a slash command; return the ephemeral answer."""
        about = self._about()
        body = {
            "command": command,
            "text": text,
            "user_id": ME,
            "team_id": self.team,
            "channel_id": "C1",
            "trigger_id": about["trigger_id"],
            "response_url": about["response_url"],
            "api_app_id": "A1",
            **({"enterprise_id": self.grid, "is_enterprise_install": "true"} if self.grid else {}),
        }
        acks = [await self.deliver("command", body) for _ in range(times)]
        answers = [ack for ack in acks if ack]
        assert len(answers) <= 1, "answered twice"
        if not answers:
            return None
        assert answers[0]["response_type"] == "ephemeral"
        return Shown(answers[0], "ephemeral")

    async def press(self, shown: Shown, label: str, *, view: Json | None = None, values: Json | None = None, times: int = 1) -> None:
        """Press a button of something that is shown."""
        action = {**shown.button(label), "type": "button", "action_ts": self._ts()}
        body = {"type": "block_actions", **self._about(), "actions": [action], "channel": {"id": shown.channel}}
        if shown.kind == "view":
            body["view"] = {**(view or self.views[-1]), "state": {"values": self._state(view or self.views[-1], values or {})}}
            del body["channel"], body["response_url"]
        elif shown.kind == "home":
            body["view"] = {**shown.payload, "id": "VH"}
            del body["channel"], body["response_url"]
        elif shown.kind == "ephemeral":
            body["container"] = {"type": "message", "message_ts": self._ts(), "channel_id": shown.channel, "is_ephemeral": True}
        else:
            body["container"] = {"type": "message", "message_ts": shown.payload["ts"], "channel_id": shown.channel, "is_ephemeral": False}
            body["message"] = shown.payload
        for _ in range(times):
            await self.deliver("action", body)

    def _state(self, view: Json, values: Json) -> Json:
        out: Json = {}
        for block in view["blocks"]:
            if block["type"] != "input":
                continue
            element, key = block["element"], block["block_id"].partition(":")[0]
            if element["type"] == "static_select":
                value = {
                    "type": "static_select",
                    "selected_option": next((o for o in element["options"] if o["value"] == values.get(key)), element.get("initial_option")),
                }
            elif element["type"] == "users_select":
                value = {"type": "users_select", "selected_user": values.get(key)}
            else:
                typed = values.get(key, element.get("initial_value"))
                assert len(typed or "") <= element.get("max_length", 3000), f"{key} takes {element.get('max_length')}"
                value = {"type": "plain_text_input", "value": typed or None}
            out[block["block_id"]] = {element["action_id"]: value}
        return out

    async def submit(self, *, times: int = 1, **values: str) -> Json:
        """Send the form on top; return the view that comes up in it, or what it answers."""
        view = self.views[-1]
        body = {"type": "view_submission", **self._about(), "view": {**view, "state": {"values": self._state(view, values)}}}
        answers = [await self.deliver("view", body) for _ in range(times)]
        answer = answers[0]
        self.again = answers[1:]
        if answer.get("response_action") == "update":
            self.views[-1] = {**answer["view"], "id": view["id"], "hash": f"{next(self.count)}.hash"}
        return answer

    def form(self) -> Shown:
        assert self.views, "no form is open"
        return Shown(self.views[-1], "view")

    async def write(self, text: str, thread: str = "", *, times: int = 1, **more: Any) -> Json:
        """Write to the bot in the direct message; return the message."""
        message = {
            "type": "message",
            "user": ME,
            "channel": self.dm,
            "channel_type": "im",
            "text": text,
            "ts": self._ts(),
            **({"thread_ts": thread} if thread else {}),
            **more,
        }
        self.messages.setdefault(self.dm, []).append(message)
        await self.happen(message, times=times)
        return message

    async def happen(self, event: Json, *, times: int = 1, event_id: str = "", at: int = 0) -> None:
        """Deliver an event, more than once where Slack thinks that it was not heard."""
        body = {
            "type": "event_callback",
            "team_id": self.team,
            "api_app_id": "A1",
            "event": event,
            "event_id": f"Ev{next(self.count)}",
            "event_time": int(self.now),
        }
        if event["type"] not in {"app_uninstalled", "tokens_revoked"}:
            whose = {"team_id": None if self.grid else self.team, "enterprise_id": self.grid or None}
            body["authorizations"] = [{**whose, "user_id": BOT_USER, "is_bot": True, "is_enterprise_install": bool(self.grid)}]
        elif self.grid:
            body |= {"team_id": None, "enterprise_id": self.grid}
        body |= {key: value for key, value in {"event_id": event_id, "event_time": at}.items() if value}
        for _ in range(times):
            await self.deliver("event", body)

    async def shortcut(self, message: Json | None = None) -> None:
        """Use a shortcut: on a message, or the global one."""
        about = self._about()
        if message is None:
            del about["response_url"]
            await self.deliver("shortcut", {"type": "shortcut", "callback_id": "coach_draft", **about})
        else:
            await self.deliver(
                "shortcut",
                {
                    "type": "message_action",
                    "callback_id": "coach_message",
                    **about,
                    "message": message,
                    "channel": {"id": "C1"},
                    "message_ts": message.get("ts", "1.0"),
                },
            )

    def thread(self, ts: str) -> list[Shown]:
        """Return what the bot said in a thread."""
        return [Shown(m, "message", self.dm) for m in self.messages.get(self.dm, []) if m.get("thread_ts") == ts and m.get("bot_id")]

    def sent(self) -> list[tuple[str, Json]]:
        """Return every message and view that was sent to anybody, with its kind."""
        out = [(method, data) for method, data in self.calls if method in {"chat.postMessage", "response_url"}]
        out += [("view", data["view"]) for _, data in self.calls if "view" in data]
        out += [("view", ack["view"]) for ack in self.acks if "view" in ack]
        return out + [("ack", ack) for ack in self.acks if "blocks" in ack]


def signed(raw: bytes, stamp: float | None = None, secret: str = SECRET) -> dict[str, str]:
    """Return the headers with which Slack signs a body."""
    at = str(int(stamp if stamp is not None else time.time()))
    made = hmac.new(secret.encode(), f"v0:{at}:".encode() + raw, sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={made}"}


@asynccontextmanager
async def running() -> AsyncIterator[FakeSlack]:
    """Run the fake on the loopback."""
    fake = FakeSlack()
    server = TestServer(fake.routes())
    await server.start_server()
    fake.url = str(server.make_url("")).rstrip("/")
    try:
        yield fake
    finally:
        await server.close()
