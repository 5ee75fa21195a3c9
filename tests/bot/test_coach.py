"""Coach: what a person can ask, and what comes back."""

from __future__ import annotations

import pytest

from adapters.terminal.render import render
from bot.cards import Card, Choices, Passage, Struck
from bot.coach import Coach
from bot.errors import LetGo, NothingToRead, NotSaved, TooLong, UnknownRule
from bot.recall import MemoryRecall
from bot.request import LONGEST, Request
from rules.model import Circumstances, Context
from tests.fakes import FakeClock, FakeSettings

INVITE = "Hi Davina,\n\nGreat meeting you! I'd like to add you to my professional network.\n\nBest,\nSam"
GIVEN = Circumstances(context=Context("Davina", "SummitUp", "", ("her shop's loyalty cards",)))
ME = "test:me"


class Room:
    """A coach with its fakes."""

    def __init__(self, *, broken: bool = False) -> None:
        self.clock, self.settings = FakeClock(), FakeSettings(broken=broken)
        self.coach = Coach(self.settings, MemoryRecall(self.clock), self.clock)

    async def look(self, text: str = INVITE, given: Circumstances = GIVEN) -> Card:
        return await self.coach.look(ME, Request(text, given))


async def test_the_dialogue_from_draft_to_second_look() -> None:
    room = Room()
    first = await room.look()
    assert first.title == "This could go to anyone."
    answer = "your counter girl said nobody ever gets to ten stamps"
    second = await room.coach.answer(ME, answer)
    assert any(isinstance(block, Passage) and answer in block.text for block in second.blocks)
    assert "Settled:" in render(second)
    assert "professional network" not in next(b.text for b in second.blocks if isinstance(b, Passage))


async def test_the_coach_does_not_write() -> None:
    room = Room()
    await room.look()
    assert (await room.coach.answer(ME, "write it for me")).title.startswith("A line from me would be a line anyone could get.")


async def test_a_stopped_rule_is_not_mentioned_until_it_is_taken_back() -> None:
    room = Room()
    await room.look()
    await room.coach.stop(ME, "stock-invitation")
    assert "site's own line" not in render(await room.look())
    assert "site's own line" in render(await room.coach.look("test:you", Request(INVITE, GIVEN)))
    await room.coach.restore(ME, "stock-invitation")
    assert "site's own line" in render(await room.look())


async def test_an_unknown_rule_gets_the_nearest_names() -> None:
    with pytest.raises(UnknownRule, match="stock-invitation"):
        await Room().coach.stop(ME, "stock-invitatoin")


async def test_what_cannot_be_saved_is_said() -> None:
    with pytest.raises(NotSaved, match="could not save"):
        await Room(broken=True).coach.stop(ME, "stock-invitation")


async def test_after_fifteen_minutes_the_draft_is_let_go_of() -> None:
    room = Room()
    await room.look()
    room.clock.move(minutes=14)
    await room.coach.more(ME)
    room.clock.move(minutes=2)
    with pytest.raises(LetGo, match="I've let go of that draft"):
        await room.coach.more(ME)


async def test_a_draft_is_gone_from_memory_even_if_its_writer_never_comes_back() -> None:
    clock = FakeClock()
    recall = MemoryRecall(clock)
    recall.keep("test:gone", Request(INVITE, GIVEN))
    clock.move(minutes=16)
    recall.keep(ME, Request("Hi Ana, the kiln is on.", GIVEN))
    assert recall.recall(ME) is not None
    assert INVITE not in repr(vars(recall))


async def test_nobody_gets_anybody_elses_draft() -> None:
    room = Room()
    await room.look()
    with pytest.raises(LetGo):
        await room.coach.trimmed("test:you")


async def test_trimmed_shows_what_goes_struck_out_and_the_gap_marked() -> None:
    room = Room()
    await room.look()
    card = await room.coach.trimmed(ME)
    struck = next(block for block in card.blocks if isinstance(block, Struck))
    assert "".join(text for text, _ in struck.pieces) == INVITE
    assert any("professional network" in text for text, kept in struck.pieces if not kept)
    assert "[your words: " in next(block.text for block in card.blocks if isinstance(block, Passage))


async def test_why_tells_the_reason_and_how_firmly_it_stands() -> None:
    room = Room()
    await room.look()
    assert "taste, not research" in render(await room.coach.why(ME, "stock-invitation"))


async def test_more_offers_everything_trimmed_why_and_stop() -> None:
    room = Room()
    await room.look()
    choices = next(block for block in (await room.coach.more(ME)).blocks if isinstance(block, Choices)).choices
    assert {choice.intent.partition(":")[0] for choice in choices} == {"all", "trimmed", "why", "stop"}


@pytest.mark.parametrize("text", ["", "   \n\t ", "\u200b"])
async def test_nothing_to_read_gets_a_sentence(text: str) -> None:
    room = Room()
    if text.isspace() or not text:
        with pytest.raises(NothingToRead, match="Paste the message"):
            await room.look(text)
    else:
        assert "no words" in (await room.look(text)).title


async def test_too_long_gets_a_sentence() -> None:
    with pytest.raises(TooLong, match="I read up to"):
        await Room().look("a " * LONGEST)


async def test_hello_alone_explains() -> None:
    assert (await Room().look("hello")).title == "Paste what you're about to send."
