"""Reading a draft: words by script, sentences, and the parts of a letter."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.model import Draft
from rules.text import read


def parts(draft: Draft) -> list[tuple[str, str]]:
    return [(s.part, draft.sentence_text(i)) for i, s in enumerate(draft.sentences)]


def keys(text: str) -> list[str]:
    return [word.key for word in read(text).words]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don’t re-use it", ["don't", "re", "use", "it"]),
        ("Café, naïve Łódź", ["cafe", "naive", "lodz"]),
        ("मैं आपको जोड़ना", ["मैं", "आपको", "जोड" + "ना"]),
        ("情報交換", ["情", "報", "交", "換"]),
        ("see https://a.example/x?y=1 now", ["see", "https://a.example/x?y=1", "now"]),
        ("li\u200bke 3.5 kg", ["like", "3.5", "kg"]),
    ],
)
def test_words_are_split_by_script(text: str, words: list[str]) -> None:
    assert keys(text) == words


def test_words_point_at_the_draft_as_given() -> None:
    text = "Ｈｉ Ana, e\u0301te\u0301!"
    assert [text[w.start : w.end] for w in read(text).words] == ["Ｈｉ", "Ana", "e\u0301te\u0301"]


def test_letter_is_taken_apart() -> None:
    text = "Dear Ms Vance,\n\nThe spoons are accurate. There were eleven.\n\nKind regards,\nPhilippa Marsh"
    assert parts(read(text)) == [
        ("greeting", "Dear Ms Vance,"),
        ("body", "The spoons are accurate."),
        ("body", "There were eleven."),
        ("signature", "Kind regards,"),
        ("signature", "Philippa Marsh"),
    ]


def test_salutation_is_cut_from_its_sentence() -> None:
    assert parts(read("Hi Rajesh, I came by. Anand"))[:2] == [("greeting", "Hi Rajesh,"), ("body", "I came by.")]


@pytest.mark.parametrize("text", ["We met Dr. Stein at 5 p.m. on Monday.", "It cost 3.50 and no more.", "See e.g. the second one."])
def test_abbreviations_do_not_end_a_sentence(text: str) -> None:
    assert len(read(text).sentences) == 1


def test_a_wrapped_line_goes_on_and_a_short_line_ends() -> None:
    wrapped = "I was told by the woman at the desk that the form which I had sent\nin March was never read. Really."
    assert len(read(wrapped).sentences) == 2
    assert len(read("milk\nbread\ncheese").sentences) == 3


@pytest.mark.parametrize(
    "below",
    [
        "---------- Forwarded message ----------\nFrom: Port Desk\nPlease do not hesitate to contact us.",
        "> Please do not hesitate to contact us.",
        "FOR IMMEDIATE RELEASE\nAcme, the world leader, is thrilled to announce its new product today.",
        "On Tue, 3 March 2026 at 10:14, Ana wrote:\nPlease do not hesitate to contact us.",
    ],
)
def test_what_is_pasted_below_is_not_the_note(below: str) -> None:
    draft = read(f"Hi Ana, the ferry goes at six after all, see what they wrote.\n\n{below}")
    assert parts(draft)[-1][0] == "pasted"
    assert parts(draft)[1][0] == "body"


def test_a_release_alone_is_the_draft() -> None:
    assert all(part != "pasted" for part, _ in parts(read("FOR IMMEDIATE RELEASE\nAcme is thrilled to announce its product.")))


def test_quotations_are_known() -> None:
    draft = read('You said "reach out to my people" and I laughed.')
    assert [span.of(draft.text) for span in draft.quoted] == ['"reach out to my people"']


@given(st.text(alphabet=st.characters(), max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_text_can_be_read_and_nothing_points_outside(text: str) -> None:
    draft = read(text)
    assert all(0 <= w.start < w.end <= len(text) for w in draft.words)
    assert all(0 <= s.span.start < s.span.end <= len(text) for s in draft.sentences)
    assert [w.start for w in draft.words] == sorted(w.start for w in draft.words)
    assert all(draft.sentences[w.sentence].first <= i < draft.sentences[w.sentence].last for i, w in enumerate(draft.words))
