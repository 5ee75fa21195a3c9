"""review(): the one place where rules meet a draft."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rules import adverts, anchors, clauses, context, kinds, languages, packs, question, sense, verdict
from rules.checks import CHECKS
from rules.model import (
    PERSONAL,
    TELLING,
    Circumstances,
    Finding,
    Kind,
    Review,
    Scene,
    Span,
    Strength,
    Verdict,
    Weight,
)
from rules.text import covered, overlap, read, sentence_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rules.clauses import Clause
    from rules.model import Anchor, Answered, ContextMatch, Draft, Example, Point, Rule
    from rules.vocabulary import Encoded

_SLOT = re.compile(r"\{(\w+)\}")
_ORDER = {Weight.HARD: 0, Weight.MEDIUM: 1, Weight.SOFT: 2}
_ANYONE = 0.75
"""Detail below which a sentence would fit anyone."""
_DETAIL = 1.2
"""Detail about the reader from which the clause it stands in is not said to fit anyone."""
_STRENGTH = 1.5
_ANSWER = 3
"""Words from which an answer says something."""
_OPENING = _CLOSING = 2
_NEWS = frozenset({"follow_up_cliche"})
"""Families that any new fact beside them makes innocent, whomever it is about."""
_NEEDED: Mapping[Verdict | None, float] = {Verdict.FORM_LETTER: 4.0, Verdict.NEEDS_CONTEXT: 1.2}
"""Weight of the details beside a formula from which it is innocent, by verdict."""
_EXACT = frozenset({"placeholder", "generic_greeting"})
"""Families whose words are pointed at and no others."""
_OUTREACH = frozenset({Kind.LINKEDIN_INVITE, Kind.COLD_EMAIL, Kind.PR_PITCH, Kind.RECRUITER, Kind.JOB_APPLICATION, Kind.INTRO_REQUEST})
"""Kinds in which a stranger is written to."""
_LATE = frozenset({"missing_context", "length"})
"""Families whose checks look at what was understood of the draft: they run once the verdict is known."""
_LAST = "fits-anyone"
"""The check for what is left when every known phrase was found; it speaks of form letters only."""


class Met(NamedTuple):
    """A rule met at a place, before anything is forgiven."""

    rule: Rule
    span: Span | None
    slots: tuple[tuple[str, str], ...] = ()


def review(text: str, given: Circumstances | None = None, pack: packs.Pack | None = None) -> Review:
    """Return everything that the rules can say of a draft. Pure: the same input gives the same review.

    `pack` takes the place of the packs of the draft's languages, to try some rules alone.
    """
    given = given or Circumstances()
    draft = read(text)
    langs = (given.lang,) if given.lang else languages.guess(draft)
    with_pack = tuple(lang for lang in langs if lang in packs.languages())
    pack = pack or packs.load(with_pack)
    kinds.cues(langs)  # all catalogues are compiled before a draft is encoded
    encoded = pack.matcher.vocabulary.encode(draft)
    guessed, quiet = kinds.read(draft, given.context, langs, given.channel, encoded)
    kind = given.kind or guessed
    given = replace(given, stopped=_stopped(given.stopped, kind)) if given.stopped else given
    match = _credited(draft, context.match(draft, given.context, given.now, langs), given.answered)
    scene = Scene(draft, given.context, match, kind, quiet, langs, given.channel)
    every = [*_met(pack, scene, encoded), *(_met(packs.of(given.own), scene) if given.own else ())]
    every = _resolved([m for m in every if m.span]) + [m for m in every if not m.span] if given.own else every
    met = [m for m in every if m.rule.habit not in given.stopped]
    formula = [m.span for m in met if m.span]
    details = anchors.find(draft, langs, formula, _strangers(scene))
    spoken_for = [m.span for m in every if m.span] + [span for a in given.answered for span in _where(draft, a.words)]
    spoken_for += [detail.span for detail in details if detail.about in PERSONAL and detail.weight >= _DETAIL]
    scene = Scene(draft, given.context, match, kind, quiet, langs, given.channel, details)
    return _judged(scene, met, given, pack, spoken_for)


def _stopped(stopped: frozenset[str], kind: Kind) -> frozenset[str]:
    """Return the ids of the rules that are stopped for a kind of message: `rule` is for every kind, `rule@kind` for one."""
    return frozenset(rule for rule, _, only in (entry.partition("@") for entry in stopped) if only in {"", kind.value})


def _where(draft: Draft, words: str) -> Iterable[Span]:
    """Yield where the writer's answer stands, if it still does."""
    at = draft.text.find(words)
    if at >= 0 and words:
        yield Span(at, at + len(words))


