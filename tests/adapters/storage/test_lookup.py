"""A lookup gives back what shares most with a draft, of the same writer only, as it was kept."""

from __future__ import annotations

from adapters.storage.store import SqlStore
from bot.sameness import parted
from rules.sketch import Sketch, bands, sketch
from rules.text import read
from tests.adapters.storage.stores import ANA, BEN, DAY, NOW, seen

LETTER = (
    "Hi {},\n\nI saw that {} has a second window facing the sea. I wondered who has looked after the lead in it since the storm. "
    "We rebuild the windows of small chapels and town halls, it takes an hour to look at one and costs nothing.\n\nBest,\nSam"
)


def made(key: bytes, name: str, firm: str) -> Sketch:
    found = sketch(read(LETTER.format(name, firm)), key, (name,))
    assert found is not None
    return found


async def test_a_letter_with_other_names_is_found_as_it_was_kept(store: SqlStore) -> None:
    key = await store.sketch_key(ANA)
    first, second = made(key, "Davina", "Greenwrap"), made(key, "Bo", "the University of Leeds")
    kept = seen(sketch=first, recipient=7, told=True)
    await store.keep_sketch(ANA, kept, bands(first, key))
    found = await store.alike(ANA, bands(second, key))
    assert [one._replace(id=0) for one in found] == [kept]
    assert parted(second, 8, found, NOW).others == found
    assert await store.alike(BEN, bands(second, key)) == ()


async def test_what_shares_most_is_not_crowded_out_by_what_shares_a_little(store: SqlStore) -> None:
    await store.keep_sketch(ANA, seen(1, at=NOW - 2 * DAY), range(21))
    for number in range(110):
        await store.keep_sketch(ANA, seen(2, at=NOW - DAY), [0, 1_000 + number])
    found = await store.alike(ANA, range(21))
    assert len(found) == 100
    assert found[-1].sketch.bins[0] == 1
