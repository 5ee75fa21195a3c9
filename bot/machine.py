"""The machine interface: a review as the JSON object that design.md section 5 describes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.trim import trimmed

if TYPE_CHECKING:
    from rules.model import Finding, Review

SCHEMA = 1


def to_json(review: Review, given_id: Any = None) -> dict[str, Any]:
    """Return a review as plain JSON values; offsets are code points of the draft as given."""
    match = review.match
    same = review.sameness
    return {
        "schema": SCHEMA,
        "id": given_id,
        "verdict": review.verdict and review.verdict.value,
        "reason": review.reason,
        "kind": review.kind.value,
        "lang": review.lang,
        "findings": [_finding(finding) for finding in review.findings],
        "strengths": [{"start": s.span.start, "end": s.span.end, "quote": s.quote} for s in review.strengths],
        "anyone": list(review.anyone),
        "context": {
            "used": [fact.name for fact in review.context.facts() if fact.name in match.used],
            "missing": list(match.missing),
            "contradicted": [{"fact": c.fact, "expected": c.expected, "found": c.found} for c in match.contradicted],
        },
        "sameness": same and {"count": same.count, "recipients": same.recipients, "since": same.since, "same": list(same.same)},
        "question": review.question,
        "trimmed": trimmed(review),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    span = finding.span
    return {
        "rule": finding.rule,
        "family": finding.family,
        "start": span and span.start,
        "end": span and span.end,
        "quote": finding.quote,
        "weight": finding.weight.value,
        "say": finding.say,
        "evidence": finding.evidence,
    }