def _credited(draft: Draft, match: ContextMatch, answered: Sequence[Answered]) -> ContextMatch:
    """Return the match with what the writer answered counted as used: whoever was asked about a fact need not repeat its words."""
    told = {a.fact: a.words for a in answered if a.fact in match.missing and a.words in draft.text}
    wrong = {c.fact for c in match.contradicted}
    spans = {fact: span for fact, words in told.items() if fact not in wrong for span in _where(draft, words)}
    spans = {fact: span for fact, span in spans.items() if len(covered(draft, (span,))) >= _ANSWER}
    if not spans:
        return match
    return replace(match, used={**match.used, **spans}, missing=tuple(fact for fact in match.missing if fact not in spans))


def _strangers(scene: Scene) -> frozenset[str]:
    """Return the words of the reader's name and of the signature, which prove nothing."""
    draft = scene.draft
    names = {word.casefold() for word in re.findall(r"\w+", scene.context.name)}
    for sentence in draft.sentences:
        if sentence.part in {"greeting", "signature"}:
            names.update(draft.keys[sentence.first : sentence.last])
    return frozenset(names)


def _met(pack: packs.Pack, scene: Scene, encoded: Encoded | None = None) -> Iterable[Met]:
    """Return the rules met in a draft, overlaps resolved: the longest wins, a hard one always."""
    rules = len(pack.rules)
    matches: list[tuple[int, Span]] = []
    innocent: dict[int, list[Span]] = {}
    for owner, span, _ in pack.matcher.found(encoded) if encoded else pack.matcher.find(scene.draft):
        if owner < rules:
            matches.append((owner, span))
        else:
            innocent.setdefault(owner - rules, []).append(span)
    if innocent:
        matches = [(owner, span) for owner, span in matches if not any(span.overlaps(other) for other in innocent.get(owner, ()))]
    found = [Met(pack.rules[owner], span) for owner, span in matches]
    for i, pattern in pack.patterns:
        found += [Met(pack.rules[i], Span(*m.span())) for m in pattern.finditer(scene.draft.text)]
    for i, name in pack.checks:
        if pack.rules[i].family in _LATE or name == _LAST:
            continue
        found += [Met(pack.rules[i], hit.span, tuple(hit.slots.items())) for hit in CHECKS[name](scene)]
    applying = [m for m in found if _applies(m, scene)]
    return _resolved([m for m in applying if m.span]) + [m for m in applying if not m.span]


def _applies(met: Met, scene: Scene) -> bool:
    """Tell whether a rule speaks here: for this kind, in this part of the letter, in the writer's own words."""
    rule, span = met.rule, met.span
    if scene.kind in rule.not_kinds or (rule.kinds and scene.kind not in rule.kinds):
        return False
    if span is None:
        return True
    draft = scene.draft
    index = sentence_at(draft, span.start)
    part = draft.sentences[index].part if draft.sentences else "body"
    if part == "pasted":
        return False
    if draft.quoted and rule.weight is not Weight.HARD and any(quote.start <= span.start and span.end <= quote.end for quote in draft.quoted):
        return False
    if rule.where == "any":
        return True
    if rule.where == "greeting":
        return part == "greeting" or index == 0
    own = draft.own()
    if rule.where == "body":
        return part == "body"
    return index in (own[:_OPENING] if rule.where == "opening" else own[-_CLOSING:]) or part == "signature"


