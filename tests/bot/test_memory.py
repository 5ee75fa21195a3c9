"""What the coach remembers: notes that join a draft, the same text to several people, habits, phrases of a house, and how all of it is forgotten."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from adapters.terminal.render import Look, render
from bot.cards import Chart, Choices, Document
from bot.coach import Coach, Reply
from bot.errors import BadPhrase, NoNote, NotAllowed, UnknownField
from bot.kept import Note
from bot.request import Request
from rules.model import Circumstances, Context
from tests.fakes import FakeClock, FakeStore

ME, YOU, HOUSE = "slack:T1:U1", "slack:T1:U2", "slack:T1"
INVITE = "Hi {name},\n\nGreat meeting you! I'd like to add you to my professional network.\n\nBest,\nSam"
NEWS = (
    "Hi {name},\n\nOur shop moves to Mill Lane on the first of May. The old counter goes with us, and so does the coffee machine that everybody likes to hit. "
    "There will be cake at four. {own}Bring whoever you like, the yard is large enough for a whole street.\n\nSam"
)


class Room:
    """A coach in a workspace, with its fakes."""

    def __init__(self, *, admin: bool = False) -> None:
        self.store, self.clock = FakeStore(), FakeClock()
        self.coach = Coach(self.store, self.clock, "slack", "/coach").at(house=HOUSE, admin=admin)

    async def look(self, text: str = INVITE.format(name="Davina"), context: Context = Context(), writer: str = ME) -> Reply:  # noqa: B008
        return await self.coach.look(writer, Request(text, Circumstances(context=context)))

    async def act(self, intent: str, request: Request | None = None, writer: str = ME) -> str:
        return shown(await self.coach.act(writer, request, intent))

    async def note(self, text: str) -> str:
        return await self.act(f"note-text:{text}")


def shown(reply: Reply) -> str:
    return render(reply.card, Look(400))


def intents(reply: Reply) -> list[str]:
    return [choice.intent for block in reply.card.blocks if isinstance(block, Choices) for choice in block.choices]


# Notes


async def test_a_note_joins_the_next_draft_and_that_is_said() -> None:
    room = Room()
    assert "Tuesday 3 March 2026" in await room.note("met Davina at SummitUp this morning, her shop's loyalty cards")
    reply = await room.look()
    assert "From your note on Davina: SummitUp · Tuesday 3 March 2026 · her shop's loyalty cards." in shown(reply)
    assert "What about her shop's loyalty cards stayed with you?" in shown(reply)
    assert reply.request
    assert reply.request.given.context.met == "SummitUp"


async def test_a_note_makes_a_draft_that_draws_on_it_ready() -> None:
    room = Room()
    draft = "Hi Davina, your counter girl's stamp cards made me ask our baker: nobody there gets to ten either."
    await room.note("met Davina at SummitUp this morning, her shop's loyalty cards")
    assert (await room.look(draft)).card.title.startswith("Only Davina could get this")


async def test_what_was_told_and_answered_is_offered_to_be_remembered_once() -> None:
    room = Room()
    reply = await room.look(context=Context("Davina", "SummitUp, this morning"))
    assert "remember" in intents(reply)
    assert reply.request
    answered = await room.coach.answer(ME, reply.request, "nobody ever gets to ten stamps")
    saved = await room.coach.act(ME, answered.request, "remember")
    assert saved.card.title == "Noted: Davina. I keep it for 90 days after you last used it."
    assert "SummitUp · Tuesday 3 March 2026 · nobody ever gets to ten stamps" in shown(saved)
    again = await room.look(context=Context("Davina", "SummitUp"))
    assert "remember" not in intents(again)


async def test_two_people_of_one_name_are_asked_about_and_the_answer_holds() -> None:
    room = Room()
    await room.note("met Davina Marsh at SummitUp, her shop's loyalty cards")
    await room.note("met Davina Okafor at the allotment, her leeks")
    first = await room.look()
    assert "You have notes on 2 people called Davina. Which one is this for?" in shown(first)
    assert "loyalty cards" not in first.card.title
    assert first.request
    assert first.request.given.context == Context()
    picked = next(note for note in room.store.noted[ME].values() if note.name == "Davina Okafor")
    assert f"who:{picked.id}" in intents(first)
    second = await room.coach.act(ME, first.request, f"who:{picked.id}")
    assert "From your note on Davina Okafor: the allotment · her leeks." in shown(second)
    assert "loyalty" not in shown(second)
    assert "her leeks" in shown(await room.look(INVITE.format(name="Davina") + "\n"))
    none = await room.coach.act(ME, first.request, "who:")
    assert "From your note" not in shown(none)
    room.clock.move(minutes=16)
    assert "Which one is this for?" in shown(await room.look())


async def test_a_full_name_needs_no_question() -> None:
    room = Room()
    await room.note("met Davina Marsh at SummitUp, her shop's loyalty cards")
    await room.note("met Davina Okafor at the allotment, her leeks")
    assert "her leeks" in shown(await room.look(INVITE.format(name="Davina Okafor")))


async def test_what_is_told_again_of_somebody_is_added_to_their_note() -> None:
    room = Room()
    await room.note("met Davina at SummitUp, her shop's loyalty cards")
    await room.note("met Davina at SummitUp, the bad hotel coffee")
    assert [note.topics for note in room.store.noted[ME].values()] == [("her shop's loyalty cards", "the bad hotel coffee")]


async def test_using_a_note_renews_it() -> None:
    room = Room()
    await room.note("met Davina at SummitUp, her shop's loyalty cards")
    room.clock.move(days=40)
    await room.look()
    assert next(iter(room.store.noted[ME].values())).used == room.clock.now()


async def test_a_note_is_listed_edited_and_forgotten_behind_a_button() -> None:
    room = Room()
    await room.note("met Davina at SummitUp, her shop's loyalty cards")
    (id_,) = room.store.noted[ME]
    assert "Davina: SummitUp · her shop's loyalty cards" in await room.act("notes")
    form = await room.coach.form(ME, f"note-edit:{id_}")
    values = {field.key: field.value for field in form.fields}
    assert values["topics"] == "her shop's loyalty cards"
    await room.coach.filled(ME, f"note-edit:{id_}", values | {"topics": "stamps; leeks", "when": "yesterday"})
    assert room.store.noted[ME][id_] == Note(id_, "Davina", "SummitUp", "2026-03-02", ("stamps", "leeks"), "", room.clock.now())
    sure = await room.coach.act(ME, None, "forget-name:Davina")
    assert sure.card.title == "Erase the note on Davina? It cannot be undone."
    assert room.store.noted[ME]
    assert await room.act(intents(sure)[0]) == "Erased.\n"
    assert not room.store.noted[ME]
    assert "There is no such note any more." in await room.act(f"note:{id_}")


async def test_a_note_without_a_name_or_a_fact_says_what_it_needs() -> None:
    room = Room()
    for text in ("met Davina", "know the usual stuff"):
        with pytest.raises(NoNote):
            await room.note(text)
    with pytest.raises(NoNote):
        await room.coach.filled(ME, "note-new", {"to": "", "met": "SummitUp"})
    with pytest.raises(NoNote):
        await room.coach.act(ME, Request("Thanks, the bus was late."), "remember")


async def test_notes_that_are_off_neither_join_nor_are_kept() -> None:
    room = Room()
    await room.note("met Davina at SummitUp, her shop's loyalty cards")
    await room.act("set:notes=off")
    reply = await room.look(context=Context("Davina", "the station"))
    assert "From your note" not in shown(reply)
    assert "remember" not in intents(reply)
    assert "Notes are switched off, so I kept nothing." in await room.note("met Bob at the station, his leeks")
    assert len(room.store.noted[ME]) == 1


async def test_a_note_of_somebody_else_is_never_read() -> None:
    room = Room()
    await room.note("met Davina at the allotment, her leeks")
    assert "leeks" not in shown(await room.look(writer=YOU))
    assert "leeks" not in await room.act("notes", writer=YOU)
    assert "leeks" not in await room.act("export", writer=YOU)


async def test_what_is_private_in_a_note_is_not_held_up_to_the_writer() -> None:
    room = Room()
    await room.note("met Davina at SummitUp, her shop's loyalty cards, her mother's cancer")
    said = shown(await room.look())
    assert "From your note on Davina: SummitUp · her shop's loyalty cards. One is enough." in said
    assert "cancer" not in said
    assert "You told me" not in said


# Sameness


async def test_the_same_text_for_several_people_is_mentioned_once_a_batch() -> None:
    room = Room()
    said = []
    for day, name in enumerate(("Ana", "Bob", "Chidi", "Devi")):
        said.append(shown(await room.look(NEWS.format(name=name, own=""))))
        room.clock.move(days=int(day < 1))
    mentioned = [text for text in said if "You've checked nearly this text" in text]
    assert mentioned == [said[2]]
    assert "You've checked nearly this text three times since Tuesday, for three people. It is the same from end to end." in said[2]


async def test_the_sentences_that_change_are_named() -> None:
    room = Room()
    owns = ("", "Your brother still owes me a ladder. ", "")
    said = [shown(await room.look(NEWS.format(name=name, own=own))) for name, own in zip(("Ana", "Bob", "Chidi"), owns, strict=True)]
    assert "three times today, for three people" in said[2]
    room = Room()
    owns = ("", "", "Your brother still owes me a ladder. ")
    said = [shown(await room.look(NEWS.format(name=name, own=own))) for name, own in zip(("Ana", "Bob", "Chidi"), owns, strict=True)]
    assert "4 of 5 sentences are the same; that's fine for the news, and the rest is theirs already." in said[2]


async def test_a_second_look_at_one_draft_is_no_repeat() -> None:
    room = Room()
    for _ in range(5):
        reply = await room.look(NEWS.format(name="Ana", own=""))
    assert "nearly this text" not in shown(reply)
    assert len(room.store.seen[ME]) == 1


async def test_in_a_batch_only_what_changes_is_looked_at() -> None:
    room = Room()
    for name in ("Ana", "Bob", "Chidi"):
        reply = await room.look(
            INVITE.format(name=name).replace("Great", "It was great").replace("network.", "network of people who care about shops like yours.")
        )
    assert "batch:on" in intents(reply)
    on = await room.coach.act(ME, reply.request, "batch:on")
    assert on.card.title == "Nothing in it changes from one reader to the next."
    text = INVITE.format(name="Devi").replace("Great", "It was great").replace("network.", "network of people who care about shops like yours.")
    mine = await room.look(text.replace("\n\nBest", " Your counter girl's ten stamps made me laugh all the way to Leeds.\n\nBest"))
    assert mine.card.title == "What changes is theirs: “Your counter girl's ten stamps made me laugh all the way to Leeds.”"
    assert "professional network" not in shown(mine).replace(mine.card.title, "")
    off = await room.coach.act(ME, mine.request, "batch:off")
    assert "professional network" in shown(off)


async def test_sameness_that_is_off_keeps_no_sketch() -> None:
    room = Room()
    await room.act("set:sameness=off")
    for name in ("Ana", "Bob", "Chidi", "Devi"):
        assert "nearly this text" not in shown(await room.look(NEWS.format(name=name, own="")))
    assert not room.store.seen


# Habits


async def test_habits_are_counted_only_for_who_asked_and_never_words() -> None:
    room = Room()
    await room.look()
    assert not room.store.tallies
    assert "I count nothing for you." in await room.act("habits")
    await room.act("set:habits=on")
    assert "Nothing is counted yet." in await room.act("habits")
    reply = await room.look()
    assert reply.request
    await room.coach.look_again(ME, reply.request)
    kept = room.store.tallies[ME]
    assert {tally.rule for tally in kept} == {"", "stock-invitation", "unnamed-meeting", "missing-reason"}
    assert sum(tally.count for tally in kept if not tally.rule) == 1
    assert not room.store.tallies.get(YOU)


async def test_eight_weeks_say_what_faded_and_what_remains() -> None:
    room = Room()
    await room.act("set:habits=on")
    for week in range(8):
        await room.look(
            INVITE.format(name="Ana")
            if week < 3
            else "Hi Ana, thanks for reaching out! I hope this email finds you well. Just circling back on my last mail."
        )
        room.clock.move(weeks=int(week < 7))
    reply = await room.coach.act(ME, None, "habits")
    chart = next(block for block in reply.card.blocks if isinstance(block, Chart))
    assert len(chart.weeks) == 8
    assert chart.series[0][1] == (1,) * 8
    assert chart.weeks[0] == "2 Mar"
    assert "2 Mar: drafts 1, phrases found 3;" in chart.alt
    assert "Faded: missing reason · stock invitation · unnamed meeting." in shown(reply)
    assert "Still there: automatic reply · circling back" in shown(reply)
    room.clock.move(weeks=9)
    assert "Nothing is counted yet." in await room.act("habits")


# Settings, and what an administrator settles


async def test_a_rule_can_be_stopped_for_one_kind_of_message() -> None:
    room = Room()
    reply = await room.look()
    stop = next(intent for intent in intents(await room.coach.act(ME, reply.request, "more")) if "@linkedin_invite" in intent)
    assert "LinkedIn invitation" in await room.act(stop)
    rule = stop.removeprefix("stop:").partition("@")[0]
    quotes = await room.act("all", reply.request)
    assert rule == "stock-invitation"
    assert "professional network" not in quotes
    dm = Request(INVITE.format(name="Ana"), Circumstances(kind=None, context=Context("Ana")))
    assert "professional network" in shown(await room.coach.look(YOU, dm))
    assert f"restore:{rule}@linkedin_invite" in intents(await room.coach.act(ME, None, "settings"))


async def test_settings_take_only_what_they_know() -> None:
    room = Room()
    for chosen in ("notes=maybe", "retention=7", "colour=red", "admin:U1=on"):
        with pytest.raises(UnknownField, match="Use one of"):
            await room.act(f"set:{chosen}")
    assert "90 days after" in await room.act("settings")
    assert "30 days after" in await room.act("set:retention=30")


async def test_the_coach_speaks_the_language_that_a_writer_chose() -> None:
    room = Room()
    assert "set:language=ja" in intents(await room.coach.act(ME, None, "settings"))
    assert "日本語で話しています。" in await room.act("set:language=ja")
    mine = await room.coach.speaking(ME)
    reply = await mine.look(ME, Request(INVITE.format(name="Davina"), Circumstances(context=Context("Davina", topics=("stamps",)))))
    assert "「I'd like to add you to my professional network」" in shown(reply)
    assert "stamps" in shown(reply)
    assert "This could go to anyone." not in shown(reply)
    assert (await room.coach.speaking(YOU)) is room.coach
    assert (await room.coach.speaking(YOU, "de-AT")).say("voice.name") == "Deutsch"
    assert (await room.coach.speaking(ME, "de-AT")).say("voice.name") == "日本語"
    assert (await room.coach.speaking(YOU, "zz")) is room.coach


async def test_what_an_administrator_switches_off_is_off_for_everybody() -> None:
    room = Room(admin=True)
    await room.note("met Davina at SummitUp, her shop's loyalty cards")
    await room.act("set:habits=on")
    await room.act("all-set:notes=off")
    await room.act("all-set:habits=off")
    reply = await room.look()
    assert "From your note" not in shown(reply)
    assert not room.store.tallies
    listed = await room.act("settings")
    assert "An administrator switched notes off for everybody here." in listed
    assert "set:notes=on" not in intents(await room.coach.act(ME, None, "settings"))
    await room.act("all-set:notes=on")
    assert "From your note" in shown(await room.look())


async def test_only_an_administrator_settles_things_for_all_and_can_name_another() -> None:
    room = Room()
    for intent in ("house", "all-set:notes=off", "phrases", "admin-drop:U9", "phrase-drop:x"):
        with pytest.raises(NotAllowed):
            await room.act(intent)
    for intent in ("admin-new", "phrase-new"):
        with pytest.raises(NotAllowed):
            await room.coach.form(ME, intent)
        with pytest.raises(NotAllowed):
            await room.coach.filled(ME, intent, {"person": "U1"})
    assert "house" not in intents(await room.coach.act(ME, None, "settings"))
    await room.coach.at(house=HOUSE, admin=True).filled(YOU, "admin-new", {"person": "U1"})
    assert "house" in intents(await room.coach.act(ME, None, "settings"))
    await room.act("admin-drop:U1")
    with pytest.raises(NotAllowed):
        await room.act("house")


PHRASE = {
    "words": "synergize our verticals",
    "say": "Our readers stop here.",
    "ask": "What do you want to do together?",
    "flags": "We could synergize our verticals next week.",
    "passes": "We could share the stall next week.",
}


async def test_a_phrase_of_the_house_is_mentioned_in_everybodys_drafts() -> None:
    room = Room(admin=True)
    draft = "Hi Ana, the pump you lent me holds. Bo says that we could synergize our verticals when the bus is back on Mill Lane."
    before = await room.look(draft)
    assert "Our readers stop here." not in shown(before)
    await room.coach.filled(ME, "phrase-new", PHRASE)
    after = await room.look(draft, writer=YOU)
    assert "“synergize our verticals”" in shown(after)
    assert "Our readers stop here." in shown(after)
    assert "Our readers stop here." not in shown(await room.coach.at(house="slack:T2").look("slack:T2:U1", Request(draft)))
    drop = next(intent for intent in intents(await room.coach.act(ME, None, "phrases")) if intent.startswith("phrase-drop:"))
    await room.act(drop)
    assert "Our readers stop here." not in shown(await room.look(draft))


async def test_a_phrase_of_the_house_is_heard_where_a_rule_speaks_of_it_too() -> None:
    room = Room(admin=True)
    words = "circle back on our synergies"
    await room.coach.filled(ME, "phrase-new", PHRASE | {"words": words, "flags": f"I'd love to {words} next week."})
    assert "Our readers stop here." in shown(await room.look(f"Hi Ana, I'd love to {words} next week. I hope this email finds you well."))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"words": ""}, "The words, exactly: this is empty."),
        ({"words": "synergize (our|the) verticals"}, "A phrase is plain words, without ( ) |"),
        ({"words": "to you"}, "is so common"),
        ({"flags": "We could share the stall."}, "I don't find “synergize our verticals” in your example"),
        ({"passes": "Let us synergize our verticals."}, "I find “synergize our verticals” in the sentence that should not have it"),
        ({"words": "x" * 121}, "longer than 120 characters"),
    ],
)
async def test_a_phrase_that_does_not_keep_to_its_examples_is_not_taken(changed: dict[str, str], sentence: str) -> None:
    room = Room(admin=True)
    with pytest.raises(BadPhrase) as refused:
        await room.coach.filled(ME, "phrase-new", PHRASE | changed)
    assert sentence in str(refused.value)
    assert not room.store.own


# Privacy


async def test_privacy_says_what_is_kept_in_one_screen() -> None:
    text = await Room().act("privacy")
    for words in (
        "Your draft: in memory",
        "Notes: only what you save",
        "from which no word can be read back",
        "only if you switch them on",
        "Your admins can't read your notes",
    ):
        assert words in text
    assert len(text.split()) < 220


async def test_the_export_holds_everything_page_by_page() -> None:
    room = Room()
    await room.note("met Davina at SummitUp, her shop's loyalty cards")
    await room.act("set:habits=on")
    await room.act("stop:stock-invitation")
    await room.look()
    for number in range(90):
        await room.note(
            f"met Person{chr(97 + number // 26)}{chr(97 + number % 26)} at the pump, their leeks and the long story of the valve that would not hold"
        )
    pages, intent = [], "export"
    while intent:
        reply = await room.coach.act(ME, None, intent)
        pages.append(next(block.text for block in reply.card.blocks if isinstance(block, Document)))
        intent = next(iter(intents(reply)), "")
    assert len(pages) > 1
    told = json.loads("".join(pages))
    assert len(told["notes"]) == 91
    assert told["stopped"] == ["stock-invitation"]
    assert told["settings"] == {"habits": "on"}
    assert len(told["sketches"]) == 1
    assert told["habits"]


async def test_forgetting_everything_leaves_nothing() -> None:
    room = Room()
    await room.note("met Davina at SummitUp, her shop's loyalty cards")
    await room.act("set:habits=on")
    await room.act("stop:stock-invitation")
    await room.look(NEWS.format(name="Ana", own=""))
    asked = await room.coach.act(ME, None, "forget")
    assert "Notes: 1. Settings: 2. Sketches of drafts: 1." in shown(asked)
    assert intents(asked) == ["erase"]
    assert room.store.noted[ME]
    await room.act("erase")
    assert not any(kept.get(ME) for kept in (room.store.noted, room.store.rules, room.store.chosen, room.store.seen, room.store.tallies))


async def test_what_cannot_be_erased_just_now_is_said_and_kept_at_hand() -> None:
    """In every language: nobody may think that what they wanted erased is gone, or that something was to be saved."""
    room = Room()
    await room.note("met Davina at SummitUp, her shop's loyalty cards")
    room.store.broken = True
    for intent in ("forget", "erase"):
        assert "nothing is erased yet" in await room.act(intent)
    assert intents(await room.coach.act(ME, None, "erase")) == ["erase"]
    room.store.broken = False
    await room.act("erase")
    assert not room.store.noted.get(ME)


async def test_a_store_that_does_not_answer_costs_what_it_keeps_and_no_review() -> None:
    room = Room(admin=True)
    room.store.broken = True
    reply = await room.look(context=Context("Davina", "SummitUp"))
    assert reply.card.title == "This could go to anyone."
    assert "nothing of this was saved" in shown(reply)
    assert "remember" not in intents(reply)
    overview = await room.coach.overview(ME)
    assert [card.title for card in overview] == ["Your settings", "What I keep, where, and for how long"]


async def test_notes_are_shown_in_pages() -> None:
    room = Room()
    for number in range(20):
        room.store.noted.setdefault(ME, {})[str(number)] = Note(
            str(number), f"Person {number}", "the pump", used=room.clock.now() - timedelta(number)
        )
    first = await room.coach.act(ME, None, "notes")
    assert first.card.title == "Your notes (20)"
    assert "notes:2" in intents(first)
    assert "Person 19" in await room.act("notes:2")


def test_the_week_begins_on_monday() -> None:
    assert date(2026, 3, 2).weekday() == 0
