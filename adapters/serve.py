"""`offscript serve`: every platform whose tokens are set, on one event loop, until it is told to stop; work that was accepted is finished first."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adapters import logs, metrics
from adapters.clock import SystemClock
from adapters.storage.keeping import kept_tidy
from adapters.storage.opening import open_store
from adapters.storage.places import Setting, refusal
from adapters.tasks import Tasks
from adapters.web.ready import Readiness
from bot import config
from bot.coach import Coach
from bot.errors import NothingSet, PortTaken, SplitStore, Unreachable
from bot.recall import Held

if TYPE_CHECKING:
    from adapters.slack.installing import Installing
    from adapters.storage.store import SqlStore
    from bot.config import Config

TARGETS = ("slack", "discord", "web", "worker")
"""What can be asked for: a platform, the HTTP front, or everything that keeps a connection of its own."""
FRONT, WORK, GATEWAY = 3.0, 4.0, 1.5
"""Seconds, one after the other, for answers under way, for work that was accepted, and for taking leave of Discord: a process ends within ten."""


def main(targets: tuple[str, ...]) -> int:
    """Serve until SIGTERM or Ctrl-C; return the exit status. Raises NothingSet, WrongToken, Unreachable, and what opening the store raises."""
    settings = config.load()
    planned = plan(settings, targets)
    if reason := unfit(settings, targets):
        raise SplitStore(reason)
    logs.configure(settings.log_level, heard=(metrics.heard,))
    asyncio.run(_serve(settings, planned))
    return 0


def plan(settings: Config, targets: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return what to start, of `socket` (Slack's Socket Mode), `http` (Slack over HTTP), `discord` and `web`; raises NothingSet where a token is missing."""
    slack = bool(settings.slack_bot_token.get_secret_value())
    socket = slack and bool(settings.slack_app_token.get_secret_value())
    http = settings.many_workspaces or (slack and not socket and bool(settings.slack_signing_secret.get_secret_value()))
    discord = bool(settings.discord_token.get_secret_value())
    able = {"socket": socket, "http": http, "discord": discord}
    wanted = {
        "slack": {"socket", "http"}, "discord": {"discord"}, "web": {"http", "web"}, "worker": {"socket", "discord"},
    }  # fmt: skip
    asked: set[str] = set().union(*(wanted[target] for target in targets)) if targets else {"socket", "http", "discord", "web"}
    started = tuple(name for name in able if name in asked and able[name])
    if not started and "web" not in targets:
        raise NothingSet(targets)
    for target in targets:
        if target != "web" and not wanted[target] & set(started):
            raise NothingSet((target,))
    return (*started, *(("web",) if "web" in asked or "http" in started else ()))


def unfit(settings: Config, targets: tuple[str, ...] = ()) -> str:
    """Return why the database cannot be served from where this process runs, or nothing."""
    mounts = Path("/proc/mounts")
    try:
        kinds = plan(settings)
    except NothingSet:
        kinds = ()
    where = Setting(
        os.environ,
        mounts.read_text(encoding="utf-8", errors="replace") if mounts.exists() else "",
        kinds,
        apart=bool({"web", "worker"} & set(targets)),
        chosen=not settings.in_data_folder,
    )
    return refusal(settings.database_url, where)


async def _serve(settings: Config, planned: tuple[str, ...]) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(name, stopping.set)
    async with AsyncExitStack() as stack:
        clock = SystemClock()
        kept = await stack.enter_async_context(open_store(settings, clock))
        await stack.enter_async_context(kept_tidy(kept, clock))
        kept.watched(metrics.stored)
        ready = Readiness()
        ready.needs("store", kept.answers)
        tasks = Tasks()
        stack.push_async_callback(tasks.done, WORK)
        running = [await _discord(settings, kept, ready, stack)] if "discord" in planned else []
        app, installing = await _slack(settings, planned, kept, (tasks, ready), stack) if {"socket", "http"} & set(planned) else (None, None)
        if "web" in planned:
            await _web(settings, app if "http" in planned else None, (ready, installing), stack, needed="http" in planned or planned == ("web",))
        logs.event("started", serving=" ".join(planned))
        await _until(stopping, running)
        logs.event("stopping")
    logs.event("stopped")


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


