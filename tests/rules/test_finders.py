"""The matcher: the phrase syntax, misspellings, one changed word, and what must not match."""

from __future__ import annotations

import pytest

from rules.finders import Matcher
from rules.phrases import PhraseError
from rules.text import read
from rules.vocabulary import Vocabulary

SAME = {"i'd": "i would", "lmk": "let me know"}


def found(phrases: list[str], text: str) -> list[str]:
    matcher = Matcher(list(enumerate(phrases)), Vocabulary(SAME))
    return sorted({match.span.of(text) for match in matcher.find(read(text))})


@pytest.mark.parametrize(
    ("phrase", "text", "spans"),
    [
        ("pick your brain", "May I please PICK  your\nbrain today?", ["PICK  your\nbrain"]),
        ("i would (really) like to chat", "I’d like to chat. I would really like to chat.", ["I would really like to chat", "I’d like to chat"]),
        ("{quick|short} {call|chat}", "a quick chat, a short call, a quick walk", ["quick chat", "short call"]),
        ("companies like <Name>", "We help companies like Greenwrap Ltd grow.", ["companies like Greenwrap Ltd"]),
        ("companies like <Name>", "We help companies like yours grow.", []),
        ("trusted by #", "trusted by 500 and trusted by many", ["trusted by 500"]),
        ("huge fan of ~", "I am a huge fan of your great work, truly.", ["huge fan of your great work"]),
        ("^ any thoughts $", "Any thoughts? I have any thoughts.", ["Any thoughts"]),
        ("book at <link>", "book at https://cal.example/x today", ["book at https://cal.example/x"]),
        ("it takes * minutes", "it takes only five or minutes; it takes a b c d minutes", ["it takes only five or minutes"]),
        ("let me know", "LMK!", ["LMK"]),
        ("情報交換できましたら", "今後の情報交換できましたら幸いです", ["情報交換できましたら"]),
        ("अपने नेटवर्क में", "अपने नेटवर्क में जोड़ना", ["अपने नेटवर्क में"]),
    ],
)
def test_syntax(phrase: str, text: str, spans: list[str]) -> None:
    assert found([phrase], text) == spans


def test_no_phrase_crosses_a_sentence() -> None:
    assert found(["very good rates immediate start"], "Very good rates. Immediate start.") == []


def test_whole_words_only() -> None:
    assert found(["blue hat", "nice cat"], "a nice cat, nice category, blue hats") == ["nice cat"]


@pytest.mark.parametrize("text", ["my profesional network", "my professional netwrok", "my profe\u200bssional network"])
def test_one_misspelling_in_a_long_word_is_forgiven(text: str) -> None:
    assert found(["professional network"], text) == [text.removeprefix("my ")]


def test_a_misspelling_in_a_short_word_is_another_word() -> None:
    assert found(["good fit"], "a food fit") == []


LONG = "i would like to add you to my professional network"


@pytest.mark.parametrize(
    "text",
    [
        "I would like to ad you to my professional network",
        "I would like to add you into my professional network",
        "I would like to add you to my growing professional network",
        "I would like to add you to professional network",
    ],
)
def test_one_changed_word_is_forgiven_in_a_telling_phrase(text: str) -> None:
    assert found([LONG], text) != []


@pytest.mark.parametrize(
    "text",
    [
        "I would not like to add you to my professional network",
        "I would like to add a room to my own house",
        "I would like to add you to the reviewers of my paper on networks",
    ],
)
def test_a_negation_or_two_changes_are_not(text: str) -> None:
    assert found([LONG], text) == []


@pytest.mark.parametrize("phrase", ["(never closed", "closed) never", "{a|b", "", "#", "( )"])
def test_a_phrase_that_cannot_be_read_is_refused(phrase: str) -> None:
    with pytest.raises(PhraseError):
        Matcher([(0, phrase)])


def test_matching_takes_no_more_steps_than_the_text_is_long() -> None:
    """Repetition is bounded: the longest stretch that any phrase can take in is known from its text alone."""
    matcher = Matcher([(0, "a * b * c * d")])
    text = "a " * 20_000
    assert list(matcher.find(read(text))) == []


def test_a_word_longer_than_any_is_not_compared_with_the_vocabulary(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    nearest = Vocabulary._nearest
    monkeypatch.setattr(Vocabulary, "_nearest", lambda self, word: compared.append(word) or nearest(self, word))  # type: ignore[func-returns-value]
    matcher = Matcher([(0, "i would like to add you to my professional network")])
    list(matcher.find(read(f"I would like to add you to my professionall {'abcdefghij' * 500} network")))
    assert "professionall" in compared
    assert max(map(len, compared)) < 100
