"""What an advertisement gives away, and what tells that somebody answers."""

from __future__ import annotations

import pytest

from rules.adverts import Signs, signs
from rules.engine import review
from rules.model import Verdict
from rules.text import read


def seen(text: str, *langs: str) -> Signs:
    draft = read(text)
    return signs(draft, draft.own(), langs or ("en",))


def test_an_advertisement_sells_calls_and_speaks_of_any_business() -> None:
    found = seen("Get more leads for your company. Visit www.rivetboost.example and order a free demo. Your website deserves better rankings.")
    assert (found.calls, found.yours, found.link, found.answers) == (2, 2, 1, 0)
    assert found.sells > seen("Your geese have been in my leeks again, and the gate was shut.").sells == 0


@pytest.mark.parametrize(
    "text",
    [
        "Hi Bea,\n\nThank you for your kind note. The parcel is at number nine.",
        "Thanks so much for getting in touch. We keep no bees any more.",
        "As agreed, the keys are with Mr Oduya.",
        "Please find attached the minutes of Tuesday.",
    ],
)
def test_somebody_who_answers_says_so_in_the_opening(text: str) -> None:
    assert seen(text).answers == 1


@pytest.mark.parametrize("text", ["Thank you for the eels.", "Thanks! See you at six.", "The geese are out." * 20 + " Thanks for your email."])
def test_other_thanks_are_no_answer(text: str) -> None:
    assert seen(text).answers == 0


def test_a_language_without_the_words_has_no_signs() -> None:
    assert seen("Get more leads for your website.", "xx") == Signs()


@pytest.mark.parametrize(
    "advert",
    [
        "Hi there, I noticed toxic backlinks pointing to your website. Get a free clean up and improve your rankings today: https://www.cleanlinks.example",
        "Looking for verified business leads? Order our database of 50,000 contacts. Visit www.datalists.example for prices.",
    ],
)
def test_an_advertisement_without_any_stock_phrase_is_a_form_letter(advert: str) -> None:
    assert review(advert).verdict is Verdict.FORM_LETTER


@pytest.mark.parametrize(
    "reply",
    [
        "Hi Brian, thanks for getting in touch. We are a public body and sell nothing, so there is no growth for us to plan. Kind regards, Kate",
        "Thank you for your note and your interest in our program. I have copied Traci, who leads recruiting; she or somebody of her team will follow up with you.",
    ],
)
def test_a_plain_answer_in_the_language_of_business_is_none(reply: str) -> None:
    assert review(reply).verdict is not Verdict.FORM_LETTER


def test_the_verdict_on_an_advertisement_shows_a_sentence_that_it_rests_on() -> None:
    found = review("You can submit your site to over 30 different business directories for free with one click https://bit.example/x")
    assert found.verdict is Verdict.FORM_LETTER
    assert [finding.rule for finding in found.findings if finding.span] == ["fits-anyone"]
