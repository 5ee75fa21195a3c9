"""The scorecard: a few named features, each with its points, so that every verdict can be explained line by line.

Two questions are asked in turn. Would a reader feel that this text went to many people (`form`)? If not, does anything in it show why
this person (`own`)? Points are log-odds: set by hand, drawn towards labelled English drafts by logistic regression, rounded. Above zero means yes.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from math import fsum
from typing import TYPE_CHECKING, NamedTuple

from rules import adverts, sense
from rules.elision import bare, joins
from rules.frequency import zipf
from rules.memo import Memo
from rules.model import PERSONAL, TELLING, Kind, Point, Verdict, Weight
from rules.text import covered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rules.model import Anchor, Draft, Rule, Scene, Span


class Features(NamedTuple):
    """What the scorecard looks at; every figure can be pointed at in the draft."""

    hard: float
    """Hard findings, three at most."""
    medium: float
    """Medium findings, four at most."""
    soft: float
    """Soft findings, four at most."""
    families: float
    """Families of form-letter phrases beyond the first, four at most."""
    share: float
    """Share of the writer's words that are formula, 0 to 1."""
    blank: float
    """1 when only formula is left but for a handful of words."""
    reader: float
    """Concrete detail about the reader or about what both share, up to `_MOST`."""
    detail: float
    """Concrete detail about anything else, up to `_MOST`."""
    density: float
    """Concrete detail for each ten words."""
    strong: float
    """Shared facts used that only this person shares (topics, the reason), two at most."""
    weak: float
    """Event or day used, two at most."""
    unused: float
    """1 when topics or a reason were given and none is used; a quiet message owes nothing."""
    many: float
    """1 when the message is meant for many (a community post)."""
    brief: float
    """1 for a direct message of at most fifteen words without any formula."""
    worn: float
    """Different words that outreach, appeals and greeting cards live on, for each ten words; three at most."""
    greeted: float
    """1 when nobody in particular is greeted ("Dear Sir/Madam", "Hi there")."""
    story: float
    """Words that tell what happened, and of whom ("she", "they", "said", "came"), for each ten words, four at most."""
    quiet: float
    """1 for condolence, illness, apology, refusal and bad news."""
    loud: float
    """What shop windows use: exclamation marks, pictures, addresses to click, figures that advertise; three at most."""
    sells: float
    """Different words of trade for each ten words, three at most."""
    calls: float
    """Sentences that begin with a call to act, three at most."""
    yours: float
    """Mentions of the reader's business or customers in general, two at most."""
    link: float
    """1 when there is an address to visit."""
    answers: float
    """1 when the draft answers a message, or sends what was asked for."""


