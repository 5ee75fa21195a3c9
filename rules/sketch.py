"""Keyed sketches of drafts, from which no text can be read back: what stays the same when names, company and city change.

One-permutation MinHash over the words and over every two in a row of a sentence, its ends counted as words. Left out first: greeting and signature, whatever is named
(words with a capital, and the first word of a sentence with them), merge fields, numbers, days, links and addresses. A word has three
secret hashes: alone, as the left and as the right of two, whose exclusive-or is the hash of the two together (tabulation hashing).
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from operator import add, eq, xor
from struct import Struct
from typing import TYPE_CHECKING, NamedTuple

from rules.fold import fold, key
from rules.frequency import zipf
from rules.model import Span
from rules.names import parts
from rules.text import WORD, covered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rules.model import Draft

BINS = 64
BANDS, ROWS = 21, 3
"""Two sketches that agree in all the bins of one band meet in a lookup."""
ALIKE = 0.4
"""Share of equal bins from which two drafts count as nearly the same text: a fifth may be rewritten, and letters that share a genre stay below (bench/sameness.py)."""
EMPTY = -1
"""A bin that nothing fell into; others hold 0 to 32,767."""
_FEWEST, _FEWEST_CHARACTERS = 8, 20
"""Words that must be left of a draft before it can be compared: fewer are what anybody says to everybody."""
_KEPT = 0x7FFF
"""What is kept of the least hash in a bin: with a sign, two bytes hold it."""
_WITHIN = 24
"""Bits of a hash (of 30, which Python compares fastest) that order it within its bin."""
_MASK = (1 << 63) - 1
_COLUMNS = Struct("<3I")
_REMEMBERED, _KEYS = 4096, 16
"""Everyday words whose hashes are remembered under one key, and for how many keys."""
_EVERYDAY = 3.5
"""Zipf value from which a word says so little that it may be remembered."""
_PLAIN_WORDS = 5.2
"""Zipf value from which a word is not taken out of a draft for being somebody's name ("will", "may")."""
_I = frozenset({"i", "i'm", "i'd", "i'll", "i've"})
_JOINING = frozenset("and of the de der den van von la le du di da do dos y e und".split())
"""Small words between two capitalised ones that belong to a name: University of Leeds."""
_GERMAN = frozenset("und ich nicht ist mit auf wir das sie der fur ein".split())
"""Words that give away a language where every noun has a capital; one word in sixteen is enough."""
_GERMAN_BEFORE = frozenset("frau herr herrn familie firma bei in aus nach fur von".split())
"""Words before which even there a capital is likely a name's."""
_DATES = frozenset(
    "lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miercoles jueves viernes sabado domingo lunedi martedi mercoledi giovedi venerdi sabato domenica "
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag mandag tisdag onsdag torsdag fredag lordag sondag poniedzialek wtorek sroda czwartek piatek sobota niedziela "
    "segunda terca quarta quinta sexta monday tuesday wednesday thursday friday saturday sunday pazartesi sali carsamba persembe cuma cumartesi pazar st nd rd th".split()
)
_NUMBER = "0"
"""What is written for the first letter of a word that is left out as a number is."""
_MARKS = frozenset("{[<%*«$#_")
_FIELD = re.compile(
    r"\{\{?[^{}\n]{1,40}\}?\}|\[\[?[^\[\]\n]{1,40}\]?\]|<<?[^<>\n]{1,40}>?>|%%?[A-Za-z_][\w .-]{0,38}%%?|\*\|[^|\n]{1,40}\|\*|«[^«»\n]{1,40}»|\$\{?[A-Za-z_]\w*\}?"
    r"|#\w+|__\w{1,38}__|https?://\S+|www\.\S+"
)
_ADDRESS = re.compile(r"(?<!\S)[^\s@]{0,64}@\S+")
_SITE = re.compile(
    r"(?<![^\s(/@])[\w-]{1,60}(?:\.[\w-]{1,30}){0,3}\.(?:com|org|net|io|co|eu|uk|de|fr|es|it|nl|jp|in|app|dev|ai|be|br|mx|pl|se|tr)\b(?:/\S*)?"
)
_DOT = re.compile(r"\.(?<=[\w-]\.)[a-z]")
_CALLED = re.compile(
    r"[\u4e00-\u9fff々\u30a0-\u30ff]{1,8}(?=様|さん|さま|氏|先生|君|殿)|(?:株式会社|有限会社|合同会社)[\u4e00-\u9fff々\u30a0-\u30ffA-Za-z]{1,12}"
    r"|[\u4e00-\u9fff々\u30a0-\u30ffA-Za-z]{1,12}(?=株式会社|有限会社)|[\u0900-\u097f]+(?=[ ]जी(?![\u0900-\u097f]))"
)


