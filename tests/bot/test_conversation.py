"""The dialogue: an answer goes into the gap word for word, and a second look says what changed."""

from __future__ import annotations

import pytest

from bot.conversation import asks_for_a_draft, asks_for_help, asks_to_write, place, second_look
from rules.engine import review
from rules.model import Circumstances, Context

INVITE = "Hi Davina,\n\nGreat meeting you! I'd like to add you to my professional network.\n\nBest,\nSam"
ANSWER = "your counter girl said nobody ever gets to ten stamps, and I have thought of it all week"
GIVEN = Circumstances(context=Context("Davina", "SummitUp", "", ("her shop's loyalty cards",)))


def test_answer_stands_in_the_gap_word_for_word() -> None:
    placed = place(review(INVITE, GIVEN), ANSWER)
    assert placed.in_gap
    assert placed.text[placed.start : placed.end] == ANSWER
    assert placed.text == f"Hi Davina,\n\n{ANSWER}\n\nBest,\nSam"


def test_everything_else_is_the_writers_own_text_in_its_order() -> None:
    placed = place(review(INVITE, GIVEN), ANSWER)
    rest = (placed.text[: placed.start] + placed.text[placed.end :]).replace("\n", "").replace(" ", "")
    source = iter(INVITE.replace("\n", "").replace(" ", ""))
    assert all(char in source for char in rest)


def test_without_a_gap_the_answer_follows_the_greeting() -> None:
    placed = place(review("Hello Marek, I am also in quality control. Best, Henk", GIVEN), "The crack in batch 0417 is back.")
    assert not placed.in_gap
    assert placed.text == "Hello Marek, The crack in batch 0417 is back. I am also in quality control. Best, Henk"


def test_an_answer_is_not_put_where_a_name_belongs() -> None:
    letter = "Respected Sir/Madam,\n\nGreetings of the day!!\n\nI count goats by radar in Nagpur and want to learn how you do it.\n\nRohan"
    given = Circumstances(context=Context("Dr. Okafor-Banerjee", "", "", ("her 2019 paper on monsoon onset",)))
    placed = place(review(letter, given), "ours jumped two days before the rain")
    assert placed.text.startswith("[your words: their name],\n\nours jumped two days before the rain\n\nI count goats")
    assert any(f.family == "placeholder" for f in review(placed.text, given).findings)


def test_answer_with_marks_and_backslashes_is_not_read_as_a_pattern() -> None:
    odd = r"50 \1 {name} [your words: x] \g<0>"
    assert odd in place(review(INVITE, GIVEN), odd).text


def test_second_look_tells_resolved_remaining_and_new() -> None:
    before = review("Hi Davina, hope this email finds you well. I'd like to add you to my professional network.", GIVEN)
    after = review("Hi Davina, I'd like to add you to my professional network. I am a huge fan of your work.", GIVEN)
    change = second_look(before, after)
    assert [f.rule for f in change.resolved] == ["hope-this-finds-you-well"]
    assert "stock-invitation" in [f.rule for f in change.remaining]
    assert "praise-for-anybody" in [f.rule for f in change.new]


@pytest.mark.parametrize("text", ["write it for me", "Can you write it?", "please rewrite this", "just generate one for me please", "do it for me"])
def test_asking_for_a_line_is_understood(text: str) -> None:
    assert asks_to_write(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("Write it for me!", True), ("please rewrite this", True), ("can you fix this please", False), ("Write to me when you land", False)],
)
def test_without_a_draft_it_is_a_wish_where_it_can_be_no_message_to_somebody(text: str, wanted: bool) -> None:  # noqa: FBT001
    assert asks_for_a_draft(text) is wanted


@pytest.mark.parametrize(
    "text",
    ["do you know, she said nobody gets to ten stamps", "write to your aunt about the goat on Friday, she said", "the cards", "improve the ramp"],
)
def test_an_answer_that_begins_alike_is_an_answer(text: str) -> None:
    assert not asks_to_write(text)


@pytest.mark.parametrize(
    ("text", "wanted"), [("hello", True), ("Hi!", True), ("help", True), ("test", True), ("Hi Davina", False), ("help me with this: Dear Sir", False)]
)
def test_a_bare_greeting_asks_for_help(text: str, wanted: bool) -> None:  # noqa: FBT001
    assert asks_for_help(text) is wanted
