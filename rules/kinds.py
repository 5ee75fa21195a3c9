"""What sort of message a draft is, and whether it is a quiet one: cue phrases (`packs/<lang>/kinds.toml`), then what it is about and its shape.

Where a language has signs (what a message is about, in classes of words), `kinds.toml` weighs them and the shape, one named feature at a time.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rules import packs
from rules.finders import Matcher
from rules.model import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rules.model import Context, Draft
    from rules.vocabulary import Encoded

_KINDS = {kind.value: kind for kind in Kind}
_QUIET, _CASUAL, _FORMAL = "quiet", "casual", "formal"
"""Tables of cues that are no kinds: what nobody should correct, and the tone."""
_TONES = frozenset({_QUIET, _CASUAL, _FORMAL})
_SIGNED = frozenset({"en"})
"""Languages whose signs decide; in a draft of two languages, one without has a say."""
_MOST, _AGAIN = 3.0, 0.7
"""Times that a sign counts, and how much less it says each time."""
_THIRD = frozenset({"he", "she", "him", "her", "his", "hers", "he's", "she's", "he'd", "she'd", "he'll", "she'll"})
"""Somebody who is neither the writer nor the reader."""
_WE = frozenset({"we", "our", "us", "we're", "we've", "we'd", "we'll"})
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "professor", "sir", "madam", "father", "sister", "herr", "frau", "councillor"})
_HELLOS = frozenset({"hi", "hello", "hey", "morning", "evening"})
"""How a greeting begins that is neither formal nor a bare name."""
_DAYS = frozenset(
    {
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
        "today",
        "tonight",
        "tomorrow",
        "noon",
    }
)
_FIGURE = re.compile(r"[0-9]")
_CUE = 8.0
"""Bits that a cue holds at least: one word that is not among the commonest."""
_DECIDES = 3.0
"""Points from which a message is a quiet one."""
_TOP = 7.0
"""Cues of one kind count up to so many points, so that a long letter does not outweigh what it opens with."""
_MORE = 0.15
"""What a point above that is worth."""
_COURTESIES = frozenset({Kind.THANK_YOU.value, "thanks"})
"""Kinds and signs that say what they are at once; further down the same words are a courtesy."""
_OPENING, _COURTESY = 2, 0.35
_SELLS = frozenset({Kind.COLD_EMAIL, Kind.PR_PITCH, Kind.RECRUITER, Kind.FOLLOW_UP})
"""Kinds in which "sorry" and "unfortunately" are manners: they are quiet only when nothing else is said so plainly."""
_TAGGED = re.compile(r"(?<![\w.@])@[a-z]\w+", re.IGNORECASE)
"""Somebody named as places for many do."""
_PLACE = re.compile(
    r"\b(?:channel|discord|whatsapp|telegram|slack|forum|server|subreddit|mailing list|facebook group|group chat|noticeboard|residents|tenants|neighbourhood|neighborhood)\b",
    re.IGNORECASE,
)
_PLAIN = tuple(kind for kind in Kind if kind not in {Kind.DM, Kind.OTHER, Kind.THANK_YOU})
"""Kinds that say what they want."""
_TELLS = 2.0
"""Points from which a kind is said plainly; where none is, and nothing is asked, thanks anywhere make it a message of thanks."""
_INVITES, _INVITED = "linkedin_note", 5.0
"""The channel of invitations, and what it says."""
_SHORT, _MIDDLE = 25, 60
"""Words of a line, and of a note."""


class Cues(NamedTuple):
    """One matcher over the cues of some languages, and what each cue speaks for, with its weight."""

    matcher: Matcher
    owners: tuple[tuple[str, float], ...]
    signs: tuple[str, ...]
    """Signs of the language; none where the shape alone is weighed, by hand."""


@cache
def scorecard() -> Mapping[str, Mapping[Kind, float]]:
    """Return what each sign and feature of shape says for or against kinds, in points of a cue."""
    read = tomllib.loads((Path(__file__).parent / "kinds.toml").read_text(encoding="utf-8"))
    return {name: {_KINDS[kind]: points for kind, points in row.items()} for name, row in read.items()}


@lru_cache(maxsize=32)
def cues(langs: tuple[str, ...]) -> Cues:
    """Return the cues of some languages, compiled."""
    phrases: list[tuple[int, str]] = []
    owners: list[tuple[str, float]] = []
    for lang in langs:
        for table, by_weight in _read(lang).items():
            for weight, cues in by_weight.items():
                phrases += [(len(owners), cue) for cue in cues]
                owners.append((table, float(weight)))
    signs = tuple(dict.fromkeys(table for table, _ in owners if table in scorecard() and table not in _TONES)) if _SIGNED.issuperset(langs) else ()
    return Cues(Matcher(phrases, packs.vocabulary(langs), least=_CUE), tuple(owners), signs)


def _read(lang: str) -> Mapping[str, Mapping[str, Sequence[str]]]:
    path = packs.ROOT / lang / "kinds.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def read(draft: Draft, context: Context, langs: tuple[str, ...], channel: str, encoded: Encoded | None = None) -> tuple[Kind, bool]:
    """Return the likeliest kind of a draft, and whether it is a quiet one: condolence, illness, an apology, a refusal or bad news.

    `encoded` is the draft in a vocabulary, which is made use of where it is that of the cues.
    """
    points = _points(draft, langs, encoded)
    quiet = _quiet(points)
    scores = _cued(points)
    signs = cues(langs).signs
    if signs:
        _weighed(scores, {name: min(_MOST, points[name]) ** _AGAIN for name in signs if name in points} | _shape(draft, context, points, quiet=quiet))
    else:
        _shaped(scores, draft, context, points, quiet=quiet)
    scores[Kind.LINKEDIN_INVITE] += _INVITED if channel.startswith(_INVITES) else 0.0
    return _likeliest(scores), quiet


def _points(draft: Draft, langs: tuple[str, ...], encoded: Encoded | None) -> Mapping[str, float]:
    """Return the points of each table of cues; a cue in the signature counts half, one in pasted material nothing."""
    matcher, owners, _ = cues(langs)
    if encoded is None or encoded.vocabulary is not matcher.vocabulary:
        encoded = matcher.vocabulary.encode(draft)
    met = [(-abs(weight), first, last, table, weight) for phrase, first, last in matcher.places(encoded) for table, weight in (owners[phrase.owner],)]
    points: defaultdict[str, float] = defaultdict(float)
    taken: defaultdict[tuple[str, bool], set[int]] = defaultdict(set)
    opening, parts = draft.own()[:_OPENING], [sentence.part for sentence in draft.sentences]
    for _, first, last, table, weight in sorted(met):
        spoken = taken[table, weight > 0]
        words = range(first, last + 1) if first < last else (first,)
        part = parts[draft.holders[first]]
        if part == "pasted" or not spoken.isdisjoint(words):
            continue
        spoken.update(words)
        late = table in _COURTESIES and part == "body" and draft.holders[first] not in opening
        points[table] += weight * (0.5 if part == "signature" else _COURTESY if late else 1.0)
    return points


def _quiet(points: Mapping[str, float]) -> bool:
    """Tell whether the quiet cues decide, and nothing is sold more plainly."""
    quiet = points.get(_QUIET, 0.0)
    return quiet >= _DECIDES and quiet >= max([points.get(kind, 0.0) for kind in _SELLS])


def _cued(points: Mapping[str, float]) -> dict[Kind, float]:
    """Return the points of each kind by its cues alone."""
    scores = dict.fromkeys(Kind, 0.0)
    for table, score in points.items():
        if table in _KINDS:
            scores[_KINDS[table]] = min(_TOP, score) + _MORE * max(0.0, score - _TOP)
    return scores


def _weighed(scores: dict[Kind, float], features: Mapping[str, float]) -> None:
    """Add what the scorecard says of the features of a draft."""
    card = scorecard()
    for name, times in features.items():
        for kind, points in card.get(name, {}).items():
            scores[kind] += points * times


def _shape(draft: Draft, context: Context, points: Mapping[str, float], *, quiet: bool) -> dict[str, float]:
    """Return the features of shape that are there, by their name in the scorecard."""
    text = draft.text
    words, formal, casual = _manner(draft, points)
    known, asks = bool(context.met), "?" in text
    keys, bag, own = draft.keys, draft.bag, draft.own()
    parts = {sentence.part for sentence in draft.sentences}
    features = {
        "start": True,
        "line": words < _SHORT,
        "note": _SHORT <= words < _MIDDLE,
        "long": words >= _MIDDLE,
        "formal": formal,
        "casual": casual,
        "quiet": quiet,
        "known": known,
        "named": bool(context.name) and not known,
        "facts": bool(context.topics),
        "asks": asks,
        "third": sum(map(draft.keys.count, _THIRD & draft.bag)) > 1,
        "cheer": text.count("!") > 1,
        "paras": "\n" in text.strip(),
        "tag": "@" in text and bool(_TAGGED.search(text)),
        "place": bool(_PLACE.search(context.met)),
        "note_known": words < _MIDDLE and known and not formal,
        "bare": "greeting" not in parts,
        "unsigned": "signature" not in parts,
        "hello": keys[:1] != () and keys[0] in _HELLOS,
        "title": not _TITLES.isdisjoint(keys[:3]),
        "we": not _WE.isdisjoint(bag),
        "day": not _DAYS.isdisjoint(bag),
        "figure": bool(_FIGURE.search(text)),
        "asks_first": asks and bool(own) and "?" in draft.sentence_text(own[0]),
    }
    return {name: 1.0 for name, there in features.items() if there}


def _manner(draft: Draft, points: Mapping[str, float]) -> tuple[int, bool, bool]:
    """Return how many words are the writer's, whether the tone is formal, and whether it is casual."""
    words = sum([sentence.last - sentence.first for sentence in draft.sentences if sentence.part != "pasted"])
    casual = points.get(_CASUAL, 0.0)
    return words, points.get(_FORMAL, 0.0) > casual, casual > 0.0 or draft.text[:1].islower()


