"""Which shared facts a draft refers to, by meaning; which it leaves out, which it gets wrong, and which are private."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from rules import dates, meetings, mistakes, names
from rules.fold import fold, key
from rules.model import TELLING, Context, ContextMatch, Contradiction, Draft, Fact, Span, Word
from rules.relations import alike, in_idioms, stem
from rules.text import sentence_at
from rules.told import Known, Told, Wanted, prepare, vocabulary, weight_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rules.meetings import Clause


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
_WISHED = re.compile(r"\b(?:happy|merry|enjoy (?:your|the)|ha(?:ve|d|ving) an?(?: \w+){0,3})\s+$", re.IGNORECASE)
"""What stands before a day that is wished and not recalled: "happy Friday", "hope you had a restful Easter"."""
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
_SPOKEN = frozenset({"body", "greeting"})
_OF_MEETINGS = frozenset({"met", "when"})
"""Fields that are judged by what the draft says of a meeting."""


class _Reading(NamedTuple):
    """A draft as the facts see it: the telling words of its body, and where each stem, beginning, end and small field stands among them."""

    draft: Draft
    told: Told
    tokens: tuple[Word, ...]
    lang: str
    stems: dict[str, list[int]]
    heads: dict[str, list[int]]
    tails: dict[str, list[int]]
    fields: dict[int, list[int]]
    meetings: tuple[Clause, ...]


class _Reference(NamedTuple):
    share: float
    span: Span
    best: float
    exact: int
    words: int


def match(draft: Draft, context: Context, now: datetime | None, langs: tuple[str, ...]) -> ContextMatch:
    """Return which facts the draft uses, misses and contradicts; every fact is in exactly one of used and missing."""
    told = prepare(context, langs[0] if langs else "en")
    if not told.facts:
        return ContextMatch()
    reading = _read(draft, langs[0] if langs else "en", told)
    used: dict[str, Span] = {}
    wrong: list[Contradiction] = []
    for fact in told.facts:
        span, contradiction = _judge(reading, fact, now)
        if contradiction:
            wrong.append(contradiction)
        elif span:
            used[fact.name] = span
    return ContextMatch(used, tuple(fact.name for fact in told.facts if fact.name not in used), tuple(wrong), told.private)


def _read(draft: Draft, lang: str, told: Told) -> _Reading:
    """Return the telling words of a draft that may be a word of some fact or of its field, the reader's name left out, with where each can be found again."""
    parts = [sentence.part in _SPOKEN for sentence in draft.sentences]
    tokens: list[Word] = []
    stems, heads, tails = defaultdict[str, list[int]](list), defaultdict[str, list[int]](list), defaultdict[str, list[int]](list)
    fields = defaultdict[int, list[int]](list)
    idle = in_idioms(draft) if lang == "en" else ()
    words = vocabulary(lang)
    near = [
        (each, known)
        for each, known in zip(draft.bag, map(words.__getitem__, draft.bag), strict=True)
        if known and not told.marks.isdisjoint(known.marks)
    ]
    may = {each: known for each, known in near if known.bare not in told.called}
    for at in [i for i, each in enumerate(draft.keys) if each in may]:
        index = draft.holders[at]
        if at in idle or not parts[index]:
            continue
        bare, root, head, tail, numbers, _, _ = may[draft.keys[at]]
        i = len(tokens)
        tokens.append(Word(bare, draft.starts[at], draft.ends[at], index))
        stems[root].append(i)
        heads[head].append(i)
        tails[tail].append(i)
        for number in numbers:
            fields[number].append(i)
    meant = lang == "en" and any(fact.field in _OF_MEETINGS for fact in told.facts)
    return _Reading(draft, told, tuple(tokens), lang, stems, heads, tails, fields, tuple(meetings.past(draft)) if meant else ())


