"""Which languages a draft speaks."""

from __future__ import annotations

import pytest

from rules.languages import guess
from rules.text import read


@pytest.mark.parametrize(
    ("text", "langs"),
    [
        ("Thanks!", ("en",)),
        ("Hi Ana, the goat is back in the garden.", ("en",)),
        ("Hallo Jana, ich freue mich auf den Austausch mit Ihnen.", ("de",)),
        ("Bonjour, je vous remercie pour votre aide et à bientôt.", ("fr",)),
        ("Hola Marta, me gustaría conectar contigo para hablar de los caballos.", ("es",)),
        ("Olá João, gostaria de falar com você sobre o projeto.", ("pt",)),
        ("Gentile Anna, grazie per il tuo aiuto con la porta.", ("it",)),
        ("Beste Jan, ik wil je graag bedanken voor de soep.", ("nl",)),
        ("Dzień dobry, bardzo dziękuję za pomoc z bramą.", ("pl",)),
        ("Hej Anna, tack för hjälpen med dörren och för soppan.", ("sv",)),
        ("Merhaba, bu konuda bana yardım ettiğiniz için teşekkür ederim.", ("tr",)),
        ("先日はありがとうございました。", ("ja",)),
        ("नमस्ते, आपका काम अच्छा है।", ("hi",)),
        ("Bhai, aapka kaam bahut achha hai, main kal aata hun.", ("hi",)),
        ("Привет, как дела?", ("ru",)),
        ("안녕하세요 반갑습니다", ("ko",)),
        ("https://a.example/x", ()),
        ("🎉🎉", ()),
        ("42", ()),
    ],
)
def test_language(text: str, langs: tuple[str, ...]) -> None:
    assert guess(read(text))[:1] == langs[:1]
    assert guess(read(text)) == langs


def test_names_of_another_language_do_not_make_a_mixture() -> None:
    assert guess(read("I met Señor Muñoz and Frau Große at the Café Été in Łódź last week.")) == ("en",)


def test_two_languages_in_one_letter() -> None:
    text = "Dear sir, please find the report and let me know when you can. Aapka jawab nahin aaya hai, kripya bataiye ki kab tak ho jayega."
    assert set(guess(read(text))) == {"en", "hi"}
