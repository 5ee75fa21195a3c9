"""Every card's own examples, run as tests: where it must point, where it must stay silent, and what it is known to miss."""

from __future__ import annotations

import pytest

from rules import packs
from rules.engine import review
from rules.model import Circumstances, Example, Rule, Span, Weight

ALL = [rule for lang in (packs.ANY, *packs.languages()) for rule in packs.load(()).rules if rule.lang == lang] + [
    rule for lang in packs.languages() for rule in packs.load((lang,)).rules if rule.lang == lang
]


def cases(which: str) -> list[object]:
    """Return one test for each example, named after the rule and its text."""
    return [pytest.param(rule, example, id=f"{rule.lang}-{rule.id}-{i}") for rule in ALL for i, example in enumerate(getattr(rule, which))]


def said(rule: Rule, example: Example) -> list[Span | None]:
    """Return where a rule points in an example, before anything is forgiven for soft ones; as the writer hears it otherwise."""
    return [finding.span for finding in _review(rule, example).findings if finding.rule == rule.habit]


def _review(rule: Rule, example: Example):  # noqa: ANN202
    kind = example.kind or (sorted(rule.kinds)[0] if rule.kinds else None)
    return review(
        example.text, Circumstances(context=example.context, kind=kind, channel=example.channel, lang="" if rule.lang == "any" else rule.lang)
    )


@pytest.mark.parametrize(("rule", "example"), cases("flags"))
def test_rule_points_at_what_the_example_marks(rule: Rule, example: Example) -> None:
    from rules.engine import spotted

    assert sorted(span for span in spotted(rule, example) if span) == sorted(example.marked)
    if not example.marked:
        assert spotted(rule, example), f"{rule.id} is silent"


@pytest.mark.parametrize(("rule", "example"), cases("passes"))
def test_rule_is_silent_on_what_passes(rule: Rule, example: Example) -> None:
    assert said(rule, example) == []


@pytest.mark.parametrize(("rule", "example"), [pytest.param(*c.values, id=c.id, marks=pytest.mark.xfail) for c in cases("misses")])
def test_known_misses_are_found_one_day(rule: Rule, example: Example) -> None:
    from rules.engine import spotted

    assert spotted(rule, example)


def test_every_weight_has_rules() -> None:
    assert {rule.weight for rule in ALL} == set(Weight)
