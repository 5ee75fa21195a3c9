"""The one question: the best thing to ask, which only this writer can answer. Words stand in `packs/en/questions.toml`."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rules.model import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rules.model import Fact, Finding, Scene

_FILE = Path(__file__).parent / "packs" / "en" / "questions.toml"
_SUBJECTS = frozenset({"i", "i'm", "i've", "i'd", "he", "she", "they", "we", "it", "you", "he's", "she's", "they're", "we're", "it's", "how", "that", "why", "what", "does", "do", "did", "is", "whether", "who"})  # fmt: skip
_LONGEST = 80
_PLAIN = frozenset({Kind.DM, Kind.OTHER})
"""Kinds that say too little of themselves for a question of their own to beat a finding's."""
_YOURS = {"my": "your", "our": "your", "me": "you", "us": "you", "i": "you", "we": "you", "mine": "yours", "ours": "yours"}
_TO_YOU = re.compile(rf"\b(?:{'|'.join(_YOURS)})\b", re.IGNORECASE)
"""The writer's own words turned to the writer: "my T-shirt" is asked about as "your T-shirt"."""


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


class Asked(NamedTuple):
    """A question, the name of the fact that it is about, and how it was made; all empty when there is nothing to ask."""

    text: str = ""
    fact: str = ""
    key: str = ""
    """`fact.thing`, `kind.dm` and so on, as in questions.toml; `ask.RULE` where it is a finding's own."""
    slots: tuple[tuple[str, str], ...] = ()


def best(scene: Scene, findings: Sequence[Finding], said: Verdict | None, before: Sequence[str] = ()) -> Asked:
    """Return the one question that was not asked `before`, or nothing when the draft is ready, quiet or cannot be judged."""
    if said is None or said is Verdict.READY or scene.quiet:
        return Asked()
    return next((asked for asked in _candidates(scene, findings) if asked.text not in before), Asked())


def _candidates(scene: Scene, findings: Sequence[Finding]) -> Iterator[Asked]:
    """Yield what could be asked, the best first: about a fact left out; else what the kind of message or the first finding suggests."""
    name = called(scene.context.name)
    urgent = _urgent(scene)
    words = _words()
    for fact in (fact for field in ("topic", "why", "met") for fact in urgent if fact.field == field):
        form = _form(fact)
        text = _TO_YOU.sub(lambda m: _YOURS[m[0].casefold()], fact.text) if form == "thing" else fact.text
        slots = {"name": name or "the reader", "fact": _cut(text)}
        yield Asked(words["fact"][form].format(**slots), fact.name, f"fact.{form}", tuple(slots.items()))
    by_kind = words["kind"]
    asked = scene.kind.value if scene.kind.value in by_kind else "other"
    first = next((finding for finding in findings if finding.span and finding.weight != "soft" and finding.ask), None)
    called_ = name or "this person"
    if first and scene.kind in _PLAIN:
        yield Asked(first.ask.replace("{name}", called_), key=f"ask.{first.rule}", slots=first.slots)
    yield Asked(by_kind[asked].replace("{name}", called_), key=f"kind.{asked}", slots=(("name", called_),))


def called(name: str) -> str:
    """Return how a name is used in a sentence: the given name, or the whole of a name with a title."""
    parts = name.split()
    if not parts or not parts[0][0].isupper() or len(parts) == 1:
        return name
    titled = parts[0].rstrip(".").casefold() in {"mr", "mrs", "ms", "miss", "dr", "prof", "professor", "sir", "dame", "auntie", "uncle", "aunt", "sister", "father", "rev", "councillor", "the"}  # fmt: skip
    return name if titled else parts[0]


def _urgent(scene: Scene) -> Sequence[Fact]:
    """Return the facts that may be asked about: left out, and not private."""
    return [fact for fact in scene.context.facts() if fact.name in scene.match.missing and fact.name not in scene.match.private]


def _form(fact: Fact) -> str:
    """Return which wording fits a fact: an event, a reason, a clause or a thing."""
    if fact.field in {"met", "why"}:
        return fact.field
    return "clause" if fact.text.split()[0].casefold() in _SUBJECTS or len(fact.text) > _LONGEST else "thing"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"