def _judge(reading: _Reading, fact: Fact, now: datetime | None) -> tuple[Span | None, Contradiction | None]:
    if fact.field == "name":
        found = names.find(reading.draft, fact.text, reading.told.called, reading.lang)
        other = found.other and Contradiction(fact.name, fact.text, found.other.of(reading.draft.text), found.other)
        return found.span, other or None
    if fact.field == "when":
        return _when(reading, fact, now)
    if reading.lang in {"ja", "zh"} or (not fact.text.isascii() and any("\u3040" <= char <= "\u9fff" for char in fact.text)):
        return _runs(reading.draft, fact.text), None
    if fact.field == "met":
        return _met(reading, fact)
    slip = _slip(reading, fact)
    if slip:
        return None, slip
    met = _refer(reading, fact.text)
    if met and met.words == 1 and _mine(reading, fact, met.span):
        return None, None
    return (met.span if met and met.share >= (_WHY if fact.field == "why" else _TOPIC) else None), None


def _mine(reading: _Reading, fact: Fact, span: Span) -> bool:
    """Tell whether the one word that recalls something of the reader's stands where the writer speaks of himself, and asks nothing: "I grow dahlias" is not her dahlia."""
    if fact.text.split(" ", 1)[0].casefold() not in {"her", "his", "their"}:
        return False
    index = sentence_at(reading.draft, span.start)
    if reading.draft.text[reading.draft.sentences[index].span.end - 1] == "?":
        return False
    words = {word.key for word in reading.draft.sentence_words(index)}
    return bool(words & _I) and not words & _YOU


def _slip(reading: _Reading, fact: Fact) -> Contradiction | None:
    """Return what the draft gets wrong of a topic or a reason: a name, a number, a relation."""
    if reading.lang != "en":
        return None
    slip = mistakes.wrong(reading.draft, fact.text, reading.told)
    return slip and Contradiction(fact.name, *slip)


def _when(reading: _Reading, fact: Fact, now: datetime | None) -> tuple[Span | None, Contradiction | None]:
    """Judge a day or date: the same one said, another one said of the meeting, or none."""
    told = dates.moments(reading.told.wanted[fact.text].words, now)
    if not told:
        found = _refer(reading, fact.text)
        return (found.span if found and found.share >= _WHY else None), None
    draft = reading.draft
    said = [moment for moment in dates.moments(draft.keys, now) if _recalled(draft, moment.at)]
    if not said:
        return None, None
    clauses = [*reading.meetings]
    if reading.lang == "en":
        clauses += meetings.told(draft, sorted({draft.holders[moment.at] for moment in said}))
        event = next((reading.told.wanted[each.text] for each in reading.told.facts if each.field == "met"), None)
        clauses += meetings.about(draft, {word.stem for word in event.telling.values()}) if event and len(event.telling) > 1 else ()
    meeting = [(clause.start, clause.start + len(clause.text)) for clause in clauses]
    there = [moment for moment in said if any(start <= draft.starts[moment.at] < stop for start, stop in meeting)]
    right = dates.agree(told, there)
    if right:
        return Span(draft.starts[right.at], draft.ends[right.at]), None
    for moment in there:
        word = draft.word(moment.at)
        apart = [other for other in said if other.at == moment.at or abs(other.at - moment.at) <= 1]
        if dates.differ(told, apart):
            return None, Contradiction(fact.name, fact.text, draft.text[word.start : word.end], Span(word.start, word.end))
    hit = dates.agree(told, said)
    return (Span(draft.starts[hit.at], draft.ends[hit.at]) if hit else None), None


def _recalled(draft: Draft, at: int) -> bool:
    """Tell whether the word of a day or date is the writer's own, and more than a wish."""
    start = draft.starts[at]
    return draft.sentences[draft.holders[at]].part in _SPOKEN and not _WISHED.search(draft.text[max(0, start - 40) : start])


def _met(reading: _Reading, fact: Fact) -> tuple[Span | None, Contradiction | None]:
    """Judge an event: referred to by its telling words, said to have been elsewhere, or left out."""
    found = _refer(reading, fact.text)
    elsewhere = _elsewhere(reading, fact)
    if elsewhere:
        return None, elsewhere
    if found and (found.share >= _MET or _proper(reading, fact.text, found) or _among_meetings(reading, found)) and _its_own(reading, fact.text):
        return found.span, None
    return _occasion(reading, fact.text), None


