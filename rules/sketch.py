"""Keyed sketches of drafts, from which no text can be read back: what stays the same when names, company and city change.

One-permutation MinHash over three-word shingles, with greeting, signature, names, numbers, links and merge fields left out first.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules.model import Draft

BINS = 64
ALIKE = 0.4
"""Share of equal bins from which two drafts count as nearly the same text."""
_EMPTY = -1
_FEWEST = 5
"""Shingles that a draft needs before it can be compared."""


class Sketch(NamedTuple):
    """The least hash in each bin, and one keyed hash a sentence."""

    bins: tuple[int, ...]
    sentences: tuple[int, ...]


def sketch(draft: Draft, key: bytes) -> Sketch | None:
    """Return the sketch of a draft under a secret key (64 bytes at most), or none where it is too short to compare."""
    lines = [list(_words(draft, i)) for i in draft.own()]
    words = [word for line in lines for word in line]
    shingles = {" ".join(words[i : i + 3]) for i in range(len(words) - 2)}
    if len(shingles) < _FEWEST:
        return None
    bins = [_EMPTY] * BINS
    for shingle in shingles:
        value = _hash(shingle, key)
        at = value % BINS
        bins[at] = value if bins[at] == _EMPTY else min(bins[at], value)
    return Sketch(tuple(bins), tuple(_hash(" ".join(line), key) for line in lines))


def likeness(one: Sketch, other: Sketch) -> float:
    """Return the share of bins that agree, of those that either draft fills: an estimate of the shingles they share."""
    filled = [(a, b) for a, b in zip(one.bins, other.bins, strict=True) if a != _EMPTY or b != _EMPTY]
    return sum(a == b for a, b in filled) / len(filled) if filled else 0.0


def _hash(text: str, key: bytes) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8, key=key).digest(), "big") >> 1


def _words(draft: Draft, sentence: int) -> Iterator[str]:
    """Yield the words of a sentence that a mail merge does not fill in."""
    first = draft.sentences[sentence].first
    for i, word in enumerate(draft.sentence_words(sentence), first):
        named = i > first and draft.text[word.start].isupper() and len(word.key) > 1
        if not named and not word.key[0].isdigit() and not word.key.startswith(("http", "www.")) and not _field(draft, word.start, word.end):
            yield word.key


def _field(draft: Draft, start: int, end: int) -> bool:
    return draft.text[max(0, start - 1) : start] in {"{", "[", "<", "|", "%"} or draft.text[end : end + 1] in {"}", "]", ">", "|"}
