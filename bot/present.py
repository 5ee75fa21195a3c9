"""Review -> Card: how many things are said, in what order, in which words; decided once for every platform."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from bot import voice
from bot.cards import Card, Choice, Choices, Line, Meter, Quote
from bot.days import since
from bot.memory import Repeats
from rules.channels import limit_of
from rules.model import TELLING, Kind, Verdict
from rules.question import called

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.cards import Block
    from bot.voice import Voice
    from rules.model import Fact, Finding, Review, Sameness

MOST_FINDINGS = 3
MOST_FACTS = 2
_LONG = 20_000
_MARKS = (("“", "”"), ("「", "」"), ("„", "“"), ("«", "»"))
"""What opens and closes a quotation in the languages of the coach."""
_MOST_PEOPLE = 4
"""People of one name between whom one can choose."""
_SPELT = range(2, 13)
"""Numbers that are written out."""
_GLIMPSE = 64
_QUOTE = 90
"""Characters of a quotation that a phone screen holds in two lines."""


class Beside(NamedTuple):
    """What is known from before and stands beside a review."""

    note: tuple[str, str] | None = None
    """The name and the facts of the note that joined the context."""
    which: tuple[tuple[str, str], ...] = ()
    """The notes between which the writer has to choose: id and facts of each."""
    reader: str = ""
    repeats: Repeats = Repeats()
    today: date = date.min
    unsaved: bool = False
    """Whether the store did not answer."""
    offer: bool = False
    """Whether there is something new that could be remembered."""


def present(review: Review, *, channel: str = "", everything: bool = False, say: Voice | None = None, beside: Beside = Beside()) -> Card:  # noqa: B008 - a frozen value
    """Return the reply to a draft: headline, swap line, hard errors, at most three findings, context, one question, choices."""
    say = say or voice.load()
    if beside.repeats.batch and beside.repeats.sameness and review.verdict is not None:
        return _of_a_batch(review, beside.repeats.sameness, say)
    groups = _groups(f for f in review.findings if f.family not in _SAID_ELSEWHERE)
    shown = groups if everything else groups[:MOST_FINDINGS]
    hard = list(_hard(review, say))
    blocks: list[Block] = [
        *(Line(text) for text in (_swap(review, say),) if text),
        *(Line(text, strong=True) for text in hard),
        *(_finding(group, say) for group in shown),
        *([Line(say("findings.rest", count=len(groups) - len(shown)))] if len(groups) > len(shown) else []),
        *(Line(text) for text in _context(review, say, beside.note)),
        *(Line(text) for text in _notes(review, say)),
        *_repeated(review, beside, say),
        *([Line(say("notes.unsaved"))] if beside.unsaved else []),
        *([Line(f"{review.question} {say('dialogue.ask')}", strong=True)] if _asks(review) else []),
        *_meter(review, channel, say),
    ]
    return Card(_headline(review, say, len(hard)), (*_which(beside, say), *blocks, *_choices(review, say, offer=beside.offer)))


def _of_a_batch(review: Review, same: Sameness, say: Voice) -> Card:
    """Return the reply to one of many alike: hard errors, and what is to be said of the sentences that change."""
    changing = [index for index in review.draft.own() if index not in same.same]
    theirs = [index for index in changing if index not in review.anyone]
    key = "fine" if theirs else "empty" if changing else "none"
    quote = _cut(review.draft.sentence_text(theirs[0])) if theirs else ""
    blocks: list[Block] = [
        *(Line(text, strong=True) for text in _hard(review, say)),
        *(_finding(group, say) for group in _groups(f for f in review.findings if f.family not in _SAID_ELSEWHERE)[:MOST_FINDINGS]),
        Line(say("same.batch", same=len(same.same), total=len(review.draft.own()))),
        *([Line(f"{review.question} {say('dialogue.ask')}", strong=True)] if _asks(review) and not theirs else []),
    ]
    again = [Choice(say("choices.answer"), "answer")] if _asks(review) and not theirs else []
    choices = Choices((*again, Choice(say("choices.again"), "again"), Choice(say("same.all"), "batch:off")))
    return Card(say(f"same.{key}", quote=quote), (*blocks, choices))


def _which(beside: Beside, say: Voice) -> Iterable[Block]:
    """Yield the question which of several people is meant, with a choice for each and one for nobody of them."""
    if beside.which:
        yield Line(say("notes_kept.which", name=called(beside.reader) or beside.reader, count=len(beside.which)), strong=True)
        yield Choices((*(Choice(_cut(told), f"who:{id_}") for id_, told in beside.which[:_MOST_PEOPLE]), Choice(say("notes_kept.neither"), "who:")))


def _repeated(review: Review, beside: Beside, say: Voice) -> Iterable[Block]:
    """Yield that nearly the same text went to several people, once a batch, with the way to look only at what changes."""
    repeats = beside.repeats
    if repeats.mention and repeats.sameness:
        yield Line(sameness(review, repeats.sameness, since(repeats.sameness.since, beside.today, say), say))
        yield Choices((Choice(say("same.batch_button"), "batch:on"),))


def sameness(review: Review, same: Sameness, since: str, say: Voice) -> str:
    """Return what is said of a text that was looked at before: how often, since when, for how many people, and which sentences are to be made theirs."""
    own = review.draft.own()
    changing = [str(number) for number, index in enumerate(own, 1) if index not in same.same]
    times = say("same.times", count=_spelt(same.count, say))
    people = say("same.people", count=_spelt(same.recipients, say)) if same.recipients > 1 else ""
    head = say("same.since" if since else "same.today", times=times, since=since, people=people)
    if not changing:
        return f"{head} {say('same.whole')}"
    if not any(index in review.anyone for index in own if index not in same.same):
        return f"{head} {say('same.part_fine', same=len(same.same), total=len(own))}"
    theirs = say("same.and").join((", ".join(changing[:-1]), changing[-1])) if len(changing) > 1 else changing[0]
    return f"{head} {say('same.part', same=len(same.same), total=len(own), theirs=theirs)}"


_SAID_ELSEWHERE = frozenset({"placeholder", "contradiction", "length"})
"""Families that stand among the hard errors, or beside the meter."""


def _headline(review: Review, say: Voice, hard: int) -> str:
    """Return the headline, about the reader and not about us; `hard` counts the hard errors."""
    error = "headline.errors" if hard > 1 else "headline.error"
    name = called(review.context.name)
    if review.verdict is None:
        return say(f"headline.{review.reason if review.reason in {'empty', 'no_words', 'no_pack'} else 'no_words'}")
    if review.quiet:
        named = "name" in review.match.used
        return say(error if hard else "headline.quiet_name" if named else "headline.quiet")
    if review.verdict is Verdict.FORM_LETTER:
        anyone = _role(review)
        polite = review.kind in _POLITE_KINDS and anyone != "one" and not hard
        return say("headline.form_letter_polite", anyone=say(f"anyone.{anyone}")) if polite else say("headline.form_letter")
    if review.verdict is Verdict.NEEDS_CONTEXT:
        return say("headline.needs_context", name=name) if name else say("headline.needs_context_no_name")
    if hard:
        return say(error)
    best = next((s.quote for s in review.strengths if len(s.quote) <= _QUOTE), "")
    if not best:
        return say("headline.ready")
    return say("headline.ready_quote", name=name, quote=best) if name else say("headline.ready_quote_no_name", quote=best)


_POLITE_KINDS = frozenset({Kind.COLD_EMAIL, Kind.JOB_APPLICATION, Kind.PR_PITCH})
_PLAIN_KINDS = frozenset({Kind.DM, Kind.OTHER, Kind.FOLLOW_UP, Kind.THANK_YOU, Kind.CONGRATS_BIRTHDAY})
_ACADEMIC = frozenset({"professor", "prof", "research", "thesis", "paper", "lab", "phd", "doctoral", "university", "internship"})


def _role(review: Review) -> str:
    """Return whom a form letter could go to, where the draft itself says so: a key of the voice's `[anyone]`."""
    if review.kind is Kind.JOB_APPLICATION:
        return "employer"
    if review.kind is Kind.PR_PITCH:
        return "journalist"
    words = {word.key for word in review.draft.words} | {word.strip(".").casefold() for word in review.context.name.split()}
    return "professor" if len(words & _ACADEMIC) > 1 else "one"


