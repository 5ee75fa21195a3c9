"""Which shared facts a draft refers to, by meaning; which it leaves out, which it gets wrong, and which are private."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from itertools import chain, count, repeat
from typing import TYPE_CHECKING, NamedTuple

from rules import dates, mistakes, names
from rules.fold import fold, key
from rules.frequency import zipf
from rules.model import TELLING, Context, ContextMatch, Contradiction, Draft, Fact, Span
from rules.relations import alike, fields_of, in_idioms, stem
from rules.text import WORD, sentence_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from rules.model import Word


_COMMON = 6.0
"""Zipf value from which a word carries no fact ("there", "time")."""
_EMPTY = frozenset(
    """the a an of to in on at for with by from and or but not no is was are were be been am do does did has have had having get got getting gets his her hers their theirs my mine our ours your yours
    he she it they we you i me him them us who whom whose which what when where why how that this these those there here as if than then so too very just only also both all any some each every
    about into onto over under up down out off after before during while until since because rather more most much many few one ones thing things stuff bit way s t said says say told tells tell
    asked ask will would can could should may might must shall let never always once again away back go goes going went gone come came coming make made makes take took put like want wants""".split()
)
_PRIVATE = re.compile(
    r"\b(?:death|dead|died|dying|funeral|memorial|grief|bereave\w*|miscarr\w*|pregnan\w*|ivf|cancer|tumou?r|chemo\w*|diagnos\w*|disease|degeneration|illness|depress\w*|anxiety|burn-?out|breakdown|"
    r"therapy|therapist|rehab|sober|sobriety|drinking|alcohol\w*|addict\w*|overdose|suicid\w*|surgery|operation|transplant|dementia|alzheimer\w*|parkinson\w*|epilep\w*|hiv|coeliac|celiac|bipolar|autis\w*|"
    r"debts?|mortgage|bankrupt\w*|loans?|paid off|owes? (?:the|money|tax)|salary|redundan\w*|divorce\w*|separation|affair|custody|abus\w*|assault\w*|faith|leaving the church|religio\w*|converted|coming out|"
    r"confiden\w*|secret|between us|don'?t (?:mention|tell)|off the record|prison|arrest\w*|visa trouble|second child|trying for a baby|stroke|heart attack|gout|medication|in icu)\b",
    re.IGNORECASE,
)
_OCCASIONS = frozenset(
    stem(word)
    for word in """interview viewing trial wedding conference summit fair expo course tour build party residency class workshop festival camp dinner lunch reception launch
    talk lecture seminar webinar meetup exam rehearsal concert gig match final tournament race retreat training open fete quiz audition hackathon demo panel hen stag raid reunion""".split()
)
_I = frozenset({"i", "i'm", "i've", "i'd", "i'll", "my", "we", "we've", "we're", "our", "im", "ive"})
_YOU = frozenset({"you", "your", "yours", "you're", "you've", "you'd", "you'll", "u", "ur", "ye"})
_LEADING = frozenset({"at", "in", "on", "the", "a", "an", "her", "his", "my", "our", "their", "your"})
_TRAILING = frozenset(
    {"in", "at", "of", "on", "by", "for", "with", "near", "to", "from", "he", "she", "they", "we", "i", "where", "that", "last", "about"}
)
_VAGUE = frozenset(
    {
        "evening",
        "morning",
        "night",
        "afternoon",
        "week",
        "weekend",
        "time",
        "place",
        "work",
        "home",
        "house",
        "room",
        "family",
        "friend",
        "friends",
        "office",
        "street",
        "school",
        "town",
    }
)
_AT = re.compile(
    r"\b(?:at|to|from|since|during|after|your|our|last|following|of|the|day's|weekend's|night's|interview)\s+(?:\w+(?:'s)?\s+){0,1}$", re.IGNORECASE
)
_MINE = re.compile(r"\s*(?:me|us)\b|\s+(?:on|last|yesterday)\b", re.IGNORECASE)
_RUNS = re.compile(r"[\u4e00-\u9fff々]{2,}|[\u30a0-\u30ffー]{2,}|\d+")
_TOPIC, _MET, _WHY = 0.38, 0.4, 0.45
_NEAR = 2
"""Sentences within which the evidence for one fact has to stand."""
_DISTINCT = 4.6
"""Zipf value below which a single word points at a fact all by itself."""
_FIELD, _FIELDS = 0.55, 0.8
"""What one word of the same field is worth, and what several are, against the word itself."""
_MANY = 2
_COMPOUND = 7
"""Letters from which a word may be a compound that ends in another."""
_EDGE = 2
"""Letters at the beginning, or at the end, that two words share if they are alike: what a misspelling leaves."""
_SPOKEN = frozenset({"body", "greeting"})


class _Known(NamedTuple):
    """A telling word: without its "'s", its stem, how it may be looked up (by its first letters, by its last), and its fields."""

    bare: str
    stem: str
    head: str
    tail: str
    fields: frozenset[int]
    marks: tuple[str | int, ...]
    """All of that together: words that share none of it are not alike."""


class _Reading(NamedTuple):
    """A draft as the facts see it: the telling words of its body, and where each stem, beginning, end and small field stands among them."""

    draft: Draft
    tokens: tuple[Word, ...]
    lang: str
    stems: dict[str, list[int]]
    heads: dict[str, list[int]]
    tails: dict[str, list[int]]
    fields: dict[int, list[int]]
    told: dict[str, list[str]]
    """The folded words of each fact, by its text."""
    meetings: tuple[mistakes.Clause, ...]


class _Reference(NamedTuple):
    share: float
    span: Span
    best: float
    exact: int
    words: int


def match(draft: Draft, context: Context, now: datetime | None, langs: tuple[str, ...]) -> ContextMatch:
    """Return which facts the draft uses, misses and contradicts; every fact is in exactly one of used and missing."""
    facts = context.facts()
    if not facts:
        return ContextMatch()
    reading = _read(draft, langs[0] if langs else "en", names.parts(context.name) if context.name else (), facts)
    used: dict[str, Span] = {}
    wrong: list[Contradiction] = []
    for fact in facts:
        span, contradiction = _judge(reading, fact, context, now)
        if contradiction:
            wrong.append(contradiction)
        elif span:
            used[fact.name] = span
    missing = tuple(fact.name for fact in facts if fact.name not in used)
    private = tuple(fact.name for fact in facts if fact.field in TELLING and _is_private(fact.text))
    return ContextMatch(used, missing, tuple(wrong), private)


def _is_private(text: str) -> bool:
    return bool(_PRIVATE.search(text))


def _read(draft: Draft, lang: str, called: tuple[str, ...], facts: Sequence[Fact]) -> _Reading:
    """Return the telling words of a draft that may be a word of some fact or of its field, the reader's name left out, with where each can be found again."""
    parts = [sentence.part in _SPOKEN for sentence in draft.sentences]
    tokens: list[Word] = []
    stems, heads, tails = defaultdict[str, list[int]](list), defaultdict[str, list[int]](list), defaultdict[str, list[int]](list)
    fields = defaultdict[int, list[int]](list)
    idle = in_idioms(draft.keys) if lang == "en" else ()
    told = {fact.text: [key(word) for word in WORD.findall(fold(fact.text).text)] for fact in facts if fact.field != "name"}
    wanted = _marks(chain.from_iterable(told.values()), lang)
    each = zip(count(), draft.words, map(_known, draft.keys, repeat(lang)))
    telling = [(at, word, known) for at, word, known in each if known and not wanted.isdisjoint(known.marks)]
    for at, word, (bare, root, head, tail, numbers, _) in telling:
        if at in idle or bare in called or not parts[word.sentence]:
            continue
        i = len(tokens)
        tokens.append(word if bare == word.key else word._replace(key=bare))
        stems[root].append(i)
        heads[head].append(i)
        tails[tail].append(i)
        for number in numbers:
            fields[number].append(i)
    return _Reading(draft, tuple(tokens), lang, stems, heads, tails, fields, told, tuple(mistakes.past(draft)) if lang == "en" else ())


