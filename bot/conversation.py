"""The dialogue: a draft, one question, the answer placed in the gap word for word, a second look. Pure values, no state of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.distance import Indel

from rules.letter import salutation
from rules.trim import mark, trimmed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules.model import Finding, Review

_GAP = re.compile(re.escape(mark("GAP")).replace("GAP", r"[^\]\n]*"))
_OTHER_GAPS = re.compile(r"[ \t]*" + _GAP.pattern)
_GHOST = re.compile(
    r"^\W*(?:(?:can|could|would|will) you )?(?:please |just |pls )*(?:(?:re)?write|rephrase|draft|generate|compose|reword|fix|improve|do) (?:it|this|that|one|something|a (?:line|better|new|draft|version|message)[\w ]*|me (?:a|one|something)[\w ]*|(?:the|my) (?:line|message|draft|note|text|e-?mail|letter|answer|sentence))"
    r"(?: ?(?:for me|please|again|better|instead))*\W*$",
    re.IGNORECASE,
)
_WRITES = re.compile(
    r"\W*(?:(?:can|could|would|will) you )?(?:please |just |pls )*(?:(?:re)?write|rephrase|draft|generate|compose|reword)\b", re.IGNORECASE
)
"""Of these the ones that are no message to anybody else, as "fix this, please" may be."""
_GREETINGS = frozenset({"help", "hello", "hi", "hey", "test", "testing", "start", "hallo", "hola", "?", "hiya", "yo"})

_VERBS = {
    "settings": "settings", "privacy": "privacy", "forget everything": "forget", "notes": "notes", "note": "notes", "my notes": "notes", "export": "export",
    "habits": "habits", "my habits": "habits",
}  # fmt: skip
"""Commands by their whole text. Erasing asks first, so that nothing bites."""
_FORGET = re.compile(
    r"[Ff]orget (?:(?:my|the) notes? (?:on|about) )?((?:(?:Dr|Mr|Mrs|Ms|Prof)\.? )?[^\W\d_a-z][\w'’.-]*(?: [^\W\d_a-z][\w'’.-]*){0,2})[.!]?"
)
_NOTED = re.compile(
    r"(?:note|remember)(?: that)?:? +((?:I +)?(?:just +)?(?:met|saw|talked (?:to|with)|spoke (?:to|with)|know) +\S[^\n]{2,400})", re.IGNORECASE
)
"""What is told in the form of a command and nothing else: "forget Davina", "note met Davina at SummitUp, her shop's loyalty cards"."""
_NAME = "generic_greeting"
"""The family whose gap holds the reader's name."""
_COMPARED = 2_000
"""Words of a draft that are compared with a later text."""
_SHORT = 6
"""Words below which a text is an answer."""
_ALIKE = 0.5
_ANSWER = 40
"""Words up to which a text may be an answer."""


class Placed(NamedTuple):
    """The draft with the answer in it: the whole text, and where the answer stands."""

    text: str
    start: int
    end: int
    in_gap: bool


class Second(NamedTuple):
    """What a second look found: findings that went, that stayed, that came."""

    resolved: tuple[Finding, ...]
    remaining: tuple[Finding, ...]
    new: tuple[Finding, ...]


def asks_for_help(text: str) -> bool:
    """Tell whether a message is only a word of greeting or a call for help, and no draft."""
    return text.strip().strip("!.,/ ").casefold() in _GREETINGS


def verb(text: str) -> str:
    """Return the intent of a text that is nothing but a command (`help`, `notes`, `settings`, `forget-name:Davina` …), or nothing: everything else is a draft."""
    if asks_for_help(text):
        return "help"
    plain = " ".join(text.split())
    named, noted = _FORGET.fullmatch(plain), _NOTED.fullmatch(text.strip())
    if named:
        return f"forget-name:{named[1].rstrip('.!')}"
    return f"note-text:{noted[1]}" if noted else _VERBS.get(plain.casefold().rstrip(".!"), "")


def asks_to_write(text: str) -> bool:
    """Tell whether an answer asks the coach to write the line itself."""
    return bool(_GHOST.match(text.strip())) and len(text.split()) <= 8  # noqa: PLR2004 - a request, not an answer that begins like one


def asks_for_a_draft(text: str) -> bool:
    """Tell whether a text that came as a draft is none, but asks the coach to write one."""
    return asks_to_write(text) and bool(_WRITES.match(text))


def is_new_version(draft: str, text: str) -> bool:
    """Tell whether a text is the draft once more with changes, and not an answer: it greets, or shares much of the draft's wording."""
    words, others = draft.casefold().split()[:_COMPARED], text.casefold().split()[:_COMPARED]
    if len(others) < _SHORT or not words:
        return False
    if salutation(text.lstrip()) and len(others) * 3 >= len(words):
        return True
    return Indel.normalized_similarity(words, others) >= _ALIKE


def may_be_answer(text: str) -> bool:
    """Tell whether a text that came as a draft could be an answer: it greets nobody and is short."""
    return not salutation(text.lstrip()) and len(text.split()) <= _ANSWER


def place(review: Review, answer: str) -> Placed:
    """Return the trimmed draft with the answer, word for word, in its first gap; other gap marks go.

    The gap of a name takes an answer only where the name was asked for; else its mark stays, so that nobody forgets it.
    Where nothing else was struck out, the answer stands after the greeting.
    """
    named = {mark(f.gap) for f in review.findings if f.family == _NAME and f.ask != review.question}
    left = trimmed(review)
    gap = next((gap for gap in _GAP.finditer(left) if gap[0] not in named), None)
    if gap:
        before, after = left[: gap.start()], _OTHER_GAPS.sub("", left[gap.end() :])
    else:
        at = _after_greeting(review)
        before, after = review.draft.text[:at], review.draft.text[at:]
        before += "" if not before or before[-1].isspace() else " "
    joint = "" if not after or after[0].isspace() or not after[0].isalnum() else " "
    text = before + answer + joint + after
    return Placed(text, len(before), len(before) + len(answer), bool(gap))


def _after_greeting(review: Review) -> int:
    """Return where the letter begins, behind its greeting and the blank line after it."""
    draft = review.draft
    greeting = next((s for s in draft.sentences if s.part == "greeting"), None)
    if not greeting:
        return 0
    end = greeting.span.end
    return end + len(draft.text[end:]) - len(draft.text[end:].lstrip())


def second_look(before: Review, after: Review) -> Second:
    """Return what changed between two looks at a draft, by rule and quoted words."""
    earlier, later = _by_key(before.findings), _by_key(after.findings)
    return Second(
        tuple(f for key, f in earlier.items() if key not in later),
        tuple(f for key, f in later.items() if key in earlier),
        tuple(f for key, f in later.items() if key not in earlier),
    )


def _by_key(findings: Iterable[Finding]) -> dict[tuple[str, str], Finding]:
    return {(finding.rule, " ".join(finding.quote.casefold().split())): finding for finding in findings}
