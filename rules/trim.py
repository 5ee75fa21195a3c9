"""The draft without its form-letter phrasing: the writer's own words in their order, with gap marks, and nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rules.model import Span, Weight

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rules.model import Draft, Finding

_MOSTLY = 0.5
"""A sentence of which this share is formula goes as a whole; from a lesser one only the formula is taken out."""
_FEW = 4
"""Words of its own that a sentence needs to be kept in part."""
_MARKS_OF_CLAUSES = ",.;:!?()\u2013\u2014\u2026\n-\u3001\u3002"
_MARKS = 2
"""Gap marks at most: a draft with ten holes helps nobody."""


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
        at = cut.end
    out.append(draft.text[at:])
    return _tidy("".join(out))


def cuts(draft: Draft, findings: Iterable[Finding]) -> list[tuple[int, int]]:
    """Return the ranges of the draft that the trimmed draft leaves out."""
    return [(cut.start, cut.end) for cut in _merged(draft, findings)]


def _cuts(draft: Draft, findings: Sequence[Finding]) -> Iterable[_Cut]:
    """Yield what goes: whole sentences that are mostly formula, and the formula alone from others."""
    for index, sentence in enumerate(draft.sentences):
        inside = [f for f in findings if f.span and f.span.start < sentence.span.end and sentence.span.start < f.span.end]
        if not inside or sentence.part == "pasted":
            continue
        words = draft.sentence_words(index)
        left = [w for w in words if not any(f.span and f.span.start < w.end and w.start < f.span.end for f in inside)]
        whole = sentence.part == "body" and (len(left) < _FEW or len(left) < len(words) * _MOSTLY)
        if whole:
            yield _Cut(*sentence.span, inside[0].gap)
            continue
        for finding in inside:
            if finding.span and (finding.weight is Weight.HARD or _at_an_edge(draft.text, finding.span, sentence.span)):
                span = Span(max(finding.span.start, sentence.span.start), min(finding.span.end, sentence.span.end))
                yield _Cut(*span, finding.gap)


def _at_an_edge(text: str, span: Span, sentence: Span) -> bool:
    """Tell whether a piece can go without a hole in the middle of a clause: it begins one or ends one."""
    before, after = text[sentence.start : span.start].rstrip(" "), text[span.end : sentence.end].lstrip(" ")
    return not before or before[-1] in _MARKS_OF_CLAUSES or not after or after[0] in _MARKS_OF_CLAUSES


def _merged(draft: Draft, findings: Iterable[Finding]) -> list[_Cut]:
    """Return the cuts in their order, overlapping ones joined."""
    merged: list[_Cut] = []
    for cut in sorted(_cuts(draft, [finding for finding in findings if finding.span])):
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
    lines = [re.sub(r"(?<=\w) (?=[.,;!?](?:\s|$))", "", re.sub(r"(?<=\S)[ \t]{2,}", " ", line)).rstrip() for line in text.split("\n")]
    joined = "\n".join(lines)
    return re.sub(r"\n{3,}", "\n\n", joined).strip("\n")