@lru_cache(maxsize=20_000)
def _known(key: str, lang: str) -> _Known | None:
    """Return what can be known of a word by itself, none when it carries no fact."""
    bare = key.removesuffix("'s")
    if not _telling(bare, lang):
        return None
    return _placed(bare)


def _placed(bare: str) -> _Known:
    root, fields = stem(bare), fields_of(bare)
    head, tail = f"{bare[:_EDGE]}-", f"-{bare[-_EDGE:]}"
    return _Known(bare, root, head, tail, fields, (head, tail, root, *fields))


def _marks(words: Iterable[str], lang: str) -> frozenset[str | int]:
    """Return the marks of some words, the telling ones and the others."""
    return frozenset(chain.from_iterable([(_known(word, lang) or _placed(word.removesuffix("'s"))).marks for word in words]))


@lru_cache(maxsize=20_000)
def _telling(word: str, lang: str) -> bool:
    return word not in _EMPTY and (len(word) > 2 or word.isdigit()) and (lang != "en" or zipf(word, "en") < _COMMON)  # noqa: PLR2004


def _judge(reading: _Reading, fact: Fact, context: Context, now: datetime | None) -> tuple[Span | None, Contradiction | None]:
    if fact.field == "name":
        found = names.find(reading.draft, fact.text)
        other = found.other and Contradiction(fact.name, fact.text, found.other.of(reading.draft.text), found.other)
        return found.span, other or None
    if fact.field == "when":
        return _when(reading, fact, now)
    if reading.lang in {"ja", "zh"} or (not fact.text.isascii() and any("\u3040" <= char <= "\u9fff" for char in fact.text)):
        return _runs(reading.draft, fact.text), None
    if fact.field == "met":
        return _met(reading, fact, context)
    slip = _slip(reading, fact, context)
    if slip:
        return None, slip
    met = _refer(reading, fact.text)
    if met and met.words == 1 and _mine(reading, fact, met.span):
        return None, None
    return (met.span if met and met.share >= (_WHY if fact.field == "why" else _TOPIC) else None), None


