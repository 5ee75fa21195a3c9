"""Which shared facts a draft refers to by meaning, which it misses, which it gets wrong, and which are private."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rules.context import match
from rules.model import Context, ContextMatch
from rules.text import read


def judged(text: str, now: datetime | None = None, lang: str = "en", **facts: object) -> ContextMatch:
    return match(read(text), Context(**facts), now, (lang,))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("draft", "topic"),
    [
        ("Your counter girl's stamp cards have been going round my head.", "her shop's loyalty cards"),
        ("Has the kiln forgiven my glaze yet?", "the glaze that cracked in the kiln"),
        ("I tried the sticking plaster folded over and got no blisters at all.", "her blister plaster trick"),
        ("Who do I owe for the chakli?", "her tub of chakli"),
        ("The heron took two of the koi again.", "the heron that eats his koi"),
        ("We gave the leaflets to the carers, as you said.", "giving leaflets to carers rather than patients"),
        ("Three dahlias came up black, like yours.", "her black dahlia"),
        ("Is the harbour engineer still counting rivets?", "the engineers at the harbour"),
    ],
)
def test_a_paraphrase_refers_to_the_fact(draft: str, topic: str) -> None:
    found = judged(draft, topics=(topic,))
    assert topic in found.used
    assert found.used[topic].of(draft)
    assert found.missing == ()


@pytest.mark.parametrize(
    ("draft", "topic"),
    [
        ("It would give us all a lift if you came.", "the broken lift in Block C"),
        ("I'm taking steps to be less hopeless about this.", "both of us hating the stair-climb at floor 22"),
        ("Your readers will be head over heels!", "her blistered heel"),
        ("It rained cats and dogs on the way home.", "whether cats are allowed in the flat"),
        ("The silver birch has lost all its bark.", "her spaniel's bark during the pose"),
        ("The other card game was dull.", "her shop's loyalty cards"),
    ],
)
def test_the_same_word_in_another_sense_does_not(draft: str, topic: str) -> None:
    assert judged(draft, topics=(topic,)).missing == (topic,)


@pytest.mark.parametrize(
    ("draft", "name"),
    [
        ("Bob, the goat is back.", "Robert"),
        ("Dear Dr. Whitcombe, the goat is back.", "Dr Whitcombe"),
        ("hey mikaela! the goat is back", "Mikaela"),
        ("Hi Siobhan, the goat is back.", "Siobhán"),
        ("Dear Fumiko-san, the goat is back.", "Fumiko"),
        ("The goat is back, Mrs Hale, and so am I.", "Edith Hale"),
        ("Ros! The goat is back.", "Rosalind"),
        ("@Delroy the goat is back", "Delroy"),
        ("Thanks to Tunde's goat I am late.", "Tunde"),
    ],
)
def test_names_match_by_spelling_title_and_nickname(draft: str, name: str) -> None:
    found = judged(draft, name=name)
    assert "name" in found.used
    assert found.contradicted == ()


@pytest.mark.parametrize(
    ("draft", "name", "said"),
    [
        ("Hi Michael, the goat is back.", "Davina", "Michael"),
        ("Hiya Kirstin its Shaz off the hen", "Kirsty", "Kirstin"),
        ("Hi Aleksandar, we shared a shelf.", "Aleksandra", "Aleksandar"),
        ("Hi George, loved your goat.", "Georgina", "George"),
    ],
)
def test_somebody_else_greeted_is_a_contradiction(draft: str, name: str, said: str) -> None:
    found = judged(draft, name=name)
    assert [(c.fact, c.expected, c.found) for c in found.contradicted] == [("name", name, said)]
    assert found.missing == ("name",)


@pytest.mark.parametrize(
    "draft",
    [
        "Hi all, the goat is back.",
        "Dear Sir, the goat is back.",
        "Hi Mum, the goat is back.",
        "Congratulations! The goat is back.",
        "Dear [Name], hello.",
        "Hello, the goat is back.",
    ],
)
def test_greetings_without_a_name_contradict_nobody(draft: str) -> None:
    assert judged(draft, name="Davina").contradicted == ()


def test_days_agree_differ_or_are_left_out() -> None:
    assert "when" in judged("Good to meet you on Thursday.", when="Thursday evening").used
    assert "when" in judged("Since last weekend's build I ache.", when="last weekend").used
    wrong = judged("Thank you for your time on Tuesday.", when="Thursday")
    assert [(c.fact, c.found) for c in wrong.contradicted] == [("when", "Tuesday")]
    assert judged("Are you free on Tuesday next week?", when="Thursday").contradicted == ()
    assert judged("Following our meeting in April, hello.", when="in February").contradicted[0].found == "April"


@pytest.mark.parametrize("draft", ["Happy Friday, Ana!", "Hope you had a restful Friday.", "Enjoy your Friday off."])
def test_a_day_that_is_wished_recalls_nothing(draft: str) -> None:
    assert judged(draft, when="on a Friday").used == {}
    assert judged("I had Friday's minutes on my mind.", when="on a Friday").used


def test_relative_days_need_the_present_moment() -> None:
    tuesday = datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert "when" in judged("Great to meet you yesterday.", now=tuesday, when="Monday").used
    assert "when" not in judged("Great to meet you yesterday.", when="Monday").used


def test_an_event_is_known_by_its_place_and_contradicted_by_another() -> None:
    assert "met" in judged("Great chatting in Dayton!", met="the SummitUp conference in Dayton").used
    wrong = judged("We were both at the water engineers' dinner in Sydney.", met="the water engineers' dinner in Perth")
    assert [(c.fact, c.found) for c in wrong.contradicted] == [("met", "Sydney")]
    assert wrong.missing == ("met",)
    assert judged("We met once.", met="the Gower poetry walk").missing == ("met",)


def test_a_named_third_person_with_one_letter_wrong_is_a_contradiction() -> None:
    found = judged("Regards to Mr Jolly, may he stay off the keyboard.", topics=("her shop cat Mr Tolly",))
    assert [(c.expected, c.found) for c in found.contradicted] == [("Mr Tolly", "Mr Jolly")]


@pytest.mark.parametrize(
    "fact",
    [
        "her mother's cancer",
        "my losing my faith",
        "the tax debt",
        "she told me in confidence about the job",
        "his macular degeneration",
        "her hard pregnancy",
    ],
)
def test_facts_that_are_never_urged_are_private(fact: str) -> None:
    assert judged("Hello.", topics=(fact, "the goat")).private == (fact,)


def test_every_fact_is_in_exactly_one_place_and_a_topic_named_like_a_key_is_told_apart() -> None:
    context = Context("Ana", "the fair in Tartu", "Monday", ("why", "the goat", "the goat"), "she sings")
    found = match(read("Hi Ana, the goat sang in Tartu."), context, None, ("en",))
    names = [fact.name for fact in context.facts()]
    assert names == ["name", "met", "when", "why", "topic:why", "the goat"]
    assert sorted([*found.used, *found.missing]) == sorted(names)


def test_pasted_material_and_the_signature_refer_to_nothing() -> None:
    draft = "Ana, hello from the hall, the heating works again at last.\n\n> the goat ate the accordion\n\nBest,\nDavina"
    found = judged(draft, name="Davina", topics=("the goat and the accordion",))
    assert set(found.missing) == {"name", "the goat and the accordion"}


def test_japanese_and_hindi_facts_by_their_telling_words() -> None:
    assert "met" in judged("弟子屈の牧場の者です。逃げた仔牛が母になります。", lang="ja", met="弟子屈の牧場の前、逃げた仔牛").used
    assert "name" in judged("大熊さん、お元気ですか。", lang="ja", name="大熊さん").used
    assert "उल्लू का पंख" in judged("आपने घायल उल्लू का पंख बाँधना सिखाया।", lang="hi", topics=("उल्लू का पंख",)).used