FORM: Mapping[str, float] = {
    "start": -6.5, "hard": 9.0, "medium": 1.5, "soft": 1.3, "share": 4.2, "blank": 1.5, "worn": 4.8, "greeted": 1.4, "strong": -0.3, "story": -0.6, "loud": 2.1,
    "sells": 1.5, "calls": 1.5, "yours": 3.4, "link": 0.7, "answers": -3.1,
}  # fmt: skip
PHRASES: Mapping[str, float] = {
    "start": -3.9, "hard": 7.0, "medium": 1.35, "soft": 0.3, "families": 0.6, "share": 2.7, "blank": 1.2, "worn": 3.4, "greeted": 0.5,
    "reader": -0.2, "density": -0.9, "strong": -1.2,
}  # fmt: skip
"""The same for languages of which no story words are known: their phrases decide alone."""
BROCHURE: Mapping[str, float] = {
    "start": -3.2, "hard": 7.0, "medium": 1.8, "soft": 0.8, "families": 0.6, "share": 2.7, "blank": 1.2, "worn": 2.8, "greeted": 0.4, "loud": 0.6,
    "reader": -0.2, "density": -0.8, "strong": -1.2,
}  # fmt: skip
"""The same for languages of which the words of the brochure are known but no story words: without a phrase those words seldom decide."""
OWN: Mapping[str, float] = {
    "start": -2.8, "reader": 1.5, "detail": 0.7, "strong": 3.2, "weak": 0.7, "unused": -1.0, "many": 1.1, "brief": 1.4, "medium": -0.5, "worn": -1.2,
    "story": 0.7, "quiet": 0.9,
}  # fmt: skip
_WEAK = frozenset({"met", "when"})
_MOST = 6.0
_HANDFUL = 4
_SEVERAL = 2
"""Worn phrases up to which a short message may hold nothing else and be nobody's form letter: a greeting, a request."""
_BRIEF = 15
_LOUD = 4_000
"""Characters that are looked at for what shop windows use."""
_PLAIN = 6.2
"""Zipf value about which a word is too common to belong to the brochure."""
_ENOUGH = 24
"""Words from which a share of them says something."""
_STORY = frozenset(
    """he she they him her hers his them their theirs it its who that there was were had did told came went got gave took saw made left asked found thought knew kept put brought rang showed wrote
    sat stood ran bought broke lost met spoke heard read fell fed bit began drove drank ate flew grew held hid hit laid led lent paid rode rose sang sank sent shot shut slept sold spent split stole
    stuck swam swore taught threw woke wore won""".split()
)
_PICTURE = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")
_ADDRESS = re.compile(r"\.(?:com|example|io|org|net|co|app|me|ly)\b")
_SIGNS = "%$£€₹+"
_FIGURE = re.compile(r"[%$£€₹+](?:(?<=[$£€₹])\s?\d|(?<=\d[%+])|(?<=\d\s%))")
_THOUSANDS = re.compile(r"\d[kKmMxX]\b")
_ABOUT = {
    "start": "where every draft starts",
    "hard": "phrases that are enough alone",
    "medium": "form-letter phrases",
    "soft": "worn phrases",
    "families": "different kinds of them",
    "share": "share of the words that are formula",
    "blank": "nothing of the writer's own is left",
    "worn": "words that stand in every brochure",
    "greeted": "greets nobody in particular",
    "story": "tells what happened, and of whom",
    "sells": "words of trade",
    "calls": "sentences that call to act",
    "yours": "the reader's business in general",
    "link": "an address to visit",
    "answers": "answers a message, or sends what was asked for",
    "loud": "exclamation marks, pictures, links and figures that advertise",
    "reader": "concrete detail about the reader or what you share",
    "detail": "other concrete detail",
    "density": "concrete detail for its length",
    "strong": "shared facts used that only this person shares",
    "weak": "event or day used",
    "unused": "you told me a topic or a reason, and none is used",
    "many": "meant for many, and may be",
    "brief": "a short direct message",
    "quiet": "a message that asks for tact",
}


def features(scene: Scene, hits: Sequence[tuple[Rule, Span | None]], details: Sequence[Anchor]) -> Features:
    """Return the features of a draft, its hits and its concrete details."""
    weights = [rule.weight for rule, _ in hits]
    hard, medium, soft = map(weights.count, Weight)
    draft = scene.draft
    keys = list(chain.from_iterable(map(draft.sentence_keys, draft.own())))
    words = len(keys)
    taken = _taken(draft, [span for rule, span in hits if span and rule.weight is not Weight.SOFT])
    worn = _taken(draft, [span for rule, span in hits if span and rule.weight is Weight.SOFT])
    strong_ones = hard + medium > 0
    many, telling = strong_ones or soft > 1, strong_ones or soft > _SEVERAL
    reader = sum([detail.weight for detail in details if detail.about in PERSONAL])
    rest = sum([detail.weight for detail in details]) - reader
    facts = {fact.name: fact.field for fact in scene.context.facts()}
    used = [facts[name] for name in scene.match.used if name in facts]
    strong = sum(field in TELLING for field in used)
    return Features(
        hard=min(3, hard),
        medium=min(4, medium),
        soft=min(4, soft),
        families=min(4, max(0, len({rule.family for rule, _ in hits}) - 1)),
        share=(taken + worn * (1.0 if many else 0.3)) / words if words else 0.0,
        blank=float(telling and words - taken - worn <= _HANDFUL),
        worn=_worn(scene, keys),
        greeted=float(any(rule.family == "generic_greeting" for rule, _ in hits)),
        story=_story(scene, keys) if "en" in scene.langs else 0.0,
        quiet=float(scene.quiet),
        loud=_loud(draft.text),
        reader=min(_MOST, reader),
        detail=min(_MOST, rest),
        density=min(3.0, 10 * (reader + rest) / max(8, words)),
        strong=min(2, strong),
        weak=min(2, sum(field in _WEAK for field in used)),
        unused=float(not strong and not scene.quiet and bool(TELLING & set(facts.values()))),
        many=float(scene.kind is Kind.COMMUNITY_POST),
        **adverts.signs(scene.draft, scene.draft.own(), scene.langs)._asdict(),
        brief=float(words <= _BRIEF and not hits and scene.kind is not Kind.LINKEDIN_INVITE),
    )


