"""What is remembered of words: each is worked out once, and what one process reads cannot fill its memory."""

from __future__ import annotations

import pytest

from rules import memo
from rules.memo import Memo


def test_a_word_is_worked_out_once() -> None:
    asked: list[str] = []
    known = Memo(lambda word: asked.append(word) or len(word))
    assert [known["oven"], known["oven"], known["bread"]] == [4, 4, 5]
    assert asked == ["oven", "bread"]


def test_no_more_words_are_kept_than_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memo, "_MOST", 2)
    known = Memo(len)
    assert [known[word] for word in ("a", "bc", "def")] == [1, 2, 3]
    assert list(known) == ["a", "bc"]


def test_what_is_too_long_for_a_word_is_not_kept() -> None:
    known = Memo(len)
    assert known["x" * 40] == 40
    assert not known