_FRAME = frozenset({"greeting", "signature"})
_SPACELESS = "\u3005", "\u9fff"
"""The first and the last character of the scripts whose words are single characters here."""


class Sketch(NamedTuple):
    """The least hash in each bin, cut to 15 bits, and one keyed hash of 63 bits a sentence (0 where nothing is left of it)."""

    bins: tuple[int, ...]
    sentences: tuple[int, ...]


class _Hashes(dict[str, tuple[int, int, int]]):
    """The three columns of each word under one key; only everyday words are remembered, so that nothing of a draft stays."""

    def __init__(self, secret: bytes) -> None:
        super().__init__({"": (*self._three(secret, ""),)})
        self._secret = secret

    def __missing__(self, word: str) -> tuple[int, int, int]:
        three = self._three(self._secret, word)
        if len(self) < _REMEMBERED and zipf(word) >= _EVERYDAY:
            self[word] = three
        return three

    @staticmethod
    def _three(secret: bytes, word: str) -> tuple[int, int, int]:
        one, two, three = _COLUMNS.unpack(blake2b(word.encode("utf-8", "replace"), digest_size=12, key=secret).digest())
        return one >> 2, two >> 2, three >> 2


@lru_cache(maxsize=_KEYS)
def _hashes(secret: bytes) -> _Hashes:
    return _Hashes(secret)


def sketch(draft: Draft, secret: bytes, without: Iterable[str] = ()) -> Sketch | None:
    """Return the sketch of a draft under a secret key (64 bytes at most), or none where it is too short to compare.

    `without` are names that the caller knows to be the reader's, a company's or a place's, however they are written.
    """
    lines = _lines(draft, tuple(without))
    if sum(map(len, lines)) < (_FEWEST_CHARACTERS if _spaceless_text(draft) else _FEWEST):
        return None
    least = {value >> _WITHIN: value & _KEPT for value in sorted(_values(lines, secret), reverse=True)}
    return Sketch(tuple([least.get(at, EMPTY) for at in range(BINS)]), tuple([_hash(" ".join(line), secret) if line else 0 for line in lines]))


def likeness(one: Sketch, other: Sketch) -> float:
    """Return the share of bins that agree, of those that either draft fills: an estimate of what they share of their words and pairs of words."""
    agree, filled = sum(map(eq, one.bins, other.bins)), len(one.bins)
    if EMPTY in one.bins and EMPTY in other.bins:
        neither = sum([a == b == EMPTY for a, b in zip(one.bins, other.bins, strict=True)])
        agree, filled = agree - neither, filled - neither
    return agree / filled if filled else 0.0


def bands(made: Sketch, secret: bytes) -> tuple[int, ...]:
    """Return the keys (0 to 2**63 - 1) under which a sketch is stored and looked up: nearly the same texts share one of them.

    An empty bin borrows the value of another, found in an order of its own, so that short texts meet as long ones do.
    """
    filled = _lent(made.bins)
    odd = _odd(secret)
    threes = zip(filled[0::ROWS], filled[1::ROWS], filled[2::ROWS], strict=False)
    return tuple([((at << 48 | a << 32 | b << 16 | c) * odd) & _MASK for at, (a, b, c) in enumerate(threes)])


def recipient(name: str, secret: bytes) -> int:
    """Return a keyed hash of whom a draft is for, titles and middle names aside; 0 for no name."""
    telling = parts(name) or tuple(fold(name).text.split())
    if not telling:
        return 0
    return _hash("\0".join(("", *dict.fromkeys((telling[0], telling[-1])))), secret) or 1


def _lent(bins: tuple[int, ...]) -> list[int]:
    """Return the bins with each empty one filled from another."""
    if EMPTY not in bins:
        return list(bins)
    filled = []
    for at, value in enumerate(bins):
        seat, lent = at, value
        while lent == EMPTY:
            seat = (seat * 5 + 2 * at + 1) % BINS  # visits all of them
            lent = bins[seat]
        filled.append(lent)
    return filled


