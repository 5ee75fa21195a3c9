"""A workspace of our small Slack with the app in it, reached as the app is reached in life."""

from __future__ import annotations

import time
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp.test_utils import TestServer

from adapters.once import Once
from adapters.slack.app import build, web_client, who
from adapters.slack.desk import Desk
from adapters.slack.refs import Refs
from adapters.slack.socket import connect
from adapters.tasks import Tasks
from adapters.web import front
from bot.coach import Coach
from bot.recall import Held
from tests.adapters.slack.fake_slack import APP, BOT, SECRET, FakeSlack
from tests.fakes import FakeClock, FakeStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@dataclass
class Workspace:
    """A Slack with the app in it."""

    slack: FakeSlack
    store: Any
    clock: FakeClock
    tasks: Tasks
    mode: str
    handler: Any = None
    url: str = ""
    desk: Any = None

    async def settled(self) -> FakeSlack:
        """Wait until everything is answered."""
        assert await self.tasks.done()
        return self.slack


@asynccontextmanager
async def installed(slack: FakeSlack, mode: str, store: Any = None, admins: frozenset[str] = frozenset()) -> AsyncIterator[Workspace]:
    """Start the app, as after an installation or a restart: its memory is empty, what is in the store is there."""
    store, clock, tasks = store or FakeStore(), FakeClock(), Tasks()
    client = web_client(BOT, f"{slack.url}/api/")
    desk = Desk(Coach(store, clock, "slack", "/coach"), Refs(Held(clock)), store if hasattr(store, "claim") else Once(clock), tasks, admins)
    app = build(desk, client, await who(client), SECRET if mode == "http" else "")
    async with AsyncExitStack() as stack:
        handler = None
        if mode == "http":
            server = TestServer(front.build(app, SECRET, time.time))
            await server.start_server()
            stack.push_async_callback(server.close)
            slack.bot_url = str(server.make_url("")).rstrip("/")
        else:
            handler = await stack.enter_async_context(connect(app, APP, f"{slack.url}/api/"))
        yield Workspace(slack, store, clock, tasks, mode, handler, slack.bot_url, desk)
        await tasks.done()