def _swap(review: Review, say: Voice) -> str:
    """Return the swap line where it helps: how many sentences would fit anyone, and one that would not."""
    own, anyone = review.draft.own(), review.anyone
    if review.quiet or review.verdict is None or not own or _nothing_to_add(review):
        return ""
    if review.verdict is Verdict.READY:
        return ""
    if len(anyone) < len(own):
        quote = next((s.quote for s in review.strengths if len(s.quote) <= _QUOTE), "")
        if not anyone:
            return ""
        return say("swap.some_but" if quote else "swap.some", count=len(anyone), total=len(own), quote=quote)
    met = say("swap.met") if review.context.met else ""
    key = {1: "all_one", 2: "all_two"}.get(len(own), "all")
    rest = say(f"swap.{key}", count=len(own), met=met)
    name = called(review.context.name)
    if review.verdict is Verdict.FORM_LETTER and name and len(own) <= MOST_FINDINGS:
        return say("swap.none_of", name=name, rest=rest[0].lower() + rest[1:])
    return rest


def _nothing_to_add(review: Review) -> bool:
    """Tell whether a draft is plain mail about which nothing was found and nothing was told: silence is better than a question."""
    return not review.findings and not review.context and review.kind in _PLAIN_KINDS


def _asks(review: Review) -> bool:
    return bool(review.question) and not _nothing_to_add(review)


