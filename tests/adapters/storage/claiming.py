"""A process that claims deliveries as fast as it can, and prints how many it got: python -m tests.adapters.storage.claiming URL FOLDER COUNT."""

from __future__ import annotations

import asyncio
import random
import sys
from pathlib import Path

from adapters.clock import SystemClock
from adapters.storage import door
from adapters.storage.opening import open_store
from tests.adapters.storage.stores import config


async def main(url: str, folder: str, count: int) -> None:
    """Claim all of them, in an order of its own, ten at a time; where memory had to decide for a slow machine's database, nothing would be proved."""
    door.PATIENCE = door.CLAIM = door.HASTE = 30.0
    ids = [f"delivery-{i}" for i in range(count)]
    random.shuffle(ids)
    async with open_store(config(url, Path(folder)), SystemClock()) as store:
        sys.stdin.readline()
        won = 0
        for first in range(0, count, 10):
            won += sum(await asyncio.gather(*(store.claim(one) for one in ids[first : first + 10])))
    sys.stdout.write(f"{won}\n")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