def _mine(reading: _Reading, fact: Fact, span: Span) -> bool:
    """Tell whether the one word that recalls something of the reader's stands where the writer speaks of himself: "I grow dahlias" is not her dahlia."""
    if fact.text.split(" ", 1)[0].casefold() not in {"her", "his", "their", "she", "he", "they"}:
        return False
    words = {word.key for word in reading.draft.sentence_words(sentence_at(reading.draft, span.start))}
    return bool(words & _I) and not words & _YOU


def _slip(reading: _Reading, fact: Fact, context: Context) -> Contradiction | None:
    """Return what the draft gets wrong of a topic or a reason: a name, a number, a relation."""
    if reading.lang != "en":
        return None
    slip = mistakes.wrong(reading.draft, fact.text, _told(context), names.parts(context.name) if context.name else ())
    return slip and Contradiction(fact.name, *slip)


def _told(context: Context) -> tuple[str, ...]:
    return (context.met, context.when, context.why, *context.topics)


def _when(reading: _Reading, fact: Fact, now: datetime | None) -> tuple[Span | None, Contradiction | None]:
    """Judge a day or date: the same one said, another one said of the meeting, or none."""
    told = dates.moments(reading.told[fact.text], now)
    if not told:
        found = _refer(reading, fact.text)
        return (found.span if found and found.share >= _WHY else None), None
    draft = reading.draft
    body = [word for word in draft.words if draft.sentences[word.sentence].part in {"body", "greeting"}]
    said = dates.moments([word.key for word in body], now)
    if not said:
        return None, None
    clauses = [*reading.meetings]
    if reading.lang == "en":
        clauses += mistakes.told(draft, sorted({body[moment.at].sentence for moment in said}))
    meeting = [(clause.start, clause.start + len(clause.text)) for clause in clauses]
    for moment in said:
        word = body[moment.at]
        if any(start <= word.start < stop for start, stop in meeting):
            if dates.agree(told, [moment]):
                return Span(word.start, word.end), None
            apart = [other for other in said if other.at == moment.at or abs(other.at - moment.at) <= 1]
            if dates.differ(told, apart):
                return None, Contradiction(fact.name, fact.text, draft.text[word.start : word.end], Span(word.start, word.end))
    hit = dates.agree(told, said)
    return (Span(body[hit.at].start, body[hit.at].end) if hit else None), None


