"""`offscript serve`: every platform whose tokens are set, on one event loop, until it is told to stop; work that was accepted is finished first."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adapters import logs
from adapters.clock import SystemClock
from adapters.once import Once
from adapters.storage.address import is_sqlite
from adapters.storage.keeping import kept_tidy
from adapters.storage.opening import open_store
from adapters.storage.places import Setting, refusal
from adapters.tasks import Tasks
from bot import config
from bot.coach import Coach
from bot.errors import BadShards, NothingSet, PortTaken, SplitStore, Unreachable
from bot.recall import Held

if TYPE_CHECKING:
    from adapters.discord.erasing import Erasing
    from adapters.discord.shards import Slice
    from adapters.storage.store import SqlStore
    from bot.config import Config
    from bot.ports import Store

TARGETS = ("slack", "discord", "web", "worker")
"""What can be asked for: a platform, the HTTP front, or everything that keeps a connection of its own."""
GRACE = 10.0
"""Seconds for work that was accepted before the process ends."""


def main(targets: tuple[str, ...], shards: str = "") -> int:
    """Serve until SIGTERM or Ctrl-C; return the exit status. Raises NothingSet, WrongToken, TurnedAway, Unreachable, and what opening the store raises."""
    settings = config.load()
    planned = plan(settings, targets)
    part = _part(settings, planned, shards)
    if reason := unfit(settings, targets):
        raise SplitStore(reason)
    logs.configure(settings.log_level)
    asyncio.run(_serve(settings, planned, part))
    return 0


def _part(settings: Config, planned: tuple[str, ...], shards: str) -> Slice | None:
    """Return the shards of Discord's that this process has, or none for all of them. Raises BadShards, SplitStore."""
    if not shards.strip():
        return None
    from adapters.discord.shards import sliced  # noqa: PLC0415

    part = sliced(shards)
    if "discord" not in planned:
        raise BadShards("--shards is for Discord, which this process does not serve")
    if part and not part.whole and is_sqlite(settings.database_url):
        raise SplitStore(
            "Processes that share Discord's servers cannot share an SQLite file. Set OFFSCRIPT_DATABASE_URL to a PostgreSQL database, postgresql://…"
        )
    return part


def plan(settings: Config, targets: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return what to start, of `socket` (Slack's Socket Mode), `http` (Slack over HTTP), `discord` and `web`; raises NothingSet where a token is missing."""
    slack = bool(settings.slack_bot_token.get_secret_value())
    socket = slack and bool(settings.slack_app_token.get_secret_value())
    http = slack and not socket and bool(settings.slack_signing_secret.get_secret_value())
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


async def _serve(settings: Config, planned: tuple[str, ...], part: Slice | None = None) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(name, stopping.set)
    async with AsyncExitStack() as stack:
        clock = SystemClock()
        kept = await stack.enter_async_context(open_store(settings, clock))
        await stack.enter_async_context(kept_tidy(kept, clock))
        tasks = Tasks()
        stack.push_async_callback(tasks.done, GRACE)
        erasing = _erasing(settings, planned, kept, stack)
        running = [await _discord(settings, kept, stack, erasing, part)] if "discord" in planned and erasing else []
        app = await _slack(settings, planned, kept, tasks, stack) if {"socket", "http"} & set(planned) else None
        if "web" in planned:
            await _web(settings, app if "http" in planned else None, stack, erasing, needed="http" in planned or planned == ("web",))
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


async def _slack(settings: Config, planned: tuple[str, ...], kept: Store, tasks: Tasks, stack: AsyncExitStack) -> Any:
    """Build the app for Slack, and connect it where it keeps a connection of its own."""
    from adapters.slack.app import build, web_client, who  # noqa: PLC0415
    from adapters.slack.desk import Desk  # noqa: PLC0415
    from adapters.slack.refs import Refs  # noqa: PLC0415

    clock = SystemClock()
    coach = Coach(kept, clock, "slack", settings.slack_command)
    client = web_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    identity = await who(client)
    admins = frozenset(settings.admins.replace(",", " ").split())
    desk = Desk(coach, Refs(Held(clock)), Once(clock), tasks, admins)
    http = "http" in planned
    app = build(desk, client, identity, settings.slack_signing_secret.get_secret_value() if http else "")
    if not http:
        from adapters.slack.socket import connect  # noqa: PLC0415

        await stack.enter_async_context(connect(app, settings.slack_app_token.get_secret_value(), settings.slack_api_url))
    return app


def _erasing(settings: Config, planned: tuple[str, ...], kept: Store, stack: AsyncExitStack) -> Erasing | None:
    """Return what erases people and servers that left Discord's side; none where nothing tells of them."""
    if "discord" not in planned and not settings.discord_public_key:
        return None
    from adapters.discord.erasing import Erasing  # noqa: PLC0415

    erasing = Erasing(kept)
    stack.push_async_callback(erasing.done, GRACE)
    return erasing


async def _discord(settings: Config, kept: SqlStore, stack: AsyncExitStack, erasing: Erasing, part: Slice | None) -> asyncio.Task[None]:
    """Connect to Discord's gateway; return what runs until it is cancelled, or until Discord refuses the token."""
    from adapters.discord.client import Shared, build, run  # noqa: PLC0415
    from adapters.discord.turns import Turns  # noqa: PLC0415

    clock = SystemClock()
    coach, held = Coach(kept, clock, "discord"), Held(clock)
    erasing.more.append(held.let_go)
    shared = Shared(kept, kept, erasing, Turns(kept))
    options: dict[str, Any] = {"shard_ids": part.ids, "shard_count": part.total} if part else {}
    running = asyncio.create_task(run(lambda: build(coach, held, shared, **options), settings.discord_token.get_secret_value()), name="discord")
    stack.push_async_callback(_ended, running)
    return running


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task}, timeout=GRACE)


async def _web(settings: Config, app: Any, stack: AsyncExitStack, erasing: Erasing | None, *, needed: bool) -> None:
    """Listen for HTTP; what is being answered is answered to its end. Raises PortTaken where nothing works without it."""
    from aiohttp import web  # noqa: PLC0415

    from adapters.web.front import build  # noqa: PLC0415

    front = build(app, settings.slack_signing_secret.get_secret_value(), time.time)
    if erasing and settings.discord_public_key:
        from adapters.discord.events import keys_of, listen  # noqa: PLC0415

        listen(front, keys_of(settings.discord_public_key), erasing)
    runner = web.AppRunner(front, access_log=None, auto_decompress=False, shutdown_timeout=GRACE)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    host, port = settings.address
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        if needed:
            raise PortTaken(host, port) from error
        logs.event("not_listening", host=host, port=port, error=type(error).__name__)
    else:
        logs.event("listening", host=host, port=port)
