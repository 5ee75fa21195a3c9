"""Every card's own examples, run as tests: where it must point, where it must stay silent, and what it is known to miss."""

from __future__ import annotations

import pytest

from rules import packs
from rules.engine import review, spotted
from rules.model import Circumstances, Example, Rule, Span, Weight

ALL = tuple(packs.every().values())
each_rule = pytest.mark.parametrize("rule", ALL, ids=lambda rule: f"{rule.lang}-{rule.id}")


def said(rule: Rule, example: Example) -> list[Span | None]:
    """Return where a rule points in an example, before anything is forgiven for soft ones; as the writer hears it otherwise."""
    return [finding.span for finding in _review(rule, example).findings if finding.rule == rule.habit]


def _review(rule: Rule, example: Example):  # noqa: ANN202
    kind = example.kind or (sorted(rule.kinds)[0] if rule.kinds else None)
    return review(
        example.text, Circumstances(context=example.context, kind=kind, channel=example.channel, lang="" if rule.lang == "any" else rule.lang)
    )


@each_rule
def test_rule_points_at_what_its_examples_mark(rule: Rule) -> None:
    for example in rule.flags:
        found = spotted(rule, example)
        assert sorted(span for span in found if span) == sorted(example.marked), example.text
        assert found, example.text


@each_rule
def test_rule_is_silent_on_what_passes(rule: Rule) -> None:
    assert {example.text: spans for example in rule.passes if (spans := said(rule, example))} == {}


@pytest.mark.parametrize(
    ("rule", "example"),
    [pytest.param(rule, example, id=f"{rule.id}-{i}", marks=pytest.mark.xfail) for rule in ALL for i, example in enumerate(rule.misses)],
)
def test_known_misses_are_found_one_day(rule: Rule, example: Example) -> None:
    assert spotted(rule, example)


def test_every_weight_has_rules() -> None:
    assert {rule.weight for rule in ALL} == set(Weight)