def _hard(review: Review, say: Voice) -> Iterable[str]:
    """Yield the hard errors, which stand outside the three: a wrong name or fact, a field nobody filled in."""
    for wrong in review.match.contradicted:
        yield say("hard.name" if wrong.fact == "name" else "hard.fact", found=wrong.found, expected=wrong.expected)
    for finding in review.findings:
        if finding.family == "placeholder":
            empty = finding.rule == "greeting-without-a-name"
            yield say("hard.empty") if empty else say("hard.placeholder", quote=finding.quote)


def _groups(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Return the findings merged by family, in their order; an absence stands alone."""
    order: dict[str, list[Finding]] = {}
    for finding in findings:
        order.setdefault(finding.family if finding.span else f"-{finding.rule}", []).append(finding)
    return list(order.values())


def _finding(group: Sequence[Finding], say: Voice) -> Quote:
    """Return one block for a family: one or two quotations, how many more, and one short reason.

    A single quotation gets the card's own observation; several get the reason that they share.
    """
    quotes = tuple(_cut(finding.quote) for finding in group if finding.span)
    shown = quotes[:2]
    first = group[0]
    more = say("findings.more", count=len(quotes) - len(shown)) if len(quotes) > len(shown) else ""
    return Quote(shown, first.why if len(quotes) > 1 else _remark(first), more, (say("voice.open"), say("voice.close")))


def _remark(finding: Finding) -> str:
    """Return what is said of a finding, without repeating the quotation that stands before it."""
    if not finding.span:
        return finding.say
    said = finding.say
    for opening, closing in _MARKS:
        said = said.replace(f"{opening}{finding.quote}{closing}", "")
    return said.strip(" :：–-")


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _QUOTE else text[: _QUOTE - 1].rstrip() + "…"


def _context(review: Review, say: Voice, note: tuple[str, str] | None) -> Iterable[str]:
    """Yield which note was drawn on, and the offer of what the draft leaves out: two facts at most, none when it is ready, never a private one."""
    if review.quiet:
        return
    offered = _offered(review)
    noted = note is not None and bool(offered) and all(fact.text in note[1] for fact in offered)
    if note:
        key = "used_name" if not note[1] else "used_enough" if noted and len(offered) > 1 else "used"
        yield say(f"notes_kept.{key}", name=note[0], facts=note[1])
    if noted or review.verdict in {None, Verdict.READY}:
        return
    fields = {fact.name: fact.field for fact in review.context.facts()}
    texts = " · ".join(fact.text for fact in offered[:MOST_FACTS])
    if texts:
        strong = any(fields[name] in TELLING for name in review.match.used if name in fields)
        key = "also" if strong else "told" if len(offered) > 1 else "told_one"
        yield say(f"context.{key}", facts=texts)
    elif not fields and review.kind is not Kind.COMMUNITY_POST:
        yield say("context.none_stranger" if review.kind in _POLITE_KINDS else "context.none")


def _offered(review: Review) -> list[Fact]:
    """Return the facts that a draft leaves out and may be offered, what only this person shares first; none when it is ready or cannot be judged."""
    if review.verdict in {None, Verdict.READY}:
        return []
    passed = {*review.match.private, *(c.fact for c in review.match.contradicted), "name", "when"}
    missing = [fact for fact in review.context.facts() if fact.name in review.match.missing and fact.name not in passed]
    return sorted(missing, key=lambda fact: ("topic", "why", "met").index(fact.field))


def _notes(review: Review, say: Voice) -> Iterable[str]:
    """Yield what must be said beside: pasted material, a language without rules, a text of odd length, sameness."""
    draft = review.draft
    if any(s.part == "pasted" for s in draft.sentences) and review.verdict is not None:
        yield say("notes.pasted")
    if review.verdict is None:
        yield (
            say(f"notes.{review.reason}", lang=say.name_of(review.lang))
            if review.reason in {"no_pack", "no_words", "empty"}
            else say("notes.no_words")
        )
    if review.verdict is Verdict.READY and review.strengths and all(len(s.quote) > _QUOTE for s in review.strengths) and not review.quiet:
        yield say("notes.ready_why", quote=f"{review.strengths[0].quote[:_GLIMPSE].rsplit(' ', 1)[0]} …")
    if len(draft.text) > _LONG:
        yield say("notes.long", count=f"{len(draft.text):,}")
    if (
        review.verdict is Verdict.FORM_LETTER
        and review.kind is Kind.LINKEDIN_INVITE
        and not review.context
        and len(review.anyone) == len(draft.own())
    ):
        yield say("notes.blank_is_fine")
    if review.sameness and review.sameness.count > 1:
        yield sameness(review, review.sameness, review.sameness.since, say)


def _spelt(number: int, say: Voice) -> str:
    return say(f"same.{number}") if number in _SPELT else f"{number:,}"


def _meter(review: Review, channel: str, say: Voice) -> Iterable[Meter]:
    """Yield the length against the limit of where the message is going."""
    limit = limit_of(channel, review.kind)
    if limit and review.verdict is not None and (channel or review.kind is Kind.LINKEDIN_INVITE):
        used = limit.count(review.draft.text.strip())
        key = "meter" if used <= limit.limit else "over" if channel else "over_note"
        text = say(f"length.{key}", used=used, limit=limit.limit, over=used - limit.limit)
        yield Meter(used, limit.limit, text)


def _choices(review: Review, say: Voice, *, offer: bool = False) -> Iterable[Choices]:
    """Yield the buttons: answer where something was asked, look again, more where there is more, and remember where something new was told."""
    if review.verdict is None:
        return
    choices = [
        *([Choice(say("choices.answer"), "answer")] if _asks(review) else []),
        Choice(say("choices.again"), "again"),
        *([Choice(say("choices.more"), "more")] if review.findings else []),
        *([Choice(say("choices.remember"), "remember")] if offer else []),
    ]
    yield Choices(tuple(choices))


def more(review: Review, say: Voice | None = None, *, remember: bool = False) -> Choices:
    """Return what stands behind More; a rule can be stopped for all messages, or for those of this kind."""
    say = say or voice.load()
    kind = say(f"kinds.{review.kind.value}")
    only = review.kind is not Kind.OTHER
    rules = tuple(dict.fromkeys(finding.rule for finding in review.findings))[:MOST_FINDINGS]
    return Choices(
        (
            Choice(say("choices.all"), "all"),
            Choice(say("choices.trimmed"), "trimmed"),
            *(Choice(f"{say('choices.why')} {rule.replace('-', ' ')}", f"why:{rule}") for rule in rules),
            *(Choice(f"{say('choices.stop')}: {rule.replace('-', ' ')}", f"stop:{rule}") for rule in rules),
            *(
                Choice(say("choices.stop_kind", rule=rule.replace("-", " "), kind=kind), f"stop:{rule}@{review.kind.value}")
                for rule in rules[:1]
                if only
            ),
            *([Choice(say("choices.remember"), "remember")] if remember and review.context else []),
        )
    )
