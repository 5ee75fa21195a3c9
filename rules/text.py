"""Read a draft once: words by script, sentences, and the parts of a letter; spans always point into the draft as given."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from rules.fold import Folded, fold, key
from rules.letter import part_of_sentences, pasted_from, salutation
from rules.model import Draft, Sentence, Span, Word

if TYPE_CHECKING:
    from collections.abc import Iterable

CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Scripts written without spaces: each character counts as a word."""

WORD = re.compile(
    rf"(?:https?://|www\.)[^\s<>\"'|)\]]+"
    rf"|\d+(?:[.,:]\d+)*|[{CJK}]"
    rf"|(?:[^\W_{CJK}]|[\u0900-\u0963\u0966-\u097f\u0300-\u036f])+(?:'(?:[^\W_{CJK}])+)*"
)
_PLAIN_WORD = re.compile(r"(?:https?://|www\.)[^\s<>\"'|)\]]+|\d+(?:[.,:]\d+)*|[a-z0-9]+(?:'[a-z0-9]+)*")
"""The same for plain ASCII, which most drafts are: three times as fast."""
_END = re.compile(
    r"(?=[.!?\n\u0964。！？｡\u2600-\u27bf\U0001f300-\U0001faff])(?:"
    r"[.!?\u0964]+[\"')\]]*(?=\s|$)|[!?]{2,}|[。！？｡]+[」』）\"')]*|\n[ \t]*\n\s*|\n|[\u2600-\u27bf\U0001f300-\U0001faff]+(?=\s))"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|st|sr|jr|fr|rev|no|nos|vs|etc|e\.g|i\.e|eg|ie|approx|dept|inc|ltd|co|corp|ext|fig|p\.s|ca|bzw|z\.b|usw|p|mt|messrs|hon|capt|sgt|lt|gen|col|sec)|(?<!')\b[a-z])\.$"
)
_WRAP = 58
"""A line at least this long that ends without punctuation was wrapped by a mail program, not ended by the writer."""
_PHRASE = 2
"""Blanks in a line from which it is running text, so that a small letter on the next line goes on with it."""
_QUOTED = re.compile(r'"[^"\n]{3,400}"|```.*?```|(?<![^\s(])\'[^\n\']{3,200}\'(?![^\s).,;:!?])', re.DOTALL)
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_OPENING = 120
"""A salutation stands within so many characters of the start."""
_ITEM = re.compile(r"[ \t]*(?:[-*•–]|\d{1,2}[.)])[ \t]")


def read(text: str) -> Draft:
    """Return the draft with its words, sentences, parts and quoted passages; linear in the length of the text."""
    folded = fold(text)
    pieces = list(_pieces(folded))
    words, sentences = _words(folded, pieces)
    parts = part_of_sentences(text, sentences, pasted_from(text))
    sentences = [sentence._replace(part=part) for sentence, part in zip(sentences, parts, strict=True)]
    return Draft(text, tuple(words), tuple(sentences), tuple(_quoted(text, folded)))


def _pieces(folded: Folded) -> Iterable[tuple[int, int]]:
    """Yield the sentences as ranges of the folded text, none of them blank."""
    start, text = 0, folded.text
    for end in _END.finditer(text):
        if end.start() < start or not _ends(text, start, end):
            continue
        yield from _piece(text, start, end.end())
        start = end.end()
    yield from _piece(text, start, len(text))


def _piece(text: str, start: int, stop: int) -> Iterable[tuple[int, int]]:
    """Yield one sentence, or a salutation and the sentence that follows it on the same line; nothing for blank text."""
    line = text[start:stop]
    if not line.strip():
        return
    left = start + len(line) - len(line.lstrip())
    end = salutation(text[left:stop]) if left < _OPENING else 0
    if end and text[left + end : stop].strip():
        yield start, left + end
        start = left + end
    yield start, stop


def _ends(text: str, start: int, end: re.Match[str]) -> bool:
    """Tell whether this mark ends a sentence: no abbreviation, no line that a mail program wrapped."""
    mark = end[0]
    if mark[0] == ".":
        return len(mark) > 1 or not _ABBREVIATION.search(text, max(start, end.start() - 8), end.start() + 1)
    if mark == "\n":
        line = text.rfind("\n", 0, end.start()) + 1
        following = text[end.end() : end.end() + 1]
        long = end.start() - line >= _WRAP
        if not following or following == ">" or text[line : line + 1] == ">" or _ITEM.match(text, end.end()):
            return True
        goes_on = following.islower() and text[line : end.start()].count(" ") >= _PHRASE and text[end.start() - 1] not in ",:"
        return not (long or goes_on)
    return True


def _words(folded: Folded, pieces: list[tuple[int, int]]) -> tuple[list[Word], list[Sentence]]:
    """Return the words, each with its sentence, and the sentences with trimmed spans."""
    words: list[Word] = []
    sentences: list[Sentence] = []
    at, to, text = folded.at, folded.to, folded.text
    plain = isinstance(at, range)
    for index, (start, stop) in enumerate(pieces):
        first = len(words)
        if plain:
            words += [_new(Word, (m[0], m.start(), m.end(), index)) for m in _PLAIN_WORD.finditer(text, start, stop)]
        else:
            words += [_new(Word, (key(m[0]), at[m.start()], to[m.end() - 1], index)) for m in WORD.finditer(text, start, stop)]
        body = text[start:stop]
        left = start + len(body) - len(body.lstrip())
        right = start + len(body.rstrip()) - 1
        sentences.append(Sentence(Span(at[left], to[right]), first, len(words), "body"))
    return words, sentences


_new = tuple.__new__
"""A word is a named tuple, and a draft has hundreds: made this way they cost half."""


def _quoted(text: str, folded: Folded) -> Iterable[Span]:
    """Yield passages in quotation marks or in code, which are reported speech and not the writer's own formula."""
    for match in _QUOTED.finditer(folded.text):
        yield Span(folded.at[match.start()], folded.to[match.end() - 1])
    for match in _CODE.finditer(text):
        yield Span(*match.span())


def covered(draft: Draft, spans: Iterable[Span]) -> set[int]:
    """Return the indexes of the words that any of the spans touches."""
    touched: set[int] = set()
    for span in spans:
        last = bisect_left(draft.words, span.end, key=_word_start)
        touched.update(range(bisect_right(draft.words, span.start, key=_word_end), last))
    return touched


def _word_start(word: Word) -> int:
    return word.start


def _word_end(word: Word) -> int:
    return word.end


def sentence_at(draft: Draft, offset: int) -> int:
    """Return the index of the sentence in which an offset stands; the nearest one before it between sentences."""
    return max(0, bisect_right(draft.sentences, offset, key=_start) - 1)


def _start(sentence: Sentence) -> int:
    return sentence.span.start
