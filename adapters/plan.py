"""What a process serves, by the tokens that are set and by what was asked for, and whether its database can be reached from where it runs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.storage.address import is_sqlite
from adapters.storage.places import Setting, refusal
from bot.errors import BadShards, NothingSet, SplitStore

if TYPE_CHECKING:
    from adapters.discord.shards import Slice
    from bot.config import Config

TARGETS = ("slack", "discord", "web", "worker")
"""What can be asked for: a platform, the HTTP front, or everything that keeps a connection of its own."""


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


def part_of(settings: Config, planned: tuple[str, ...], shards: str) -> Slice | None:
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
