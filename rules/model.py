"""Frozen values that the rules, the coach and the adapters share; nothing here computes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime


class Verdict(StrEnum):
    """What a reader would feel; design.md section 1 defines the three exactly."""

    FORM_LETTER = "form_letter"
    NEEDS_CONTEXT = "needs_context"
    READY = "ready"


class Kind(StrEnum):
    """What sort of message a draft is."""

    LINKEDIN_INVITE = "linkedin_invite"
    DM = "dm"
    COLD_EMAIL = "cold_email"
    PR_PITCH = "pr_pitch"
    FOLLOW_UP = "follow_up"
    RECRUITER = "recruiter"
    JOB_APPLICATION = "job_application"
    INTRO_REQUEST = "intro_request"
    THANK_YOU = "thank_you"
    CONGRATS_BIRTHDAY = "congrats_birthday"
    COMMUNITY_POST = "community_post"
    OTHER = "other"


class Weight(StrEnum):
    """How much a finding proves: hard is enough alone, soft counts only in clusters."""

    HARD = "hard"
    MEDIUM = "medium"
    SOFT = "soft"


class About(StrEnum):
    """Whom a concrete detail is about: the reader, what both share, the writer, or some thing."""

    READER = "reader"
    SHARED = "shared"
    WRITER = "writer"
    THING = "thing"


PERSONAL = frozenset({About.READER, About.SHARED})
"""Whom a detail is about that makes a message this reader's."""


class Span(NamedTuple):
    """A half-open range of code points of the draft as it was given."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the words that the span covers."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Tell whether two spans share at least one character."""
        return self.start < other.end and other.start < self.end


class Word(NamedTuple):
    """One word: its folded key (lower case, no accents on Latin letters) and where it stands in the draft.

    In Japanese text, which has no spaces, each character is a word of its own.
    """

    key: str
    start: int
    end: int
    sentence: int


class Sentence(NamedTuple):
    """One sentence: where it stands, which words it holds (half open), and the part of the letter it belongs to."""

    span: Span
    first: int
    last: int
    part: str
    """`greeting`, `body`, `signature` or `pasted`."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft, read once: the text untouched, its words, its sentences and its parts."""

    text: str
    sentences: tuple[Sentence, ...]
    quoted: tuple[Span, ...]
    """Passages in quotation marks or code: somebody's words, not the writer's formula."""
    keys: tuple[str, ...]
    """The keys of the words, in their order."""
    bag: frozenset[str]
    """The same keys, each once."""
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    """Where each word begins and ends."""
    holders: tuple[int, ...]
    """The sentence that each word stands in."""
    openings: tuple[int, ...]
    """Where each sentence begins."""
    body: tuple[int, ...]
    """The indexes of the sentences that are the writer's own: no greeting, no signature, nothing pasted."""
    line: tuple[str, ...]
    """The keys once more, with an empty one before each sentence that has words, and one at the end: what phrases are looked for in."""
    seats: tuple[int, ...]
    """For each place of `line`, the index of its word, or of the word that follows."""

    @property
    def words(self) -> tuple[Word, ...]:
        """Return all words, made anew: for those who want more than their keys."""
        return tuple(map(Word, self.keys, self.starts, self.ends, self.holders))

    def word(self, i: int) -> Word:
        """Return one word."""
        return Word(self.keys[i], self.starts[i], self.ends[i], self.holders[i])

    def sentence_text(self, index: int) -> str:
        """Return one sentence as written."""
        return self.sentences[index].span.of(self.text)

    def sentence_words(self, index: int) -> tuple[Word, ...]:
        """Return the words of one sentence."""
        sentence = self.sentences[index]
        return tuple(map(self.word, range(sentence.first, sentence.last)))

    def sentence_keys(self, index: int) -> tuple[str, ...]:
        """Return the keys of the words of one sentence."""
        sentence = self.sentences[index]
        return self.keys[sentence.first : sentence.last]

    def own(self) -> tuple[int, ...]:
        """Return the indexes of the body's sentences: no greeting, no signature, nothing pasted."""
        return self.body


class Fact(NamedTuple):
    """One thing that the writer told the coach: its name in the machine interface, its field, its words."""

    name: str
    field: str
    """`name`, `met`, `when`, `why` or `topic`."""
    text: str


