"""Wording: the same review in another voice. What was found stays as it is; what is said of it is the voice's own, where it has words for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.voice import Voice
    from rules.model import Finding, Review

_NOBODY = frozenset({"the reader", "this person"})
"""How the English cards call somebody whose name was not told."""


def worded(review: Review, say: Voice) -> Review:
    """Return a review whose findings and question speak in a voice; in English it is the review itself."""
    if not say.words:
        return review
    return replace(review, findings=tuple(_finding(finding, say) for finding in review.findings), question=_question(review, say))


def evidence(entry: str, known: str, say: Voice) -> str:
    """Return how firmly a tip stands, in a voice; as it is `known` in English where the voice has no words for it."""
    return str(say.words.get("evidence", {}).get(entry, known))


def _finding(finding: Finding, say: Voice) -> Finding:
    words = say.words.get("rules", {}).get(finding.rule)
    if not words:
        return finding
    return finding._replace(say=_filled(words["say"], finding.slots, say), why=words["why"], ask=_filled(words["ask"], finding.slots, say))


def _question(review: Review, say: Voice) -> str:
    (key, slots), question = review.asked_as, review.question
    section, _, name = key.partition(".")
    table = say.words.get("rules", {}).get(name, {}).get("ask") if section == "ask" else say.words.get("questions", {}).get(section, {}).get(name)
    return _filled(table, slots, say) if question and table else question


def _filled(words: str, slots: Iterable[tuple[str, str]], say: Voice) -> str:
    for name, value in slots:
        words = words.replace(f"{{{name}}}", say("form.nobody") if name == "name" and value in _NOBODY else value)
    return words