def _met(reading: _Reading, fact: Fact, context: Context) -> tuple[Span | None, Contradiction | None]:
    """Judge an event: referred to by its telling words, said to have been elsewhere, or left out."""
    found = _refer(reading, fact.text)
    elsewhere = _elsewhere(reading, fact, context)
    if elsewhere:
        return None, elsewhere
    if found and (found.share >= _MET or _proper(reading, fact.text, found) or _among_meetings(reading, found)) and _its_own(reading, fact, context):
        return found.span, None
    return _occasion(reading, fact.text), None


def _among_meetings(reading: _Reading, found: _Reference) -> bool:
    """Tell whether two words of the event or more are said in a clause that speaks of a meeting."""
    return found.exact >= _MANY and any(
        clause.start <= found.span.start and found.span.end <= clause.start + len(clause.text) for clause in reading.meetings
    )


def _its_own(reading: _Reading, fact: Fact, context: Context) -> bool:
    """Tell whether any word of the event is said that does not belong to a topic as well: pigeons are no pigeon club."""
    others = {stem(key(m[0]).removesuffix("'s")) for text in (context.why, *context.topics) for m in WORD.finditer(fold(text).text)}
    mine = [word for word in (key(m[0]).removesuffix("'s") for m in WORD.finditer(fold(fact.text).text)) if _telling(word, reading.lang)]
    own = [word for word in mine if stem(word) not in others]
    return (
        not own or len(own) == len(mine) or any(_said(reading, word) or any(reading.fields.get(field) for field in fields_of(word)) for word in own)
    )


def _occasion(reading: _Reading, text: str) -> Span | None:
    """Return where the draft names the sort of occasion that the fact is, among words of meeting: "at the trial", "our interview"."""
    words = [word.removesuffix("'s") for word in reading.told[text]]
    wanted = _OCCASIONS.intersection(map(stem, words)) | _head(words)
    for i in sorted(i for each in wanted for i in reading.stems.get(each, ())):
        token = reading.tokens[i]
        before = reading.draft.text[max(0, token.start - 30) : token.start]
        after = reading.draft.text[token.end : token.end + 12]
        if _AT.search(before) or _MINE.match(after):
            return Span(token.start, token.end)
    return None


def _head(words: Sequence[str]) -> set[str]:
    """Return the stem of the thing that an event is, the word before "in", "at" or "she": the call of "a call he held for applicants"."""
    while words and words[0] in _LEADING:
        words = words[1:]
    end = next((i for i, word in enumerate(words) if word in _TRAILING), len(words))
    return {stem(words[end - 1])} if end and len(words[end - 1]) > 3 and words[end - 1] not in _VAGUE else set()  # noqa: PLR2004


def _elsewhere(reading: _Reading, fact: Fact, context: Context) -> Contradiction | None:
    """Return a contradiction when the draft puts the meeting at another place than the fact does."""
    if reading.lang != "en":
        return None
    other = mistakes.elsewhere(reading.draft, reading.meetings, fact.text, _told(context), names.parts(context.name) if context.name else ())
    return other and Contradiction(fact.name, fact.text, *other)