def _among_meetings(reading: _Reading, found: _Reference) -> bool:
    """Tell whether two words of the event or more are said in a clause that speaks of a meeting."""
    return found.exact >= _MANY and any(
        clause.start <= found.span.start and found.span.end <= clause.start + len(clause.text) for clause in reading.meetings
    )


def _its_own(reading: _Reading, text: str) -> bool:
    """Tell whether any word of the event is said that does not belong to a topic as well: pigeons are no pigeon club."""
    told = reading.told
    others = {stem(word) for fact in told.facts if fact.field in TELLING for word in told.wanted[fact.text].bare}
    mine = told.wanted[text].telling.values()
    own = [word for word in mine if word.stem not in others]
    return not own or len(own) == len(mine) or any(_said(reading, word) or any(reading.fields.get(field) for field in word.fields) for word in own)


def _occasion(reading: _Reading, text: str) -> Span | None:
    """Return where the draft names the sort of occasion that the fact is, among words of meeting: "at the trial", "our interview"."""
    words = reading.told.wanted[text].bare
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


def _elsewhere(reading: _Reading, fact: Fact) -> Contradiction | None:
    """Return a contradiction when the draft puts the meeting at another place than the fact does."""
    if reading.lang != "en":
        return None
    other = mistakes.elsewhere(reading.draft, reading.meetings, fact.text, reading.told)
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
    wanted = reading.told.wanted[text]
    exact = {word: _said(reading, known) for word, known in wanted.telling.items()}
    related = {word: sorted({i for field in known.fields for i in reading.fields.get(field, ())}) for word, known in wanted.telling.items()}
    starts = sorted({reading.tokens[i].sentence for places in (*exact.values(), *related.values()) for i in places})
    found = [_evidence(reading.tokens, range(first, first + _NEAR), wanted, exact, related) for first in starts]
    return max((reference for reference in found if reference), key=lambda reference: reference.share, default=None)


def _said(reading: _Reading, word: Known) -> list[int]:
    """Return which telling words of the draft are this one: of one stem, misspelt, or compounds of it."""
    found = set(reading.stems.get(word.stem, ()))
    long = len(word.bare) >= _COMPOUND
    for i in {*reading.heads.get(word.head, ()), *reading.tails.get(word.tail, ())} - found:
        other = reading.tokens[i].key
        if (long or other[0] == word.bare[0] or len(other) >= _COMPOUND) and alike(word.bare, other):
            found.add(i)
    return sorted(found)


def _evidence(tokens: Sequence[Word], near: range, wanted: Wanted, exact: dict[str, list[int]], related: dict[str, list[int]]) -> _Reference | None:
    """Return what neighbouring sentences say of a fact; each word of the draft counts for one word of the fact only."""
    taken: set[int] = set()
    got, best, whole = 0.0, 0.0, 0
    open_words = []
    for word, known in wanted.telling.items():
        at = next((i for i in exact[word] if i not in taken and tokens[i].sentence in near), None)
        if at is None:
            open_words.append(word)
        else:
            taken.add(at)
            got, best, whole = got + known.weight, max(best, known.weight), whole + 1
    for word in open_words:
        places = [i for i in related[word] if i not in taken and tokens[i].sentence in near][:_MANY]
        taken.update(places)
        got += wanted.telling[word].weight * (0.0, _FIELD, _FIELDS)[len(places)]
    alone = len(taken) == 1 and len(wanted.telling) > 1 and best < weight_of(_DISTINCT)
    if not taken or alone or (not whole and len(taken) < _MANY):
        return None
    return _Reference(got / wanted.total, Span(min(tokens[i].start for i in taken), max(tokens[i].end for i in taken)), best, whole, len(taken))


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
