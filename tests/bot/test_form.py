"""The form: what was filled in becomes a request, and a request fills it in again."""

from __future__ import annotations

import pytest

from bot import voice
from bot.form import coaching, request_of, shared, values_of
from bot.request import Request
from rules.model import Circumstances, Context, Kind

KEYS = ("draft", "to", "met", "topics", "why", "kind")


def test_a_filled_form_is_a_request() -> None:
    request = request_of({"draft": "Hi!", "to": " Davina ", "met": "SummitUp", "topics": "loyalty cards; hotel coffee", "why": "", "kind": "dm"})
    assert request == Request("Hi!", Circumstances(context=Context("Davina", "SummitUp", "", ("loyalty cards", "hotel coffee")), kind=Kind.DM))


def test_guess_is_no_kind() -> None:
    assert request_of({"draft": "Hi!", "kind": "guess"}).given.kind is None


def test_what_a_form_did_not_ask_keeps_its_value() -> None:
    before = Request("Hi!", Circumstances(context=Context("Davina", "SummitUp", "this morning", ("cards",), "she asked"), kind=Kind.DM))
    assert request_of({"draft": "Hello!"}, before) == Request("Hello!", before.given)
    assert request_of({"draft": "Hello!", "shared": "at PyCon; sprints"}, before).given.context.topics == ("sprints",)


@pytest.mark.parametrize(
    ("text", "met", "topics"),
    [
        ("at SummitUp; her shop's loyalty cards", "SummitUp", ("her shop's loyalty cards",)),
        ("met at the SummitUp conference\nloyalty cards\nbad coffee", "SummitUp conference", ("loyalty cards", "bad coffee")),
        ("her talk on queues", "", ("her talk on queues",)),
        (
            "in the last two years she rebuilt the whole of the ferry timetable alone",
            "",
            ("in the last two years she rebuilt the whole of the ferry timetable alone",),
        ),
        ("", "", ()),
    ],
)
def test_one_line_may_hold_where_and_what(text: str, met: str, topics: tuple[str, ...]) -> None:
    assert shared(text) == (met, topics)


def test_a_form_shows_what_was_told() -> None:
    request = Request("Hi!", Circumstances(context=Context("Davina", "SummitUp", "", ("cards",)), kind=Kind.DM))
    form = coaching(voice.load(), KEYS, 3_000, request)
    assert {field.key: field.value for field in form.fields} == {
        "draft": "Hi!",
        "to": "Davina",
        "met": "SummitUp",
        "topics": "cards",
        "why": "",
        "kind": "dm",
    }
    assert request_of({field.key: field.value for field in form.fields}) == request


def test_a_draft_over_the_limit_is_left_out_whole_and_that_is_said() -> None:
    form = coaching(voice.load(), KEYS, 3_000, Request("a" * 3_001))
    assert form.fields[0].value == ""
    assert "3,001" in form.note
    assert coaching(voice.load(), KEYS, 3_000, Request("a" * 3_000)).fields[0].value == "a" * 3_000


def test_shared_is_one_line_for_both() -> None:
    request = Request("Hi!", Circumstances(context=Context("Davina", "SummitUp", "", ("cards", "coffee"))))
    assert shared(values_of(request)["shared"]) == ("SummitUp", ("cards", "coffee"))