def _proper(reading: _Reading, text: str, found: _Reference) -> bool:
    """Tell whether a proper name of the event, and not only its common words, is in the draft."""
    proper = {key(fold(word).text) for word in re.findall(r"\b[A-Z][\w'’-]{2,}", text)}
    return found.best > 1.0 and any(
        token.key in proper or (not reading.draft.text[token.start].islower() and any(alike(token.key, word) for word in proper))
        for token in reading.tokens
    )


def _refer(reading: _Reading, text: str) -> _Reference | None:
    """Return the best evidence for a fact within neighbouring sentences: the share of its telling words that are met there."""
    wanted = [word for word in dict.fromkeys([word.removesuffix("'s") for word in reading.told[text]]) if _telling(word, reading.lang)]
    if not wanted:
        return None
    weights = {word: _weight(word, reading.lang, len(word) > 1) for word in wanted}
    exact = {word: _said(reading, word) for word in wanted}
    related = {word: sorted({i for field in fields_of(word) for i in reading.fields.get(field, ())}) for word in wanted}
    starts = sorted({reading.tokens[i].sentence for places in (*exact.values(), *related.values()) for i in places})
    found = [_evidence(reading.tokens, range(first, first + _NEAR), weights, exact, related) for first in starts]
    return max((reference for reference in found if reference), key=lambda reference: reference.share, default=None)


def _said(reading: _Reading, word: str) -> list[int]:
    """Return which telling words of the draft are this one: of one stem, misspelt, or compounds of it."""
    found = set(reading.stems.get(stem(word), ()))
    long = len(word) >= _COMPOUND
    for i in {*reading.heads.get(f"{word[:_EDGE]}-", ()), *reading.tails.get(f"-{word[-_EDGE:]}", ())} - found:
        other = reading.tokens[i].key
        if (long or other[0] == word[0] or len(other) >= _COMPOUND) and alike(word, other):
            found.add(i)
    return sorted(found)


def _evidence(
    tokens: Sequence[Word], near: range, weights: dict[str, float], exact: dict[str, list[int]], related: dict[str, list[int]]
) -> _Reference | None:
    """Return what neighbouring sentences say of a fact; each word of the draft counts for one word of the fact only."""
    taken: set[int] = set()
    got, best, whole = 0.0, 0.0, 0
    open_words = []
    for word, weight in weights.items():
        at = next((i for i in exact[word] if i not in taken and tokens[i].sentence in near), None)
        if at is None:
            open_words.append(word)
        else:
            taken.add(at)
            got, best, whole = got + weight, max(best, weight), whole + 1
    for word in open_words:
        places = [i for i in related[word] if i not in taken and tokens[i].sentence in near][:_MANY]
        taken.update(places)
        got += weights[word] * (0.0, _FIELD, _FIELDS)[len(places)]
    alone = len(taken) == 1 and len(weights) > 1 and best < _weight_of(_DISTINCT)
    if not taken or alone or (not whole and len(taken) < _MANY):
        return None
    return _Reference(
        got / sum(weights.values()), Span(min(tokens[i].start for i in taken), max(tokens[i].end for i in taken)), best, whole, len(taken)
    )


def _weight(word: str, lang: str, long: bool) -> float:  # noqa: FBT001 - one caller
    return _weight_of(zipf(word, lang) if long else _COMMON)


def _weight_of(value: float) -> float:
    return max(0.15, (6.6 - value) / 2)


def _runs(draft: Draft, text: str) -> Span | None:
    """Return where a fact in a script without spaces is met: a run of two characters or more that is telling."""
    runs = [run for run in _RUNS.findall(text) if len(run) > 1]
    body = draft.text
    hits = [(body.find(run), len(run)) for run in runs if run in body]
    if not hits:
        shorter = {run[i : i + 2] for run in runs for i in range(len(run) - 1)}
        hits = [(body.find(piece), 2) for piece in shorter if piece in body]
        if len(hits) < 2:  # noqa: PLR2004 - half a compound is a hint only
            return None
    if len(hits) * 3 < len(runs):
        return None
    start, length = min(hits)
    return Span(start, start + length)
