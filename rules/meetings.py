"""The clauses of a draft that speak of a meeting: one that has been, or what the reader said and did there."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property
from itertools import compress
from typing import TYPE_CHECKING, NamedTuple

from rules.memo import Memo
from rules.relations import stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from rules.model import Draft


class _Turn:
    """Turns of speech, and whether one may begin in a word: a quick look before the long one. Compiled when a draft comes with facts: others need not wait."""

    def __init__(self, turns: str, first: str) -> None:
        self._turns, self._first = turns, first

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Return the turns as a pattern."""
        return re.compile(self._turns, re.IGNORECASE)

    @cached_property
    def opens(self) -> Memo[bool]:
        """Return whether one of them may begin in a word."""
        opens = re.compile(rf"\b(?:{'|'.join(self._first.split())})\b")
        return Memo(lambda word: opens.search(word) is not None)


_BEGIN = frozenset(
    """met meet meeting saw seeing see talk talks talked talking chat chats chatted chatting spoke speaking visit visited visiting viewing interview interviewed interviewing time lunch dinner drinks
    coffee call following enjoyed conversation bumped bumping bump ran run running caught catching connecting hosting having coming thank thanks joining hearing heard sat shared introduced
    back since engaging pleasure have further about nice good great lovely""".split()
)
"""The words of which a sentence about a meeting holds one."""
_MEETING = _Turn(
    r"\b(?:met|meet|meeting|saw|seeing|see you|talk|talks|talked|talking|chat|chats|chatted|chatting|spoke|speaking|visit\w*|viewing|interview\w*|time|lunch|dinner|drinks|coffee|call|following our|"
    r"following up (?:from|on our)|enjoyed|since our|conversation|bump(?:ed|ing)? into|r[au]n(?:ning)? into|caught up|catching up|connecting|hosting|having (?:me|us)|coming|thank(?:s| you)|joining|"
    r"(?:nice|good|great|lovely|pleasure) to \w+ you|engaging with|pleasure \w+ing|to have you|have had you|further to|since the|about (?:mon|tues|wednes|thurs|fri|satur|sun)day|hearing you|heard you|sat (?:next|beside|with|together)|shared|met you|back (?:on|in)|introduced)\b",
    rf"{' '.join(sorted(_BEGIN))} to visit\w* interview\w* ranning",
)
_YOU_DID = _Turn(
    r"\b(?:you|u) (?:said|told|asked|mentioned|showed|gave|lent|were|had|made|brought|promised|offered|explained|pointed|played|sang|read|won|spoke|taught|helped|drove|fixed|came|let|looked|did)\b"
    r"|\b(?:your|ur) (?:\w+ )?(?:talk|lecture|speech|session|workshop|class|panel|demo|presentation|party|concert|stall|stand|reading|sermon|keynote|gig|show|match|visit)\b"
    r"|\b(?:what a|such a|lovely|great|good|nice|wonderful|brilliant) (?:\w+ )?(?:evening|day|night|time|morning|afternoon|party|dinner|lunch)\b|\b(?:the|your) (?:one|man|woman|guy|girl|person|lady) (?:with|who|in|from|at)\b"
    r"|\blast (?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\bfor last night\b",
    "you u your ur what such lovely great good nice wonderful brilliant the last for",
)
_TO_COME = _Turn(
    r"\b(?:will|i'll|we'll|shall|next|tomorrow|this coming|are you (?:free|coming|going|around)|can (?:you|we|i)|could (?:you|we|i)|until|till|available|let's|see you (?:on|at|in|there)|rsvp|"
    r"(?:is|are|am) coming|would (?:be|love|like|welcome|appreciate)|i'd (?:be|love|like|welcome|appreciate)|hop(?:e|ing) to|look(?:ing)? forward|"
    r"on the calendar|going (?:to be|out)|join (?:us|me)|if you|do you|would you|i'm in|i am in|i'm at|based|move|moved|bring|drop)\b",
    "will i'll we'll shall next tomorrow this are can could until till available let's see rsvp is are am i'd hope hoping look looking on going join if do would i'm i based move moved bring drop",
)
_EDGE = re.compile(
    r"[,;:!?()\n\u2013\u2014\u2026.\s](?:(?<=[,;:!?()\n\u2013\u2014\u2026])|(?<=\.)(?i:(?<!Mr\.)(?<!Ms\.)(?<!Mrs\.)(?<!Dr\.)(?<!St\.)(?<!Prof\.))(?!\w)"
    r"|(?=[-AaBbSsWw])(?<=\s)(?:-\s|(?=(?i:and|but|so|which|because) (?i:i|we|you|the|my|would|are|am|is|it|hope|wanted|thought)\b)))"
)
"""What ends a clause; after a blank it is first looked whether the next letter may begin one of the words."""


