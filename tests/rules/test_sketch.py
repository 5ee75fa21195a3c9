"""Sketches: the same letter with other names is the same, another letter is not, and nothing can be read back."""

from __future__ import annotations

import itertools

import pytest

from rules.sketch import ALIKE, BANDS, BINS, EMPTY, bands, likeness, recipient, sketch
from rules.text import read

KEY = b"k" * 32
LETTER = (
    "Hi {name},\n\nI saw that {firm} opened a second workshop in {city}. We rebuild the lead windows of small chapels and town halls, and we have just finished a set of "
    "eleven for a reading room with a leaking roof. I wondered whether your own windows have been looked at since the storm, since the west side takes the rain first. "
    "If you like I can come by with a ladder and a lamp, it takes an hour and costs nothing.\n\nBest,\nSam"
)
OTHERS = [
    "Dear Ana, the goat is back in the garden and has eaten both hats, the peas and most of the letter from the bank. I have tied it to the pump until Thursday, when Dai comes with the van.",
    "Hi Bo, we met at the pump on Sunday. Your trick with the bicycle valve held all the way to Polokwane, and my brother wants to know where you bought the little brass one with the thread.",
    "Hello, I would like to cancel my membership of the swimming club from the end of this month, since the lane that I use has been given to the school and the clock does not suit me any more.",
]


def draft(name: str, firm: str, city: str):  # noqa: ANN201
    return sketch(read(LETTER.format(name=name, firm=firm, city=city)), KEY)


def test_names_firm_and_city_swapped_make_no_difference() -> None:
    first, second = draft("Ana", "Greenwrap", "Leeds"), draft("Bo", "Hobbs", "Perth")
    assert first is not None
    assert second is not None
    assert likeness(first, second) == 1.0


def test_a_fifth_rewritten_is_still_nearly_the_same() -> None:
    changed = LETTER.replace(
        "If you like I can come by with a ladder and a lamp, it takes an hour and costs nothing.",
        "Ring me on the new number when the scaffolding is up.",
    )
    first, second = draft("Ana", "Greenwrap", "Leeds"), sketch(read(changed.format(name="Bo", firm="Hobbs", city="Perth")), KEY)
    assert first is not None
    assert second is not None
    assert ALIKE <= likeness(first, second) < 1.0


def test_other_letters_are_not_alike() -> None:
    sketches = [made for text in [*OTHERS, LETTER.format(name="Ana", firm="Greenwrap", city="Leeds")] if (made := sketch(read(text), KEY))]
    assert len(sketches) == 4
    assert all(likeness(a, b) < ALIKE for a, b in itertools.combinations(sketches, 2))


def test_another_key_gives_another_sketch_and_no_words_are_in_it() -> None:
    text = read(OTHERS[0])
    one, other = sketch(text, KEY), sketch(text, b"x" * 32)
    assert one is not None
    assert other is not None
    assert likeness(one, other) < 0.1
    assert all(isinstance(value, int) for value in (*one.bins, *one.sentences))


def test_a_short_text_is_not_compared() -> None:
    assert sketch(read("Any thoughts?"), KEY) is None


def test_bins_fit_two_bytes_and_bands_fit_a_signed_column() -> None:
    made = sketch(read(OTHERS[0]), KEY)
    assert made is not None
    assert len(made.bins) == BINS
    assert all(EMPTY <= value < 2**15 for value in made.bins)
    assert all(0 <= value < 2**63 for value in (*bands(made, KEY), *made.sentences))
    assert len(set(bands(made, KEY))) == BANDS


def test_nearly_the_same_texts_share_a_band_under_one_key_only() -> None:
    first, second = draft("Ana", "Greenwrap", "Leeds"), draft("Bo", "Hobbs", "Perth")
    assert first is not None
    assert second is not None
    assert bands(first, KEY) == bands(second, KEY)
    assert not set(bands(first, KEY)) & set(bands(first, b"x" * 32))


def test_a_recipient_is_a_first_and_a_family_name() -> None:
    assert recipient("", KEY) == recipient(" ", KEY) == 0
    assert recipient("Davina", KEY) == recipient("davina ", KEY) == recipient("DAVINA", KEY) != 0
    assert recipient("Dr. Davina Marsh", KEY) == recipient("davina k. marsh", KEY)
    assert len({recipient(name, KEY) for name in ("Davina", "Davina Marsh", "Davina Okafor", "田中", "佐藤", "🦊")}) == 6
    assert recipient("田中様", KEY) == recipient("田中さん", KEY)
    assert recipient("Davina", KEY) != recipient("Davina", b"x" * 32)