def _resolved(found: Sequence[Met]) -> list[Met]:
    """Return hits without overlaps."""
    kept: list[Met] = []
    spans: list[Span] = []
    for met in sorted(found, key=_precedence):
        if met.span and not overlap(spans, met.span):
            kept.append(met)
            insort(spans, met.span)
    return sorted(kept, key=lambda m: m.span or Span(0, 0))


def _precedence(met: Met) -> tuple[bool, bool, int, int, int, str]:
    span = met.span or Span(0, 0)
    return (met.rule.weight is not Weight.HARD, met.rule.source != packs.OWN, span.start - span.end, _ORDER[met.rule.weight], span.start, met.rule.id)


def _judged(scene: Scene, met: Sequence[Met], given: Circumstances, pack: packs.Pack, spoken_for: Sequence[Span]) -> Review:
    """Return the review: the verdict first, then what is worth saying under it."""
    draft, details = scene.draft, scene.anchors
    with_pack = any(lang in packs.languages() for lang in scene.langs)
    reason = _unreadable(scene, met, with_pack=with_pack)
    values = verdict.features(scene, [(m.rule, m.span) for m in met if m.rule.source != packs.OWN], details)
    said, card = verdict.judge(values, scene.langs) if not reason else (None, ())
    pieces = tuple(clauses.clauses(draft)) if said is Verdict.FORM_LETTER else ()
    findings = _findings(
        scene, [*met, *_plain(_last(pack, given.stopped), scene, spoken_for, pieces, bare=not any(m.span for m in met))], details, said, pieces
    )
    findings += tuple(_absences(pack, scene, said, given.stopped, wanted=with_pack and bool(findings or scene.match.missing)))
    strengths = _strengths(scene, details)
    asked = question.best(scene, findings, said, [a.question for a in given.answered])
    return Review(
        draft=draft,
        context=scene.context,
        match=scene.match,
        verdict=said,
        reason=reason or card_reason(said, card),
        kind=scene.kind,
        quiet=scene.quiet,
        lang=scene.langs[0] if scene.langs else "",
        findings=findings,
        strengths=strengths,
        anyone=_anyone(scene, details),
        question=asked.text,
        asked=asked.fact,
        asked_as=(asked.key, asked.slots),
        scorecard=card,
        sameness=given.sameness,
    )


def card_reason(said: Verdict | None, card: Sequence[Point]) -> str:
    """Return the reason for a verdict in one line: the points that weighed most."""
    if said is None:
        return ""
    towards = sorted((p for p in card if p.name != "start"), key=lambda p: -abs(p.points))[:3]
    return "; ".join(f"{p.about} ({p.points:+.1f})" for p in towards) or "nothing stood out"


def _unreadable(scene: Scene, met: Sequence[Met], *, with_pack: bool) -> str:
    """Return why there is no verdict, or nothing where there is one."""
    draft = scene.draft
    if not draft.text.strip():
        return "empty"
    if all(key.startswith(("http", "www.")) for key in draft.keys):
        return "no_words"
    if not with_pack and scene.langs and not any(m.rule.weight is Weight.HARD for m in met):
        return "no_pack"
    return ""


def _findings(scene: Scene, met: Sequence[Met], details: Sequence[Anchor], said: Verdict | None, pieces: Sequence[Clause]) -> tuple[Finding, ...]:
    """Return what is worth saying: hard ones always; the rest unless forgiven, quiet, or a single worn phrase."""
    by_sentence = {detail.sentence: detail for detail in details}
    kept = [m for m in met if m.rule.weight is Weight.HARD or not (scene.quiet or _forgiven(scene, m, by_sentence, said))]
    kept = _whole(scene, kept, pieces) if said is Verdict.FORM_LETTER else _clusters(kept, scene, said)
    ordered = sorted(kept, key=lambda m: (_ORDER[m.rule.weight], m.span or Span(len(scene.draft.text), 0)))
    return tuple(_finding(scene, m) for m in ordered)


