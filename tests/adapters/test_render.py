"""Card -> terminal text: every block, and nothing that steers a terminal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from adapters.terminal.render import Look, render, safe
from bot.cards import Card, Choice, Choices, Line, Meter, Passage, Quote, Struck

CARD = Card(
    "This could go to anyone.",
    (
        Line("Both sentences would fit anyone."),
        Line("What did she say?", strong=True),
        Quote(("great work", "so inspiring"), "Praise is believed when it names what was seen.", " and 2 more like it"),
        Quote(("I'd like to add you",), "is the site's own line."),
        Quote((), "It never says why."),
        Struck((("Hi Ana, ", True), ("great work!", False), (" Sam", True))),
        Passage("Hi Ana,\nyour goat is in my garden."),
        Meter(98, 200, "98 of 200 characters"),
        Choices((Choice("Answer", "answer"), Choice("More", "more"))),
    ),
)


def test_plain_text_holds_every_block() -> None:
    assert render(CARD) == (
        "This could go to anyone.\n"
        "Both sentences would fit anyone.\n"
        "What did she say?\n"
        "  “great work”, “so inspiring” and 2 more like it: Praise is believed when it names what\n"
        "    was seen.\n"
        "  “I'd like to add you” is the site's own line.\n"
        "  It never says why.\n"
        "\nHi Ana, [-great work!-] Sam\n\n"
        "\n    Hi Ana,\n    your goat is in my garden.\n\n"
        "98 of 200 characters\n"
        "[Answer]   [More]\n"
    )


def test_styles_and_numbers_where_they_are_wanted() -> None:
    text = render(CARD, Look(styled=True, numbered=True))
    assert "\x1b[1mThis could go to anyone.\x1b[0m" in text
    assert "\x1b[9mgreat work!\x1b[0m" in text
    assert "1 Answer   2 More" in text


@given(st.text(alphabet=st.characters(), max_size=80))
def test_words_of_others_cannot_steer_the_terminal(words: str) -> None:
    text = render(Card(words, (Line(words), Quote((words,), words), Passage(words), Struck(((words, False),)))))
    assert not any(char in text for char in "\x1b\x07\x08\x9b\u202e\u2066\x00")
    text.encode("utf-8")


def test_escape_sequences_lose_their_teeth() -> None:
    assert safe("a\x1b[2Jb\u202ec\r\nd") == "a[2Jbc\nd"
