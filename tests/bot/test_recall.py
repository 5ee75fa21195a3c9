"""Recall: every button finds its own draft, or hears that it was let go of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import LetGo
from bot.recall import MOST, Held, Packed, pack, recall, unpack
from bot.request import Request
from rules.model import Answered, Circumstances, Context, Kind
from tests.fakes import FakeClock

DRAFT = Request("Hi Davina, great meeting you!", Circumstances(context=Context("Davina", "SummitUp", "", ("loyalty cards",)), kind=Kind.DM))


async def test_memory_holds_for_fifteen_minutes_and_no_longer() -> None:
    clock = FakeClock()
    held = Held(clock)
    ticket = held.keep("me", DRAFT)
    clock.move(minutes=14)
    assert await recall(held.claim("me", ticket)) == DRAFT
    clock.move(minutes=2)
    with pytest.raises(LetGo, match="I've let go of that draft"):
        await recall(held.claim("me", ticket))


async def test_each_reply_keeps_its_own_draft() -> None:
    held = Held(FakeClock())
    first, second = held.keep("me", DRAFT), held.keep("me", Request("Another one."))
    assert (await recall(held.claim("me", first))).draft == DRAFT.draft
    assert (await recall(held.claim("me", second))).draft == "Another one."


async def test_nobody_gets_anybody_elses_draft() -> None:
    held = Held(FakeClock())
    ticket = held.keep("me", DRAFT)
    with pytest.raises(LetGo):
        await recall(held.claim("you", ticket))


async def test_a_draft_is_gone_from_memory_even_if_its_writer_never_comes_back() -> None:
    clock = FakeClock()
    held = Held(clock)
    held.keep("gone", DRAFT)
    clock.move(minutes=16)
    held.keep("me", Request("Another one."))
    assert DRAFT.draft not in repr(vars(held))


async def test_memory_has_a_limit_and_the_oldest_goes_first() -> None:
    held = Held(FakeClock())
    first = held.keep("me", DRAFT)
    last = [held.keep("me", DRAFT) for _ in range(MOST)][-1]
    assert held.find("me", first) is None
    assert held.find("me", last) == DRAFT


async def test_what_the_platform_shows_comes_before_memory() -> None:
    held = Held(FakeClock())
    ticket = held.keep("me", Request("The older text."))
    packed = Packed(pack(DRAFT, 2_000))
    assert await recall(packed, held.claim("me", ticket)) == DRAFT
    assert (await recall(Packed(""), held.claim("me", ticket))).draft == "The older text."


@given(st.text(), st.text(max_size=20), st.lists(st.text(min_size=1, max_size=20), max_size=3))
def test_packing_loses_nothing(draft: str, name: str, topics: list[str]) -> None:
    context = Context(name.strip(), topics=tuple(topic.strip() for topic in topics if topic.strip()))
    request = Request(draft, Circumstances(context=context, answered=(Answered("Why?", "why", draft[:10]),)))
    assert unpack(pack(request, 1_000_000)) == request


def test_what_does_not_fit_is_not_packed_and_never_cut() -> None:
    assert pack(Request("".join(chr(33 + i * 7 % 90) + str(i * i) for i in range(3_000))), 2_000) == ""


@pytest.mark.parametrize("text", ["", "x", "0rr91", "\u00e9", "c-oCz", pack(DRAFT, 2_000)[:-9]])
def test_what_was_not_packed_by_us_is_nothing(text: str) -> None:
    assert unpack(text) is None
