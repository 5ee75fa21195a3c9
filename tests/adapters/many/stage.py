"""One process that serves many workspaces, as `serve web` puts it together, and a browser that installs it."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from adapters.once import Once
from adapters.slack.app import build, web_client
from adapters.slack.desk import Desk
from adapters.slack.many import Many
from adapters.slack.refs import Refs
from adapters.storage.wishes import Wishes
from adapters.tasks import Tasks
from adapters.web import front, install
from bot.coach import Coach
from bot.config import Config
from bot.recall import Held
from tests.adapters.slack.fake_slack import CLIENT, CLIENT_SECRET, SECRET, FakeSlack
from tests.fakes import FakeClock


@dataclass
class Process:
    """The app in one process."""

    slack: FakeSlack
    store: Any
    clock: FakeClock
    many: Many
    tasks: Tasks
    url: str
    waited: float = 0.0

    def listen(self) -> FakeSlack:
        """Let Slack deliver to this process."""
        self.slack.bot_url = self.url
        return self.slack

    async def settled(self) -> FakeSlack:
        """Wait until everything is answered, and everything begun is done."""
        assert await self.tasks.done()
        assert await self.many.tasks.done()
        assert await self.many.leaving.erasing.done()
        return self.slack

    async def get(self, path: str, cookie: str = "") -> tuple[int, str, Mapping[str, str]]:
        """Ask for a page as a browser; return the status, the page and the headers."""
        headers = {"Cookie": f"{install.COOKIE}={cookie}"} if cookie else {}
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session, session.get(self.url + path, headers=headers) as answer:
            return answer.status, await answer.text(), answer.headers.copy()

    async def begin(self) -> str:
        """Open the first page; return the state."""
        status, page, headers = await self.get("/slack/install")
        assert status == 200
        state = headers["Set-Cookie"].partition("=")[2].partition(";")[0]
        link = unescape(re.findall(r'href="([^"]+)"', page)[0])
        assert parse_qs(urlsplit(link).query)["state"] == [state]
        return state

    async def install(self, team: str, **how: Any) -> None:
        """Install the app into a team, from its first page to its last."""
        state = await self.begin()
        status, page, _ = await self.get(f"/slack/oauth_redirect?code={self.slack.allowed(team, **how)}&state={state}", state)
        assert (status, "Offscript is in your workspace" in page) == (200, True), page

    async def left(self, kind: str = "app_uninstalled", team: str = "T1", *, grid: bool = False, at: float | None = None, event_id: str = "") -> None:
        """Deliver that a team is gone, or that tokens of it were revoked."""
        tokens = {"tokens": {"bot": [f"UBOT{team}"], "oauth": []}} if kind == "tokens_revoked" else {}
        slack, before = self.listen(), self.slack.team
        slack.team, slack.grid = team, team if grid else ""
        when = int(self.clock.now().timestamp()) if at is None else int(at)
        await slack.happen({"type": kind, **tokens}, at=when, event_id=event_id)
        slack.team, slack.grid = before, ""
        await self.settled()

    def kill(self, team: str) -> None:
        """Let Slack take a team's tokens no more."""
        self.slack.dead |= {token for token, whose in self.slack.tokens.items() if whose == team}


def settings(slack: FakeSlack) -> Config:
    return Config(
        _env_file=None, slack_client_id=CLIENT, slack_client_secret=SecretStr(CLIENT_SECRET), slack_signing_secret=SecretStr(SECRET),
        slack_bot_token=SecretStr(""), slack_api_url=f"{slack.url}/api/",
    )  # type: ignore[call-arg]  # fmt: skip


@asynccontextmanager
async def process(slack: FakeSlack, store: Any, clock: FakeClock, folder: Path | None = None) -> AsyncIterator[Process]:
    """Run one process on a store; what is still to be erased is written down in a folder."""
    tasks = Tasks()
    async with Many.of(settings(slack), store, clock, Wishes(folder)) as many:
        desk = Desk(Coach(store, clock, "slack", "/coach"), Refs(Held(clock)), Once(clock), tasks)
        desk.reads = many.tenants.reads
        app = front.build(build(desk, web_client("", f"{slack.url}/api/"), many.tenants, SECRET, many.leaving), SECRET, time.time)
        install.add(app, many.installing)
        server = TestServer(app)
        await server.start_server()
        made = Process(slack, store, clock, many, tasks, str(server.make_url("")).rstrip("/"))
        many.tenants._now = lambda: time.monotonic() + made.waited
        made.listen()
        try:
            yield made
        finally:
            await tasks.done()
            await server.close()