def _absences(pack: packs.Pack, scene: Scene, said: Verdict | None, stopped: frozenset[str], *, wanted: bool) -> Iterable[Finding]:
    """Yield what is not there, once it is known that the draft is not ready; a length over the limit is said of any draft.

    They are `wanted` in a language with rules, where something else was found, or the writer told facts: plain mail between people who know each other owes nothing.
    """
    for i, name in pack.checks:
        rule = pack.rules[i]
        missing = rule.family in _LATE and wanted and said not in {None, Verdict.READY} and not scene.quiet
        if (missing or rule.family == "length") and rule.habit not in stopped and _applies(Met(rule, None), scene):
            for hit in CHECKS[name](scene):
                yield _finding(scene, Met(rule, None, tuple(hit.slots.items())))


def _last(pack: packs.Pack, stopped: frozenset[str]) -> Rule | None:
    """Return the rule for what is left when every known phrase was found, unless it was stopped."""
    rule = next((pack.rules[i] for i, name in pack.checks if name == _LAST), None)
    return rule if rule and rule.habit not in stopped else None


def _plain(rule: Rule | None, scene: Scene, spoken_for: Sequence[Span], pieces: Sequence[Clause], *, bare: bool) -> Iterable[Met]:
    """Yield the clauses of a form letter that would fit anyone, where no phrase was met (a stopped one neither) and where no answer of the writer's stands.

    Of a `bare` one, without any phrase, it is at least the sentence that advertises most: a verdict shows what it rests on.
    """
    if rule and pieces and not scene.quiet:
        spans = [*spoken_for, *(span for fact, span in scene.match.used.items() if fact != "name")]
        found = [*clauses.for_anyone(scene.draft, scene.langs, spans, pieces)]
        loud = None if found or not bare else adverts.loudest(scene.draft, scene.draft.own(), scene.langs)
        for span in [*found, loud] if loud else found:
            yield Met(rule, span)


def _whole(scene: Scene, kept: list[Met], pieces: Sequence[Clause]) -> list[Met]:
    """Return the hits of a form letter with clauses that are formula, and hold nothing else, as one hit each: nobody keeps the other half."""
    inside: dict[int, list[Met]] = {}
    closed: set[int] = set()
    gone: set[int] = set()
    whole: list[Met] = []
    starts = [clause.span.start for clause in pieces]
    for m in kept:
        if m.span and pieces:
            at = max(0, bisect_right(starts, m.span.start) - 1)
            last = max(0, bisect_left(starts, m.span.end) - 1)
            loose = m.rule.weight is not Weight.HARD and m.rule.family not in _EXACT and bool(sense.load((m.rule.lang,)).worn)
            if loose and at == last and m.span.start >= pieces[at].span.start and m.span.end <= pieces[at].span.end:
                inside.setdefault(at, []).append(m)
            else:
                closed.update(range(at, last + 1))
    for at, group in inside.items():
        if at in closed:
            continue
        clause, spans = pieces[at], [m.span for m in group if m.span]
        mostly = 2 * sum(span.end - span.start for span in spans) >= clause.span.end - clause.span.start
        joined = any(scene.draft.text.endswith(("and ", "& ", " y ", " e ", " et ", " ve "), 0, span.start) for span in spans[1:])
        if mostly and not joined and clauses.thin(scene.draft, clause, scene.langs, spans):
            first = min(group, key=lambda m: (_ORDER[m.rule.weight], m.span.start - m.span.end if m.span else 0))
            gone.update(map(id, group))
            whole.append(first._replace(span=clause.span))
    return [m for m in kept if id(m) not in gone] + whole


def _clusters(kept: list[Met], scene: Scene, said: Verdict | None) -> list[Met]:
    """Return the hits without those that stand alone: one worn phrase in a letter that is none of a list's is not worth a word.

    Two families together are; so is a plain form-letter phrase in a message to a stranger, or where the writer told facts that it crowds out.
    """
    families = len({m.rule.family for m in kept if m.rule.source != packs.OWN})
    if said is not Verdict.READY and families > 1:
        return kept
    if families > 1 or scene.context or scene.kind in _OUTREACH:
        return [m for m in kept if m.rule.weight is not Weight.SOFT]
    return [m for m in kept if m.rule.weight is Weight.HARD or m.rule.source == packs.OWN]


