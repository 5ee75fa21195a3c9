"""Folding never loses the way back: every folded character knows where it came from."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.fold import fold, key


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("I’d LIKE", "i'd like"),
        ("a\u00a0b\u202fc\u3000d", "a b c d"),
        ("pro\u200bfes\u00adsional\ufeff", "professional"),
        ("Ｈｉ，", "hi,"),
        ("e\u0301te\u0301", "été"),
        ("“so” – he said…", '"so" - he said...'),
        ("क़लम", "कलम"),
        ("a\0b", "a b"),
        ("x\u2028y\r\nz", "x\ny\n\nz"),
    ],
)
def test_fold_maps_to_one_plain_form(text: str, folded: str) -> None:
    assert fold(text).text == folded


def test_map_points_at_the_original_characters() -> None:
    text = "“Ｈi\u200b e\u0301”"
    folded = fold(text)
    at = folded.text.index("é")
    assert text[folded.at[at] : folded.to[at]] == "e\u0301"
    assert text[folded.at[folded.text.index("h")]] == "Ｈ"


def test_a_capital_that_folds_to_two_characters_keeps_one_source() -> None:
    folded = fold("xİy")
    assert folded.text[0] == "x"
    assert folded.text[-1] == "y"
    assert {(folded.at[i], folded.to[i]) for i in range(1, len(folded.text) - 1)} == {(1, 2)}
    assert key(fold("İSTANBUL").text) == "istanbul"


@given(st.text(alphabet=st.characters(), max_size=200))
@settings(max_examples=300, deadline=None)
def test_every_offset_lies_in_the_draft_and_never_goes_back(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.at) == len(folded.to)
    assert all(0 <= a < b <= len(text) for a, b in zip(folded.at, folded.to, strict=True))
    assert list(folded.at) == sorted(folded.at)


def test_stacked_marks_stay_cheap_and_are_not_lost() -> None:
    text = "a" + "\u0301" * 5000 + " b"
    folded = fold(text)
    assert folded.text.endswith(" b")
    assert folded.at[len(folded.text) - 1] == len(text) - 1