def _shaped(scores: dict[Kind, float], draft: Draft, context: Context, points: Mapping[str, float], *, quiet: bool) -> None:
    """Add what tone, length, and what the writer told of the reader say, for a language without signs."""
    words, formal, casual = _manner(draft, points)
    known = bool(context.met)
    scores[Kind.LINKEDIN_INVITE] += 0.6 if known and words < _MIDDLE and not formal else 0.0
    scores[Kind.DM] += (1.0 if casual else 0.0) + (0.0 if formal else 1.2 if words < _SHORT else 0.8 if words < _MIDDLE else 0.2)
    scores[Kind.DM] += 0.8 if "http" in draft.text and words < _MIDDLE else 0.0
    scores[Kind.OTHER] += 2.8 if quiet else 0.7 + (0.3 if words >= _MIDDLE else 0.0) + (0.4 if formal and known else 0.0)
    scores[Kind.COLD_EMAIL] += 0.8 if formal and not known else 0.3 if words >= _MIDDLE and not known else 0.0
    scores[Kind.COMMUNITY_POST] += 2.5 if ("@" in draft.text and _TAGGED.search(draft.text)) or _PLACE.search(context.met) else 0.0
    plain = max([scores[kind] for kind in _PLAIN]) < _TELLS
    scores[Kind.THANK_YOU] += 1.2 if plain and points.get(Kind.THANK_YOU, 0.0) > 0 and "?" not in draft.text else 0.0
    scores[Kind.FOLLOW_UP] += 0.3 if known and words >= _SHORT else 0.0


def _likeliest(scores: Mapping[Kind, float]) -> Kind:
    best = max(scores.values())
    return next(kind for kind in _ORDER if scores[kind] == best)


_ORDER = (
    Kind.LINKEDIN_INVITE, Kind.JOB_APPLICATION, Kind.PR_PITCH, Kind.INTRO_REQUEST, Kind.RECRUITER, Kind.CONGRATS_BIRTHDAY, Kind.THANK_YOU, Kind.COMMUNITY_POST,
    Kind.FOLLOW_UP, Kind.COLD_EMAIL, Kind.DM, Kind.OTHER,
)  # fmt: skip
"""Which kind is taken where two score alike: the one that is named most plainly first."""
