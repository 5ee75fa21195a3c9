"""What a draft gets wrong of what was told, and what only looks like it."""

from __future__ import annotations

import pytest

from rules.context import match
from rules.model import Context, ContextMatch
from rules.text import read


def judged(text: str, **facts: object) -> ContextMatch:
    return match(read(text), Context(**facts), None, ("en",))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("draft", "facts", "fact", "found"),
    [
        ("Hi Martin, thanks for the drill.", {"name": "Marvin"}, "name", "Martin"),
        ("Dear Mr Pemberton, the gate is mended.", {"name": "Mrs Pemberton"}, "name", "Mr Pemberton"),
        ("Hello Pooja Nair, the slides are up.", {"name": "Priya Nair"}, "name", "Pooja Nair"),
        ("Michael, great to have met you at last.", {"name": "Davina"}, "name", "Michael"),
        ("Great to meet you on Tuesday, are you free next week?", {"when": "Thursday"}, "when", "Tuesday"),
        ("Thanks for coming last Monday, it was packed.", {"when": "on Sunday"}, "when", "Monday"),
        ("It was lovely chatting yesterday evening.", {"when": "this morning"}, "when", "yesterday"),
        ("We met on the 14th by the kiln.", {"when": "on the 12th"}, "when", "14"),
        ("Lovely to meet you in October at the show.", {"when": "in March"}, "when", "October"),
        ("Good to talk to you at Web Summit!", {"met": "SaaStock in Dublin"}, "met", "Web Summit"),
        ("I enjoyed our chat at SummitUp in Columbus.", {"met": "SummitUp in Dayton"}, "met", "Columbus"),
        ("It was nice to meet you at the wedding.", {"met": "the allotment committee"}, "met", "wedding"),
        ("How is life at Barclays treating you?", {"met": "yoga", "why": "she works at Nationwide"}, "why", "Barclays"),
        ("Does your brother still keep the bees?", {"topics": ("her sister's bees",)}, "her sister's bees", "brother"),
        ("I keep thinking of your nine hives on the roof.", {"topics": ("his seven hives on the roof",)}, "his seven hives on the roof", "nine"),
        ("Give my best to Mrs Farrow, and to her parrot.", {"topics": ("her neighbour Mrs Barrow",)}, "her neighbour Mrs Barrow", "Mrs Farrow"),
        ("Dear Gareth Rees, the ram is better.", {"name": "Gareth Pugh"}, "name", "Gareth Rees"),
        ("Dear Mr Adeola, I am writing about the post.", {"name": "Dr Adeola"}, "name", "Mr Adeola"),
        ("I carried your crates at the Varna jazz festival in 2019.", {"met": "the Varna jazz festival", "when": "in 2022"}, "when", "2019"),
        ("We fought over the last socket at the hackathon in Nairobi.", {"met": "the hackathon in Accra"}, "met", "Nairobi"),
        ("Are your twins nervous about Year 3?", {"topics": ("her twins starting Year 2",)}, "her twins starting Year 2", "3"),
        ("Your roof being from 1920 is right up her alley.", {"topics": ("his house from 1887",)}, "his house from 1887", "1920"),
        ("She had thirds of those lemongrass ribs.", {"topics": ("her lemongrass clams",)}, "her lemongrass clams", "ribs"),
        ("Congratulations on the new baby nephew!", {"topics": ("his new baby niece",)}, "his new baby niece", "nephew"),
        ("You said you're a roofer, so here is my question.", {"why": "he's a plasterer"}, "why", "roofer"),
        ("Since you run a bakery I know that mornings are out.", {"why": "he runs a taxi firm"}, "why", "bakery"),
        ("Congratulations on the new job at Oxfam!", {"why": "she just joined the Red Cross"}, "why", "Oxfam"),
        ("Ana, when are you off to Bergen?", {"topics": ("her move to Bremen",)}, "her move to Bremen", "Bergen"),
        ("It was a pleasure engaging with you at the tiling forum in Bath.", {"met": "the glass forum in Ghent"}, "met", "Bath"),
        ("Petr, about Friday: I lost my temper.", {"when": "Wednesday"}, "when", "Friday"),
        ("Further to Thursday's tribunal, the file turned up.", {"when": "Monday"}, "when", "Thursday's"),
        (
            "They put a bolt on the boys' cloakroom.",
            {"topics": ("the girls' cloakroom without a bolt",)},
            "the girls' cloakroom without a bolt",
            "boys",
        ),
        ("It was a pleasure to meet you at Book Fair Gothenburg.", {"met": "the Turin Book Fair"}, "met", "Book Fair Gothenburg"),
        ("We met at Hannah's christening.", {"met": "Hannah's wedding"}, "met", "christening"),
        ("Thanks for the chat on the bus to Galway.", {"met": "the train to Galway"}, "met", "bus"),
        ("Since the concert I keep humming it.", {"met": "the choir rehearsal"}, "met", "concert"),
        ("What a lovely evening on Friday.", {"when": "Saturday evening"}, "when", "Friday"),
        ("Good to meet you last month in Cork.", {"when": "last week"}, "when", "last"),
        ("As head of the Volvo plant you must know.", {"why": "he runs the Saab plant"}, "why", "Volvo"),
        ("Congratulations on the twins!", {"topics": ("her triplets",)}, "her triplets", "twins"),
        ("How is your labrador's leg?", {"topics": ("his greyhound's leg",)}, "his greyhound's leg", "labrador's"),
        ("Three years in Lagos must change a person.", {"topics": ("his three years in Accra",)}, "his three years in Accra", "Lagos"),
        ("Hope Leo's exam went well.", {"topics": ("her son Theo's exam",)}, "her son Theo's exam", "Leo"),
        ("Dear Professor Lindgren,\nI read your paper.", {"name": "Professor Lindqvist"}, "name", "Lindgren"),
        ("hey sam, got the keys?", {"name": "Tom"}, "name", "sam"),
        ("Thanks Priya for the lift.", {"name": "Pooja"}, "name", "Priya"),
        ("I hope the move to Leicester went well.", {"topics": ("her move to Lincoln",)}, "her move to Lincoln", "Leicester"),
    ],
)
def test_what_contradicts_a_fact_is_named(draft: str, facts: dict[str, object], fact: str, found: str) -> None:
    said = judged(draft, **facts)
    assert [(slip.fact, slip.found) for slip in said.contradicted] == [(fact, found)]
    assert fact in said.missing


