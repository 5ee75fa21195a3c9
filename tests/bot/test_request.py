"""What comes in is checked field by field, and the sentence names the field and what to do."""

from __future__ import annotations

from typing import Any

import pytest

from bot.errors import CoachError
from bot.request import from_json
from rules.channels import CHANNELS, limit_of, sms, utf16
from rules.model import Kind


def test_a_whole_request_is_understood() -> None:
    request = from_json(
        {
            "id": 1, "draft": "Hi", "kind": "dm", "channel": "sms", "lang": "en", "now": "2026-03-03T09:00:00+01:00", "author": "me",
            "context": {"name": " Davina ", "met": "SummitUp", "when": None, "topics": ["cards", " "], "why": ""},
        }
    )  # fmt: skip
    assert request.given.context.name == "Davina"
    assert request.given.context.topics == ("cards",)
    assert request.given.kind is Kind.DM
    assert request.given.now is not None
    assert request.author == "me"


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (["draft"], "a JSON object"),
        ({"draft": 3}, "draft has to be a string"),
        ({"draft": "x", "extra": 1}, "'extra'"),
        ({"draft": "x", "context": "Davina"}, "context has to be an object or null"),
        ({"draft": "x", "context": {"topics": "cards"}}, "a list of strings"),
        ({"draft": "x", "context": {"name": 4}}, "name has to be a string"),
        ({"draft": "x", "kind": "letter"}, "linkedin_invite"),
        ({"draft": "x", "channel": "pigeon"}, "linkedin_note"),
        ({"draft": "x", "now": "soon"}, "ISO date-time"),
    ],
)
def test_bad_fields_get_a_sentence(item: Any, said: str) -> None:
    with pytest.raises(CoachError) as stopped:
        from_json(item)
    assert said in str(stopped.value)


def test_lengths_are_counted_as_the_platform_counts() -> None:
    assert utf16("a🎉") == 3
    assert sms("hello {x}") == 11
    assert sms("x" * 70 + "ő") > 160
    assert sms("x" * 160) == 160
    assert limit_of("", Kind.LINKEDIN_INVITE) == CHANNELS["linkedin_note"]
    assert limit_of("", Kind.COLD_EMAIL) is None
    assert limit_of("sms", Kind.LINKEDIN_INVITE) == CHANNELS["sms"]
