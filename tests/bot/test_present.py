"""Review -> Card: how much is said, in what order; hard errors outside the three; offers, no debts; silence."""

from __future__ import annotations

from bot.cards import Card, Line, Quote
from bot.present import MOST_FINDINGS, present
from rules.engine import review
from rules.model import Circumstances, Context, Kind


def card(text: str, kind: Kind | None = None, **context: object) -> Card:
    return present(review(text, Circumstances(context=Context(**context), kind=kind)))  # type: ignore[arg-type]


def lines(of: Card) -> list[str]:
    return [block.text for block in of.blocks if isinstance(block, Line)]


BLAST = """Hi {first_name},

I hope this email finds you well. I came across your profile and was really impressed by your background. We help companies like yours generate 30 qualified leads per month on autopilot.
No strings attached. Would you be open to a quick 15 minute chat this week? If you'd prefer not to receive emails like this, click here to unsubscribe.

Looking forward to hearing from you,
Jo"""


def test_at_most_three_findings_and_hard_errors_stand_outside() -> None:
    shown = card(BLAST)
    assert len([block for block in shown.blocks if isinstance(block, Quote)]) == MOST_FINDINGS
    assert "Before you send: {first_name} was never filled in." in lines(shown)
    assert any(line.endswith("more under More.") for line in lines(shown))


def test_everything_shows_them_all() -> None:
    found = review(BLAST)
    shown = present(found, everything=True)
    families = {f.family for f in found.findings if f.family != "placeholder"}
    assert len([block for block in shown.blocks if isinstance(block, Quote)]) == len(families)


def test_findings_of_one_family_are_merged() -> None:
    quotes = [block for block in present(review(BLAST), everything=True).blocks if isinstance(block, Quote)]
    assert any(len(block.quotes) == 2 for block in quotes)


def test_wrong_name_comes_first() -> None:
    shown = card("Hi Michael, I'd like to add you to my professional network.", name="Davina")
    assert lines(shown)[1] == "Before you send: it greets Michael; you told me Davina."


def test_several_hard_errors_are_not_called_one() -> None:
    text = "Dear Mr Adeola, your talk at the Bath book fair on binding with wheat paste made me try it on my mother's cookbook, and it held."
    told = {"name": "Dr Adeola", "topics": ("her talk on wheat paste",)}
    assert card(text, met="the Bath book fair", **told).title == "One thing first."
    elsewhere = text.replace("your talk at the Bath book fair", "it was lovely to meet you at the Turin book fair. Your talk")
    assert card(elsewhere, met="the Bath book fair", **told).title == "A few things first."


def test_missing_facts_are_an_offer_of_two_at_most() -> None:
    shown = card(
        "Hi Davina, I'd like to add you to my professional network.",
        name="Davina",
        met="SummitUp",
        topics=("loyalty cards", "hotel coffee", "her van"),
    )
    assert "You told me: loyalty cards · hotel coffee. One is enough." in lines(shown)


def test_a_private_fact_is_never_urged() -> None:
    shown = card("Hi Davina, I'd like to add you to my professional network.", name="Davina", topics=("her cancer treatment", "her miscarriage"))
    said = " ".join([shown.title, *lines(shown)])
    assert "cancer" not in said
    assert "miscarriage" not in said


def test_a_ready_draft_gets_no_question_and_no_offer() -> None:
    shown = card(
        "Hi Davina, your counter girl's stamp cards have gone round my head all week: I tried eight stamps instead of ten and people came back in days.",
        name="Davina", met="SummitUp", topics=("her shop's loyalty cards", "the bad hotel coffee"),
    )  # fmt: skip
    assert not any("?" in line for line in lines(shown))
    assert not any("coffee" in line for line in lines(shown))


def test_a_quiet_kind_gets_only_hard_errors() -> None:
    text = "Dear Ada, I'm so sorry about your father. I hope this email finds you well. Please don't hesitate to contact me. Ruth"
    assert card(text, name="Ada").title == "I wouldn't touch this. The name is right."
    assert lines(card(text, name="Ada")) == []
    assert any("it greets Ada; you told me Eve" in line for line in lines(card(text, name="Eve")))


def test_an_empty_invitation_may_go_without_a_note() -> None:
    assert "You could send it without a note; nothing would be lost." in lines(
        card("I'd like to add you to my professional network.", kind=Kind.LINKEDIN_INVITE)
    )


def test_no_sentence_stands_twice() -> None:
    for text in (BLAST, "Hi Davina, great meeting you! I'd like to add you to my professional network."):
        shown = present(review(text), everything=True)
        said = [*lines(shown), *(block.note for block in shown.blocks if isinstance(block, Quote))]
        assert len(said) == len(set(said))


def test_the_coach_never_says_what_it_may_not() -> None:
    said = " ".join([f"{f.say} {f.why} {f.ask}" for f in review(BLAST).findings] + lines(card(BLAST))).casefold()
    for word in ("ai-written", "machine-written", "reply rate", "more likely to reply", "score"):
        assert word not in said
