"""Coach: what a person can ask, and what comes back."""

from __future__ import annotations

import pytest

from adapters.terminal.render import Look, render
from bot.cards import Choices, Passage, Struck
from bot.coach import Coach, Reply
from bot.errors import LetGo, NothingToRead, NotSaved, TooLong, UnknownRule
from bot.request import LONGEST, Request
from rules.model import Circumstances, Context
from tests.fakes import FakeClock, FakeStore

INVITE = "Hi Davina,\n\nGreat meeting you! I'd like to add you to my professional network.\n\nBest,\nSam"
GIVEN = Circumstances(context=Context("Davina", "SummitUp", "", ("her shop's loyalty cards",)))
ME = "test:me"
ASKED = Request(INVITE, GIVEN)


class Room:
    """A coach with its fakes."""

    def __init__(self, *, broken: bool = False, where: str = "terminal") -> None:
        self.settings = FakeStore(broken=broken)
        self.coach = Coach(self.settings, FakeClock(), where, "/coach")

    async def look(self, text: str = INVITE, given: Circumstances = GIVEN) -> Reply:
        return await self.coach.look(ME, Request(text, given))


def intents(reply: Reply) -> list[str]:
    return [choice.intent for block in reply.card.blocks if isinstance(block, Choices) for choice in block.choices]


async def test_the_dialogue_from_draft_to_second_look() -> None:
    room = Room()
    first = await room.look()
    assert first.card.title == "This could go to anyone."
    assert first.request
    answer = "your counter girl said nobody ever gets to ten stamps"
    second = await room.coach.answer(ME, first.request, answer)
    assert any(isinstance(block, Passage) and answer in block.text for block in second.card.blocks)
    assert "Settled:" in render(second.card)
    assert "professional network" not in next(b.text for b in second.card.blocks if isinstance(b, Passage))


async def test_whoever_answered_the_question_is_not_asked_it_again() -> None:
    room = Room()
    first = await room.look()
    second = await room.coach.answer(ME, ASKED, "nobody ever gets to ten stamps")
    shown = render(second.card)
    assert "What about her shop's loyalty cards stayed with you?" in render(first.card)
    assert "stayed with you?" not in shown
    assert "Nothing here is Davina's yet" not in shown
    assert "her shop's loyalty cards" not in shown


async def test_a_second_look_names_three_things_and_counts_the_rest() -> None:
    letter = (
        "Respected Sir/Madam,\n\nGreetings of the day!! I hope this email finds you well. I have gone through your profile and found your work very interesting. "
        "I am a highly motivated and hardworking student. Kindly find attached my CV for your kind perusal.\n\nRohan"
    )
    shown = render((await Room().coach.again(ME, Request(letter), Request(letter + " "))).card, Look(400))
    still = next(line for line in shown.splitlines() if line.startswith("Still there: "))
    assert still.count("·") == 2
    assert still.endswith(" more.")


async def test_an_answer_that_says_nothing_is_not_taken_for_the_fact() -> None:
    second = await Room().coach.answer(ME, ASKED, "dunno")
    assert second.card.title != "Nothing to change."
    assert "You told me: her shop's loyalty cards" in render(second.card)


async def test_the_coach_does_not_write() -> None:
    room = Room()
    reply = await room.coach.answer(ME, ASKED, "write it for me")
    assert reply.card.title.startswith("A line from me would be a line anyone could get.")
    assert intents(reply) == ["answer"]
    assert reply.request == ASKED


async def test_a_conversation_tells_an_answer_from_a_new_version() -> None:
    room = Room()
    answered = await room.coach.converse(ME, ASKED, "your counter girl said nobody ever gets to ten stamps")
    assert "word for word" in render(answered.card)
    version = "Hi Davina,\n\nYour counter girl said nobody ever gets to ten stamps, and I tried eight at our till.\n\nBest,\nSam"
    again = await room.coach.converse(ME, ASKED, version)
    assert again.request
    assert again.request.draft == version
    assert "Settled:" in render(again.card)
    assert (await room.coach.converse(ME, ASKED, "help")).card.title == "Paste what you're about to send."


