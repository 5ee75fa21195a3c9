"""Leases: one holder at a time, until the time is over or it is given back."""

from __future__ import annotations

from pathlib import Path

from tests.adapters.storage.stores import opened
from tests.fakes import FakeClock


async def test_a_lease_has_one_holder_until_its_time_is_over(url: str, tmp_path: Path) -> None:
    clock = FakeClock()
    async with opened(url, tmp_path, clock=clock) as store, opened(url, tmp_path, clock=clock) as other:
        assert await store.lease("identify:0", "one", 5)
        assert not await other.lease("identify:0", "two", 5)
        assert await other.lease("identify:1", "two", 5)
        assert await store.lease("identify:0", "one", 5)
        clock.move(seconds=6)
        assert await other.lease("identify:0", "two", 5)
        assert not await store.lease("identify:0", "one", 5)
        await store.release("identify:0", "one")
        assert not await store.lease("identify:0", "one", 5)
        await other.release("identify:0", "two")
        assert await store.lease("identify:0", "one", 5)
