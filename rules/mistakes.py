"""What a draft gets wrong of what was told: another event or place, another person, employer, number or relation where a thing of the same sort was told."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from rules.frequency import zipf
from rules.meetings import not_to_come
from rules.model import Span
from rules.proper import NAMELESS, PLACING, Name, names, words_of
from rules.relations import alike, same_field, stem
from rules.sorts import AT_ONCE, CALLINGS, CLASSES, DOING, EVENTS, GOING, KIN, NUMBERED, PETS, RELATIVES, SPOTS, WORKING, one_kin
from rules.text import keys_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rules.meetings import Clause
    from rules.model import Draft, Word
    from rules.told import Told
_WHERE = re.compile(
    r"[AaBbDdFfIiOoSs](?<!\w.)(?i:(?<=a)(?:t|fter)|(?<=b)(?:eside|y)|(?<=d)uring|(?<=f)rom|(?<=i)n|(?<=o)(?:ver|n|utside)|(?<=s)ince)"
    r"(?i:\s+(?:the|our|your|that|a|an)\s+((?:[\w'’-]+\s+){0,3}?[\w'’-]+)(?=\s+(?:on|in|at|last|the|this|yesterday|and|was|were|with|i|you|we|to|about|where|when|for|of|back)\b|\s*$))",
)
_NUMBERS = {word: str(n) for n, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())}
_NUMBERS |= {
    "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16", "eighteen": "18", "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50",
    "hundred": "100",
}  # fmt: skip
_RATHER_RARE = 5.0
_YOU = frozenset({"you", "your", "yours", "you're", "ur", "u"})
_YOURS = frozenset({"your", "ur", "her", "his"})
_SELF = frozenset({"i", "my", "mine", "i'm", "i've", "we", "our", "me"})
_LEADS = frozenset({"the", "your", "our", "that", "ur", "on", "at", "her", "his", "night", "last"})
_IDLE = frozenset({"the", "her", "his", "and", "she", "for", "that", "with", "who", "has", "was", "had", "from", "about", "their", "they"})
_PLACES = frozenset({"at", "in", "from", "during", "after", "since", "near", "outside", "to", "over", "by"})
_LIKE = {
    "at": ("at", "for", "with", "from"),
    "for": ("at", "for", "with"),
    "from": ("from", "in", "at"),
    "in": ("in", "from", "at"),
    "with": ("with", "at", "for"),
    "to": ("to",),
    "of": ("of",),
    "by": ("by",),
    "near": ("near",),
}
_FOLLOWING = re.compile(r"(?:['’]s)?\s+([a-z]{3,})")
_EMPLOYED = re.compile(
    r"\b(?:you|ye|your (?:\w+ )?(?:job|role|work|life|team|time|colleagues|people|folks|shift|shifts|desk|post|lot|lads)|working|work|job|life|things|everything)(?: \w+)? (?:at|for|with|in|from)\s+(?:the\s+)?$|\byou(?:'d|'ve|'re|'ll)?(?: \w+){0,2} (?:leave|left|leaving|quit|join|joined|joining|represent|run)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_WHO = frozenset({"she", "he", "they", "you"})
_BOUND = re.compile(r"\b(?:you|your|ye|u|ur)\b(?: \w+){0,3} to\s+$", re.IGNORECASE)
"""What makes a place the one that the reader goes to."""
_COMMON = 5.6
"""Zipf value from which a word does not show that a sentence speaks of a fact."""
_MANY = 2
_FAR = 3
"""Words between a number and what it counts."""
_NEARLY = 2
"""Letters in which two names may differ and be one name, misremembered."""


def _checkable(words: Sequence[str], proper: Sequence[Name]) -> bool:
    """Tell whether a fact holds anything that can be got wrong: a name, a number, a relation, a thing of a sort, a calling."""
    if proper or (words and words[0] in _WHO):
        return True
    return any(word in KIN or word in _NUMBERS or word.isdigit() for word in words) or _of_a_sort(words, CLASSES)


def _of_a_sort(words: Sequence[str], classes: Sequence[frozenset[str]]) -> bool:
    stems = set(map(stem, words))
    return not all(map(stems.isdisjoint, classes))


def elsewhere(draft: Draft, meetings: Iterable[Clause], fact: str, told: Told) -> tuple[str, Span] | None:
    """Return where the draft puts the meeting at another event or place than the fact does."""
    mine, others, proper = told.wanted[fact].bare, told.others(fact), tuple(names(fact, 0, first=True))
    known = {word for word in others.union(mine) if len(word) > _MANY}
    keys = {each.removesuffix("'s") for each in draft.bag}
    absent = [name for name in proper if keys.isdisjoint(words_of(name.text))]
    halves = [words for words in (words_of(name.text) for name in proper) if not keys.isdisjoint(words) and not keys.issuperset(words)]
    if _of_a_sort(mine, CLASSES[:2]):
        free = [(clause.start, clause.start + len(clause.text)) for clause in not_to_come(draft)]
        swap = _swapped(draft, mine, known - set(mine), free, CLASSES[:2])
        if swap:
            return swap[1], swap[2]
    begins = {draft.sentences[i].span.start for i in draft.own()}
    for clause in meetings:
        for name in names(clause.text, clause.start, first=clause.start not in begins) if absent or halves else ():
            called = words_of(name.text)
            fits = absent and (len(absent) == len(proper) or any(name.placed == other.placed for other in absent))
            other = fits and not _stands_for(called, absent) and not any(_kindred(word, each) for word in called for each in known)
            if name.placed in _PLACES and (other or any(_namesake(called, half) and keys.isdisjoint(set(half) - set(called)) for half in halves)):
                return name.text, name.span
        for place in _WHERE.finditer(clause.text):
            words = [word for word in words_of(place[1]) if len(word) > _MANY]
            sorts = {stem(word) for word in words}
            if not (sorts & EVENTS or (not proper and sorts & SPOTS)) or any(_kindred(word, other) for word in words for other in known):
                continue
            if not any(alike(word.removesuffix("'s"), other) for word in draft.bag for other in mine if len(other) > _FAR):
                return place[1], Span(clause.start + place.start(1), clause.start + place.end(1))
    return _same_event(draft, mine, absent, known) if absent else None


def _same_event(draft: Draft, mine: Sequence[str], absent: Sequence[Name], known: set[str]) -> tuple[str, Span] | None:
    """Return where the draft has an event of the same sort at another place: the hackathon in Nairobi for the one in Accra."""
    sorts = EVENTS.intersection(map(stem, mine))
    likely = sorts and any(name.placed == "in" for name in absent) and any(stem(key) in sorts for key in draft.bag)
    for clause in not_to_come(draft) if likely else ():
        for name in names(clause.text, clause.start, first=False):
            before = keys_of(clause.text[: name.start - clause.start])[-_FAR:]
            of_its_sort = name.placed == "in" and any(stem(word) in sorts for word in before)
            if of_its_sort and not any(_kindred(word, each) for word in words_of(name.text) for each in known):
                return name.text, name.span
    return None


def _stands_for(said: Sequence[str], told: Sequence[Name]) -> bool:
    """Tell whether a name may be another way to say one that was told: its initials, or the town of an event of several words."""
    for name in told:
        words = words_of(name.text)
        if len(words) > 1 and len(said) == 1 and (not name.placed or said[0] == "".join(word[0] for word in words)):
            return True
    return False


def _namesake(said: Sequence[str], told: Sequence[str]) -> bool:
    """Tell whether one name is another's but for one word: the Book Fair of Frankfurt, and that of Leipzig."""
    return len(said) == len(told) > _MANY and len(set(told).intersection(said)) == len(told) - 1