async def test_a_stopped_rule_is_not_mentioned_until_it_is_taken_back() -> None:
    room = Room(where="slack")
    await room.coach.act(ME, ASKED, "stop:stock-invitation")
    assert "site's own line" not in render((await room.look()).card)
    assert "site's own line" in render((await room.coach.look("test:you", ASKED)).card)
    listed = await room.coach.act(ME, None, "settings")
    assert "restore:stock-invitation" in intents(listed)
    await room.coach.act(ME, None, "restore:stock-invitation")
    assert "site's own line" in render((await room.look()).card)
    assert "restore:stock-invitation" not in intents(await room.coach.act(ME, None, "settings"))


async def test_the_way_back_is_told_in_the_words_of_the_place() -> None:
    for where, back in (("terminal", "offscript rules restore stock-invitation"), ("slack", "/coach settings"), ("discord", "/offscript settings")):
        assert back in render((await Room(where=where).coach.act(ME, None, "stop:stock-invitation")).card, Look(200))


async def test_everything_is_erased_only_behind_a_button() -> None:
    room = Room(where="slack")
    await room.coach.act(ME, None, "stop:stock-invitation")
    asked = await room.coach.act(ME, None, "forget")
    assert intents(asked) == ["erase"]
    assert room.settings.rules.get(ME)
    await room.coach.act(ME, None, "erase")
    assert not room.settings.rules.get(ME)


async def test_an_unknown_rule_gets_the_nearest_names() -> None:
    with pytest.raises(UnknownRule, match="stock-invitation"):
        await Room().coach.act(ME, None, "stop:stock-invitatoin")


async def test_a_store_that_does_not_answer_costs_the_settings_and_not_the_review() -> None:
    room = Room(broken=True)
    assert (await room.look()).card.title == "This could go to anyone."
    assert "can't read your settings" in render(await room.coach.settings(ME))
    with pytest.raises(NotSaved, match="could not save"):
        await room.coach.act(ME, None, "stop:stock-invitation")


async def test_a_button_without_its_draft_says_that_it_let_go() -> None:
    with pytest.raises(LetGo, match="I've let go of that draft"):
        await Room().coach.act(ME, None, "more")


async def test_trimmed_shows_what_goes_struck_out_and_the_gap_marked() -> None:
    card = (await Room().coach.act(ME, ASKED, "trimmed")).card
    struck = next(block for block in card.blocks if isinstance(block, Struck))
    assert "".join(text for text, _ in struck.pieces) == INVITE
    assert any("professional network" in text for text, kept in struck.pieces if not kept)
    assert "[your words: " in next(block.text for block in card.blocks if isinstance(block, Passage))


async def test_why_tells_the_reason_and_how_firmly_it_stands() -> None:
    assert "taste, not research" in render((await Room().coach.act(ME, ASKED, "why:stock-invitation")).card)


async def test_more_offers_everything_trimmed_why_and_stop() -> None:
    assert {intent.partition(":")[0] for intent in intents(await Room().coach.act(ME, ASKED, "more"))} == {
        "all",
        "trimmed",
        "why",
        "stop",
        "remember",
    }


@pytest.mark.parametrize("text", ["", "   \n\t ", "\u200b"])
async def test_nothing_to_read_gets_a_sentence(text: str) -> None:
    room = Room()
    if text.isspace() or not text:
        with pytest.raises(NothingToRead, match="Paste the message"):
            await room.look(text)
    else:
        assert "no words" in (await room.look(text)).card.title


async def test_too_long_gets_a_sentence() -> None:
    with pytest.raises(TooLong, match="I read up to"):
        await Room().look("a " * LONGEST)


@pytest.mark.parametrize(("where", "says"), [("slack", "opens a form"), ("discord", "message.txt"), ("terminal", "Paste a draft")])
async def test_hello_alone_explains_in_the_words_of_the_place(where: str, says: str) -> None:
    reply = await Room(where=where).look("hello")
    assert reply.card.title == "Paste what you're about to send."
    assert says in render(reply.card).replace("\n", " ")
    assert reply.request is None


async def test_the_example_can_be_tried() -> None:
    reply = await Room(where="slack").coach.act(ME, None, "example")
    assert reply.card.title == "This could go to anyone."