KEYS = ("name", "met", "when", "why")
TELLING = frozenset({"topic", "why"})
"""Fields of the facts that only this person shares; an event or a day is shared by many."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the writer knows of the reader; every field may be empty."""

    name: str = ""
    met: str = ""
    when: str = ""
    topics: tuple[str, ...] = ()
    why: str = ""
    _facts: tuple[Fact, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Tell the facts apart once: keys by their name, a topic by its text (`topic:why` should it equal a key)."""
        keyed = [Fact(key, key, getattr(self, key)) for key in KEYS if getattr(self, key)]
        topics = [Fact(f"topic:{text}" if text in KEYS else text, "topic", text) for text in dict.fromkeys(self.topics) if text]
        object.__setattr__(self, "_facts", (*keyed, *topics))

    def facts(self) -> tuple[Fact, ...]:
        """Return each given fact once."""
        return self._facts

    def __bool__(self) -> bool:
        """Tell whether anything was given."""
        return bool(self._facts)


class Contradiction(NamedTuple):
    """A fact that the draft gets wrong: what the writer told, what the draft says, and where."""

    fact: str
    expected: str
    found: str
    span: Span


@dataclass(frozen=True, slots=True)
class ContextMatch:
    """Which facts the draft refers to, by meaning: each given fact is in exactly one of used and missing."""

    used: Mapping[str, Span] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    contradicted: tuple[Contradiction, ...] = ()
    private: tuple[str, ...] = ()
    """Facts about health, grief, money, faith or a confidence: never urged."""


class Anchor(NamedTuple):
    """A concrete detail: where it stands, whom it is about, and how much it says (0 to 1 and more)."""

    span: Span
    sentence: int
    about: About
    weight: float


@dataclass(frozen=True, slots=True)
class Hit:
    """What a finder or a check yields: a span (none for an absence) and values for the card's `{slots}`."""

    span: Span | None = None
    slots: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Advice:
    """The words of a card: one observation, one reason, one question. There is no replacement, on purpose."""

    say: str
    why: str
    ask: str
    gap: str = "your words"
    """What the gap mark in the trimmed draft asks for; empty where the words stay in it."""


@dataclass(frozen=True, slots=True)
class Example:
    """A draft in a card, with its context; `marked` are the spans that a bad example promises."""

    text: str
    marked: tuple[Span, ...] = ()
    context: Context = field(default_factory=Context)
    kind: Kind | None = None
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A habit, from its card: what to look for, what to say, and the examples that are its tests."""

    id: str
    family: str
    weight: Weight
    advice: Advice
    evidence: str
    lang: str
    phrases: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    pattern: str = ""
    check: str = ""
    kinds: frozenset[Kind] = frozenset()
    not_kinds: frozenset[Kind] = frozenset()
    where: str = "any"
    anchored: str = "forgive"
    flags: tuple[Example, ...] = ()
    passes: tuple[Example, ...] = ()
    misses: tuple[Example, ...] = ()
    source: str = ""
    """The file that the card stands in."""
    like: str = ""
    """The English card of the same habit, whose words this one speaks; empty where the card has words of its own."""

    @property
    def habit(self) -> str:
        """Return the name of the habit in findings, voices and what a writer has stopped: one name in every language."""
        return self.like or self.id


class Finding(NamedTuple):
    """A rule met in a draft: its words filled in; `span` is none when the finding is an absence. `rule` names the habit."""

    rule: str
    family: str
    weight: Weight
    span: Span | None
    quote: str
    say: str
    why: str
    ask: str
    evidence: str
    gap: str = "your words"
    slots: tuple[tuple[str, str], ...] = ()
    """What the words of the card were filled with, so that another voice can say the same."""


class Strength(NamedTuple):
    """A passage that only this reader could get."""

    span: Span
    quote: str


class Point(NamedTuple):
    """One line of the scorecard: a named feature, its value, and the points it gave towards a verdict."""

    name: str
    value: float
    points: float
    about: str


@dataclass(frozen=True, slots=True)
class Sameness:
    """How often nearly the same text was reviewed before, this draft included."""

    count: int
    recipients: int
    since: str
    same: tuple[int, ...]
    """Indexes of the sentences that stood in an earlier draft too."""


@dataclass(frozen=True, slots=True)
class Review:
    """Everything that the rules can say of one draft; deterministic, most important first."""

    draft: Draft
    context: Context
    match: ContextMatch
    verdict: Verdict | None
    reason: str
    kind: Kind
    quiet: bool
    lang: str
    findings: tuple[Finding, ...]
    strengths: tuple[Strength, ...]
    anyone: tuple[int, ...]
    question: str
    asked: str = ""
    """Name of the fact that the question is about; empty when it is about none."""
    asked_as: tuple[str, tuple[tuple[str, str], ...]] = ("", ())
    """How the question was made: its key in questions.toml (or `ask.RULE`), and what it was filled with."""
    scorecard: tuple[Point, ...] = ()
    sameness: Sameness | None = None


class Answered(NamedTuple):
    """A question that the writer answered: what was asked, about which fact (empty: none in particular), and the words that are in the draft now."""

    question: str
    fact: str
    words: str


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What comes with a draft besides its words; nothing here is read from the machine."""

    context: Context = field(default_factory=Context)
    kind: Kind | None = None
    channel: str = ""
    lang: str = ""
    now: datetime | None = None
    sameness: Sameness | None = None
    stopped: frozenset[str] = frozenset()
    """Ids of rules that this writer does not want to hear from; `rule@kind` where one kind of message is meant."""
    own: tuple[Rule, ...] = ()
    """Rules of a workspace or server, beside those of the packs."""
    answered: tuple[Answered, ...] = ()
    """What the writer was asked before and put into the draft in answer."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A draft with all that was understood about it: what every check receives."""

    draft: Draft
    context: Context
    match: ContextMatch
    kind: Kind
    quiet: bool
    langs: tuple[str, ...]
    channel: str
    anchors: tuple[Anchor, ...] = ()


class Check(Protocol):
    """Find in Python what phrases cannot say. Pure: no words for the reader, no clock, no network."""

    def __call__(self, scene: Scene, /) -> Iterable[Hit]:
        """Yield a hit for each place (or absence) where the habit shows."""