def _swapped(
    draft: Draft, mine: Sequence[str], others: set[str], ranges: Sequence[tuple[int, int]], classes: Sequence[frozenset[str]]
) -> tuple[str, str, Span] | None:
    """Return what stands within some ranges instead of a thing that was told: the bus for the train, the christening for the wedding."""
    stems = list(map(stem, mine))
    told_of = [(sort, [word for word, each in zip(mine, stems, strict=True) if each in sort]) for sort in classes if not sort.isdisjoint(stems)]
    said = [(word, stem(word.key.removesuffix("'s"))) for word in draft.words] if told_of else []
    for sort, told in told_of:
        if len(told) != 1 or any(each == stem(told[0]) for _, each in said):
            continue
        for before, (word, each) in pairwise([(None, ""), *said]):
            led = before[0] is not None and (before[0].key in _LEADS or before[0].key.endswith("'s"))
            if led and sort not in CLASSES[:2] and before[0] is not None and before[0].key not in _YOURS:
                led = _SELF.isdisjoint(w.key for w in draft.sentence_words(before[0].sentence))
            if each in sort and led and word is not None and word.key not in others and any(a <= word.start < b for a, b in ranges):
                return told[0], draft.text[word.start : word.end], Span(word.start, word.end)
    return None


def _head(draft: Draft, mine: Sequence[str], others: set[str]) -> tuple[str, str, Span] | None:
    """Return what the draft says under the very word that tells something of a sort: lemongrass ribs for lemongrass clams, a bulldozer that is stuck for the tractor."""
    keys: list[str] = []
    for mark, told in pairwise(mine):
        if len(mark) <= _MANY or (mark not in draft.bag and f"{mark}'s" not in draft.bag) or zipf(mark) >= _COMMON:
            continue
        sort = next((each for each in (*CLASSES, RELATIVES) if stem(told) in each), None)
        keys = keys or [key.removesuffix("'s") for key in draft.keys]
        if sort is None or any(stem(each) == stem(told) for each in keys):
            continue
        for i in [i for i, each in enumerate(keys) if each == mark]:
            for at in (i + 1, i - 1):
                if 0 <= at < len(keys) and stem(keys[at]) in sort and keys[at] not in others:
                    return told, draft.text[draft.starts[at] : draft.ends[at]], Span(draft.starts[at], draft.ends[at])
    return None


