"""Which languages a draft speaks: scripts, little words, letters; names and quotations do not count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.languages import guess
from rules.text import read


def spoken(text: str) -> str:
    return ",".join(guess(read(text)))


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Thanks!", "en"),
        ("lol same", "en"),
        ("ok", "en"),
        ("Merci !", "fr"),
        ("Je t'embrasse fort ma belle", "fr"),
        ("Kannst du morgen?", "de"),
        ("Herzlichen Glückwunsch zum Geburtstag", "de"),
        ("¿Vienes mañana?", "es"),
        ("Feliz cumpleaños, abuela", "es"),
        ("Parabéns pela promoção!", "pt"),
        ("Vens amanhã?", "pt"),
        ("Grazie mille", "it"),
        ("Wil je morgen mee naar de film?", "nl"),
        ("Gefeliciteerd!", "nl"),
        ("Przyjdziesz jutro?", "pl"),
        ("Sto lat!", "pl"),
        ("Hej!", "sv"),
        ("Kommer du imorgon?", "sv"),
        ("Doğum günün kutlu olsun", "tr"),
        ("Yarın geliyor musun?", "tr"),
        ("ありがとう", "ja"),
        ("शुक्रिया", "hi"),
        ("Namaste ji", "hi"),
    ],
)
def test_very_short_drafts_are_told_apart(text: str, lang: str) -> None:
    assert spoken(text) == lang


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Здравствуйте, Анна! Спасибо за встречу.", "ru"),
        ("Привіт! Дякую за зустріч, їжак був чудовий.", "uk"),
        ("مرحبا، شكرا على اللقاء", "ar"),
        ("سلام، چطوری؟ پیشنهاد شما را گرفتم", "fa"),
        ("آپ سے مل کر اچھا لگا، شکریہ", "ur"),
        ("很高兴认识你，谢谢", "zh"),
        ("만나서 반가웠습니다", "ko"),
        ("Χάρηκα που τα είπαμε", "el"),
        ("שמחתי לפגוש אותך", "he"),
        ("ยินดีที่ได้รู้จัก", "th"),
        ("আপনার সাথে দেখা হয়ে ভালো লাগলো", "bn"),
        ("உங்களை சந்தித்ததில் மகிழ்ச்சி", "ta"),
        ("Hei Matti, kiitos eilisestä! Olisi mukava jutella lisää kun ehdit.", "fi"),
        ("Hej Mette, tak for i går. Jeg har sendt dig noget om det, du spurgte efter, og håber I kan bruge det.", "da"),
        ("Hei Kari, takk for i går. Jeg har sendt deg noe om det du spurte etter, og håper dere kan bruke det.", "no"),
        ("Ahoj Jano, děkuji za včerejšek. Jsem rád, že jsme se potkali.", "cs"),
        ("Szia Zsófi, köszönöm a tegnapot. Nagyon jó volt, hogy eljöttél.", "hu"),
        ("Bună Ioana, mulțumesc pentru ieri. Sunt bucuros că ne-am cunoscut.", "ro"),
        ("Halo Pak Budi, terima kasih untuk kemarin. Saya akan kirim datanya besok.", "id"),
    ],
)
def test_languages_without_a_pack_are_named(text: str, lang: str) -> None:
    assert spoken(text) == lang


@pytest.mark.parametrize("text", ["", " \n", "https://example.com/a", "🎉🎉", "12345 67", "!!!", "https://a.example 🎉 42"])
def test_nothing_to_tell(text: str) -> None:
    assert guess(read(text)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Hi Søren, we met at the Café de la Paix in São Paulo with Jürgen and Łukasz. The Smörgåsbord was too much.",
        "Dear Mr van der Berg, I was at the De La Cruz wedding in La Paz and you sang El Condor Pasa.",
        'She said "je ne sais pas ce que tu veux" and left the room, and I thought of you and your aunt.',
        "I came to Las Palmas on the ferry; la vida es dulce, as you say.",
        "Stretched my legs in Den Haag and De Panne, then Het Loo. Van Gogh was closed.",
        "Congrats Giulia! In bocca al lupo for Monday.",
        "Nice work on 「侍」 the other day, I loved the ending and the music",
        "BTW Die Hard is on at the Rio",
    ],
)
def test_names_and_quotations_do_not_make_a_draft_mixed(text: str) -> None:
    assert spoken(text) == "en"


@pytest.mark.parametrize(
    ("text", "langs"),
    [
        (
            (
                "Guten Tag Frau Roth,\n\nanbei die Unterlagen für das Seminar, wie besprochen. Der Raum ist gebucht.\n\n"
                "For our English-speaking guests: the room is on the second floor and there will be coffee from nine.\n\nViele Grüße\nAnna"
            ),
            "de,en",
        ),
        ("yaar kal ki meeting ka kya hua, please send me the notes if you have them, main thoda late ho gaya tha", "hi,en"),
        ("Dear Meera, I hope you are well. आपसे मिलकर बहुत अच्छा लगा और मैं आपकी किताब पढ़ रहा हूँ।", "hi,en"),
    ],
)
def test_two_languages_main_one_first(text: str, langs: str) -> None:
    assert spoken(text) == langs


def test_japanese_with_english_names_is_japanese() -> None:
    assert spoken("田中さん、先日はありがとうございました。GitHubのPRを見ました。LGTMです。") == "ja"


def test_what_was_pasted_below_does_not_count() -> None:
    note = "Hallo Jan, kannst du das bitte bis morgen lesen und mir sagen, was du davon hältst?"
    release = "\n\nPRESS RELEASE\n\nThe company is pleased to say that it has opened a new office in the city and that all of you are welcome."
    assert spoken(note + release) == "de"


@given(st.text(max_size=300))
def test_any_text_has_at_most_two_languages(text: str) -> None:
    langs = guess(read(text))
    assert len(langs) <= 2
    assert len(set(langs)) == len(langs)
