"""Remember what is known of single words, so that a word costs one look-up however many drafts it stands in. Never of drafts or of sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Known = TypeVar("Known")
_MOST, _LONGEST = 20_000, 40
"""Words that one memo holds, and how long they may be: what a process reads cannot fill its memory."""


class Memo(dict[str, Known]):
    """A table from words to what a function says of them, filled as they are met. A plain dictionary takes half the time of a cache that tracks use."""

    __slots__ = ("_tell",)

    def __init__(self, tell: Callable[[str], Known]) -> None:
        super().__init__()
        self._tell = tell

    def __missing__(self, word: str) -> Known:
        told = self._tell(word)
        if len(self) < _MOST and len(word) < _LONGEST:
            self[word] = told
        return told
