"""The trimmed draft: the writer's own words in their order with gap marks, never empty, never a word of ours."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.engine import review

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
    trimmed = review(draft).trimmed
    assert trimmed.strip()
    assert MARK.search(trimmed)
    assert is_subsequence("".join(MARK.sub("", trimmed).split()), "".join(draft.split()))


@pytest.mark.parametrize("draft", DRAFTS)
def test_pasted_back_the_marks_are_caught_as_unfilled(draft: str) -> None:
    found = review(review(draft).trimmed)
    assert any(finding.rule == "merge-field" and finding.quote.startswith("[your words:") for finding in found.findings)


def test_greeting_and_signature_stay_and_the_seams_are_clean() -> None:
    assert review(DRAFTS[0]).trimmed.startswith("Hi Davina,\n\n[your words: ")
    assert review(DRAFTS[0]).trimmed.endswith("\n\nBest,\nSam")
    assert "  " not in review(DRAFTS[1]).trimmed


def test_a_good_draft_is_left_as_it_is() -> None:
    draft = "Noreen, what you said in Harrogate about giving the leaflet to the carer has changed what we print in Leeds."
    assert review(draft).trimmed == draft


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
    trimmed = review(draft).trimmed
    assert is_subsequence("".join(MARK.sub("", trimmed).split()), "".join(draft.split()))
    assert trimmed.strip() or not draft.strip()
