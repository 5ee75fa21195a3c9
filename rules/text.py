"""Read a draft once: words by script, sentences, and the parts of a letter; spans always point into the draft as given."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache
from itertools import accumulate, chain, repeat
from operator import sub
from typing import TYPE_CHECKING

from rules.fold import Folded, fold, key
from rules.letter import part_of_sentences, pasted_from, salutation
from rules.model import Draft, Sentence, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Scripts written without spaces: each character counts as a word."""

WORD = re.compile(
    rf"(?:https?://|www\.)[^\s<>\"'|)\]]+"
    rf"|\d+(?:[.,:]\d+)*|[{CJK}]"
    rf"|(?:[^\W_{CJK}]|[\u0900-\u0963\u0966-\u097f\u0300-\u036f])+(?:'(?:[^\W_{CJK}])+)*"
)
_LETTERS = r"[a-z0-9](?:(?<=[a-z])[a-z0-9]*(?:'[a-z0-9]+(?:'[a-z0-9]+)*|)|[0-9]*(?:[.,:][0-9]+)*)"
"""A word of plain ASCII: `WORD` begun by one set of characters, and with an empty branch where the engine takes long over a `*` that is seldom met."""
_PLAIN_WORD = re.compile(rf"(?:https?://|www\.)[^\s<>\"'|)\]]+|{_LETTERS}")
"""The same as `WORD` for plain ASCII, which most drafts are: three times as fast."""
_PLAIN_SPLIT = re.compile(f"({_LETTERS})")
_END = re.compile(
    r"(?=[.!?\n\u0964。！？｡\u2600-\u27bf\U0001f300-\U0001faff])(?:"
    r"[.!?\u0964]+[\"')\]]*(?=\s|$)|[!?]{2,}|[。！？｡]+[」』）\"')]*|\n[ \t]*\n\s*|\n|[\u2600-\u27bf\U0001f300-\U0001faff]+(?=\s))"
)
_PLAIN_END = re.compile(r"[.!?\n](?:(?<=\n)(?:[ \t]*\n\s*)?|(?<!\n)[.!?]*[\"')\]]*(?=\s|$)|(?<=[!?])[!?]+)")
"""The same for plain ASCII, begun by a set of characters that the engine can skip to."""
_SHORTENED = (
    r"mr|mrs|ms|dr|prof|st|sr|jr|fr|rev|no|nos|vs|etc|e\.g|i\.e|eg|ie|approx|dept|inc|ltd|co|corp|ext|fig|p\.s|ca|bzw|z\.b|usw|p|mt|messrs|hon|capt|sgt|lt|gen|col|sec|"
    r"sra|dra|srta|ing|exmo|exma|exmos|exmas|sig|dott|spett|mme|mlle|ud|uds|pag"
)
_ABBREVIATED = frozenset(_SHORTENED.split("|"))
_ABBREVIATION = re.compile(rf"(?:\b(?:{_SHORTENED})|(?<!')\b[a-z])\.$")
_LONGEST = 7
"""Letters before a full stop that are too many for an abbreviation."""
_WRAP = 58
"""A line at least this long that ends without punctuation was wrapped by a mail program, not ended by the writer."""
_PHRASE = 2
"""Blanks in a line from which it is running text, so that a small letter on the next line goes on with it."""
_QUOTED = re.compile(
    r"""["'`](?:(?<=")[^"\n]{3,400}"|(?<=`)``.*?```|(?<=(?<![^\s(])')[^\n']{3,200}'(?![^\s).,;:!?]))""",
    re.DOTALL,
)
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_OPENING = 120
"""A salutation stands within so many characters of the start."""
_ITEM = re.compile(r"[ \t]*(?:[-*•–]|\d{1,2}[.)])[ \t]")


def read(text: str) -> Draft:
    """Return the draft with its words, sentences, parts and quoted passages; linear in the length of the text."""
    folded = fold(text)
    pieces = _pieces(folded)
    keys, starts, ends, lasts = _columns(folded, pieces)
    firsts = [0, *lasts][:-1]
    at, to = folded.at, folded.to
    places = pieces if _plain(folded) else [(at[start], to[stop - 1]) for start, stop in pieces]
    spans = list(map(_new, repeat(Span), places))
    parts = part_of_sentences(text, spans, list(map(sub, lasts, firsts)), pasted_from(text))
    line, seats = _line(keys, firsts, lasts)
    return Draft(
        text=text,
        sentences=tuple(map(_new, repeat(Sentence), zip(spans, firsts, lasts, parts, strict=True))),
        quoted=tuple(_quoted(text, folded)),
        keys=tuple(keys),
        bag=frozenset(keys),
        starts=tuple(starts),
        ends=tuple(ends),
        holders=tuple(chain.from_iterable(map(repeat, range(len(pieces)), map(sub, lasts, firsts)))),
        openings=tuple([span.start for span in spans]),
        body=tuple([i for i, part in enumerate(parts) if part == "body"]),
        line=tuple(line),
        seats=tuple(seats),
    )


def keys_of(text: str) -> list[str]:
    """Return the keys of the words of a short text that is no draft, as a fact is."""
    if text.isascii() and "`" not in text:
        return _PLAIN_WORD.findall(text.lower())
    return [*map(key, WORD.findall(fold(text).text))]


def _line(keys: list[str], firsts: list[int], lasts: list[int]) -> tuple[list[str], list[int]]:
    """Return the keys with an empty one before each sentence that has words, and one at the end; and which word stands at each place."""
    line: list[str] = []
    seats: list[int] = []
    for first, last in zip(firsts, lasts, strict=True):
        if last > first:
            line.append("")
            line += keys[first:last]
            seats.append(first)
            seats += range(first, last)
    return [*line, ""], [*seats, len(keys)]


