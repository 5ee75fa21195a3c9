"""The draft without its form-letter phrasing: the writer's own words in their order, with gap marks, and nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rules.model import Span, Weight
from rules.text import covered, sentences_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rules.model import Draft, Finding, Review, Span

_MOSTLY = 0.5
"""A sentence of which this share is formula goes as a whole; from a lesser one only the formula is taken out."""
_FEW = 4
"""Words of its own that a sentence needs to be kept in part."""
_LITTLE = "from of under by with for to at on in as a an the my your our and or".split()
_LEADING = re.compile(rf"(?<=\w)(?:\s+(?:{'|'.join(_LITTLE)}))+(?=\s*$)", re.IGNORECASE)
_STOPS = frozenset(".,;:!?")
_MARKS_OF_CLAUSES = ",.;:!?()\u2013\u2014\u2026\n-\u3001\u3002"
_MARKS = 2
"""Gap marks at most: a draft with ten holes helps nobody."""
_BLANKS = re.compile(r"[ \t](?<=\S[ \t])[ \t]+")
_LINES = re.compile(r"\n{3,}")


class _Cut(NamedTuple):
    start: int
    end: int
    gap: str


def mark(gap: str) -> str:
    """Return the mark of a gap, which the coach's own placeholder rule catches if it is pasted back."""
    return f"[your words: {gap}]"


def trim(draft: Draft, findings: Iterable[Finding]) -> str:
    """Return the draft with the findings' spans left out and gap marks put in."""
    out: list[str] = []
    marks: list[str] = []
    at = 0
    for cut in _merged(draft, findings):
        out.append(draft.text[at : cut.start])
        if cut.gap not in marks and len(marks) < _MARKS:
            marks.append(cut.gap)
            out.append(mark(cut.gap) + ("" if _touches(draft.text, cut.end) else " "))
        else:
            out[-1] = _loose(out[-1], draft.text[cut.end : cut.end + 1])
        at = cut.end
    out.append(draft.text[at:])
    return _tidy("".join(out))


def trimmed(review: Review) -> str:
    """Return the trimmed draft of a review, worked out when somebody asks for it: most replies show none."""
    return trim(review.draft, review.findings)


def _loose(before: str, following: str) -> str:
    """Return what stands before a cut without the little words that led up to it ("a student from …"), and without a blank before a stop."""
    last = before.rsplit(None, 1)[-1:]
    bare = _LEADING.sub("", before) if last and (last[0].lower() in _LITTLE or not last[0].isascii()) else before
    return bare.rstrip(" ") if following in _STOPS else bare


def cuts(draft: Draft, findings: Iterable[Finding]) -> list[tuple[int, int]]:
    """Return the ranges of the draft that the trimmed draft leaves out."""
    return [(cut.start, cut.end) for cut in _merged(draft, findings)]


def _cuts(draft: Draft, findings: Sequence[Finding]) -> Iterable[_Cut]:
    """Yield what goes: whole sentences that are mostly formula, and the formula alone from others."""
    for index, inside in sorted(_met(draft, findings).items()):
        sentence = draft.sentences[index]
        words = sentence.last - sentence.first
        left = words - len(covered(draft, [span for span, *_ in inside]).intersection(range(sentence.first, sentence.last)))
        if sentence.part == "body" and (left < _FEW or left < words * _MOSTLY):
            yield _Cut(*sentence.span, inside[0][1])
            continue
        for span, gap, hard in inside:
            if hard or _at_an_edge(draft.text, span, sentence.span):
                yield _Cut(max(span.start, sentence.span.start), min(span.end, sentence.span.end), gap)


def _met(draft: Draft, findings: Sequence[Finding]) -> dict[int, list[tuple[Span, str, bool]]]:
    """Return the sentences that hold any finding, pasted ones aside, each with the spans in it, their gap marks, and whether they are hard."""
    met: dict[int, list[tuple[Span, str, bool]]] = {}
    for finding in findings:
        span = finding.span
        if span:
            for index in sentences_in(draft, span):
                if draft.sentences[index].part != "pasted":
                    met.setdefault(index, []).append((span, finding.gap, finding.weight is Weight.HARD))
    return met


def _at_an_edge(text: str, span: Span, sentence: Span) -> bool:
    """Tell whether a piece can go without a hole in the middle of a clause: it begins one or ends one."""
    before, after = text[sentence.start : span.start].rstrip(" "), text[span.end : sentence.end].lstrip(" ")
    return not before or before[-1] in _MARKS_OF_CLAUSES or not after or after[0] in _MARKS_OF_CLAUSES


def _merged(draft: Draft, findings: Iterable[Finding]) -> list[_Cut]:
    """Return the cuts in their order, overlapping ones joined."""
    merged: list[_Cut] = []
    for cut in sorted(_cuts(draft, [finding for finding in findings if finding.span and finding.gap])):
        if merged and cut.start <= merged[-1].end:
            merged[-1] = merged[-1]._replace(end=max(merged[-1].end, cut.end))
        else:
            merged.append(cut)
    return merged


def _touches(text: str, offset: int) -> bool:
    """Tell whether a mark needs no space after it."""
    return offset >= len(text) or not text[offset].isalnum()


def _tidy(text: str) -> str:
    """Return the text without the blanks that a cut leaves; only characters of the draft are taken away."""
    if "  " in text or "\t" in text:
        text = _BLANKS.sub(" ", text)
    joined = "\n".join(map(str.rstrip, text.split("\n")))
    return (_LINES.sub("\n\n", joined) if "\n\n\n" in joined else joined).strip("\n")