def alike(one: str, other: str, without: tuple[str, ...] = ()) -> bool:
    """Tell whether two drafts are nearly the same text, as a store would find out: a band in common, then the likeness."""
    first, second = sketch(read(one), KEY, without), sketch(read(other), KEY, without)
    assert first is not None
    assert second is not None
    return bool(set(bands(first, KEY)) & set(bands(second, KEY))) and likeness(first, second) >= ALIKE


STOCK = "Hi {name},\n\nI came across your profile and was really impressed with your background. {body} Are you open to a quick 15 minute chat this week?\n\nBest,\nSam"
BODIES = [
    "I'm working with {firm}, who are looking for a senior welder for their new yard in {city}. The work is on aluminium hulls, four days a week.",
    "{firm} needs somebody to run payroll for two hundred bakers in {city}, and the last person left nine spreadsheets and no password.",
    "A family business called {firm} has bought the old mill outside {city}, and it wants a millwright who can read a drawing from 1890.",
    "My client {firm} moved everything out of its cellar in {city} last winter and would like the nights to be quiet again, so they need one engineer.",
]


@pytest.mark.parametrize("body", BODIES)
def test_names_of_any_length_make_no_difference(body: str) -> None:
    letter = STOCK.replace("{body}", body)
    other = letter.format(name="Mary Jane", firm="University of Leeds", city="Stoke-on-Trent")
    assert alike(letter.format(name="Bo", firm="IBM", city="Cork"), other)


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(BODIES, 2)))
def test_two_letters_with_the_same_stock_phrases_are_two(one: str, other: str) -> None:
    same = {"name": "Bo", "firm": "Hobbs", "city": "Cork"}
    assert not alike(STOCK.replace("{body}", one).format(**same), STOCK.replace("{body}", other).format(**same))


def test_a_stock_note_for_two_people_is_one_text() -> None:
    note = "Hi {}, I'd like to add you to my professional network. Looking forward to connecting!"
    assert alike(note.format("Davina"), note.format("Bo"))


def test_two_notes_to_two_people_are_two() -> None:
    assert not alike(
        "Hi Davina, great meeting you in Leeds! You asked who makes our paper straws: it's a mill near my brother's. Let's stay in touch.",
        "Hi Bo, great meeting you in Cork! Your story about the flooded archive has stayed with me. Let's stay in touch.",
    )


def test_the_order_of_sentences_makes_no_difference() -> None:
    pieces = [
        "The goat is back in the garden.",
        "It has eaten both hats and the letter from the bank.",
        "I have tied it to the pump until Dai comes with the van.",
    ]
    assert alike(" ".join(pieces), " ".join(reversed(pieces)))


FIELDS = [
    "{first_name}",
    "{{ first name }}",
    "[Your Company]",
    "<LastName>",
    "%%NAME%%",
    "*|FNAME|*",
    "www.acme.example/x",
    "sam@acme.example",
    "15th",
    "@davina",
]


@pytest.mark.parametrize("field", FIELDS)
def test_what_is_filled_in_makes_no_difference(field: str) -> None:
    letter = "I saw that {} has a second window facing the sea, and I wondered who looks after the lead in it since the storm."
    first, second = sketch(read(letter.format(field)), KEY), sketch(read(letter.format("Greenwrap")), KEY)
    assert first is not None
    assert first == second


@pytest.mark.parametrize(
    ("letter", "one", "other"),
    [
        (
            "{}様\n\nいつもお世話になっております。{}の鈴木です。先日お会いした際に、木の桶の乾かし方を教えていただき、ありがとうございました。",
            ("田中", "青空商事"),
            ("佐々木", "山本製作所"),
        ),
        ("नमस्ते {} जी,\n\nमैंने देखा कि {} ने नई दुकान खोली है। हम पुरानी साइकिलों को माल ढोने वाली गाड़ी बना देते हैं।", ("राजेश", "टाटा स्टील"), ("सुनीता", "सूर्या")),
        (
            "Sehr geehrte Frau {},\n\nich habe gesehen, dass Sie bei {} eine Werkstatt für Orgeln und Drehorgeln eröffnet haben, und ich würde gern einmal zuhören.",
            ("Marsh", "Hobbs"),
            ("Weiß", "Blau"),
        ),
    ],
)
def test_other_scripts_and_languages_are_compared_too(letter: str, one: tuple[str, str], other: tuple[str, str]) -> None:
    assert alike(letter.format(*one), letter.format(*other))
    assert not alike(letter.format(*one), letter[: letter.index("\n")].format(one[0]) + "\n\n" + " ".join(OTHERS))


def test_a_name_that_is_known_is_left_out_however_it_is_written() -> None:
    letter = "hey {0}, saw your window in the chapel and wondered if {0}'s lead would hold another winter of rain from the west"
    first, second = (sketch(read(letter.format(name)), KEY, without=(name,)) for name in ("mikaela", "bo"))
    assert first is not None
    assert first == second