def _calling(draft: Draft, mine: Sequence[str], others: set[str]) -> tuple[str, str, Span] | None:
    """Return what the draft says the reader is, or runs, edits or tests, where another calling or another thing was told."""
    told = next((word for word in mine if word in CALLINGS), "")
    doing = next((i for i, word in enumerate(mine) if i and mine[i - 1] in _WHO and stem(word) in DOING), 0)
    if not told and not doing:
        return None
    keys = [key.removesuffix("'s") for key in draft.keys]
    for i, each in enumerate(keys):
        if told and each in CALLINGS and told not in draft.bag and each not in others and _is_what_you_are(keys[max(0, i - 4) : i]):
            return told, draft.text[draft.starts[i] : draft.ends[i]], Span(draft.starts[i], draft.ends[i])
        if doing and i and keys[i - 1] == "you" and stem(each) == stem(mine[doing]):
            thing, said = _thing(mine[doing + 1 :]), _thing(keys[i + 1 : i + 5])
            if thing and said and thing[0] == said[0] and not any(_kindred(a, b) for a in said[1] for b in (*mine, *others)):
                at = keys.index(said[1][-1], i)
                return " ".join(thing[1]), draft.text[draft.starts[at] : draft.ends[at]], Span(draft.starts[at], draft.ends[at])
    return None


def _is_what_you_are(before: Sequence[str]) -> bool:
    """Tell whether the words before a calling say that it is the reader's: "you're a", "you, as an"."""
    said = [word for word in before if word not in {"a", "an", "the"}]
    return len(said) < len(before) and bool(said) and (said[-1] in {"you're", "youre"} or said[-2:] in (["you", "are"], ["you", "as"]))


def _thing(words: Sequence[str]) -> tuple[bool, list[str]] | None:
    """Return whether an object has an article, and its words up to the next little word; none where there is no object."""
    article = bool(words) and words[0] in {"a", "an", "the"}
    found: list[str] = []
    for word in words[article:]:
        if word in _IDLE or word in PLACING or len(word) <= _MANY:
            break
        found.append(word)
    return (article, found) if found else None


def _kindred(word: str, other: str) -> bool:
    return word == other or alike(word, other) or same_field(word, other)


def wrong(draft: Draft, fact: str, told: Told) -> tuple[str, str, Span] | None:
    """Return what the draft says instead of a part of a fact: expected, found, where."""
    mine, proper = told.wanted[fact].bare, tuple(names(fact, 0, first=True))
    if not _checkable(mine, proper):
        return None
    others = told.others(fact)
    stems = {stem(word) for word in mine if len(word) > _MANY and zipf(word) < _COMMON and word not in KIN}
    near = frozenset(holder for key, holder in zip(draft.keys, draft.holders, strict=True) if stem(key.removesuffix("'s")) in stems)
    common = {stem(word) for word in mine if len(word) > _MANY} - _IDLE
    met = Counter((holder, stem(key)) for key, holder in zip(draft.keys, draft.holders, strict=True) if stem(key) in common)
    near |= {index for index, times in Counter(index for index, _ in met).items() if times >= _MANY}
    ranges = [(draft.sentences[index].span.start, draft.sentences[index].span.end) for index in near]
    return (
        _number(draft, mine, near)
        or _relation(draft, mine, near, others)
        or _misnamed(draft, fact, proper, near, others)
        or _swapped(draft, mine, others, ranges, CLASSES)
        or _head(draft, mine, others)
        or _calling(draft, mine, others)
        or _swapped(draft, mine, others, [(0, len(draft.text))], (AT_ONCE,))
    )


