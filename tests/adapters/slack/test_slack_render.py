"""Card -> Block Kit: golden payloads, limits, and nothing of a draft that is live."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.render import BLOCKS, HEADER, LABEL, TEXT, message
from bot.cards import Card, Choice, Choices, Line, Meter, Passage, Quote, Struck
from bot.coach import Coach
from bot.request import Request
from rules.model import Circumstances, Context, Kind
from tests.fakes import FakeClock, FakeStore

GOLDEN = Path(__file__).parent / "golden"
INVITE = Request(
    "Hi Davina,\n\nGreat meeting you! I'd like to add you to my professional network.\n\nBest,\nSam",
    Circumstances(context=Context("Davina", "SummitUp", "this morning", ("her shop's loyalty cards",)), kind=Kind.LINKEDIN_INVITE),
)


def coach() -> Coach:
    return Coach(FakeStore(), FakeClock(), "slack", "/coach")


async def cards() -> dict[str, Card]:
    made = coach()
    return {
        "review": (await made.look("me", INVITE)).card,
        "answer": (await made.answer("me", INVITE, "your counter girl said nobody ever gets to ten stamps")).card,
        "more": await made.more("me", INVITE),
        "trimmed": await made.trimmed("me", INVITE),
        "help": made.help(),
    }


@pytest.mark.parametrize("name", ["review", "answer", "more", "trimmed", "help"])
async def test_payload_is_the_golden_one(name: str) -> None:
    """A difference rewrites the golden file and fails, so that every change of looks shows in review."""
    made = json.dumps(message((await cards())[name], lambda choice: f"ref:{choice.intent}"), indent=1, ensure_ascii=False) + "\n"
    golden = GOLDEN / f"{name}.json"
    known = golden.read_text(encoding="utf-8") if golden.exists() else ""
    if made != known:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(made, encoding="utf-8")
    assert made == known


TEXTS = st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from("<>&*_~`\n "), max_size=40).map(lambda t: t * 200) | st.text(max_size=80)
BLOCK = st.one_of(
    st.builds(Line, TEXTS, st.booleans()),
    st.builds(Quote, st.tuples(TEXTS), TEXTS, st.sampled_from(("", " and 3 more"))),
    st.builds(Struck, st.lists(st.tuples(TEXTS, st.booleans()), max_size=4).map(tuple)),
    st.builds(Passage, TEXTS),
    st.builds(Meter, st.just(1), st.just(2), st.text(max_size=50)),
    st.builds(lambda n: Choices(tuple(Choice("x" * 90, f"why:{i}") for i in range(n))), st.integers(1, 12)),
)


@given(st.builds(Card, TEXTS, st.lists(BLOCK, max_size=6).map(tuple)))
def test_any_card_keeps_every_limit(card: Card) -> None:
    sent = message(card, lambda _: "r" * 100)
    assert 0 < len(sent["blocks"]) <= BLOCKS
    for block in sent["blocks"]:
        texts = [block["text"]] if "text" in block else block["elements"]
        for each in texts:
            text = each["text"]["text"] if each["type"] == "button" else each["text"]
            limit = {"header": HEADER, "actions": LABEL}.get(block["type"], TEXT)
            assert 0 < len(text) <= limit
            if each["type"] == "mrkdwn":
                assert each["verbatim"] is True
                assert "<" not in text
                assert ">" not in text
    assert sent["unfurl_links"] is sent["unfurl_media"] is False
    assert "<" not in sent["text"]


def test_what_is_cut_is_said() -> None:
    long = " ".join(str(i) for i in range(9_000))
    for block in (Line(long), Passage(long), Struck(((long, True),)), Struck(((long, False),))):
        sent = message(Card("A long one", (block,)))
        assert "cut here" in json.dumps(sent["blocks"][-1], ensure_ascii=False)


def test_a_draft_of_the_forms_length_is_shown_whole() -> None:
    text = "\n".join(f"Line {i} of a letter to Davina." for i in range(95))[:3_000]
    shown = [block["text"]["text"] for block in message(Card("Whole", (Passage(text),)))["blocks"][1:]]
    assert "\n".join(shown) == text
    struck = message(Card("Struck", (Struck(((text, True),)),)))["blocks"][1:]
    assert "".join(block["text"]["text"] for block in struck) == text


def test_the_fallback_says_everything() -> None:
    card = Card(
        "Title",
        (
            Line("a line", strong=True),
            Quote(("words",), "remark", " and 2 more like it"),
            Struck((("gone", False), (" kept", True))),
            Choices((Choice("Answer", "answer"),)),
        ),
    )
    assert message(card)["text"] == "Title\na line\n“words” and 2 more like it remark\ngone kept\n[Answer]"