@pytest.mark.parametrize(
    ("draft", "facts"),
    [
        ("Hi Bob, thanks for the drill.", {"name": "Robert Hale"}),
        ("Dear Ms Pemberton, the gate is mended.", {"name": "Mrs Pemberton"}),
        ("Thanks, that worked. Martin says hello.", {"name": "Priya"}),
        ("Great meeting you! Are you free on Tuesday?", {"when": "Thursday"}),
        ("Great meeting you at the fair. See you on Monday.", {"when": "Thursday", "met": "the craft fair"}),
        ("Lovely to see you on Saturday, and I will be in Leeds on Tuesday.", {"when": "Saturday"}),
        ("It was good to meet you at the bar.", {"met": "SummitUp in Dayton"}),
        ("Great to meet you in Dayton! I work at Acme in Columbus.", {"met": "SummitUp in Dayton"}),
        ("It was nice to meet you at the reception.", {"met": "Hanna's wedding"}),
        ("My brother keeps bees too, and asked about your sister's.", {"topics": ("her sister's bees",)}),
        ("Your seven hives and my two cats would not agree.", {"topics": ("his seven hives on the roof",)}),
        ("I hope the move to Lincoln went well. We were in Leicester on Sunday.", {"topics": ("her move to Lincoln",)}),
        ("I told Declan at the Coast Guard about it.", {"topics": ("her map of Kilmeage",)}),
        ("The red bike is mine, but yours has the better bell.", {"topics": ("her blue bike",)}),
        ("I came by bus, since your train was full.", {"met": "the train to Galway"}),
        ("Thanks Sunday was perfect.", {"name": "Pooja"}),
        ("Lovely to meet you last week, on the boat.", {"when": "yesterday", "met": "the boat to Tiree"}),
        ("We went to a concert after the rehearsal.", {"met": "the choir rehearsal"}),
        ("My labrador sends his best to your greyhound's leg.", {"topics": ("his greyhound's leg",)}),
        ("Your mum's trick with the onions worked.", {"topics": ("her mother's onions",)}),
        ("I would be glad to hear more in an interview.", {"met": "the kite festival in Porto"}),
        ("It was lovely to see you at the Turin Book Fair.", {"met": "the Turin Book Fair"}),
        ("Dear Gareth, the ram is better. Gwen Pugh sends her love.", {"name": "Gareth Pugh"}),
        ("We spoke at Builth about the fleeces.", {"met": "the Royal Welsh Show"}),
        ("Great to meet you at CES!", {"met": "the Consumer Electronics Show"}),
        ("My garage looks at Fiestas for the price of a fish supper.", {"topics": ("her old Fiesta",)}),
        ("You run marathons, I hear.", {"why": "he runs a taxi firm"}),
        ("My sister is a roofer, you would like her.", {"why": "he's a plasterer"}),
        ("Your father would have laughed at my 14 geese.", {"topics": ("her 12 hens",)}),
        ("The panel was long. My colleague is coming to Lagos on 4 March.", {"when": "in October", "met": "the design panel"}),
        ("I own the dog who sat on your feet in the train last Friday.", {"when": "last Friday"}),
        ("I am at three hundred jars of chutney.", {"topics": ("my 300 jars of chutney",)}),
        ("Huge fan of your work at The Courier.", {"topics": ("her story about the signalman at Itarsi",)}),
        ("Dear Policyholder, here are the new terms.", {"name": "Mrs Sandoval"}),
        ("Dear Parent/Guardian, the hall is shut.", {"name": "Mrs Kowal"}),
        ("It was lovely to see you at the Book Fair.", {"met": "the Turin Book Fair"}),
    ],
)
def test_what_only_looks_like_a_mistake_is_none(draft: str, facts: dict[str, object]) -> None:
    assert judged(draft, **facts).contradicted == ()
