"""Shards: which part of all servers this process has, where several processes or hosts share them. Direct messages arrive on shard 0, whichever process has it."""

from __future__ import annotations

import re
from typing import NamedTuple

from bot.errors import BadShards

MOST = 10_000
"""Shards of one application; Discord gives one to 2,500 servers, so nobody needs more."""
_SLICE = re.compile(r"\s*(\d{1,6})(?:\s*-\s*(\d{1,6}))?\s*/\s*(\d{1,6})\s*", re.ASCII)


class Slice(NamedTuple):
    """The shards of one process, out of `total` in all."""

    first: int
    last: int
    total: int

    @property
    def ids(self) -> list[int]:
        """Return the numbers of the shards."""
        return list(range(self.first, self.last + 1))

    @property
    def whole(self) -> bool:
        """Tell whether these are all of them, so that no other process has any."""
        return self.last - self.first + 1 == self.total

    def __str__(self) -> str:
        """Return the slice as it is written: `0-3/16`."""
        return f"{self.first}-{self.last}/{self.total}"


def sliced(text: str) -> Slice | None:
    """Return the slice that `0-3/16`, or `3/16` for one shard alone, means; none for an empty text. Raises BadShards."""
    if not text.strip():
        return None
    found = _SLICE.fullmatch(text)
    if not found:
        raise BadShards(f"{text!r} is no part of the shards")
    first, count = int(found[1]), int(found[3])
    last = int(found[2]) if found[2] else first
    if not 1 <= count <= MOST:
        raise BadShards(f"{count:,} shards are none that Discord gives: 1 to {MOST:,}")
    if last < first:
        raise BadShards(f"{first}-{last} runs backwards")
    if last >= count:
        raise BadShards(f"There is no shard {last} of {count}: they are numbered from 0 to {count - 1}")
    return Slice(first, last, count)