def _forgiven(scene: Scene, met: Met, details: Mapping[int, Anchor], said: Verdict | None) -> bool:
    """Tell whether a concrete detail about the reader, in the same or the next sentence, makes a formula innocent."""
    if met.rule.anchored == "keep" or met.span is None:
        return False
    index = sentence_at(scene.draft, met.span.start)
    beside = [details[i] for i in (index, index + 1) if i in details]
    news = met.rule.family in _NEWS
    near = sum([d.weight for d in beside if news or d.about in PERSONAL])
    needed = _NEEDED.get(said, anchors.ENOUGH) * (0.6 if news else 1.0)
    return near >= needed * (1.5 if met.rule.anchored == "soften" and said is not Verdict.READY else 1.0)


def _finding(scene: Scene, met: Met) -> Finding:
    """Return a hit with the words of its card filled in."""
    rule, span = met.rule, met.span
    quote = span.of(scene.draft.text) if span else ""
    slots = {"quote": quote, "name": scene.context.name or "the reader", **dict(met.slots)}
    advice = rule.advice
    say, ask = _fill(advice.say, slots), _fill(advice.ask, slots)
    return Finding(rule.habit, rule.family, rule.weight, span, quote, say, advice.why, ask, rule.evidence, advice.gap, tuple(slots.items()))


def _fill(words: str, slots: dict[str, str]) -> str:
    """Return a sentence with its `{slots}` filled; the draft's own braces stay as they are."""
    if "{" not in words:
        return words
    return "".join([slots.get(piece, f"{{{piece}}}") if i % 2 else piece for i, piece in enumerate(_pieces(words))])


@lru_cache(maxsize=4_096)
def _pieces(words: str) -> tuple[str, ...]:
    """Return a sentence of a card in pieces, every other one of them the name of a slot."""
    return tuple(_SLOT.split(words))


def _anyone(scene: Scene, details: Sequence[Anchor]) -> tuple[int, ...]:
    """Return the indexes of the sentences that would fit anyone."""
    telling = {d.sentence for d in details if d.weight >= _ANYONE}
    telling |= {sentence_at(scene.draft, span.start) for name, span in scene.match.used.items() if name != "name"}
    return tuple(i for i in scene.draft.own() if i not in telling)


def _strengths(scene: Scene, details: Sequence[Anchor]) -> tuple[Strength, ...]:
    """Return the passages that only this reader could get, the best first."""
    fields = {fact.name: fact.field for fact in scene.context.facts()}
    used = {sentence_at(scene.draft, span.start) for name, span in scene.match.used.items() if fields.get(name) in TELLING}
    own = set(scene.draft.own())
    weights = {d.sentence: d.weight for d in details if d.about in PERSONAL and d.weight >= _STRENGTH}
    best = sorted((used | set(weights)) & own, key=lambda i: (i not in used, -weights.get(i, 0.0), i))[:2]
    return tuple(Strength(scene.draft.sentences[i].span, scene.draft.sentence_text(i)) for i in best)


def spotted(rule: Rule, example: Example) -> list[Span | None]:
    """Return where one rule points in an example, before anything is forgiven; its kind is taken as the rule wants it."""
    langs = (rule.lang,) if rule.lang != packs.ANY else ("en",)
    draft = read(example.text)
    kind = example.kind or next(iter(sorted(rule.kinds)), None) or kinds.read(draft, example.context, langs, example.channel)[0]
    match = context.match(draft, example.context, None, langs)
    scene = Scene(draft, example.context, match, kind, quiet=False, langs=langs, channel=example.channel)
    if rule.family in _LATE:
        scene = replace(scene, anchors=anchors.find(draft, langs, (), _strangers(scene)))
        return [hit.span for hit in CHECKS[rule.check](scene)]
    if rule.check == _LAST:
        return [hit.span for hit in CHECKS[rule.check](scene)]
    return [m.span for m in _met(packs.of((rule,)), scene)]
