"""A delivery waits for the store once, however many questions it has; what goes on after its acknowledgement has time."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from adapters import hurry
from bot.errors import NotSaved
from tests.adapters.storage.stores import opened


async def test_all_questions_of_a_delivery_share_their_patience(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hurry, "MOST", 0.3)
    async with opened(f"sqlite:///{tmp_path / 'x.db'}", tmp_path) as store:

        async def slow(_: object) -> None:
            await asyncio.sleep(0.2)

        async def ask() -> bool:
            store._door._shut_until = 0.0  # somebody else was answered meanwhile
            try:
                await store._door.run(slow)
            except NotSaved:
                return False
            return True

        began = time.monotonic()
        with hurry.hurry():
            assert [await ask() for _ in range(5)] == [True, False, False, False, False]
            later = asyncio.create_task(asyncio.sleep(0, ask()))
        assert time.monotonic() - began < 1
        assert await (await later)
        assert hurry.left() > 1
