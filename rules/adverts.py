"""What an advertisement gives away, and what tells that somebody answers: signs that a text was written for many, or for one who wrote first.

The words are data: tables `[advert]` and `[answer]` of a language's `sense.toml`; a language without them has no such signs.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from rules import sense

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.model import Draft, Span

_MOST = 3.0
_ENOUGH = 24
"""Words from which a share of them says something."""
_SEVERAL = 2
_OPENING = 260
"""Characters in which somebody who answers says so."""
_LINK = re.compile(r"[:.](?i:(?<=https:)//|(?<=http:)//|(?<=www\.)|(?<=\w\.)(?:com|net|org|io|co|ly|top|biz|info)\b)")


class Signs(NamedTuple):
    """How much of an advertisement a draft has, and whether it is an answer."""

    sells: float = 0.0
    """Different words of trade, for each ten words; three at most."""
    calls: float = 0.0
    """Sentences that begin with a call to act ("Get", "Visit"), three at most."""
    yours: float = 0.0
    """Mentions of the reader's business, site or customers in general, two at most."""
    link: float = 0.0
    """1 when there is an address to visit."""
    answers: float = 0.0
    """1 when the opening thanks for a message, sends what was asked for or refers to what was agreed."""


class _Words(NamedTuple):
    trade: frozenset[str]
    calls: frozenset[str]
    yours: re.Pattern[str] | None
    answers: re.Pattern[str] | None


_NONE = Signs()


def signs(draft: Draft, own: Sequence[int], langs: tuple[str, ...]) -> Signs:
    """Return the signs in some sentences of a draft, by index: those that are the writer's own."""
    words = _words(langs[0]) if langs else None
    if words is None or not own:
        return _NONE
    begin, end = draft.sentences[own[0]].span.start, draft.sentences[own[-1]].span.end
    trade = words.trade.intersection(chain.from_iterable(map(draft.sentence_keys, own)))
    firsts = [draft.keys[draft.sentences[index].first] for index in own if draft.sentences[index].last > draft.sentences[index].first]
    count = sum([sentence.last - sentence.first for sentence in map(draft.sentences.__getitem__, own)])
    return Signs(
        sells=min(_MOST, 10 * len(trade) / max(_ENOUGH, count)),
        calls=min(_MOST, len([first for first in firsts if first in words.calls])),
        yours=min(2.0, len(words.yours.findall(draft.text, begin, end))) if words.yours else 0.0,
        link=float(bool(_LINK.search(draft.text))),
        answers=float(bool(words.answers and words.answers.search(draft.text, begin, min(end, begin + _OPENING)))),
    )


def loudest(draft: Draft, own: Sequence[int], langs: tuple[str, ...]) -> Span | None:
    """Return the sentence that holds the most words of trade, two at least; where an advertisement has no stock phrase, it is what gives it away."""
    words = _words(langs[0]) if langs else None
    counts = [(len(words.trade.intersection(draft.sentence_keys(index))), -index) for index in own] if words else []
    most, at = max(counts, default=(0, 0))
    return draft.sentences[-at].span if most >= _SEVERAL else None


def _begun(words: Sequence[str]) -> str:
    """Return an expression for one of some words, in any case: it begins with a set of letters that the engine can skip to."""
    letters = sorted({letter for word in words for letter in (word[0].lower(), word[0].upper())})
    return rf"[{''.join(letters)}](?<!\w.)(?i:{'|'.join(f'(?<={word[0]}){word[1:]}' for word in words)})"


@lru_cache(maxsize=16)
def _words(lang: str) -> _Words | None:
    table = sense.table(lang)
    if "advert" not in table:
        return None
    advert, answer = table["advert"], table.get("answer", {})
    whose, what = advert["whose"].split(), "|".join(advert["business"].split())
    turns = "|".join(turn.replace(" ", r"\s+") for turn in answer.get("turns", ()))
    return _Words(
        frozenset(advert["trade"].split()),
        frozenset(advert["calls"].split()),
        re.compile(rf"{_begun(whose)}(?i:\s+(?:[\w.-]+\s+)?(?:{what})\b)"),
        re.compile(rf"\b(?:{turns})\b", re.IGNORECASE) if turns else None,
    )
