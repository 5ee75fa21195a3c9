"""The trimmed draft: the writer's own words in their order with gap marks, never empty, never a word of ours."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.engine import review
from rules.model import Answered, Circumstances
from rules.trim import trimmed

MARK = re.compile(r"\[your words: [^\]]*\]")

DRAFTS = [
    "Hi Davina,\n\nGreat meeting you! I'd like to add you to my professional network.\n\nBest,\nSam",
    "Hi Tomás, I hope this email finds you well. I came across your profile and was impressed by your background. We sell hinges to cheese factories.\n\nJo",
    "Hi {first_name}, we help companies like yours.",
    "I'd like to add you to my professional network",
    "Any thoughts?",
]


def is_subsequence(part: str, whole: str) -> bool:
    source = iter(whole)
    return all(char in source for char in part)


@pytest.mark.parametrize("draft", DRAFTS)
def test_only_pieces_of_the_draft_and_marks(draft: str) -> None:
    left = trimmed(review(draft))
    assert left.strip()
    assert MARK.search(left)
    assert is_subsequence("".join(MARK.sub("", left).split()), "".join(draft.split()))


@pytest.mark.parametrize("draft", DRAFTS)
def test_pasted_back_the_marks_are_caught_as_unfilled(draft: str) -> None:
    found = review(trimmed(review(draft)))
    assert any(finding.rule == "merge-field" and finding.quote.startswith("[your words:") for finding in found.findings)


def test_greeting_and_signature_stay_and_the_seams_are_clean() -> None:
    assert trimmed(review(DRAFTS[0])).startswith("Hi Davina,\n\n[your words: ")
    assert trimmed(review(DRAFTS[0])).endswith("\n\nBest,\nSam")
    assert "  " not in trimmed(review(DRAFTS[1]))


def test_a_good_draft_is_left_as_it_is() -> None:
    draft = "Noreen, what you said in Harrogate about giving the leaflet to the carer has changed what we print in Leeds."
    assert trimmed(review(draft)) == draft


@given(
    st.lists(
        st.sampled_from(
            [
                "I hope this email finds you well.",
                "Keep up the great work!",
                "your goat ate my hat\n",
                "{{name}}",
                "🎉",
                "Any thoughts?",
                "ok",
                "\n\n",
                "Best,\nSam",
            ]
        ),
        max_size=12,
    )
)
@settings(max_examples=150, deadline=None)
def test_any_mixture_stays_a_subsequence(pieces: list[str]) -> None:
    draft = " ".join(pieces)
    left = trimmed(review(draft))
    assert is_subsequence("".join(MARK.sub("", left).split()), "".join(draft.split()))
    assert left.strip() or not draft.strip()


def test_no_little_word_dangles_where_a_phrase_went() -> None:
    letter = "Respected Sir,\n\nI am a student pursuing B.Tech from a reputed college in Nagpur. I am looking for a summer internship under your esteemed guidance.\n\nRohan"
    left = trimmed(review(letter))
    assert " from in " not in left
    assert " ." not in left


def test_what_was_answered_and_plain_clauses_stay_in_the_draft() -> None:
    answer = "ours jumped two days before the rain, and we took it for a fault"
    letter = f"Respected Sir/Madam,\n\n{answer}\n\nI have gone through your profile and found your research work very interesting. We would like to meet you soon.\n\nRohan"
    found = review(letter, Circumstances(answered=(Answered("What did yours measure?", "", answer),)))
    assert answer in trimmed(found)
    assert not [finding for finding in found.findings if finding.quote and finding.quote in answer]
