"""Fold text for comparison and keep a map of offsets, so that every span stays true to the draft as given.

Folded are: case, full-width and other compatibility forms (NFKC), composed and decomposed letters, curly quotes and dashes, every kind of
space, zero-width characters and soft hyphens, and the Devanagari nukta. Line ends stay, since sentences need them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from rules.memo import Memo

_REPLACED = {
    **dict.fromkeys("‘’‚‛′ʼ`´＇", "'"),
    **dict.fromkeys("“”„‟″«»＂", '"'),
    **dict.fromkeys("‐‑‒–—―−﹘－", "-"),
    **dict.fromkeys("\u2028\u2029\u0085\v\f\r", "\n"),
    "…": "...",
    "\0": " ",
    "\u093c": "",
}
_PLAIN = re.compile(r"[\x01-\x0a\x0e-\x5f\x61-\x7f]+")


class Folded(NamedTuple):
    """Folded text; `at[i]` and `to[i]` are where the source of character i begins and ends in the original."""

    text: str
    at: tuple[int, ...] | range
    to: tuple[int, ...] | range


def fold(text: str) -> Folded:
    """Return the folded text and its map; each original character is covered by at most one folded run."""
    if text.isascii() and "\r" not in text and "`" not in text and "\0" not in text and "\v" not in text and "\f" not in text:
        return Folded(text.lower(), range(len(text)), range(1, len(text) + 1))
    out: list[str] = []
    at: list[int] = []
    to: list[int] = []
    i, end = 0, len(text)
    while i < end:
        plain = _PLAIN.match(text, i)
        if plain and (plain.end() == end or text[plain.end()].isascii() or not unicodedata.combining(text[plain.end()])):
            out.append(plain[0].lower())
            at.extend(range(i, plain.end()))
            to.extend(range(i + 1, plain.end() + 1))
            i = plain.end()
            continue
        if plain and plain.end() - i > 1:
            stop = plain.end() - 1
            out.append(text[i:stop].lower())
            at.extend(range(i, stop))
            to.extend(range(i + 1, stop + 1))
            i = stop
        stop = _cluster_end(text, i)
        piece = _fold_cluster(text[i:stop])
        out.append(piece)
        at.extend([i] * len(piece))
        to.extend([stop] * len(piece))
        i = stop
    return Folded("".join(out), tuple(at), tuple(to))


def _cluster_end(text: str, start: int) -> int:
    """Return where the character with its combining marks ends (sixteen marks at most, so that stacked marks stay cheap)."""
    stop = start + 1
    while stop < len(text) and stop < start + 17 and unicodedata.combining(text[stop]):
        stop += 1
    return stop


@lru_cache(maxsize=4096)
def _fold_cluster(cluster: str) -> str:
    """Return one folded cluster: a single character with its marks."""
    if cluster in _REPLACED:
        return _REPLACED[cluster]
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", cluster).casefold())
    return "".join(_REPLACED.get(char, _visible(char)) for char in folded)


def _visible(char: str) -> str:
    """Return a character, a plain space for any kind of space, and nothing for what has no width."""
    category = unicodedata.category(char)
    if category in {"Cf", "Cs", "Co", "Cc"} and char not in "\n\t":
        return ""
    return " " if category == "Zs" else char


def _key(word: str) -> str:
    if word.isascii() or "\u0900" <= word[0] <= "\u097f":
        return word
    bare = "".join(char for char in unicodedata.normalize("NFD", word) if not "\u0300" <= char <= "\u036f")
    return bare.translate(_LETTERS) or word


_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe"})
key = Memo(_key).__getitem__
"""Return the key by which a folded word is compared: marks on Latin letters dropped, typographic apostrophes gone."""
