"""A process that has everything loaded and forks one child a line: python -m tests.fault.zygote. A child does one job until it ends or is killed.

Lines in: `write URL FOLDER WRITER` or `migrate URL STATEMENT`. Lines out: `pid N` for a new child, `ack N` for each write that the store has acknowledged, `gone`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event

from adapters.clock import SystemClock
from adapters.storage.address import engine
from adapters.storage.migrating import migrate
from adapters.storage.opening import open_store
from tests.adapters.storage.stores import DAY, config, note, seen


def say(line: str) -> None:
    """Write one line in one piece."""
    os.write(1, f"{line}\n".encode())


async def write(url: str, folder: str, writer: str) -> None:
    """Keep a note, a sketch and a setting again and again; what is acknowledged is said."""
    now = datetime.now(UTC)
    async with open_store(config(url, Path(folder)), SystemClock()) as store:
        for i in range(400):
            await store.save_note(writer, note(f"N{i % 40}", why=str(i)), now + DAY)
            await store.keep_sketch(writer, seen(i, at=now), range(i * 16, i * 16 + 16))
            await store.choose(writer, "language", str(i))
            say(f"ack {i}")


async def migrated(url: str, last: str) -> None:
    """Migrate, and die before the statement of this number."""
    made, count = engine(url), 0

    def die(*_: Any) -> None:
        nonlocal count
        count += 1
        if count > int(last):
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(made.sync_engine, "before_cursor_execute", die)
    await migrate(made)
    await made.dispose()
    say("done")


def main() -> None:
    """Fork a child for each line, and wait for its end."""
    for line in sys.stdin:
        job, *args = line.split()
        if not (child := os.fork()):
            try:
                asyncio.run({"write": write, "migrate": migrated}[job](*args))
            except BaseException as error:  # noqa: BLE001 - a child never comes back
                say(f"failed {type(error).__name__} {error}")
            os._exit(0)
        say(f"pid {child}")
        os.waitpid(child, 0)
        say("gone")


if __name__ == "__main__":
    main()