async def _slack(
    settings: Config, planned: tuple[str, ...], kept: SqlStore, with_: tuple[Tasks, Readiness], stack: AsyncExitStack
) -> tuple[Any, Installing | None]:
    """Build the app for Slack, and connect it where it keeps a connection of its own; where many may install it, return how as well."""
    from adapters.slack.app import build, web_client, who  # noqa: PLC0415
    from adapters.slack.desk import Desk  # noqa: PLC0415
    from adapters.slack.many import Many  # noqa: PLC0415
    from adapters.slack.refs import Refs  # noqa: PLC0415
    from adapters.slack.tenants import may_read  # noqa: PLC0415

    clock, (tasks, ready) = SystemClock(), with_
    many = await stack.enter_async_context(Many.of(settings, kept, clock))
    coach = Coach(kept, clock, "slack", settings.slack_command).noting(partial(metrics.reviewed, "slack"))
    client = web_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    identity = None if settings.many_workspaces else await who(client)
    admins = frozenset(() if identity is None else settings.admins.replace(",", " ").split())
    desk = Desk(coach, Refs(Held(clock)), metrics.Counted("slack", kept), tasks, admins)
    desk.reads = many.tenants.reads if identity is None else lambda _: may_read(identity.bot_scopes or ())
    http = "http" in planned
    app = build(desk, client, identity or many.tenants, settings.slack_signing_secret.get_secret_value() if http else "", many.leaving)
    if http:
        ready.needs("slack", _built)
    else:
        from adapters.slack.socket import connect  # noqa: PLC0415

        handler = await stack.enter_async_context(connect(app, settings.slack_app_token.get_secret_value(), settings.slack_api_url))
        ready.needs("slack", handler.client.is_connected)
    return app, many.installing if identity is None else None


async def _built() -> bool:
    """Be up: what is reached over HTTP is up once it is built."""
    return True


async def _discord(settings: Config, kept: SqlStore, ready: Readiness, stack: AsyncExitStack) -> asyncio.Task[None]:
    """Connect to Discord's gateway; return what runs until it is cancelled, or until Discord refuses the token."""
    from adapters.discord.client import build, connected, start  # noqa: PLC0415

    clock = SystemClock()
    coach = Coach(kept, clock, "discord").noting(partial(metrics.reviewed, "discord"))
    client = build(coach, Held(clock), clock, metrics.Counted("discord", kept))
    ready.needs("discord", partial(connected, client))
    running = asyncio.create_task(start(client, settings.discord_token.get_secret_value()), name="discord")
    stack.push_async_callback(_ended, running)
    return running


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task}, timeout=GATEWAY)


async def _web(settings: Config, app: Any, with_: tuple[Readiness, Installing | None], stack: AsyncExitStack, *, needed: bool) -> None:
    """Listen for HTTP; what is being answered is answered to its end. Raises PortTaken where nothing works without it."""
    from aiohttp import web  # noqa: PLC0415

    from adapters.web import front  # noqa: PLC0415
    from adapters.web.install import add  # noqa: PLC0415

    host, port = settings.address
    ready, installing = with_
    if settings.metrics_port > 0:
        apart = web.Application()
        front.metrics(apart, metrics.exposition)
        await _listen(apart, (host, settings.metrics_port), stack, needed=False)
    measured = metrics.exposition if settings.metrics_port == 0 else None
    served = front.build(app, settings.slack_signing_secret.get_secret_value(), time.time, ready, measured)
    if installing:
        add(served, installing)
    await _listen(served, (host, port), stack, needed=needed)


async def _listen(app: Any, at: tuple[str, int], stack: AsyncExitStack, *, needed: bool) -> None:
    from aiohttp import web  # noqa: PLC0415

    from adapters.web.patience import Runner  # noqa: PLC0415

    runner = Runner(app, FRONT)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    host, port = at
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        if needed:
            raise PortTaken(host, port) from error
        logs.event("not_listening", host=host, port=port, error=type(error).__name__)
    else:
        logs.event("listening", host=host, port=port)