@lru_cache(maxsize=_KEYS)
def _odd(secret: bytes) -> int:
    return _hash("\0bands", secret) | 1


def _hash(text: str, secret: bytes) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8, key=secret).digest(), "big") >> 1


def _values(lines: list[list[str]], secret: bytes) -> set[int]:
    """Return the hash (30 bits) of every word, and of every two in a row of a sentence, its ends counted as words."""
    stream = ["", *(word for line in lines if line for word in (*line, ""))]
    alone, left, right = zip(*map(_hashes(secret).__getitem__, stream), strict=True)
    return {*alone, *map(xor, left, right[1:])} - {alone[0]}


def _lines(draft: Draft, without: tuple[str, ...]) -> list[list[str]]:
    """Return, for each sentence of the body, the words that a mail merge does not fill in."""
    initials = list(map(draft.text.__getitem__, draft.starts))
    before = _before_names(draft.keys, initials)
    told = _told(draft, without)
    for i in covered(draft, _fields(draft.text, without)):
        initials[i] = _NUMBER
    spans = (range(sentence.first, sentence.last) for sentence in map(draft.sentences.__getitem__, draft.own()))
    lines = [_words(draft.keys, initials, span, told, before) for span in spans]
    if _spaceless_text(draft):
        return [list(map(add, map(add, line, line[1:]), line[2:])) for line in lines]
    return lines


def _words(keys: Sequence[str], initials: list[str], span: range, told: set[str], before: frozenset[str] | None) -> list[str]:
    """Return the words of a sentence but for those in `told`, numbers and, where capitals tell them, names."""
    kept: list[str] = []
    after = False
    for i in span:
        word, initial = keys[i], initials[i]
        if word in told or initial.isdigit():
            continue
        if initial.isupper() and word not in _I and (before is None or after or (i > span.start and keys[i - 1] in before)):
            after = True
        elif not (after and word in _JOINING and i + 1 < span.stop and initials[i + 1].isupper()):
            after = False
            kept.append(word)
    return kept


def _before_names(keys: Sequence[str], initials: list[str]) -> frozenset[str] | None:
    """Return the words after which a capital says that something is named; none where it always does, not where nouns or all words have one."""
    if sum(map(_GERMAN.__contains__, keys)) * 16 >= len(keys):
        return _GERMAN_BEFORE
    return frozenset() if sum(map(str.isupper, initials)) * 2 > len(keys) else None


def _told(draft: Draft, without: tuple[str, ...]) -> set[str]:
    """Return the words that are left out wherever they stand: those of known names, of the greeting and the signature, and days."""
    known = {key(word) for name in without for word in WORD.findall(fold(name).text)}
    for i, sentence in enumerate(draft.sentences):
        if sentence.part in _FRAME:
            known.update(word.key for word in draft.sentence_words(i)[1:] if draft.text[word.start].isupper())
    rare = {word for word in known if zipf(word) < _PLAIN_WORDS and not _spaceless(word)}
    return {*_DATES, *rare, *(f"{word}'s" for word in rare)}


def _fields(text: str, without: tuple[str, ...]) -> Iterator[Span]:
    """Yield what a merge fills in or a machine reads: fields, links, addresses; and names in scripts without capitals, where an honorific gives them away."""
    if not _MARKS.isdisjoint(text) or "://" in text or "www." in text:
        yield from (Span(*match.span()) for match in _FIELD.finditer(text))
    if "@" in text:
        yield from (Span(*match.span()) for match in _ADDRESS.finditer(text))
    if _DOT.search(text):
        yield from (Span(*match.span()) for match in _SITE.finditer(text))
    if not text.isascii():
        yield from (Span(*match.span()) for match in _CALLED.finditer(text))
        for name in (name.strip() for name in without):
            if _spaceless(name):
                yield from (Span(*match.span()) for match in re.finditer(re.escape(name), text))


def _spaceless_text(draft: Draft) -> bool:
    """Tell whether most of a draft is in a script without spaces."""
    return not draft.text.isascii() and sum(map(_spaceless, draft.keys)) * 2 > len(draft.keys)


def _spaceless(word: str) -> bool:
    """Tell whether a word begins with a script that has no spaces."""
    return _SPACELESS[0] <= word[:1] <= _SPACELESS[1]
