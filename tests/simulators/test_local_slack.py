"""The whole process against local-slack, a Slack that nobody here wrote, in both modes: `pytest -m simulator`, with LOCAL_SLACK naming its program.

It listens on every address, so run it in a network of its own (`unshare -rn`); .ci/run does.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.adapters.slack.fake_slack import Shown

pytestmark = pytest.mark.simulator
ROOT = Path(__file__).parents[2]
PORT, BOT_PORT = 3117, 3118
HERE = f"http://127.0.0.1:{PORT}"
TOKENS = {"OFFSCRIPT_SLACK_BOT_TOKEN": "xoxb-coach", "OFFSCRIPT_SLACK_SIGNING_SECRET": "signing-secret"}
INVITE = "Hi Davina,\n\nGreat meeting you! I'd like to add you to my professional network.\n\nBest,\nSam"
ANSWER = "your counter girl said nobody ever gets to ten stamps"
Json = dict[str, Any]


class Person:
    """Somebody at the simulator's own user interface."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self.messages: list[Json] = []
        self.stack: list[Json] = []
        self.errors: Json = {}
        self.home: Json = {}

    async def until(self, found: Callable[[], Any]) -> Any:
        """Read what the interface is told until something is there."""
        async with asyncio.timeout(20):
            while not found():
                told = json.loads((await self._socket.receive()).data)
                kind = told.get("t")
                if kind == "message":
                    self.messages.append(told["message"])
                elif kind == "view":
                    self.stack = told.get("stack") or []
                elif kind == "view_errors":
                    self.errors = told.get("errors") or {}
                elif kind == "home":
                    self.home = told["view"]
        return found()

    async def say(self, kind: str, **more: Any) -> None:
        await self._socket.send_json({"t": kind, "user": "U1", **more})

    async def command(self, text: str) -> Shown:
        await self.say("slash_command", channel="C1", command="/coach", text=text)
        return await self.shown()

    async def shown(self, *, view: bool = False) -> Shown:
        """Return the next thing that the bot shows."""
        if view:
            return Shown(await self.until(lambda: self.stack[-1] if self.stack else None), "view")
        seen = len(self.messages)
        return Shown(await self.until(lambda: next((m for m in self.messages[seen:] if m.get("blocks") and m.get("user") != "U1"), None)), "message")

    async def press(self, shown: Shown, label: str) -> None:
        button = shown.button(label)
        await self.say(
            "block_action", channel=shown.payload["channel"], messageTs=shown.payload["ts"], appId="A1", action={**button, "type": "button"}
        )

    async def submit(self, **typed: str) -> None:
        view, self.stack = self.stack[-1], []
        values: Json = {}
        for block in view["blocks"]:
            if block["type"] != "input":
                continue
            key, element = block["block_id"].partition(":")[0], block["element"]
            if element["type"] == "static_select":
                values[block["block_id"]] = {element["action_id"]: {"type": "static_select", "selected_option": element["initial_option"]}}
            else:
                values[block["block_id"]] = {
                    element["action_id"]: {"type": "plain_text_input", "value": typed.get(key, element.get("initial_value"))}
                }
        await self.say("view_submit", values=values)


