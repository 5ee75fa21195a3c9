"""What sort of message a draft is: cue phrases (`packs/<lang>/kinds.toml`), then a few features of its shape; and whether it is a quiet one."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from rules.finders import Matcher
from rules.model import Kind
from rules.text import sentence_at

if TYPE_CHECKING:
    from rules.model import Context, Draft

_PACKS = Path(__file__).parent / "packs"
_QUIET = "quiet"
_SHORT, _MIDDLE = 30, 60
_CUE = 8.0
"""Bits that a cue holds at least: one word that is not among the commonest."""
_DECIDES = 3
"""Points of one cue that decides alone."""
_TOP = 6.0
"""Cues of one kind count up to so many points, so that a long letter does not outweigh what it opens with."""


@lru_cache(maxsize=32)
def _cues(langs: tuple[str, ...]) -> tuple[Matcher, tuple[tuple[str, float], ...]]:
    """Return one matcher over the cues of some languages, and what each cue speaks for."""
    phrases: list[tuple[int, str]] = []
    owners: list[tuple[str, float]] = []
    same: dict[str, str] = {}
    for lang in langs:
        path = _PACKS / lang / "kinds.toml"
        if not path.is_file():
            continue
        for kind, by_weight in tomllib.loads(path.read_text(encoding="utf-8")).items():
            for weight, cues in by_weight.items():
                owners.append((kind, float(weight)))
                phrases += [(len(owners) - 1, cue) for cue in cues]
        words = _PACKS / lang / "words.toml"
        if words.is_file():
            table = tomllib.loads(words.read_text(encoding="utf-8")).get("same", {})
            same.update({short: stands for stands, shorts in table.items() for short in shorts.split()})
    return Matcher(phrases, same, least=_CUE), tuple(owners)


def _points(draft: Draft, langs: tuple[str, ...]) -> defaultdict[str, float]:
    """Return the points of each kind; a cue in the signature counts half, one in pasted material nothing."""
    matcher, owners = _cues(langs or ("en",))
    points: defaultdict[str, float] = defaultdict(float)
    seen: set[tuple[str, int]] = set()
    for match in matcher.find(draft):
        kind, weight = owners[match.owner]
        part = draft.sentences[sentence_at(draft, match.span.start)].part
        if match.changed or part == "pasted" or (kind, match.span.start) in seen:
            continue
        seen.add((kind, match.span.start))
        points[kind] += weight / 2 if part == "signature" else weight
    return points


def read(draft: Draft, context: Context, langs: tuple[str, ...], channel: str) -> tuple[Kind, bool]:
    """Return the likeliest kind of a draft, and whether it is a quiet one: condolence, illness, an apology, a refusal or bad news."""
    points = _points(draft, langs)
    return _likeliest(draft, context, points, channel), points[_QUIET] >= _DECIDES


def _likeliest(draft: Draft, context: Context, points: defaultdict[str, float], channel: str) -> Kind:
    """Return the kind with most points; a draft that says nothing of itself is a direct message when short, else something other."""
    scores = {kind: min(_TOP, points[kind.value]) for kind in Kind}
    words = sum(draft.sentences[w.sentence].part != "pasted" for w in draft.words)
    greeting = next((draft.sentence_text(i).casefold() for i, s in enumerate(draft.sentences) if s.part == "greeting"), "")
    formal = greeting.startswith(("dear", "respected", "sehr", "estimad", "madame", "monsieur"))
    if channel.startswith("linkedin_note"):
        scores[Kind.LINKEDIN_INVITE] += 3
    if "http" in draft.text and words < _MIDDLE:
        scores[Kind.DM] += 1
    scores[Kind.DM] += 1.2 if words < _SHORT and not formal else 0.4 if words < _MIDDLE and not formal else 0.0
    scores[Kind.LINKEDIN_INVITE] += 0.5 if words < _SHORT and context.met else 0.0
    scores[Kind.OTHER] += 1.4 if points[_QUIET] else 0.8 if words >= _MIDDLE and context.name else 0.5
    scores[Kind.COLD_EMAIL] += 0.7 if formal and not context.met else 0.0
    if points[_QUIET] >= _DECIDES and scores[Kind.COMMUNITY_POST] < _TOP:
        scores[Kind.OTHER] += 3
    best = max(scores.values())
    return next(kind for kind in _ORDER if scores[kind] == best)


_ORDER = (
    Kind.LINKEDIN_INVITE, Kind.JOB_APPLICATION, Kind.RECRUITER, Kind.INTRO_REQUEST, Kind.PR_PITCH, Kind.CONGRATS_BIRTHDAY, Kind.THANK_YOU, Kind.COMMUNITY_POST,
    Kind.FOLLOW_UP, Kind.COLD_EMAIL, Kind.DM, Kind.OTHER,
)  # fmt: skip
"""Which kind is taken where two score alike: the one that is named most plainly first."""