_PLACING = frozenset({"in ", "at ", "on ", "by "})
_TWO = 2
_GAP = 3
"""Characters between a clause and the one that says where it was: "we met the once, in the queue"."""


class Clause(NamedTuple):
    """A piece of a sentence: where it begins, and its words as written."""

    start: int
    text: str


def past(draft: Draft) -> Iterator[Clause]:
    """Yield the clauses of a draft that speak of a meeting that has been."""
    begun = [i for i, key in enumerate(draft.keys) if key in _BEGIN]
    spoken = set(map(draft.holders.__getitem__, begun))
    places = [draft.starts[i] for i in begun]
    stopped = -_GAP
    for clause in _clauses(draft, [index for index in draft.own() if index in spoken]):
        at = bisect_left(places, clause.start)
        begins = at < len(places) and places[at] < clause.start + len(clause.text)
        goes_on = clause.start - stopped < _GAP and clause.text.lstrip()[:3].casefold() in _PLACING
        if goes_on or (begins and _says(draft, clause, _MEETING) and not _says(draft, clause, _TO_COME)):
            stopped = clause.start + len(clause.text)
            yield clause


def told(draft: Draft, sentences: Iterable[int]) -> Iterator[Clause]:
    """Yield the clauses of some sentences that say what the reader did or said, and on which day."""
    for clause in _clauses(draft, sentences):
        if _says(draft, clause, _YOU_DID) and not _says(draft, clause, _TO_COME):
            yield clause


def _says(draft: Draft, clause: Clause, turn: _Turn) -> bool:
    """Tell whether one of some turns of speech stands in a clause."""
    stop = clause.start + len(clause.text)
    first, last = bisect_left(draft.starts, clause.start), bisect_left(draft.starts, stop)
    for i in compress(range(first, last), map(turn.opens.__getitem__, draft.keys[first:last])):
        look = turn.pattern.match if draft.keys[i].isalnum() else turn.pattern.search
        if look(draft.text, draft.starts[i], stop):
            return True
    return False


def about(draft: Draft, known: AbstractSet[str]) -> list[Clause]:
    """Return the clauses that speak of nothing to come and hold two words of something, by their stems: those of an event that has been."""
    said = {key for key in draft.bag if stem(key) in known}
    if len(said) < _TWO:
        return []
    at = [i for i, key in enumerate(draft.keys) if key in said]
    found = []
    for clause in _clauses(draft, sorted({draft.holders[i] for i in at})):
        stop = clause.start + len(clause.text)
        here = {stem(draft.keys[i]) for i in at if clause.start <= draft.starts[i] < stop}
        if len(here) >= _TWO and not _says(draft, clause, _TO_COME):
            found.append(clause)
    return found


def not_to_come(draft: Draft) -> list[Clause]:
    """Return the clauses of a draft that speak of nothing to come."""
    return [clause for clause in _clauses(draft, draft.own()) if not _says(draft, clause, _TO_COME)]


def _clauses(draft: Draft, sentences: Iterable[int]) -> Iterator[Clause]:
    for index in sentences:
        span = draft.sentences[index].span
        at = span.start
        for edge in _EDGE.finditer(draft.text, span.start, span.end):
            if edge.start() > at:
                yield Clause(at, draft.text[at : edge.start()])
            at = edge.end()
        if at < span.end:
            yield Clause(at, draft.text[at : span.end])
