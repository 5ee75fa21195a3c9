"""`offscript serve`: every platform whose tokens are set, on one event loop, until it is told to stop; work that was accepted is finished first."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import threading
import time
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING, Any

from adapters import logs, metrics
from adapters.clock import SystemClock
from adapters.plan import part_of, plan, unfit
from adapters.storage.keeping import kept_tidy
from adapters.storage.opening import open_store
from adapters.storage.wishes import wishes
from adapters.tasks import Tasks
from adapters.web.ready import Readiness
from bot import config, voice
from bot.coach import Coach
from bot.errors import PortTaken, SplitStore, Unreachable
from bot.recall import Held
from rules.engine import review

if TYPE_CHECKING:
    from adapters.discord.client import Offscript
    from adapters.discord.shards import Slice
    from adapters.erasing import Erasing
    from adapters.slack.installing import Installing
    from adapters.storage.store import SqlStore
    from bot.config import Config

FRONT, WORK, GATEWAY = 3.0, 4.0, 1.5
"""Seconds, one after the other, for answers under way, for work that was accepted, and for taking leave of Discord: a process ends within ten."""
LONGEST = 9.0
"""Seconds after which a process that was told to stop ends in any case: a database that hangs may hold up each of its parts, and threads of its driver."""


def main(targets: tuple[str, ...], shards: str = "") -> int:
    """Serve until SIGTERM or Ctrl-C; return the exit status. Raises NothingSet, WrongToken, TurnedAway, Unreachable, and what opening the store raises."""
    settings = config.load()
    planned = plan(settings, targets)
    part = part_of(settings, planned, shards)
    if reason := unfit(settings, targets):
        raise SplitStore(reason)
    logs.configure(settings.log_level, heard=(metrics.heard,))
    _warm()
    asyncio.run(_serve(settings, planned, part))
    return 0


def _warm() -> None:
    """Look at one draft before anybody waits for it, which loads the cards; what is there then is never searched for garbage again."""
    review(voice.load()("help.draft"))
    gc.freeze()


async def _serve(settings: Config, planned: tuple[str, ...], part: Slice | None) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(name, stopping.set)
    async with AsyncExitStack() as stack:
        clock = SystemClock()
        kept = await stack.enter_async_context(open_store(settings, clock))
        await stack.enter_async_context(kept_tidy(kept, clock))
        running = await _Serving(settings, planned, kept, stack).begin(part)
        logs.event("started", serving=" ".join(planned))
        await _until(stopping, running)
        logs.event("stopping")
        _no_longer_than(LONGEST)
    logs.event("stopped")


def _no_longer_than(seconds: float) -> None:
    """End the process after so many seconds, whatever it is waiting for then; nothing that was acknowledged as kept is lost by that."""

    def end() -> None:
        logs.event("not_closed")
        os._exit(1)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()


async def _until(stopping: asyncio.Event, running: list[asyncio.Task[Any]]) -> None:
    """Wait until the process is told to stop; what ends before that by a fault raises it."""
    waiting = asyncio.create_task(stopping.wait())
    done, _ = await asyncio.wait({waiting, *running}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    for task in done - {waiting}:
        try:
            task.result()
        except OSError as error:
            raise Unreachable("Discord") from error


class _Serving:
    """One process, part by part; what it opens is closed in the opposite order."""

    def __init__(self, settings: Config, planned: tuple[str, ...], kept: SqlStore, stack: AsyncExitStack) -> None:
        self._settings, self._planned, self._kept, self._stack = settings, planned, kept, stack
        self._clock, self._tasks, self._ready = SystemClock(), Tasks(), Readiness()
        self._wishes = wishes(settings, os.environ)
        kept.watched(metrics.stored)
        self._ready.needs("store", kept.answers)
        stack.push_async_callback(self._tasks.done, WORK)

    async def begin(self, part: Slice | None) -> list[asyncio.Task[Any]]:
        """Start what was planned; return what runs until it is cancelled or fails."""
        planned, erasing = self._planned, await self._erasing()
        running = [self._discord(erasing, part)] if "discord" in planned and erasing else []
        app, installing = await self._slack() if {"socket", "http"} & set(planned) else (None, None)
        if "web" in planned:
            await self._web(app if "http" in planned else None, installing, erasing)
        return running

    async def _slack(self) -> tuple[Any, Installing | None]:
        """Build the app for Slack, and connect it where it keeps a connection of its own; where many may install it, return how as well."""
        from adapters.slack.app import build, web_client, who  # noqa: PLC0415
        from adapters.slack.desk import Desk  # noqa: PLC0415
        from adapters.slack.many import Many  # noqa: PLC0415
        from adapters.slack.refs import Refs  # noqa: PLC0415
        from adapters.slack.tenants import may_read  # noqa: PLC0415

        settings, clock = self._settings, self._clock
        many = await self._stack.enter_async_context(Many.of(settings, self._kept, clock, self._wishes))
        coach = Coach(self._kept, clock, "slack", settings.slack_command).noting(partial(metrics.reviewed, "slack"))
        client = web_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
        identity = None if settings.many_workspaces else await who(client)
        admins = frozenset(() if identity is None else settings.admins.replace(",", " ").split())
        desk = Desk(coach, Refs(Held(clock)), metrics.Counted("slack", self._kept), self._tasks, admins)
        desk.reads = many.tenants.reads if identity is None else lambda _: may_read(identity.bot_scopes or ())
        http = "http" in self._planned
        app = build(desk, client, identity or many.tenants, settings.slack_signing_secret.get_secret_value() if http else "", many.leaving)
        if http:
            self._ready.needs("slack", _built)
        else:
            from adapters.slack.socket import connect  # noqa: PLC0415

            handler = await self._stack.enter_async_context(connect(app, settings.slack_app_token.get_secret_value(), settings.slack_api_url))
            self._ready.needs("slack", handler.client.is_connected)
        return app, many.installing if identity is None else None

    async def _erasing(self) -> Erasing | None:
        """Return what erases people and servers that left Discord's side, at work on what is still to be done; none where nothing tells of them."""
        if "discord" not in self._planned and not self._settings.discord_public_key:
            return None
        from adapters.erasing import Erasing  # noqa: PLC0415

        erasing = Erasing(lambda wish: self._kept.forget(wish.owner), self._wishes)
        self._stack.push_async_callback(erasing.close, WORK)
        await erasing.resume("discord:")
        return erasing

    def _discord(self, erasing: Erasing, part: Slice | None) -> asyncio.Task[None]:
        """Connect to Discord's gateway; return what runs until it is cancelled, or until Discord refuses the token."""
        from adapters.discord.client import Shared, build, connected, run  # noqa: PLC0415
        from adapters.discord.servers import Servers  # noqa: PLC0415
        from adapters.discord.turns import Turns  # noqa: PLC0415

        coach = Coach(self._kept, self._clock, "discord").noting(partial(metrics.reviewed, "discord"))
        held = Held(self._clock)
        erasing.more.append(held.let_go)
        servers = Servers(self._kept, erasing)
        self._stack.callback(servers.close)
        shared = Shared(metrics.Counted("discord", self._kept), self._kept, servers, Turns(self._kept))
        options: dict[str, Any] = {"shard_ids": part.ids, "shard_count": part.total} if part else {}
        current: list[Offscript] = []

        def made() -> Offscript:
            current[:] = [build(coach, held, shared, **options)]
            return current[0]

        async def up() -> bool:
            return bool(current) and await connected(current[0])

        self._ready.needs("discord", up)
        running = asyncio.create_task(run(made, self._settings.discord_token.get_secret_value()), name="discord")
        self._stack.push_async_callback(_ended, running)
        return running

    async def _web(self, app: Any, installing: Installing | None, erasing: Erasing | None) -> None:
        """Listen for HTTP; what is being answered is answered to its end. Raises PortTaken where nothing works without it."""
        from aiohttp import web  # noqa: PLC0415

        from adapters.web import front  # noqa: PLC0415
        from adapters.web.install import add  # noqa: PLC0415

        settings = self._settings
        host, port = settings.address
        if settings.metrics_port > 0:
            apart = web.Application()
            front.metrics(apart, metrics.exposition)
            await self._listen(apart, (host, settings.metrics_port), needed=False)
        measured = metrics.exposition if settings.metrics_port == 0 else None
        served = front.build(app, settings.slack_signing_secret.get_secret_value(), time.time, self._ready, measured)
        if installing:
            add(served, installing)
        if erasing and settings.discord_public_key:
            from adapters.discord.events import keys_of, listen  # noqa: PLC0415

            listen(served, keys_of(settings.discord_public_key), erasing)
        await self._listen(served, (host, port), needed="http" in self._planned or self._planned == ("web",))

    async def _listen(self, app: Any, at: tuple[str, int], *, needed: bool) -> None:
        from aiohttp import web  # noqa: PLC0415

        from adapters.web.patience import Runner  # noqa: PLC0415

        runner = Runner(app, FRONT)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        host, port = at
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            if needed:
                raise PortTaken(host, port) from error
            logs.event("not_listening", host=host, port=port, error=type(error).__name__)
        else:
            logs.event("listening", host=host, port=port)


async def _built() -> bool:
    """Be up: what is reached over HTTP is up once it is built."""
    return True


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task}, timeout=GATEWAY)
