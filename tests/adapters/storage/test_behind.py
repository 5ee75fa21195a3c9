"""What a delivery reads it reads once, and its sketch is saved behind its reply: in order, not lost at the end, and said where it fails."""

from __future__ import annotations

import asyncio
from contextvars import Context
from pathlib import Path

import pytest

from adapters.hurry import hurry
from adapters.storage.store import SqlStore
from bot.errors import NotSaved
from tests.adapters.storage.stores import ANA, BEN, DAY, HOUSE, NOW, note, opened, seen


async def test_what_was_begun_behind_a_reply_is_there_after_a_restart(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path) as store:
        with hurry():
            for number in range(5):
                await store.keep_sketch(f"{HOUSE}:U{number}", seen(number), [number])
    async with opened(url, tmp_path) as store:
        assert [len(await store.alike(f"{HOUSE}:U{number}", [number])) for number in range(5)] == [1] * 5


async def test_the_writers_next_lookup_sees_it_and_another_of_theirs_replaces_it(store: SqlStore) -> None:
    for number in range(4):
        with hurry():
            found = await store.alike(ANA, [7])
            await store.keep_sketch(ANA, seen(number), [7], replacing=found)
    assert [one.sketch.bins[0] for one in await store.alike(ANA, [7])] == [3]
    assert len(await store.sketched(ANA)) == 1


async def test_whoever_is_forgotten_leaves_nothing_that_was_on_its_way(store: SqlStore) -> None:
    with hurry():
        await store.keep_sketch(ANA, seen(), [7])
        await store.keep_sketch(BEN, seen(), [7])
    await store.forget(HOUSE)
    assert (await store.sketched(ANA), await store.sketched(BEN)) == ((), ())


async def test_after_a_failure_behind_a_reply_the_next_ones_hear_of_it_until_something_is_saved(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    saves, works = store._keep, False

    async def failing(*arguments: object) -> None:
        if not works:
            raise NotSaved
        await saves(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "_keep", failing)
    with hurry():
        await store.keep_sketch(ANA, seen(), [7])
        for writer in (ANA, BEN):
            await store.behind.over()
            with pytest.raises(NotSaved):
                await store.keep_sketch(writer, seen(), [7])
        works = True
        for writer in (ANA, BEN):
            await store.keep_sketch(writer, seen(), [7])
            await store.behind.over()
    assert (len(await store.sketched(ANA)), len(await store.sketched(BEN))) == (1, 1)


async def test_a_delivery_reads_once_and_again_after_it_has_written(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path) as store, opened(url, tmp_path) as other:
        asked: list[float] = []
        over = asyncio.Event()
        store.watched(lambda _outcome, seconds: asked.append(seconds))
        with hurry():
            assert (await store.settled(ANA, HOUSE)).stopped == frozenset()
            assert await store.notes(ANA) == ()
            await asyncio.create_task(other.stop(ANA, "hype"), context=Context())
            assert (await store.settled(ANA, HOUSE)).stopped == frozenset()
            assert len(asked) == 1
            assert await store.settled(BEN, HOUSE)
            await store.save_note(ANA, note(), NOW + DAY)
            assert (await store.settled(ANA, HOUSE)).stopped == {"hype"}
            assert await store.notes(ANA) == (note(),)
            afterwards = asyncio.create_task(_when(over, store))
        await other.restore(ANA, "hype")
        over.set()
        assert await afterwards == frozenset(), "what goes on after the acknowledgement reads anew"


async def _when(over: asyncio.Event, store: SqlStore) -> frozenset[str]:
    await over.wait()
    return (await store.settled(ANA, HOUSE)).stopped