@asynccontextmanager
async def process(*arguments: str, env: dict[str, str] | None = None, log: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    with log.open("wb") as out:
        made = await asyncio.create_subprocess_exec(
            *arguments, env={**os.environ, **(env or {})}, stdin=asyncio.subprocess.DEVNULL, stdout=out, stderr=out, cwd=log.parent
        )
    try:
        yield made
    finally:
        if made.returncode is None:
            made.kill()
        await made.wait()


@asynccontextmanager
async def at_work(mode: str, folder: Path) -> AsyncIterator[tuple[Person, asyncio.subprocess.Process]]:
    """Start the simulator and `offscript serve`, and sit down at the interface."""
    app = {
        "appId": "A1",
        "botUserId": "UBOT",
        "botName": "offscript",
        "botToken": "xoxb-coach",
        "appToken": "xapp-coach",
        "signingSecret": "signing-secret",
    }
    app |= {"mode": mode, **({"requestUrl": f"http://127.0.0.1:{BOT_PORT}/slack/events"} if mode == "events" else {})}
    channels = [{"id": "C1", "name": "general", "members": ["U1", "UBOT"]}]
    config = folder / "slack.json"
    config.write_text(
        json.dumps({"workspace": {"teamId": "T1", "name": "Acme"}, "app": app, "users": [{"id": "U1", "name": "sam"}], "channels": channels}),
        encoding="utf-8",
    )
    tokens = {
        **TOKENS,
        "OFFSCRIPT_SLACK_API_URL": f"{HERE}/api/",
        "OFFSCRIPT_DATA_HOME": str(folder),
        "OFFSCRIPT_CONFIG_HOME": str(folder),
        "PORT": str(BOT_PORT),
        "OFFSCRIPT_HOST": "127.0.0.1",
        "PYTHONPATH": str(ROOT),
    }
    tokens |= {"OFFSCRIPT_SLACK_APP_TOKEN": "xapp-coach"} if mode == "socket" else {}
    slack = process(os.environ["LOCAL_SLACK"], "--config", str(config), "--port", str(PORT), "--base-host", "127.0.0.1", log=folder / "slack.log")
    async with slack, aiohttp.ClientSession() as session:
        await answering(session, f"{HERE}/_control/state")
        async with process(sys.executable, "-P", "-m", "adapters", "serve", env=tokens, log=folder / "bot.log") as bot:
            await answering(session, f"http://127.0.0.1:{BOT_PORT}/healthz")
            async with session.ws_connect(f"{HERE}/ui", max_msg_size=0) as socket:
                yield Person(socket), bot


async def answering(session: aiohttp.ClientSession, url: str) -> None:
    for _ in range(300):
        try:
            async with session.get(url):
                return
        except aiohttp.ClientConnectionError:
            await asyncio.sleep(0.1)
    raise AssertionError(f"{url} does not answer")


async def direct_message() -> str:
    """Return the channel of the direct message between the person and the bot."""
    headers = {"Authorization": "Bearer xoxb-coach"}
    async with aiohttp.ClientSession() as session, session.post(f"{HERE}/api/conversations.open", json={"users": "U1"}, headers=headers) as answer:
        return str((await answer.json())["channel"]["id"])


@pytest.mark.parametrize("mode", ["socket", "events"])
async def test_a_day_with_the_coach(mode: str, tmp_path: Path) -> None:
    async with at_work(mode, tmp_path) as (person, bot):
        first = await person.command(INVITE)
        assert first.lines()[0] == "This could go to anyone."
        await person.press(first, "Answer")
        form = await person.shown(view=True)
        assert form.value("draft") == INVITE
        await person.submit(answer=ANSWER, to="Davina", topics="her shop's loyalty cards")
        form = await person.shown(view=True)
        assert f"Hi Davina,\n\n{ANSWER}\n\nBest,\nSam" in form.text()
        assert form.value("draft") == f"Hi Davina,\n\n{ANSWER}\n\nBest,\nSam"
        await person.submit(draft="  ")
        assert "There is nothing to read yet." in str(await person.until(lambda: person.errors))

        await person.press(first, "More")
        more = await person.shown()
        await person.press(more, "The trimmed draft")
        assert "~I'd like to add you to my professional network.~" in (await person.shown()).text()
        await person.press(more, "Stop mentioning this: stock invitation")
        assert "/coach settings" in (await person.shown()).text()
        assert "site's own line" not in (await person.command(INVITE)).text()
        await person.press(await person.command("settings"), "Mention again: stock invitation")
        assert "I'll mention “stock invitation” again" in (await person.shown()).text()

        channel = await direct_message()
        await person.say(
            "post_message", channel=channel, text="Hi Davina, great meeting you! I'd like to add you to my professional network. Tom &amp; Sam"
        )
        reply = await person.shown()
        assert reply.payload["thread_ts"]
        assert "Answer here in the thread" in reply.text()
        await person.say("post_message", channel=channel, text=ANSWER, thread_ts=reply.payload["thread_ts"])
        placed = await person.shown()
        assert ANSWER in placed.text()
        assert "Tom & Sam" in placed.text()
        await person.say("open_home", appId="A1")
        assert "Paste what you're about to send." in Shown(await person.until(lambda: person.home), "home").text()

        bot.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(bot.wait(), 15) == 0
        log = (tmp_path / "bot.log").read_text(encoding="utf-8")
        assert '"event": "stopped"' in log
        assert not [secret for secret in ("Davina", "stamps", "xoxb-coach", "signing-secret") if secret in log]