def _plain(folded: Folded) -> bool:
    """Tell whether nothing was moved by folding, as in plain ASCII."""
    return isinstance(folded.at, range)


def _pieces(folded: Folded) -> list[tuple[int, int]]:
    """Return the sentences as ranges of the folded text, trimmed, none of them blank."""
    start, text = 0, folded.text
    pieces: list[tuple[int, int]] = []
    for end in (_PLAIN_END if _plain(folded) else _END).finditer(text):
        at, stop = end.span()
        if at < start or (text[at] in "\n." and not _ends(text, start, at, stop)):
            continue
        _piece(text, start, stop, pieces)
        start = stop
    _piece(text, start, len(text), pieces)
    return pieces


def _piece(text: str, start: int, stop: int, pieces: list[tuple[int, int]]) -> None:
    """Add one sentence, or a salutation and the sentence that follows it on the same line; nothing for blank text."""
    bare = text[start:stop].lstrip()
    left = stop - len(bare)
    right = left + len(bare.rstrip())
    if left == right:
        return
    if left < _OPENING:
        end = salutation(bare)
        rest = text[left + end : right].lstrip() if end else ""
        if rest:
            pieces.append((left, left + len(bare[:end].rstrip())))
            left = right - len(rest)
    pieces.append((left, right))


def _ends(text: str, start: int, at: int, stop: int) -> bool:
    """Tell whether a full stop or a line feed ends a sentence: no abbreviation, no line that a mail program wrapped."""
    if text[at] == ".":
        if stop - at > 1 or text[at - _LONGEST : at].isalpha():
            return True
        word = text[max(start, at - 8) : at].rpartition(" ")[2]
        plain = len(word) > 1 and word.isalpha() and word not in _ABBREVIATED  # as most are: no need for the long look
        return plain or not _ABBREVIATION.search(text, max(start, at - 8), at + 1)
    if stop - at > 1:
        return True
    line = text.rfind("\n", 0, at) + 1
    following = text[stop : stop + 1]
    if not following or following == ">" or text[line : line + 1] == ">" or _ITEM.match(text, stop):
        return True
    goes_on = following.islower() and text[line:at].count(" ") >= _PHRASE and text[at - 1] not in ",:"
    return not (at - line >= _WRAP or goes_on)


def _columns(folded: Folded, pieces: list[tuple[int, int]]) -> tuple[list[str], list[int], list[int], list[int]]:
    """Return the words as columns (their keys, where they start and end in the draft), and for each sentence how many words stand up to its end."""
    keys, starts, ends = _runs(folded, pieces)
    lasts = [bisect_left(starts, stop) for _, stop in pieces]
    if not _plain(folded):
        keys = list(map(key, keys))
        starts = list(map(folded.at.__getitem__, starts))
        ends = [folded.to[end - 1] for end in ends]
    return keys, starts, ends, lasts


def _runs(folded: Folded, pieces: list[tuple[int, int]]) -> tuple[list[str], list[int], list[int]]:
    """Return the words of folded text as columns: each as it stands, where it starts, where it ends; none crosses the end of a sentence."""
    text = folded.text
    if "://" in text or "www." in text:  # only a link may run on over "?!"
        pattern = _PLAIN_WORD if _plain(folded) else WORD
        found = [match for start, stop in pieces for match in pattern.finditer(text, start, stop)]
        return [match[0] for match in found], [match.start() for match in found], [match.end() for match in found]
    split = (_PLAIN_SPLIT if _plain(folded) else _split()).split(text)
    edges = list(accumulate(map(len, split)))
    return split[1::2], edges[:-1:2], edges[1::2]


@lru_cache(maxsize=1)
def _split() -> re.Pattern[str]:
    """Return what parts words of any script, compiled when it is first needed."""
    return re.compile(f"({WORD.pattern})")


_new = tuple.__new__
"""Spans and sentences are named tuples, and made this way they cost half."""


def _quoted(text: str, folded: Folded) -> Iterable[Span]:
    """Yield passages in quotation marks or in code, which are reported speech and not the writer's own formula."""
    for match in _QUOTED.finditer(folded.text):
        yield Span(folded.at[match.start()], folded.to[match.end() - 1])
    if "`" in text:
        for match in _CODE.finditer(text):
            yield Span(*match.span())


def covered(draft: Draft, spans: Iterable[Span]) -> set[int]:
    """Return the indexes of the words that any of the spans touches."""
    touched: set[int] = set()
    for span in spans:
        touched.update(range(bisect_right(draft.ends, span.start), bisect_left(draft.starts, span.end)))
    return touched


def overlap(spans: Sequence[Span], span: Span) -> bool:
    """Tell whether a span overlaps any of some sorted spans that do not overlap each other."""
    at = bisect_left(spans, span)
    return (at < len(spans) and spans[at].overlaps(span)) or (at > 0 and spans[at - 1].overlaps(span))


def sentence_at(draft: Draft, offset: int) -> int:
    """Return the index of the sentence in which an offset stands; the nearest one before it between sentences."""
    return max(0, bisect_right(draft.openings, offset) - 1)


def sentences_in(draft: Draft, span: Span) -> list[int]:
    """Return the indexes of the sentences that a span overlaps."""
    near = range(sentence_at(draft, span.start), bisect_left(draft.openings, span.end))
    return [index for index in near if span.overlaps(draft.sentences[index].span)]
