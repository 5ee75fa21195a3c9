"""What sort of message a draft is, and whether it is a quiet one."""

from __future__ import annotations

import pytest

from rules.kinds import read as kind_of
from rules.model import Context, Kind
from rules.text import read


def kind(text: str, channel: str = "") -> Kind:
    return kind_of(read(text), Context(), ("en",), channel)[0]


def quiet(text: str) -> bool:
    return kind_of(read(text), Context(), ("en",), "")[1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi Zoe, I'd love to connect with you on LinkedIn.", Kind.LINKEDIN_INVITE),
        ("hey, did you see the stream last night lol", Kind.DM),
        ("Dear Mr Hale, my name is Ann and our software helps bakeries. Would you be open to a demo?", Kind.COLD_EMAIL),
        ("Hi Rhys, I thought your readers would enjoy our new album. I can post you a CD, or set up an interview.", Kind.PR_PITCH),
        ("Hi, just checking in on my last email about the fence.", Kind.FOLLOW_UP),
        ("Hi Temi, we are hiring and my client has an urgent opening for a welder. Please share your updated CV.", Kind.RECRUITER),
        ("Dear Hiring Manager, I would like to apply for the post of cook. My CV is attached.", Kind.JOB_APPLICATION),
        ("Hi Jo, could you introduce me to your uncle with the lathe?", Kind.INTRO_REQUEST),
        ("Thank you so much for the jam, it lasted until Tuesday.", Kind.THANK_YOU),
        ("Happy birthday Gwen! See you at the pond.", Kind.CONGRATS_BIRTHDAY),
        ("Hi everyone, does anyone have a ladder for Saturday?", Kind.COMMUNITY_POST),
        ("Dear Ms Vance, I read your book in the car park. Chapter nine was accurate.", Kind.OTHER),
    ],
)
def test_kind_is_guessed(text: str, expected: Kind) -> None:
    assert kind(text) is expected


def test_a_channel_helps() -> None:
    assert kind("Hello Marek, the crack is back.", "linkedin_note") is Kind.LINKEDIN_INVITE


@pytest.mark.parametrize(
    "text",
    [
        "I'm so sorry about what happened to your mum.",
        "Sorry for your loss, pal.",
        "We've offered the bench to someone else, I'm sorry to say.",
        "I was rude to you on Friday and there is no excuse.",
        "Get well soon, the choir is flat without you.",
        "I am stepping down from the committee.",
    ],
)
def test_quiet_kinds_are_known(text: str) -> None:
    assert quiet(text)


@pytest.mark.parametrize(
    "text",
    [
        "Sorry to bother you again, any thoughts on the below?",
        "Apologies for cross-posting! Our survey is out.",
        "Sorry for the delay, just following up on the quote.",
        "Unfortunately you missed our webinar, but here is the link.",
        "I'm sorry I missed your call, is three o'clock good?",
    ],
)
def test_small_apologies_are_not_quiet(text: str) -> None:
    assert not quiet(text)
