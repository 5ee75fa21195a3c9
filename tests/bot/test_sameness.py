"""Sameness as it is told: who counts as another person, and what is only a second look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.kept import Seen
from bot.sameness import counted, parted
from rules.model import Draft, Sameness
from rules.sketch import recipient, sketch
from rules.text import read

KEY = b"k" * 32
NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
LETTER = (
    "Hi {name},\n\nYour stall at {place} had the only scales that I trust. We weigh in grams here, and my pears were three stones by yours. "
    "Could I borrow them for the village show? {more}\n\nBest,\nSam"
)
ANA = read(LETTER.format(name="Ana", place="Leeds", more="I bring them back by bus on the same day."))
BO = read(LETTER.format(name="Bo", place="Perth", more="My aunt judges the marrows and she will not hear of a spring balance."))


def seen(draft: Draft, name: str, ago: timedelta, number: int = 1) -> Seen:
    made = sketch(draft, KEY)
    assert made is not None
    return Seen(number, made, recipient(name, KEY), NOW - ago)


def judge(draft: Draft, name: str, *earlier: Seen) -> Sameness | None:
    own = sketch(draft, KEY)
    assert own is not None
    to = recipient(name, KEY)
    return counted(draft, own, to, parted(own, to, earlier, NOW).others)


def test_the_same_text_for_another_person_is_counted_with_its_sentences() -> None:
    same = judge(BO, "Bo", seen(ANA, "Ana", timedelta(days=2)))
    assert same is not None
    assert (same.count, same.recipients, same.since) == (2, 2, "2026-03-02")
    assert [BO.sentence_text(i).split()[0] for i in same.same] == ["Your", "We", "Could"]


def test_a_second_look_for_the_same_person_is_none_however_late() -> None:
    assert judge(ANA, "Ana", seen(ANA, "ana ", timedelta(days=9))) is None


def test_a_look_within_the_hour_is_a_second_one_where_somebody_is_not_named() -> None:
    assert judge(ANA, "", seen(ANA, "", timedelta(minutes=20))) is None
    assert judge(ANA, "Ana", seen(ANA, "", timedelta(minutes=20))) is None
    assert judge(BO, "Bo", seen(ANA, "Ana", timedelta(minutes=20))) is not None
    later = judge(ANA, "", seen(ANA, "", timedelta(hours=2)))
    assert later is not None
    assert (later.count, later.recipients) == (2, 2)


def test_second_looks_are_told_apart_so_that_they_can_be_replaced() -> None:
    first, other = seen(ANA, "Ana", timedelta(days=1)), seen(BO, "Bo", timedelta(days=1), 2)
    own = sketch(ANA, KEY)
    assert own is not None
    assert parted(own, recipient("Ana", KEY), [other, first], NOW) == ((first,), (other,))


def test_another_text_is_not_counted() -> None:
    goat = read(
        "Dear Ana, the goat is back in the garden and has eaten both hats and the peas. I have tied it to the pump until Dai comes with the van."
    )
    assert judge(goat, "Bo", seen(ANA, "Ana", timedelta(days=2))) is None
