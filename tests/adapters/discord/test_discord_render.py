"""Card -> Discord: golden payloads of both model conversations, the limits, and what is cut; a difference rewrites the golden file and fails."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.discord import chart
from adapters.discord.address import Above, Address, read
from adapters.discord.files import files_of
from adapters.discord.form import FIELDS, HINT, TEXT, TITLE
from adapters.discord.render import LIMIT, render
from bot import voice
from bot.cards import Card, Chart, Choice, Choices, Document, Line, Meter, Passage, Quote, Struck
from bot.coach import Coach
from bot.form import request_of
from rules import packs
from rules.channels import utf16
from rules.model import Kind
from tests.adapters.discord.discord_stage import ANSWER, CIRCULAR, INVITE, SHARED
from tests.fakes import FakeClock, FakeStore

GOLDEN = Path(__file__).parent / "golden"
SAY = voice.load()
CASES = {
    "invite": {"draft": INVITE, "to": "Davina", "shared": SHARED},
    "circular": {
        "draft": CIRCULAR,
        "to": "Dr. Okafor-Banerjee",
        "shared": "her 2019 paper on monsoon onset from soil sensors",
        "why": "my school science club built one of those sensors",
    },
}
INTENTS = ("look", "more", "all", "trimmed", "answer", "settings", "help")


async def card_of(case: str, intent: str) -> Card:
    coach, request = Coach(FakeStore(), FakeClock(), "discord", "/coach"), request_of(CASES[case])
    if intent == "look":
        return (await coach.look("me", request)).card
    if intent == "answer":
        return (await coach.answer("me", request, ANSWER)).card
    return (await coach.act("me", request, intent)).card


@pytest.mark.parametrize("intent", INTENTS)
@pytest.mark.parametrize("case", CASES)
async def test_payload_is_the_golden_one(case: str, intent: str) -> None:
    payload = render(await card_of(case, intent), SAY, "ticket", Above.REPLIES).to_components()
    golden = GOLDEN / f"{case}-{intent}.json"
    shown = json.dumps(payload, ensure_ascii=False, indent=1) + "\n"
    known = golden.read_text(encoding="utf-8") if golden.exists() else ""
    if shown != known:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(shown, encoding="utf-8")
    assert shown == known


def shown(card: Card) -> tuple[str, list[dict[str, Any]]]:
    components = render(card, SAY).to_components()
    return components[0]["content"], [button for row in components[1:] for button in row["components"]]


def test_every_block_has_its_looks() -> None:
    text, buttons = shown(
        Card(
            "Title",
            (
                Line("A line."),
                Line("Strong.", strong=True),
                Quote(("one", "two"), "A note.", " and 2 more like it"),
                Quote(("one",), "is a note."),
                Quote((), "No quote."),
                Struck((("Hi\n", True), ("gone", False), (" and", False), (" kept", True))),
                Passage("as it *is*\n"),
                Meter(1, 2, "1 of 2"),
                Choices((Choice("Answer", "answer"), Choice("Erase", "erase"), Choice("More", "more"))),
            ),
        )
    )
    assert text == (
        "**Title**\nA line.\n**Strong.**\n- “one”, “two” and 2 more like it: A note.\n- “one” is a note.\n- No quote.\n"
        "> Hi\n> ~~gone and~~ kept\n```\nas it *is*\n```\n-# 1 of 2"
    )
    assert [button["style"] for button in buttons] == [1, 4, 2]


WORDS = st.text(alphabet=st.sampled_from("ab *_~`|<@#>:/\n🎉é-1."), max_size=3_000) | st.integers(1, 9_000).map(lambda n: "word * " * (n // 7))
BLOCKS = st.lists(
    st.builds(Line, WORDS, st.booleans())
    | st.builds(Quote, st.lists(WORDS, max_size=2).map(tuple), WORDS, st.sampled_from(("", " and 3 more")))
    | st.builds(Struck, st.lists(st.tuples(WORDS, st.booleans()), max_size=4).map(tuple))
    | st.builds(Passage, WORDS)
    | st.builds(Choices, st.lists(st.builds(Choice, st.text(min_size=1, max_size=120), st.uuids().map(str)), max_size=4).map(tuple)),
    max_size=20,
).map(tuple)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WORDS, BLOCKS)
def test_limits_hold_whatever_is_said(title: str, blocks: Any) -> None:
    components = render(Card(title or "x", blocks), SAY, "t" * 12).to_components()
    said = [component["content"] for component in components if component["type"] == 10]
    assert all(said)
    assert sum(map(utf16, said)) <= LIMIT
    for row in (component for component in components if component["type"] == 1):
        assert 1 <= len(row["components"]) <= 5
        assert all(utf16(b["label"]) <= 80 and len(b["custom_id"]) <= 100 for b in row["components"])


def test_there_are_never_more_buttons_than_discord_takes() -> None:
    many = tuple(Choices(tuple(Choice("x", f"{row}-{i}") for i in range(7))) for row in range(9))
    components = render(Card("t", many), SAY).to_components()
    assert sum(component["type"] == 1 for component in components) == 5
    seated = sum(len(component["components"]) for component in components if component["type"] == 1)
    assert components[-1]["content"] == f"{63 - seated} more buttons found no room here."


def test_buttons_stand_where_the_card_has_them() -> None:
    card = Card("Your settings", (Line("Stopped:"), Choices((Choice("Back", "restore:x"), Choice("Erase", "forget"))), Line("I keep no draft.")))
    assert [component["type"] for component in render(card, SAY).to_components()] == [10, 1, 10]


def test_what_is_cut_is_cut_at_a_word_and_counted() -> None:
    text, _ = shown(Card("t", (Passage("word " * 2_000),)))
    head, tail = text.rsplit("\n", 1)
    kept = head.removeprefix("**t**\n```\n").removesuffix("\n```")
    assert kept.endswith("word")
    assert tail == f"… (cut here: {len('word ' * 2_000) - len(kept):,} more characters)"


def test_findings_that_find_no_room_are_counted() -> None:
    quotes = tuple(Quote((f"quotation {i} " * 8,), "A note of some length that is said of it. " * 3) for i in range(30))
    text, _ = shown(Card("t", (*quotes, Line("What did she say?", strong=True))))
    assert "(cut here: " in text
    assert text.endswith("**What did she say?**")
    assert "quotation 0" in text
    assert "quotation 29" not in text


def test_one_long_text_leaves_short_ones_whole() -> None:
    text, _ = shown(Card("t", (Line("Settled: " + "x " * 4_000), Passage("my own words"), Line("What did she say?", strong=True))))
    assert "my own words" in text
    assert "**What did she say?**" in text


def test_every_rule_has_room_in_a_custom_id() -> None:
    for rule in packs.every().values():
        for intent in ("why:{}", "stop:{}", "restore:{}", *(f"{do}:{{}}@{kind.value}" for do in ("stop", "restore") for kind in Kind)):
            address = Address(intent.format(rule.id), "t" * 12, Above.DRAFT)
            assert len(str(address)) <= 100
            assert read(str(address)) == address


@pytest.mark.parametrize("do", ["who", "note", "note-edit", "note-forget", "note-erase", "phrase-drop", "admin-drop", "notes", "export", "batch"])
def test_everything_that_is_kept_has_room_in_a_custom_id(do: str) -> None:
    address = Address(f"{do}:{'a' * 24}", "t" * 12, Above.DRAFT)
    assert len(str(address)) <= 100
    assert read(str(address)) == address


CHART = Chart("Drafts <&> found", ("23 Feb", "2 Mar"), (("drafts", (3, 0)), ("phrases found", (12_345, 1))), "Week by week: " + "x " * 900)


def test_a_picture_has_its_words_and_a_document_its_name() -> None:
    card = Card("t", (CHART, Line("Faded."), Document("offscript.json", "{}")))
    shown = render(card, SAY, attached=True).to_components()
    assert [component["type"] for component in shown] == [10, 12, 10, 13]
    item = shown[1]["items"][0]
    assert item["media"]["url"] == "attachment://chart.png"
    assert len(item["description"]) <= 1_024
    assert shown[3]["file"]["url"] == "attachment://offscript.json"
    assert [file.filename for file in files_of(card)] == ["chart.png", "offscript.json"]
    assert [component["type"] for component in render(card, SAY).to_components()] == [10]


def _light(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_what_is_drawn_can_be_told_from_its_ground() -> None:
    ground = _light(chart.GROUND)
    assert all((_light(colour) + 0.05) / (ground + 0.05) >= 4.5 for colour in (chart.INK, *chart.SERIES))


def test_letters_are_never_smaller_than_a_phone_shows() -> None:
    drawn = chart.svg(CHART)
    assert "Drafts &lt;&amp;&gt; found" in drawn
    assert "12,345" in drawn
    assert min(int(size) for size in re.findall(r'font-size="(\d+)"', drawn)) >= 18
    assert drawn.count("<rect") == 2 + 2 + 3


@pytest.mark.parametrize("given", [Chart("t", (), (), ""), Chart("t", ("1 Mar",), (("a", (0,)),), ""), CHART])
def test_any_numbers_make_a_picture(given: Chart) -> None:
    assert chart.png(given).startswith(b"\x89PNG")


async def test_every_form_about_what_is_kept_fits_a_modal() -> None:
    coach = Coach(FakeStore(), FakeClock(), "discord", "/coach").at(house="discord:g:1", admin=True)
    for intent in ("note-new", "phrase-new"):
        form = await coach.form("discord:1", intent)
        assert len(form.fields) <= FIELDS
        assert len(form.title) <= TITLE
        assert all(len(field.label) <= TEXT and len(field.hint) <= HINT for field in form.fields)


@pytest.mark.parametrize("text", ["", "offscript", "offscript:2:more:x", "offscript:1::x", "other:1:more:x", ":::"])
def test_what_is_no_address_of_ours_is_none(text: str) -> None:
    assert read(text) is None


def test_an_address_holds_no_word_of_a_draft() -> None:
    assert str(Address("more", "ticket")) == "offscript:1:more:ticket"
    assert str(Address("form")) == "offscript:1:form:"
    assert str(Address("why:stock-invitation", "ticket", Above.REPLIES)) == "offscript:1:why:ticket.r:stock-invitation"