def _story(scene: Scene, own: Sequence[str]) -> float:
    """Return how many words tell what happened, and of whom, for each ten words."""
    return min(4.0, 10 * sum(map(_stories(scene.langs).__getitem__, own)) / max(8, len(own)))


@lru_cache(maxsize=16)
def _stories(langs: tuple[str, ...]) -> Memo[bool]:
    """Return whether a word tells what happened, and of whom."""
    lists = sense.load(langs)
    return Memo(lambda word: word in _STORY or (word[-2:] == "ed" and len(word) > len("need") and word not in lists.worn and word not in lists.empty))


def _loud(text: str) -> float:
    """Return how much of a shop window a text has."""
    marks = min(3, text.count("!")) / 3 + (0.0 if text.isascii() else min(3, len(_PICTURE.findall(text, 0, _LOUD))) / 9)
    address = "://" in text or "www." in text or bool(_ADDRESS.search(text, 0, _LOUD))
    figure = (any(sign in text for sign in _SIGNS) and bool(_FIGURE.search(text, 0, _LOUD))) or bool(_THOUSANDS.search(text, 0, _LOUD))
    return min(3.0, marks + address + figure)


def _worn(scene: Scene, own: Sequence[str]) -> float:
    """Return how many different words of the brochure the writer's own sentences hold, for each ten words."""
    lists = sense.load(scene.langs)
    lang = next(iter(scene.langs), "")
    said = lists.worn.intersection([bare(key, lang) for key in own] if joins(lang) else own)
    return min(3.0, 10 * fsum(map(_wears(lang).__getitem__, said)) / max(_ENOUGH, len(own)))


@lru_cache(maxsize=16)
def _wears(lang: str) -> Memo[float]:
    """Return how much each word of a language's brochures says: the commoner it is elsewhere, the less."""
    spoken = lang if sense.load((lang,)).worn else "en"
    return Memo(lambda word: min(1.0, max(0.3, (_PLAIN - zipf(word, spoken)) / 1.4)))


def _taken(draft: Draft, spans: Sequence[Span]) -> int:
    """Return how many words of the writer's own sentences stand inside form-letter phrases."""
    body = set(draft.own())
    return sum([draft.holders[i] in body for i in covered(draft, spans)])


def points(weights: Mapping[str, float], values: Features) -> tuple[Point, ...]:
    """Return the lines of one scorecard, the telling ones only."""
    given = {"start": 1.0, **values._asdict()}
    return tuple([Point(name, round(value, 3), round(weight * value, 2), _ABOUT[name]) for name, weight in weights.items() if (value := given[name])])


def judge(values: Features, langs: tuple[str, ...] = ("en",)) -> tuple[Verdict, tuple[Point, ...]]:
    """Return the verdict and the scorecard that gave it."""
    form = points(FORM if "en" in langs else BROCHURE if sense.load(langs).worn else PHRASES, values)
    if sum([point.points for point in form]) > 0:
        return Verdict.FORM_LETTER, form
    own = points(OWN, values)
    return (Verdict.READY if sum([point.points for point in own]) > 0 else Verdict.NEEDS_CONTEXT), own
