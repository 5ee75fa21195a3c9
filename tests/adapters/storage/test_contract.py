"""The contract of the store, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from adapters.storage import notes, phrases, sketches
from adapters.storage.store import SqlStore
from bot.errors import TooManyNotes, TooManyPhrases
from bot.kept import Tally
from bot.ports import Claims, Store
from tests.adapters.storage.stores import ANA, BEN, CLOCK, DAY, ELSEWHERE, HOUSE, NOW, note, opened, phrase, seen
from tests.fakes import FakeClock

WEEK = date(2026, 3, 2)


def as_ports(store: SqlStore) -> tuple[Store, Claims]:
    """Let the type checker compare the store with the ports."""
    return store, store


async def test_what_is_settled_comes_in_one_piece_and_holds_over_a_restart(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path) as store:
        await store.stop(ANA, "stock-invitation")
        await store.stop(ANA, "stock-invitation")
        await store.stop(ANA, "hype@dm")
        await store.stop(BEN, "hype")
        await store.choose(ANA, "habits", "on")
        await store.choose(ANA, "habits", "off")
        await store.choose(ANA, "language", "de")
        await store.choose(ANA, "language", "")
        await store.choose(HOUSE, "notes", "off")
    async with opened(url, tmp_path) as store:
        settled = await store.settled(ANA, HOUSE)
        assert settled.stopped == {"stock-invitation", "hype@dm"}
        assert (settled.own, settled.house) == ({"habits": "off"}, {"notes": "off"})
        assert not settled.allows("notes")
        assert await store.restore(ANA, "hype@dm") is True
        assert await store.restore(ANA, "hype@dm") is False
        assert (await store.settled(ANA)).stopped == {"stock-invitation"}
        assert (await store.settled(ELSEWHERE, "slack:T2")) == (await store.settled("nobody"))


async def test_notes_come_with_the_one_used_last_first(store: SqlStore) -> None:
    await store.save_note(ANA, note("Unused"), NOW + DAY)
    await store.save_note(ANA, note("Early", used=NOW - DAY), NOW + DAY)
    await store.save_note(ANA, note("Late", used=NOW), NOW + DAY)
    assert await store.notes(ANA) == (note("Late", used=NOW), note("Early", used=NOW - DAY), note("Unused"))
    changed = replace(note("Early", used=NOW + timedelta(microseconds=1)), topics=(), why="«grüße» 🎈 \ud800")
    await store.save_note(ANA, changed, NOW + DAY)
    assert (await store.notes(ANA))[0] == changed
    assert await store.notes(ELSEWHERE) == ()
    assert await store.drop_note(BEN, "late") is False
    assert await store.drop_note(ANA, "late") is True
    assert [one.name for one in await store.notes(ANA)] == ["Early", "Unused"]


async def test_notes_over_their_time_are_not_seen_and_are_erased(url: str, tmp_path: Path) -> None:
    clock = FakeClock()
    async with opened(url, tmp_path, clock=clock) as store:
        await store.save_note(ANA, note(), clock.now() + DAY)
        clock.move(days=2)
        assert await store.notes(ANA) == ()
        await store.tidy(clock.now())
        assert await store.drop_note(ANA, note().id) is False


async def test_no_more_notes_than_the_most(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    assert notes.MOST == 500
    monkeypatch.setattr(notes, "MOST", 3)
    done = await asyncio.gather(*(store.save_note(ANA, note(f"N{i}"), NOW + DAY) for i in range(6)), return_exceptions=True)
    assert sum(isinstance(one, TooManyNotes) for one in done) == 3
    kept = await store.notes(ANA)
    assert len(kept) == 3
    await store.save_note(ANA, replace(kept[0], why="changed"), NOW + DAY)
    await store.save_note(BEN, note(), NOW + DAY)


async def test_a_shorter_retention_holds_for_what_is_there_and_a_longer_one_too(url: str, tmp_path: Path) -> None:
    clock = FakeClock()
    async with opened(url, tmp_path, clock=clock) as store:
        start = clock.now()
        await store.save_note(ANA, note("Used", used=start), start + 90 * DAY)
        await store.save_note(ANA, note("Unused"), start + 90 * DAY)
        await store.save_note(BEN, note("Kept", used=start), start + 90 * DAY)
        await store.record(ANA, [Tally((start - 60 * DAY).date(), "dm", "ready", "", 1), Tally(start.date(), "dm", "ready", "", 1)])
        clock.move(days=20)
        await store.choose(ANA, "retention", "30")
        assert [tally.week for tally in await store.weeks(ANA, date.min)] == [start.date()]
        assert len(await store.notes(ANA)) == 2
        clock.move(days=5)
        await store.choose(ANA, "retention", "365")
        clock.move(days=335)
        assert len(await store.notes(ANA)) == 2
        assert await store.notes(BEN) == ()
        clock.move(days=10)
        assert await store.notes(ANA) == ()


async def test_a_retention_that_is_over_already_erases(store: SqlStore) -> None:
    await store.save_note(ANA, note(used=NOW - 40 * DAY), NOW + 50 * DAY)
    await store.choose(ANA, "retention", "30")
    assert await store.drop_note(ANA, note().id) is False


async def test_sketches_are_found_by_any_band_the_latest_first(store: SqlStore) -> None:
    first, second = seen(1, at=NOW - DAY), seen(2, told=True, batch=True)
    await store.keep_sketch(ANA, first, [1, 2, 2, 2**63 - 1])
    await store.keep_sketch(ANA, second, [2, 3])
    await store.keep_sketch(BEN, seen(3), [1, 2, 3])
    found = await store.alike(ANA, [2, 9])
    assert [one._replace(id=0) for one in found] == [second, first]
    assert len({one.id for one in found} | {0}) == 3
    assert [one.sketch for one in await store.alike(ANA, [2**63 - 1])] == [first.sketch]
    assert await store.alike(ANA, []) == ()
    assert await store.alike(ELSEWHERE, [1, 2, 3]) == ()
    assert await store.sketched(ANA) == (NOW - DAY, NOW)


async def test_a_sketch_takes_the_place_of_others_and_only_of_ones_own(store: SqlStore) -> None:
    await store.keep_sketch(ANA, seen(1), [1])
    await store.keep_sketch(BEN, seen(2), [1])
    (mine,), (other,) = await store.alike(ANA, [1]), await store.alike(BEN, [1])
    await store.keep_sketch(ANA, seen(3), [1], replacing=[mine, other])
    assert [one.sketch for one in await store.alike(ANA, [1])] == [seen(3).sketch]
    assert await store.alike(BEN, [1]) == (other,)
    await store.mark(ANA, [*await store.alike(ANA, [1]), other], told=True, batch=False)
    assert [(one.told, one.batch) for one in await store.alike(ANA, [1])] == [(True, False)]
    assert await store.alike(BEN, [1]) == (other,)
    await store.mark(ANA, [], told=True, batch=True)


async def test_the_oldest_sketch_goes_where_there_are_too_many(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sketches.MOST == 5_000
    monkeypatch.setattr(sketches, "MOST", 2)
    for day in (1, 3, 2):
        await store.keep_sketch(ANA, seen(day, at=NOW - day * DAY), [7])
    assert [one.at for one in await store.alike(ANA, [7])] == [NOW - DAY, NOW - 2 * DAY]


async def test_sketches_last_thirty_days(url: str, tmp_path: Path) -> None:
    clock = FakeClock()
    async with opened(url, tmp_path, clock=clock) as store:
        await store.keep_sketch(ANA, seen(1), [7])
        clock.move(days=31)
        assert await store.alike(ANA, [7]) == ()
        assert await store.sketched(ANA) == ()
        await store.tidy(clock.now())
        assert await left(store) == {}


async def test_everybody_has_a_key_of_their_own_until_they_are_forgotten(url: str, tmp_path: Path) -> None:
    async with opened(url, tmp_path) as store:
        keys = [await store.sketch_key(writer) for writer in (ANA, BEN, ELSEWHERE)]
        assert len(set(keys)) == 3
        assert {len(key) for key in keys} == {32}
    async with opened(url, tmp_path) as store, opened(url, tmp_path) as other:
        both = await asyncio.gather(store.sketch_key("new"), other.sketch_key("new"))
        assert both[0] == both[1]
        assert [await store.sketch_key(writer) for writer in (ANA, BEN, ELSEWHERE)] == keys
        await store.forget(ANA)
        assert await store.sketch_key(ANA) != keys[0]
        assert await store.sketch_key(BEN) == keys[1]


async def test_habits_add_up(store: SqlStore) -> None:
    await store.record(ANA, [Tally(WEEK, "dm", "ready", "", 1), Tally(WEEK, "dm", "ready", "", 2), Tally(WEEK, "dm", "ready", "hype", 1)])
    await store.record(ANA, [Tally(WEEK, "dm", "ready", "", 3), Tally(WEEK - 7 * DAY, "dm", "ready", "", 1)])
    await store.record(ANA, [])
    await asyncio.gather(*(store.record(BEN, [Tally(WEEK, "dm", "ready", "", 1)]) for _ in range(20)))
    assert await store.weeks(ANA, WEEK) == (Tally(WEEK, "dm", "ready", "", 6), Tally(WEEK, "dm", "ready", "hype", 1))
    assert len(await store.weeks(ANA, WEEK - 7 * DAY)) == 3
    assert await store.weeks(BEN, WEEK) == (Tally(WEEK, "dm", "ready", "", 20),)


async def test_habits_last_as_long_as_their_writer_says(store: SqlStore) -> None:
    days = {ANA: "30", BEN: "365", ELSEWHERE: ""}
    for writer, chosen in days.items():
        await store.choose(writer, "retention", chosen)
        await store.record(writer, [Tally((NOW - age * DAY).date(), "dm", "ready", "", 1) for age in (20, 60, 200, 400)])
    await store.tidy(NOW)
    assert [len(await store.weeks(writer, date.min)) for writer in days] == [1, 3, 2]


async def test_phrases_of_a_house_change_its_setting(store: SqlStore) -> None:
    await store.save_phrase(HOUSE, phrase("b"))
    first = (await store.settled(ANA, HOUSE)).house["phrases"]
    await store.save_phrase(HOUSE, phrase("a"))
    await store.save_phrase(HOUSE, phrase("b", "circle back"))
    assert await store.phrases(HOUSE) == (phrase("a"), phrase("b", "circle back"))
    assert await store.phrases("slack:T2") == ()
    second = (await store.settled(ANA, HOUSE)).house["phrases"]
    assert second != first
    assert await store.drop_phrase("slack:T2", "a") is False
    assert await store.drop_phrase(HOUSE, "a") is True
    assert (await store.settled(ANA, HOUSE)).house["phrases"] != second
    assert await store.phrases(HOUSE) == (phrase("b", "circle back"),)


async def test_no_more_phrases_than_the_most(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    assert phrases.MOST == 200
    monkeypatch.setattr(phrases, "MOST", 1)
    await store.save_phrase(HOUSE, phrase("a"))
    await store.save_phrase(HOUSE, phrase("a", "other"))
    with pytest.raises(TooManyPhrases):
        await store.save_phrase(HOUSE, phrase("b"))


async def test_a_delivery_is_claimed_once_until_it_cannot_come_again(url: str, tmp_path: Path) -> None:
    clock = FakeClock()
    async with opened(url, tmp_path, clock=clock) as one, opened(url, tmp_path, clock=clock) as other:
        assert [await one.claim("d1"), await one.claim("d1"), await other.claim("d1"), await other.claim("d2")] == [True, False, False, True]
        assert [await one.claim(""), await one.claim("")] == [True, True]
        clock.move(minutes=21)
        assert await other.claim("d3")
        async with opened(url, tmp_path, clock=clock) as third:
            assert await third.claim("d1")
        await one.tidy(clock.now() + DAY)
        assert await left(one) == {}


async def test_every_moment_comes_back_as_it_was(store: SqlStore) -> None:
    for moment in (datetime.max.replace(tzinfo=NOW.tzinfo) - DAY, NOW + timedelta(microseconds=1)):
        await store.save_note(ANA, note(used=moment), moment + timedelta(hours=1))
        assert (await store.notes(ANA))[0].used == moment


async def everything_of(store: SqlStore, writer: str, house: str = "") -> None:
    """Keep one of each."""
    await store.stop(writer, "hype")
    await store.choose(writer, "habits", "on")
    await store.save_note(writer, note(), NOW + DAY)
    await store.keep_sketch(writer, seen(), [1, 2])
    await store.record(writer, [Tally(WEEK, "dm", "ready", "", 1)])
    await store.sketch_key(writer)
    if house:
        await store.choose(house, "notes", "off")
        await store.save_phrase(house, phrase())


async def left(store: SqlStore) -> dict[str, int]:
    """Count what is kept, by table."""
    from sqlalchemy import func, select

    from adapters.storage.tables import metadata

    tables = [table for table in metadata.sorted_tables if table.name not in {"secrets", "salts", "settings"}]
    counts = {table.name: (await store._read(select(func.count()).select_from(table)))[0][0] for table in tables}
    return {name: count for name, count in counts.items() if count}


async def kept_of(store: SqlStore, writer: str) -> tuple[bool, ...]:
    settled = await store.settled(writer, writer)
    lists = (
        settled.stopped,
        settled.own,
        await store.notes(writer),
        await store.alike(writer, [1]),
        await store.weeks(writer, WEEK),
        await store.phrases(writer),
    )
    return tuple(bool(one) for one in lists)


async def test_who_is_forgotten_leaves_nothing_and_nobody_else_loses_anything(store: SqlStore) -> None:
    for writer in (ANA, BEN, ELSEWHERE):
        await everything_of(store, writer)
    before = [await kept_of(store, BEN), await kept_of(store, ELSEWHERE)]
    await store.forget(ANA)
    assert not any(await kept_of(store, ANA))
    assert [await kept_of(store, BEN), await kept_of(store, ELSEWHERE)] == before
    assert (await left(store))["bands"] == 4
    await store.forget(ANA)
    await everything_of(store, ANA)
    assert any(await kept_of(store, ANA))


HOUSES = (
    "slack:T_1",
    "slack:TX1",
    "slack:T%",
    "slack:T1",
    "slack:t1",
    "slack:T11",
    "slack:T",
    "slack:T\\1",
    "discord:g:9",
    "discord:9",
    "slack:T[1]",
    "slack:Té",
)


@pytest.mark.parametrize("gone", ["slack:T_1", "slack:T%", "slack:T1"])
async def test_a_house_goes_with_everybody_in_it_and_no_house_of_a_similar_name(store: SqlStore, gone: str) -> None:
    for house in HOUSES:
        await everything_of(store, f"{house}:U1", house)
    await store.forget(gone)
    for house in HOUSES:
        assert any(await kept_of(store, house)) == (house != gone), house
        assert any(await kept_of(store, f"{house}:U1")) == (house != gone), house
    assert (await left(store))["bands"] == 2 * (len(HOUSES) - 1)


async def test_steps_of_several_people_at_once_never_cross(store: SqlStore) -> None:
    """The same user id in two workspaces, people of one workspace, and a server and a person of one number; each sees their own marks alone."""
    people = (ANA, BEN, ELSEWHERE, "discord:9", "discord:g:9")

    async def live(writer: str) -> None:
        for step in range(12):
            mark = f"{writer}/{step}"
            await store.save_note(writer, note(id="n", why=mark), NOW + DAY)
            await store.keep_sketch(writer, seen(step), [step])
            await store.choose(writer, "language", mark)
            await store.stop(writer, mark)
            assert [one.why for one in await store.notes(writer)] == [mark]
            settled = await store.settled(writer)
            assert settled.own == {"language": mark}
            assert len(settled.stopped) == step + 1
            assert all(rule.startswith(f"{writer}/") for rule in settled.stopped)
            assert len(await store.alike(writer, [step])) == 1

    await asyncio.gather(*(live(writer) for writer in people))


def test_the_clock_of_these_tests_stands() -> None:
    assert CLOCK.now() == NOW
