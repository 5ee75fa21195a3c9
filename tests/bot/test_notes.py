"""Notes: from one line of text, with days that become dates; matched to whoever a draft is for."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.days import day_of, since, spoken
from bot.kept import Note
from bot.notes import about, added, dated, holds, is_new, joined, may_be, noted, of_context, told
from bot.request import Request
from rules.model import Circumstances, Context

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
TODAY = NOW.date()
DAVINA = Note("a", "Davina", "SummitUp", "2026-11-25", ("her shop's loyalty cards",))


@pytest.mark.parametrize(
    ("text", "name", "met", "when", "topics"),
    [
        ("met Davina at SummitUp this morning, her shop's loyalty cards", "Davina", "SummitUp", "2026-11-25", ("her shop's loyalty cards",)),
        ("Davina: loyalty cards; the bad hotel coffee", "Davina", "", "", ("loyalty cards", "the bad hotel coffee")),
        (
            "Met Dr. Okafor-Banerjee at the Leeds sensor day on 3 March, her probe",
            "Dr. Okafor-Banerjee",
            "the Leeds sensor day",
            "2026-03-03",
            ("her probe",),
        ),
        ("talked to Priya yesterday about the May outage", "Priya", "", "2026-11-24", ("the May outage",)),
        ("saw Aunt May in Hobart two weeks ago", "Aunt May", "Hobart", "the week of 9 November 2026", ()),
        ("met kenji at the station last week; his dog", "Kenji", "the station", "the week of 16 November 2026", ("his dog",)),
        ("Met Ana on Friday at the pump where we talked about the valve", "Ana", "the pump", "2026-11-20", ("the valve",)),
        ("met Lee at Tuesday Club", "Lee", "Tuesday Club", "", ()),
        ("I met Sam last summer at camp", "Sam", "camp", "summer 2026", ()),
    ],
)
def test_a_line_becomes_a_note_whose_day_is_a_date(text: str, name: str, met: str, when: str, topics: tuple[str, ...]) -> None:
    note = noted(text, NOW)
    assert note is not None
    assert (note.name, note.met, note.when, note.topics) == (name, met, when, topics)


@pytest.mark.parametrize("text", ["", "  ", "the usual stuff", "davina, cards", "met at the fair, the goat", "met my neighbour at the pump"])
def test_a_line_that_names_nobody_is_no_note(text: str) -> None:
    assert noted(text, NOW) is None


@pytest.mark.parametrize(
    ("said", "rest", "day"),
    [
        ("SummitUp, this morning", "SummitUp", "2026-11-25"),
        ("last night at Bo's", "at Bo's", "2026-11-24"),
        ("on Monday evening", "", "2026-11-23"),
        ("on Wednesday", "", "2026-11-18"),
        ("three days ago", "", "2026-11-22"),
        ("the pump, 2026-01-04", "the pump", "2026-01-04"),
        ("on the 30th of December", "", "2025-12-30"),
        ("January 5, 2024", "", "2024-01-05"),
        ("two months ago", "", "September 2026"),
        ("a year ago", "", "2025"),
        ("on 31 February", "on 31 February", ""),
        ("Tuesday Club", "Tuesday Club", ""),
        ("recently", "", "around 25 November 2026"),
    ],
)
def test_a_day_relative_to_now_becomes_a_date(said: str, rest: str, day: str) -> None:
    assert day_of(said, TODAY) == (rest, day)


def test_a_date_is_spoken_with_its_weekday_in_the_week_after_it() -> None:
    assert spoken("2026-11-24", TODAY) == "Tuesday 24 November 2026"
    assert spoken("2026-11-01", TODAY) == "1 November 2026"
    assert spoken("summer 2026", TODAY) == "summer 2026"
    assert [since(day, TODAY) for day in ("2026-11-25", "2026-11-23", "2026-10-01")] == ["", "Monday", "1 October 2026"]


@pytest.mark.parametrize(
    ("name", "other", "same"),
    [
        ("Davina", "davina", True),
        ("Robert Hart", "Bob", True),
        ("Davina Marsh", "Davina", True),
        ("Davina Marsh", "Davina Okafor", False),
        ("Dr. Okafor", "Okafor", True),
        ("Davina", "Davena", True),
        ("Ana", "Ane", False),
        ("Marina", "Karina", False),
        ("José", "Jose", True),
        ("佐藤", "佐藤", True),
        ("佐藤", "鈴木", False),
    ],
)
def test_names_match_by_spelling_and_nickname(name: str, other: str, same: bool) -> None:  # noqa: FBT001
    assert may_be(name, other) is same


def test_a_note_is_about_whoever_the_draft_greets_and_nobody_else() -> None:
    notes = (DAVINA, Note("b", "Bob Hart", "the allotment"))
    assert about(notes, Request("Hi Davina, the cards!")) == (DAVINA,)
    assert about(notes, Request("Hi Robert,\n\nDavina says hello.")) == (notes[1],)
    assert about(notes, Request("The cards are printed, Davina can fetch them.")) == (DAVINA,)
    assert about(notes, Request("Hi Michael, the cards!")) == ()
    assert about(notes, Request("Hi there", Circumstances(context=Context("Davina")))) == (DAVINA,)


def test_a_note_joins_the_context_without_taking_the_place_of_what_was_told() -> None:
    given = Circumstances(context=Context(met="the station", topics=("stamps",)))
    context = joined(Request("Hi Davina", given), DAVINA, TODAY).given.context
    assert context == Context("Davina", "the station", "Wednesday 25 November 2026", ("stamps", "her shop's loyalty cards"))
    assert holds(context, DAVINA) is False
    assert holds(joined(Request("Hi Davina"), DAVINA, TODAY).given.context, DAVINA)


def test_what_a_note_does_not_hold_yet_is_new() -> None:
    assert is_new(Context("Davina", "SummitUp"))
    assert not is_new(Context("Davina"))
    assert not is_new(Context("Davina", "summitup"), DAVINA)
    assert is_new(Context("Davina", topics=("stamps",)), DAVINA)


def test_what_was_told_and_answered_becomes_a_note() -> None:
    note = of_context(Context("Davina", "SummitUp, this morning", topics=("cards",)), NOW, ["nobody ever\n gets to ten stamps"])
    assert (note.met, note.when, note.topics) == ("SummitUp", "2026-11-25", ("cards", "nobody ever gets to ten stamps"))
    assert added(DAVINA, note).topics == ("her shop's loyalty cards", "cards", "nobody ever gets to ten stamps")
    assert told(dated(note, NOW), date(2026, 12, 24)) == "SummitUp · 25 November 2026 · cards · nobody ever gets to ten stamps"
