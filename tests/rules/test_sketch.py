"""Sketches: the same letter with other names is the same, another letter is not, and nothing can be read back."""

from __future__ import annotations

import itertools

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


def test_bins_fit_sixteen_bits_and_bands_fit_a_signed_column() -> None:
    made = sketch(read(OTHERS[0]), KEY)
    assert made is not None
    assert len(made.bins) == BINS
    assert all(EMPTY <= value < 2**16 for value in made.bins)
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
