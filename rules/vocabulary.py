"""Words to characters: every word of a catalogue becomes one, so that a draft is a short string; and which words are a misspelling of one."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from rules.elision import halves, joins
from rules.frequency import known, zipf
from rules.memo import Memo
from rules.phrases import LINK, NUMBER, OTHER, STOP
from rules.text import WORD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rules.model import Draft

CLASSES = frozenset({NUMBER, OTHER, STOP, LINK})
"""Characters that stand for no one word."""
_FIRST = 0x100
"""The character of the first catalogue word: within the plane for which the engine of regular expressions has its short cuts."""
_LONG, _LONGEST = 6, 40
"""Letters that a word needs before one misspelling in it is forgiven, and from which it is no misspelling of another."""


class Vocabulary:
    """The characters of all words of some catalogues. It grows while they are compiled; what it holds are words of cards and of a language."""

    def __init__(self, same: Mapping[str, str], langs: tuple[str, ...] = ()) -> None:
        """Take in no words yet; `same` maps a spelling or contraction to the words it stands for, and an apostrophe parts the words of some of the languages."""
        self._joining = tuple(filter(joins, langs))
        self._same = {word: tuple(m[0] for m in WORD.finditer(words)) for word, words in same.items()}
        self._chars: dict[str, str] = {}
        self._order: list[str] = []
        self._near: dict[str, str] = {}
        self._spelt = Memo(self._spell)
        self.char_of = Memo(self._char_of).__getitem__
        """Return the characters of a catalogue word, after the words it stands for; new words get a new character."""
        self.share = Memo(self._share).__getitem__
        """Return how likely a word of a draft is the one behind a character."""

    def encode(self, draft: Draft) -> Encoded:
        """Return the draft as one character a word, with a mark between sentences."""
        return Encoded(self, draft, list(map(self._spelt.__getitem__, draft.line)))

    def word(self, char: str) -> str:
        """Return the word behind a character, none behind that of a class of words."""
        at = ord(char) - _FIRST
        return self._order[at] if 0 <= at < len(self._order) else ""

    def _share(self, char: str) -> float:
        return 0.02 if char in CLASSES else 10 ** (zipf(self.word(char)) - 9)

    def _char_of(self, word: str) -> str:
        if word[:1].isdigit():
            return NUMBER
        return "".join(self._chars.get(part) or self._new(part) for part in self._same.get(word) or self._parted(word))

    def _parted(self, word: str) -> tuple[str, ...]:
        """Return the words that an apostrophe joins in one."""
        for lang in self._joining if "'" in word else ():
            parts = halves(word, lang)
            if len(parts) > 1:
                return parts
        return (word,)

    def _new(self, word: str) -> str:
        self._chars[word] = char = chr(_FIRST + len(self._order))
        self._order.append(word)
        self._near = {}
        self._spelt.clear()
        return char

    def _spell(self, word: str) -> str:
        """Return the characters of a word: its own, those it stands for, a number, a link, or those of a word one misspelling away."""
        if not word:
            return STOP
        if word in self._same:
            return "".join(self._chars.get(part, OTHER) for part in self._same[word])
        if word in self._chars:
            return self._chars[word]
        parts = self._parted(word) if self._joining else ()
        if len(parts) > 1:
            return "".join(map(self._spelt.__getitem__, parts))
        if word[0].isdigit():
            return NUMBER
        if word.startswith(("http", "www.")) and "." in word:
            return LINK
        return OTHER if not _LONG <= len(word) < _LONGEST or known(word, "en") else self._nearest(word)

    def _nearest(self, word: str) -> str:
        near = self._near
        if not near:
            for correct, char in self._chars.items():
                if len(correct) >= _LONG and correct.isalpha():
                    near[correct] = char
                    for shorter in _deletions(correct):
                        near.setdefault(shorter, char)
        for shorter in chain((word,), _deletions(word)):
            char = near.get(shorter, "")
            if char and OSA.distance(word, self.word(char), score_cutoff=1) <= 1:
                return char
        return OTHER


class Encoded:
    """A draft as characters of a vocabulary; which word stands behind each of them is worked out when somebody asks."""

    __slots__ = ("_parts", "_seats", "draft", "present", "text", "vocabulary")

    def __init__(self, vocabulary: Vocabulary, draft: Draft, parts: list[str]) -> None:
        self.vocabulary, self.draft, self._parts = vocabulary, draft, parts
        self.text = "".join(parts)
        self.present = frozenset(parts)
        """The characters that stand in it."""
        if len(parts) < len(self.text):
            self.present = self.present.union(*[part for part in self.present if len(part) > 1])
        self._seats: Sequence[int] = draft.seats if len(parts) == len(self.text) else ()

    def seats(self) -> Sequence[int]:
        """Return for each character the word that stands behind it."""
        if not self._seats:
            self._seats = [seat for part, seat in zip(self._parts, self.draft.seats, strict=True) for _ in part]
        return self._seats


def _deletions(word: str) -> Iterator[str]:
    """Yield the word with each letter left out in turn."""
    for i in range(len(word)):
        yield word[:i] + word[i + 1 :]
