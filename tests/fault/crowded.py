"""A process whose files may not grow any further: python -m tests.fault.crowded FOLDER. It prints what was saved, and how soon again once there is room."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from pathlib import Path

from bot.coach import Coach
from bot.errors import NotSaved
from bot.request import Request
from tests.adapters.storage.stores import ANA, CLOCK, DAY, NOW, note, opened

ROOM = 1 << 20
LONG = "x" * 20_000


async def main(folder: Path) -> None:
    """Fill what room there is, ask for a review, and go on once there is more."""
    told: dict[str, object] = {"saved": 0, "refused": False}
    async with opened(f"sqlite:///{folder / 'x.db'}", folder) as store:
        resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, resource.RLIM_INFINITY))
        try:
            for i in range(400):
                await store.save_note(ANA, note(f"N{i}", why=LONG), NOW + DAY)
                told["saved"] = i + 1
        except NotSaved:
            told["refused"] = True
        told["coached"] = bool((await Coach(store, CLOCK).look(ANA, Request("Hi Ana, the kiln is on."))).card.title)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        began = time.monotonic()
        while time.monotonic() - began < 20:
            try:
                await store.save_note(ANA, note("last", why=LONG), NOW + DAY)
                break
            except NotSaved:
                await asyncio.sleep(0.1)
        told["seconds"] = time.monotonic() - began
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
