"""review(): verdicts, what is forgiven, quiet kinds, quotations, spans, determinism."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.engine import review
from rules.model import Circumstances, Context, Kind, Verdict, Weight


def verdict(text: str, **context: object) -> Verdict | None:
    return review(text, Circumstances(context=Context(**context))).verdict  # type: ignore[arg-type]


def rules(text: str, **given: object) -> list[str]:
    return [finding.rule for finding in review(text, Circumstances(**given)).findings]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I'd like to add you to my professional network on LinkedIn.", Verdict.FORM_LETTER),
        ("Congrats on the new role!", Verdict.FORM_LETTER),
        (
            "Dear Sir/Madam, I hope this email finds you well. I am a highly motivated team player with excellent communication skills. Please find my CV attached. I look forward to hearing from you.",
            Verdict.FORM_LETTER,
        ),
        ("Hello Marek, I am also working in quality control. It is nice work. Henk", Verdict.NEEDS_CONTEXT),
        (
            "Aleks, you rang our helpdesk in 2012 about a modem and we ended up doing your geography homework. You got rivers, I gather.",
            Verdict.READY,
        ),
        (
            "Hi Tomás, I hope this finds you well. You wrote in your conference abstract that your build takes 41 minutes and nobody will let you delete a test; ours takes 3 since the cake.",
            Verdict.READY,
        ),
    ],
)
def test_verdict_is_what_a_reader_would_feel(text: str, expected: Verdict) -> None:
    assert verdict(text) is expected


def test_one_fact_that_only_this_person_shares_is_enough() -> None:
    told = {"name": "Esi", "topics": ("it was her fifth go", "she practised in our yard between the goats")}
    assert verdict("Congratulations on passing your driving test, Esi! See you at church.", **told) is not Verdict.READY
    assert (
        verdict("Congratulations on passing your driving test, Esi! The goats in our yard have asked for their practice ground back.", **told)
        is Verdict.READY
    )


def test_a_name_a_city_and_a_firm_merged_in_are_no_anchors() -> None:
    text = "Hi {}, I hope this email finds you well. I loved your recent post. It's clear that {} is doing amazing things in {}. We help companies like {} grow. Worth a quick chat?"
    assert verdict(text.format("Sarah", "Greenwrap Ltd", "Bristol", "Greenwrap Ltd")) is Verdict.FORM_LETTER


def test_a_formula_beside_a_concrete_anchor_is_forgiven() -> None:
    assert rules("I loved your post! We help teams.") != []
    assert (
        rules(
            "I loved your post on the May outage: you paged two people and wrote the runbook in the lift, and since Tuesday our night shift does the same."
        )
        == []
    )


def test_quoting_a_formula_is_not_using_it() -> None:
    assert rules('The mail said "hope this email finds you well" and my aunt answered that it found her in the bath.') == []


def test_quiet_kinds_get_hard_errors_only() -> None:
    text = "Dear [NAME], I am so sorry about your mother. Please don't hesitate to contact me. My thoughts are with you."
    assert rules(text) == ["merge-field"]


def test_length_is_said_where_the_channel_is_known() -> None:
    text = "Hi Marek, the crack in batch 0417 is back in the same place as in November. " * 4
    assert "message-over-the-limit" in rules(text, channel="linkedin_note")
    assert "message-over-the-limit" not in rules(text)


def test_a_stopped_rule_is_silent_and_only_that_one() -> None:
    text = "Dear Sir/Madam, I hope this email finds you well. Keep up the great work!"
    assert "hope-this-finds-you-well" in rules(text)
    left = rules(text, stopped=frozenset({"hope-this-finds-you-well"}))
    assert "hope-this-finds-you-well" not in left
    assert "greeting-for-nobody" in left


def test_kind_given_is_kept() -> None:
    assert review("Hi Ana, hello.", Circumstances(kind=Kind.PR_PITCH)).kind is Kind.PR_PITCH


def test_the_scorecard_adds_up_to_the_verdict() -> None:
    for text in (
        "I'd like to add you to my professional network.",
        "Aleks, you rang our helpdesk in 2012 about a modem and we did your geography homework.",
    ):
        found = review(text)
        total = sum(point.points for point in found.scorecard)
        assert (total > 0) is (found.verdict in {Verdict.FORM_LETTER, Verdict.READY})


@given(st.text(alphabet=st.characters(), max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_text_gets_a_review_whose_spans_are_true(text: str) -> None:
    found = review(text)
    spans = [finding.span for finding in found.findings if finding.span]
    assert len(set(spans)) == len(spans)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(finding.quote == finding.span.of(text) for finding in found.findings if finding.span)
    assert found == review(text)


def test_hard_findings_come_first() -> None:
    weights = [f.weight for f in review("Keep up the great work! I hope this email finds you well, {first_name}.").findings]
    assert weights == sorted(weights, key=[Weight.HARD, Weight.MEDIUM, Weight.SOFT].index)


def test_advice_passes_its_own_rules() -> None:
    """The coach does not write form letters itself."""
    from rules import packs

    words = [f"{rule.advice.why} {rule.advice.ask}" for rule in packs.every().values()]
    flagged = [text for text in words if any(f.weight is not Weight.SOFT and f.span for f in review(text).findings)]
    assert flagged == []
