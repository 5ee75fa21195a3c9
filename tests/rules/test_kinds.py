"""What sort of message a draft is, and which ones nobody should correct."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import kinds
from rules.model import Context, Kind
from rules.packs import ROOT
from rules.text import read

MET = Context(name="Ana", met="the evening class")
NAMED = Context(name="Ana")
FLOOR = 0.8
"""Share of the labelled drafts whose kind is guessed; they were picked by their order and not by what is guessed of them."""
LABELLED = Path(__file__).with_name("kinds.jsonl")
PACKS = ("de", "en", "es", "fr", "hi", "it", "ja", "nl", "pl", "pt", "sv", "tr")


def kind(text: str, context: Context | None = None, lang: str = "en", channel: str = "") -> str:
    return kinds.read(read(text), context or Context(), (lang,), channel)[0].value


def quiet(text: str, *langs: str) -> bool:
    return kinds.read(read(text), Context(), langs, "")[1]


ENGLISH: dict[str, tuple[tuple[str, Context | None], ...]] = {
    "linkedin_invite": (
        ("Hi Marta, we sat next to each other at the housing forum on Friday. I'd be glad to connect here. Piotr", MET),
        ("Hello, I see we have many mutual connections. Please accept my request so that we can exchange ideas.", None),
        ("Ines, it's Sam from the night bus, the one with the tuba. Let's stay in touch on here!", MET),
        ("Dear colleague, I would like to join your professional network. Best, Dr A. Rao", None),
        ("Your question about wet basements was the best of the night. Would love to connect. Mo", MET),
    ),
    "dm": (
        ("hey, is the blue sofa still available? could pick it up tonight", None),
        ("yo did you see the match?? call me when ur up lol", NAMED),
        ("Thanks for following! Check out my new EP, link in bio 🔥", None),
        ("Hi Ruth, long time no see! How are things? Let's catch up soon.", NAMED),
        ("Hi! I love your linocuts, what paper do you use? Any tips for a beginner?", None),
    ),
    "cold_email": (
        (
            "Dear Professor Ilves,\n\nMy name is Hana and I am a second year biology student in Brno. I was wondering whether I might visit your lab.\n\nHana",
            None,
        ),
        ("Hi Brian,\n\nI came across your website and noticed it loads slowly. We help businesses like yours double their traffic.\n\nDeb", None),
        ("Hello, I am writing to ask whether your mill would sell offcuts by the sack. What would you charge?", None),
        ("Hi Oscar,\n\nYou don't know me. I'm building a tool for small bakeries. Could I show you the first version?\n\nLena", NAMED),
    ),
    "pr_pitch": (
        ("Hi Nadia,\n\nI thought your readers might enjoy this: our museum reopens its lighthouse on 3 May. Press photos attached.\n\nTom", NAMED),
        ("FOR IMMEDIATE RELEASE\n\nZestly unveils the world's first smart lemon squeezer", None),
        ("Hey lovely! We would love to gift you a candle in return for a post. Are you free to be our brand ambassador?", None),
        ("Dear Mr Boyle, you wrote about the last rope walk in Kent. There is one more, ours. You'd be welcome to write something.", NAMED),
    ),
    "follow_up": (
        ("Hi Dana, just following up on my email from last week. Did you get a chance to look at the quote?", NAMED),
        ("Hi Paul, any news on the boiler part? It's been two weeks and the flat is freezing.", NAMED),
        ("Dear Ms Kahn, as promised, here are the three addresses. The second one opens at six.", MET),
        ("Bumping this to the top of your inbox! Let me know if now isn't a good time.", None),
    ),
    "recruiter": (
        ("Hi Sven, your background looks like a great fit for a senior role with my client. Competitive salary.", NAMED),
        ("We are hiring! Urgent opening for data entry. Share your updated CV and notice period.", None),
        ("Hello Bea, we need a part time cook for the hostel, three days a week, 14 an hour. Would you consider it? Jan", NAMED),
        ("Hi Lou, our team is looking for someone to run the lathe shop when Greg retires in May. It pays 38,000.", MET),
    ),
    "job_application": (
        ("Dear Hiring Manager,\n\nI would like to apply for the post of night porter. My CV is attached.\n\nSincerely\nOmar", None),
        ("Hi, I saw the sign in your window. I can start on Monday, weekends too. I've worked in two bakeries. Milo", None),
        ("Dear Ms Orr, I'm interested in the apprenticeship at your forge. I made a gate last summer, one hinge is wrong.", NAMED),
        ("Please consider my application for the library assistant vacancy. I am a fast learner and a team player.", None),
    ),
    "intro_request": (
        ("Hi Ben, could you introduce me to Alma at the print works? I'd like to ask about binding.", NAMED),
        ("Dear Kit, do you know anyone who rents barns near Ely? We need one for six weeks.", NAMED),
        ("Sana, would you ask your uncle if he still mends barometers? If he does, could you pass on my number?", MET),
        ("Hi! I noticed you're connected to the head of buying at Lomax. Could you put me in touch with her?", None),
    ),
    "thank_you": (
        ("Dear Iris, thank you for the plum jam. The jar with the pencil label is already empty and I blame the children.", NAMED),
        ("Thanks so much for having us on Sunday! Such a lovely time.", NAMED),
        ("Hi Mr Dunn, just a note to say thank you for the reference. I start on the 4th.", NAMED),
    ),
    "congrats_birthday": (
        ("Happy birthday Nell! Forty and still cheating at Scrabble.", NAMED),
        ("Congratulations on your new role! So well deserved.", None),
        ("You did it!! Doctor Amara!! Six years and one flood. So proud of you.", NAMED),
    ),
    "community_post": (
        ("Hi all, does anyone have a ladder I could borrow on Saturday? Flat 12.", None),
        ("Lost: grey cat, white sock on the left front paw, answers to Bishop. Last seen by the bins.", None),
        ("Hello everyone, I've just joined the group. Looking forward to learning from you all!", None),
        ("Big shout out to the night shift for clearing the queue. You all rock!", None),
    ),
    "other": (
        ("Dear Rosa, I'm so sorry about your mum. She taught me to whistle. I'll be at the church on Friday.", MET),
        ("Dear Mr Lund, I have finished your novel about the ferry. The cook is my grandmother to the life. No need to reply.", NAMED),
        ("Hi Mrs Page, I'm handing in my notice as treasurer, I wanted you to hear it from me first.", MET),
    ),
}


@pytest.mark.parametrize(("wanted", "text", "context"), [(wanted, *case) for wanted, cases in ENGLISH.items() for case in cases])
def test_kind_of_english_drafts(wanted: str, text: str, context: Context | None) -> None:
    assert kind(text, context) == wanted


@pytest.mark.parametrize(
    ("lang", "wanted", "text"),
    [
        ("de", "linkedin_invite", "Hallo Frau Beck, ich würde Sie gern zu meinem Netzwerk hinzufügen."),
        ("de", "thank_you", "Lieber Uwe, vielen Dank für die Leiter, sie steht wieder im Schuppen."),
        ("de", "community_post", "Hallo zusammen, hat jemand eine Stichsäge, die ich am Samstag leihen kann?"),
        ("fr", "follow_up", "Bonjour, je me permets de relancer au sujet de mon dernier message. Avez-vous eu le temps de le lire ?"),
        ("fr", "congrats_birthday", "Bon anniversaire Lucie ! Trente ans et toujours pas de réveil."),
        ("es", "recruiter", "Hola Inés, buscamos una enfermera para la residencia. El puesto es de tarde y el salario es bueno."),
        ("es", "intro_request", "Hola Pau, ¿me podrías presentar a tu prima, la que arregla violines?"),
        ("pt", "job_application", "Bom dia, venho apresentar a minha candidatura. O meu currículo segue em anexo."),
        ("pt", "community_post", "Boa tarde pessoal, alguém tem um carrinho de mão para emprestar?"),
        ("it", "thank_you", "Grazie mille per il pane di ieri, era ancora caldo."),
        ("it", "pr_pitch", "Gentile redazione, in allegato il comunicato stampa della mostra e alcune foto."),
        ("nl", "linkedin_invite", "Hoi Kees, ik voeg je graag toe aan mijn netwerk op LinkedIn."),
        ("nl", "congrats_birthday", "Gefeliciteerd met je diploma, Noor!"),
        ("pl", "job_application", "Szanowni Państwo, w załączeniu moje CV. Aplikuję na miejsce magazyniera."),
        ("pl", "thank_you", "Bardzo dziękuję za pomoc przy przeprowadzce, kanapa się zmieściła."),
        ("sv", "follow_up", "Hej Lena, har du hunnit titta på mitt förra mejl om båtplatsen?"),
        ("sv", "congrats_birthday", "Grattis på födelsedagen, gamle vän!"),
        ("tr", "congrats_birthday", "Nice mutlu yıllara Elif, doğum günün kutlu olsun!"),
        ("tr", "thank_you", "Dünkü yardımın için çok teşekkür ederim."),
        ("hi", "congrats_birthday", "जन्मदिन की बहुत बधाई, दीदी!"),
        ("hi", "follow_up", "Sir, pichle mail ka jawab nahi mila, kripya reminder samajhiye."),
        ("ja", "thank_you", "昨日はお時間をありがとうございました。とても助かりました。"),
        ("ja", "job_application", "採用ご担当者様 貴店の求人を見て応募いたしました。履歴書を添付いたします。"),
    ],
)
def test_kind_in_other_languages(lang: str, wanted: str, text: str) -> None:
    assert kind(text, lang=lang) == wanted


def test_kinds_of_labelled_drafts() -> None:
    drafts = [json.loads(line) for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    assert Counter(d["kind"] for d in drafts) == dict.fromkeys(Kind, 5)
    told = [Context(c.get("name", ""), c.get("met", ""), topics=tuple(c.get("topics", ()))) for c in (d.get("context", {}) for d in drafts)]
    wrong = [(d["kind"], guessed, d["draft"]) for d, c in zip(drafts, told, strict=True) if (guessed := kind(d["draft"], c)) != d["kind"]]
    assert len(wrong) <= (1 - FLOOR) * len(drafts), wrong


def test_the_scorecard_weighs_what_is_looked_at() -> None:
    draft = read("hi @sam!! he said she'd ring?\n\nbye")
    shape = set(kinds._shape(draft, Context(name="Sam"), {}, quiet=True))
    card, signs = kinds.scorecard(), kinds.cues(("en",)).signs
    assert {"start", "line", "casual", "quiet", "named", "asks", "third", "cheer", "paras", "tag", "hello", "asks_first"} == shape
    assert shape <= set(card)
    assert set(signs) <= set(card)
    assert all(0 < abs(points) <= 7 for row in card.values() for points in row.values())


def test_signs_speak_for_a_kind_where_no_cue_does() -> None:
    assert kind("Our cook is leaving and the hostel pays 14 an hour. Would you come?") == "recruiter"
    assert kind("The paper's readers may want this: an exhibition in a lighthouse.") == "pr_pitch"


def test_a_second_language_without_signs_has_a_say() -> None:
    assert kinds.cues(("en", "hi")).signs == ()
    assert kinds.cues(("en",)).signs


QUIET = (
    "I'm so sorry about your mum. She was kind to me.",
    "We won't be able to offer you the room after all.",
    "I have to tell you that the dog died this morning.",
    "I was out of order on Friday and I'm sorry.",
    "Please accept our deepest sympathy.",
    "Get well soon, the choir is flat without you.",
    "I owe you an apology. I read your letter and told Jane.",
    "I'm afraid I must decline the invitation to chair.",
    "Unfortunately we have to cancel your booking. The pipes burst.",
    "We regret to inform you that your application was unsuccessful.",
    "I'm sorry I shouted at you in front of the others.",
    "It was my fault, I should never have sent it.",
    "I heard about your dad. I don't know what to say to you.",
    "We're closing the shop at the end of May.",
    "I can't accept the job. I've thought about it for a week.",
    "We've decided to go with someone else for the roof.",
    "Sorry to hear you're in hospital. The hens are fine.",
)
NOT_QUIET = (
    "Sorry to bother you, but do you know when the office opens?",
    "Unfortunately you missed our webinar, but here's the recording!",
    "Apologies for cross-posting! We have a new survey.",
    "Sorry for the delay, just following up on the proposal.",
    "Sorry I missed your call. Are you free at four?",
    "I have to tell you how much I loved your talk.",
    "Sorry for the mass email! Big news: we're hiring.",
    "I'm sorry to chase, did you get my last email?",
    "Bad news for your competitors: we just launched.",
    "We help hospitals cut waiting times. Worth a quick chat?",
    "I came across your cancer research charity and would love to connect.",
    "Sorry about the noise on Saturday, the party ran late!",
    "Excuse my bad English, sorry. I listened to your talk in Braga.",
    "Sadly I missed your talk on bees, is there a recording?",
    "Forgive my bluntness, but your website is slow.",
    "Dear customer, we value your feedback and apologise for any inconvenience caused.",
    "Thank you for your condolences.",
    "Sorry if this reached you twice.",
)


@pytest.mark.parametrize("text", QUIET)
def test_quiet_messages(text: str) -> None:
    assert quiet(text, "en")


@pytest.mark.parametrize("text", NOT_QUIET)
def test_words_of_regret_alone_are_not_quiet(text: str) -> None:
    assert not quiet(text, "en")


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("de", "Liebe Ute, mein herzliches Beileid. Dein Vater hat mir das Segeln beigebracht."),
        ("fr", "Chère Anne, toutes mes condoléances."),
        ("es", "Te debo una disculpa por lo del sábado."),
        ("pt", "Os meus sentidos pêsames à família."),
        ("it", "Le mie più sentite condoglianze."),
        ("nl", "Gecondoleerd met het verlies van je moeder."),
        ("pl", "Proszę przyjąć wyrazy współczucia."),
        ("sv", "Jag beklagar sorgen."),
        ("tr", "Başınız sağ olsun."),
        ("hi", "यह सुनकर बहुत दुख हुआ।"),
        ("ja", "心よりお悔やみ申し上げます。"),
    ],
)
def test_condolences_are_quiet_in_every_language(lang: str, text: str) -> None:
    assert quiet(text, lang)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("de", "Entschuldigen Sie bitte die Störung, haben Sie am Montag offen?"),
        ("fr", "Désolé pour le retard, voici le devis."),
        ("es", "Perdón por la demora, aquí va la factura."),
        ("sv", "Förlåt att jag svarar så sent, här kommer listan."),
        ("ja", "お返事が遅くなり申し訳ありません。見積もりをお送りします。"),
    ],
)
def test_manners_are_not_quiet_in_other_languages(lang: str, text: str) -> None:
    assert not quiet(text, lang)


def test_pasted_material_does_not_count() -> None:
    note = "hey, seen this? looks like our street"
    assert kind(f"{note}\n\n---------- Forwarded message ----------\nWe are hiring! Urgent opening, competitive salary, share your CV.") == kind(note)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "Hi Ben, could you introduce me to Alma? I'd like to ask about binding. It would take her a minute. Thank you so much for everything, I am so grateful!",
            "intro_request",
        ),
        (
            "Hi Paul, any news on the boiler part? It's been two weeks. The flat is freezing. Thank you so much for your help with this, I am very grateful!",
            "follow_up",
        ),
    ],
)
def test_thanks_at_the_end_are_a_courtesy(text: str, wanted: str) -> None:
    assert kind(text) == wanted


def test_channel_of_invitations_tells() -> None:
    text = "Hi Ana, the kiln story made my week."
    assert kind(text, MET, channel="linkedin_note") == "linkedin_invite"


@pytest.mark.parametrize("text", ["", "🎉", "https://example.com", "42"])
def test_drafts_without_words_have_a_kind_and_are_not_quiet(text: str) -> None:
    assert kind(text) in set(Kind)
    assert not quiet(text)


def test_nothing_is_loaded_for_a_language_without_cues() -> None:
    assert kinds.cues(("ru",)).owners == ()


@pytest.mark.parametrize("lang", PACKS)
def test_cue_files_name_kinds_and_weights(lang: str) -> None:
    tables = tomllib.loads((ROOT / lang / "kinds.toml").read_text(encoding="utf-8"))
    assert set(tables) <= {*(k.value for k in Kind), "quiet", "casual", "formal", *kinds.scorecard()}
    assert "quiet" in tables
    assert all(-4 <= float(weight) <= 4 for table in tables.values() for weight in table)
    assert kinds.cues((lang,)).owners


@given(st.text(max_size=200), st.sampled_from(PACKS))
def test_any_text_has_a_kind(text: str, lang: str) -> None:
    assert kind(text, lang=lang) in set(Kind)