def _number(draft: Draft, mine: Sequence[str], near: frozenset[int]) -> tuple[str, str, Span] | None:
    """Return a number of the fact that the draft gives otherwise: before the same thing counted, or after the same word ("Year 3")."""
    for i, word in enumerate(mine):
        value = _NUMBERS.get(word, word if word.isdigit() else "")
        if not value or value == "1" or any(_NUMBERS.get(each, each) == value for each in draft.bag):
            continue
        counted = next((w for w in mine[i + 1 : i + 1 + _FAR] if len(w) > _MANY and not w.isdigit()), "")
        before = mine[i - 1] if i and (mine[i - 1] in NUMBERED or zipf(mine[i - 1]) < _RATHER_RARE) else ""
        year = len(value) == len("1887") and not counted
        for index in range(len(draft.sentences)) if before or year else near:
            words = draft.sentence_words(index)
            spoken = year and not _YOU.isdisjoint(w.key for w in words)
            for j, said in enumerate(words):
                other = _NUMBERS.get(said.key, said.key if said.key.isdigit() else "")
                if not other or other in {value, "1"} or _more(words, j):
                    continue
                same = index in near and counted and any(alike(w.key, counted) for w in words[j + 1 : j + 1 + _FAR])
                after = before and j and stem(words[j - 1].key) == stem(before)
                if same or after or (spoken and len(other) == len(value)):
                    return word, draft.text[said.start : said.end], Span(said.start, said.end)
    return None


def _more(words: Sequence[Word], at: int) -> bool:
    """Tell whether the word of a number is only a part of it: "three hundred"."""
    return any(word.key in {"hundred", "thousand", "million", "dozen"} for word in words[at : at + 2])


def _relation(draft: Draft, words: Sequence[str], near: frozenset[int], others: set[str]) -> tuple[str, str, Span] | None:
    """Return a relation of the fact ("her sister") that the draft gives otherwise ("your brother")."""
    mine = [word for word in words if word in KIN]
    if len(mine) != 1 or any(one_kin(each.removesuffix("'s"), mine[0]) for each in draft.bag):
        return None
    for index in near:
        for before, said in pairwise(draft.sentence_words(index)):
            bare = said.key.removesuffix("'s")
            if before.key in {"your", "her", "his", "ur"} and bare in KIN and (bare in PETS) == (mine[0] in PETS) and bare not in others:
                return mine[0], draft.text[said.start : said.end], Span(said.start, said.end)
    return None


def _misnamed(draft: Draft, fact: str, proper: Sequence[Name], near: frozenset[int], others: set[str]) -> tuple[str, str, Span] | None:
    """Return a name of the fact in whose place the draft has another: nearly the same one, one with the same title or word, or one placed the same way."""
    keys = {each.removesuffix("'s") for each in draft.bag}
    mine_all = words_of(fact)
    at_work, going = not WORKING.isdisjoint(mine_all) or mine_all[0] in _WHO, not GOING.isdisjoint(mine_all)
    for told in proper:
        mine = words_of(told.text)
        telling = [word for word in mine if not NAMELESS[word]]
        if not telling or all(word in keys or any(alike(word, each) for each in keys if each[0] == word[0]) for word in telling):
            continue
        for index in draft.own():
            sentence = draft.sentences[index]
            for said in names(sentence.span.of(draft.text), sentence.span.start, first=False):
                words = words_of(said.text)
                if others.intersection(words) or set(words) == set(mine):
                    continue
                close = len(words) == len(mine) and min(map(len, telling)) > _FAR and all(_nearly(a, b) for a, b in zip(words, mine, strict=True))
                shared = len(words) == len(mine) == _MANY and (words[0] == mine[0] or (words[1] == mine[1] and not words[1].isdigit()))
                employer = at_work and bool(_EMPLOYED.search(draft.text, max(0, said.start - 60), said.start))
                bound = said.placed == told.placed == "to" and bool(_BOUND.search(draft.text, max(0, said.start - 40), said.start))
                alike_placed = bool(said.placed) and said.placed in _LIKE.get(told.placed, ())
                placed = (index in near and alike_placed) or (employer and (told.placed in {"at", "for"} or len(proper) == 1))
                followed = _next(fact, told.span.end)
                same_thing = bool(followed) and len(followed) > _MANY and followed == _next(draft.text, said.span.end)
                if close or shared or placed or same_thing or (bound and going):
                    return told.text, said.text, said.span
    return None


def _next(text: str, end: int) -> str:
    """Return the stem of the word that follows a name, its "'s" passed over."""
    match = _FOLLOWING.match(text, end)
    return stem(match[1].casefold()) if match else ""


def _nearly(one: str, other: str) -> bool:
    """Tell whether one name may be the other misremembered."""
    return OSA.distance(one, other) <= (_NEARLY if one[0] == other[0] else 1)
