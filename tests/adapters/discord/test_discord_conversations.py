"""Conversations on Discord, button by button, against a simulator that nobody here wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.storage.opening import open_store
from bot.config import Config
from tests.adapters.discord import discord_spec
from tests.adapters.discord.discord_stage import ANSWER, CIRCULAR, INVITE, SHARED, Stage, labels, playing, words
from tests.fakes import FakeClock, FakeStore

VERSION = "Hi Davina,\n\nYour counter girl said nobody ever gets to ten stamps, and I tried eight at our till.\n\nBest,\nSam"


async def test_a_draft_in_the_command_is_answered_for_its_writer_alone(stage: Stage) -> None:
    result = await stage.coach(draft=INVITE, to="Davina", met="SummitUp")
    assert result.ephemeral
    assert not result.deferred
    assert words(result).startswith("**This could go to anyone.**\nNothing here is Davina's yet")
    assert labels(result) == ["Answer", "Edit and look again", "More", "Remember this"]
    assert stage.channel.history(viewer=stage.other) == []


async def test_the_kind_that_was_chosen_holds(stage: Stage) -> None:
    assert "of 200 characters" in words(await stage.coach(draft=INVITE))
    assert "of 200 characters" not in words(await stage.coach(draft=INVITE, kind="dm"))


async def test_the_first_model_conversation(stage: Stage) -> None:
    first = await stage.review()
    assert first.ephemeral
    assert "What about her shop's loyalty cards stayed with you?" in words(first)
    asked = await stage.press(first, "Answer")
    assert asked.modal["components"][0]["description"] == "What about her shop's loyalty cards stayed with you?"
    second = await stage.person.submit_modal(asked, {"answer": ANSWER})
    assert second.ephemeral
    assert f"```\nHi Davina,\n\n{ANSWER}\n\nBest,\nSam\n```" in words(second)
    assert "Settled: “I'd like to add you to my professional network”" in words(second)


async def test_the_second_model_conversation(stage: Stage) -> None:
    shared = "her 2019 paper on monsoon onset from soil sensors"
    first = await stage.review(CIRCULAR, "Dr. Okafor-Banerjee", shared, why="my school science club built one of those sensors")
    assert words(first).startswith("**Polite and clear, but it could go to any professor.**")
    more = await stage.press(first, "More")
    everything = await stage.press(more, "Show everything")
    assert words(everything).count("\n- ") > words(first).count("\n- ")
    asked = await stage.press(first, "Answer")
    second = await stage.person.submit_modal(asked, {"answer": "ours jumped two days before the rain came"})
    assert "ours jumped two days before the rain came" in words(second)


async def test_edit_and_look_again_opens_the_form_as_it_was(stage: Stage) -> None:
    first = await stage.review()
    form = await stage.press(first, "Edit and look again")
    filled = {c["component"]["custom_id"]: c["component"].get("value") for c in form.modal["components"]}
    assert (filled["draft"], filled["to"], filled["shared"]) == (INVITE, "Davina", SHARED)
    again = await stage.person.submit_modal(form, {"draft": VERSION, "to": "Davina", "shared": SHARED})
    assert "Settled:" in words(again)


async def test_more_trimmed_and_why(stage: Stage) -> None:
    more = await stage.press(await stage.review(), "More")
    trimmed = await stage.press(more, "The trimmed draft")
    assert "~~I'd like to add you to my professional network.~~" in words(trimmed)
    assert "[your words: where you met]" in words(trimmed)
    why = await stage.press(more, "Why? stock invitation")
    assert "clicked, not chosen" in words(why)
    assert all(result.ephemeral for result in (more, trimmed, why))


async def test_what_is_kept_outlives_a_restart_with_a_way_back(tmp_path: Path) -> None:
    config = Config(_env_file=None, database_url=f"sqlite+aiosqlite:///{tmp_path / 'kept.db'}", config_home=tmp_path)
    async with open_store(config, FakeClock()) as store, playing(store) as stage:
        first = await stage.review()
        await stage.press(first, "Remember this")
        stopped = await stage.press(await stage.press(first, "More"), "Stop mentioning this: stock invitation")
        assert "/offscript settings" in words(stopped)
    async with open_store(config, FakeClock()) as store, playing(store) as stage:
        again = words(await stage.coach(draft=INVITE))
        assert "professional network" not in again
        assert "From your note on Davina: SummitUp · her shop's loyalty cards." in again
        listed = await stage.offscript("settings")
        await stage.press(listed, "Mention again: stock invitation")
        assert "professional network" in words(await stage.review())
        asked = await stage.offscript("forget")
        assert "Erased." in words(await stage.press(asked, "Erase 1 note and all settings"))
        assert "From your note" not in words(await stage.coach(draft=INVITE))


async def test_a_rule_is_stopped_for_one_kind_of_message(stage: Stage) -> None:
    more = await stage.press(await stage.review(), "More")
    stopped = await stage.press(more, "Stop mentioning it in: A LinkedIn invitation (stock invitation)")
    assert "I won't mention “stock invitation (A LinkedIn invitation)” again" in words(stopped)
    assert "is LinkedIn's own line" not in words(await stage.review())
    assert "Mention again: stock invitation (A LinkedIn invitation)" in labels(await stage.offscript("settings"))


async def test_everything_is_erased_only_behind_the_button(stage: Stage) -> None:
    assert isinstance(stage.settings, FakeStore)
    review = await stage.review()
    await stage.press(await stage.press(review, "More"), "Stop mentioning this: stock invitation")
    asked = await stage.person.slash(stage.channel, "offscript forget")
    assert asked.response.components[1]["components"][0]["style"] == 4
    assert stage.settings.rules
    assert "Erased." in words(await stage.press(asked, "Erase all settings"))
    assert not stage.settings.rules
    assert "let go of that draft" in words(await stage.press(review, "More"))


@pytest.mark.parametrize(("name", "says"), [("help", "Paste what you're about to send."), ("privacy", "Never on disk, never in a log")])
async def test_help_and_privacy(stage: Stage, name: str, says: str) -> None:
    result = await stage.person.slash(stage.channel, f"offscript {name}")
    assert says in words(result)
    assert result.ephemeral


@pytest.mark.parametrize("word", ["help", "hello", "test"])
async def test_a_bare_word_explains_and_offers_an_example(stage: Stage, word: str) -> None:
    helped = await stage.coach(draft=word)
    assert "Apps, “Coach this draft”" in words(helped)
    tried = await stage.press(helped, "Try the example")
    assert "This could go to anyone." in words(tried)
    assert "Show everything" in labels(await stage.press(tried, "More"))


async def test_the_message_command_reads_ones_own_message(stage: Stage) -> None:
    message = await stage.person.send(stage.channel, INVITE)
    result = await stage.person.context_menu(stage.channel, "Coach this draft", message)
    assert result.ephemeral
    assert "professional network" in words(result)


async def test_the_message_command_leaves_somebody_elses_alone(stage: Stage) -> None:
    message = await stage.other.send(stage.channel, INVITE)
    result = await stage.person.context_menu(stage.channel, "Coach this draft", message)
    assert result.ephemeral
    assert words(result).startswith("**That message is somebody else's.")
    assert "professional network" not in words(result)
    assert labels(result) == []
    assert len(stage.channel.history(viewer=stage.other)) == 1


async def test_nobody_is_listened_to_in_a_server(stage: Stage) -> None:
    await stage.person.send(stage.channel, INVITE)
    await stage.person.send(stage.channel, f"<@{stage.client.user.id}> {INVITE}")
    assert not [r for r in stage.env.http_requests if r.method == "POST"]


async def test_a_dialogue_in_direct_messages(stage: Stage) -> None:
    first = await stage.dm(INVITE)
    assert first.reference
    assert "Reply to this message with your answer, or with a new version." in words(first)
    second = await stage.dm(ANSWER, to=first)
    assert f"Hi Davina,\n\n{ANSWER}" in words(second)
    third = await stage.dm(VERSION, to=second)
    assert "word for word" not in words(third)


async def test_an_answer_that_is_no_reply_is_told_where_it_belongs(stage: Stage) -> None:
    hint = "If it was your answer, reply to my question with it"
    assert hint not in words(await stage.dm(ANSWER))
    await stage.dm(INVITE)
    assert hint in words(await stage.dm(ANSWER))
    assert hint not in words(await stage.dm(f"Hi Ana, {ANSWER}"))


async def test_who_asks_for_a_line_gets_none_and_can_go_on(stage: Stage) -> None:
    first = await stage.dm(INVITE)
    refused = await stage.dm("write it for me", to=first)
    assert "Tell me in your own words" in words(refused)
    assert ANSWER in words(await stage.dm(ANSWER, to=refused))


async def test_a_draft_may_follow_a_greeting(stage: Stage) -> None:
    helped = await stage.dm("hello")
    assert "Paste what you're about to send." in words(helped)
    assert "This could go to anyone." in words(await stage.dm(INVITE, to=helped))


async def test_a_long_paste_arrives_as_a_file_and_is_read(stage: Stage) -> None:
    first = await stage.dm(files=(("message.txt", ("\ufeff" + INVITE + " And more." * 300).encode()),))
    assert "professional network" in words(first)
    assert ANSWER in words(await stage.dm(ANSWER, to=first))


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("photo.png", b"\x89PNG", "photo.png is not text that I can read"),
        ("message.txt", b"\xff\xfeH\x00", "message.txt is not text that I can read"),
        ("message.txt", b"a " * 200_000, "I read up to 200,000 at once"),
    ],
)
async def test_what_cannot_be_read_gets_a_sentence(stage: Stage, name: str, data: bytes, says: str) -> None:
    assert says in words(await stage.dm(files=((name, data),)))


async def test_empty_and_too_long_drafts_get_a_sentence(stage: Stage) -> None:
    empty = await stage.person.submit_modal(await stage.coach(), {"draft": " \n "})
    assert "There is nothing to read yet" in words(empty)
    assert "no words in it" in words(await stage.coach(draft="\u200b🎉"))


async def test_a_draft_too_long_for_the_form_is_left_out_and_that_is_said(stage: Stage) -> None:
    first = await stage.coach(draft=INVITE + " We met." * 600, to="Davina")
    form = await stage.press(first, "Edit and look again")
    assert "4,8" in form.modal["components"][0]["content"]
    assert form.modal["components"][1]["component"].get("value") is None
    again = await stage.person.submit_modal(form, {"draft": INVITE, "to": "Davina"})
    assert "professional network" in words(again)


async def test_long_replies_say_what_is_cut(stage: Stage) -> None:
    draft = INVITE.replace("Best", "The counter and *the till* and the goat stood in the rain. " * 80 + "\n\nBest")
    more = await stage.press(await stage.coach(draft=draft), "More")
    trimmed = await stage.press(more, "The trimmed draft")
    assert words(trimmed).count("… (cut here: ") == 2
    assert len("".join(c.get("content", "") for c in trimmed.response.components)) <= 4000


async def test_a_button_from_before_a_restart_works_in_direct_messages(stage: Stage) -> None:
    first = await stage.dm(INVITE)
    second = await stage.dm(ANSWER, to=first)
    await stage.restart()
    more = await stage.press(first, "More")
    assert "Show everything" in labels(more)
    form = await stage.press(second, "Edit and look again")
    assert ANSWER in form.modal["components"][0]["component"]["value"]
    assert "Settled" in words(await stage.dm(VERSION, to=first))
    asked = await stage.press(first, "Answer")
    await stage.restart()
    assert ANSWER in words(await stage.user.submit_modal(asked, {"answer": ANSWER}))


async def test_a_button_below_an_answer_to_a_button_finds_the_draft_above_both(stage: Stage) -> None:
    first = await stage.dm(INVITE)
    more = await stage.press(first, "More")
    stored = stage.env.backend.get_message(more.response.channel_id, more.response.id)
    assert stored.interaction_metadata is not None
    stored.interaction_metadata["interacted_message_id"] = str(first.id)  # the simulator leaves out what Discord tells
    await stage.restart()
    assert "clicked, not chosen" in words(await stage.press(more, "Why? stock invitation"))


async def test_the_message_command_in_direct_messages_finds_its_message_again(stage: Stage) -> None:
    await stage.dm(INVITE)
    message = next(m for m in stage.user.dm_channel.history() if not m.author.bot)
    looked = await stage.look_at(message)
    stored = stage.env.backend.get_message(looked.response.channel_id, looked.response.id)
    assert stored.interaction_metadata is not None
    stored.interaction_metadata["target_message_id"] = str(message.id)  # the simulator leaves out what Discord tells
    await stage.restart()
    assert "Show everything" in labels(await stage.press(looked, "More"))


async def test_an_example_below_a_draft_is_not_taken_for_it(stage: Stage) -> None:
    helped = await stage.dm("help", to=await stage.dm(VERSION))
    tried = await stage.press(helped, "Try the example")
    stored = stage.env.backend.get_message(tried.response.channel_id, tried.response.id)
    assert stored.interaction_metadata is not None
    stored.interaction_metadata["interacted_message_id"] = str(helped.id)
    assert VERSION not in (await stage.press(tried, "Edit and look again")).modal["components"][0]["component"]["value"]
    await stage.restart()
    assert "let go of that draft" in words(await stage.press(tried, "Edit and look again"))


async def test_a_reply_below_an_error_goes_on_with_the_draft_above_it(stage: Stage) -> None:
    form = await stage.press(await stage.dm(INVITE), "Edit and look again")
    second = await stage.user.submit_modal(form, {"draft": INVITE, "to": "Davina", "shared": SHARED})
    refused = await stage.dm(to=second.response, files=(("photo.png", b"PNG"),))
    assert "photo.png is not text" in words(refused)
    assert f"Hi Davina,\n\n{ANSWER}" in words(await stage.dm(ANSWER, to=refused))


async def test_a_new_version_below_a_form_outlives_a_restart(stage: Stage) -> None:
    form = await stage.press(await stage.dm(INVITE), "Edit and look again")
    second = await stage.user.submit_modal(form, {"draft": INVITE, "to": "Davina", "shared": SHARED})
    assert "Reply to this message with your answer" in words(second)
    third = await stage.dm(VERSION, to=second.response)
    await stage.restart()
    assert VERSION in (await stage.press(third, "Edit and look again")).modal["components"][0]["component"]["value"]
    assert "Hi Davina,\n\nIt rained, and the goat came in. Your counter girl" in words(await stage.dm("It rained, and the goat came in.", to=third))


async def test_an_edited_form_in_direct_messages_is_not_taken_for_the_draft_above(stage: Stage) -> None:
    first = await stage.dm(INVITE)
    form = await stage.press(first, "Edit and look again")
    again = await stage.user.submit_modal(form, {"draft": VERSION, "to": "Davina", "shared": SHARED})
    assert VERSION in (await stage.press(again, "Edit and look again")).modal["components"][0]["component"]["value"]
    await stage.restart()
    assert "let go of that draft" in words(await stage.press(again, "Edit and look again"))


async def test_a_button_from_before_a_restart_says_in_a_server_that_it_let_go(stage: Stage) -> None:
    first = await stage.review()
    await stage.restart()
    for label in labels(first):
        result = await stage.press(first, label)
        assert result.ephemeral
        assert words(result) == "**I've let go of that draft. Paste it again and we go on.**"


async def test_a_form_sent_after_a_restart_is_answered_from_what_is_in_it(stage: Stage) -> None:
    opened, first = await stage.coach(), await stage.review()
    form, asked = await stage.press(first, "Edit and look again"), await stage.press(first, "Answer")
    await stage.restart()
    assert "professional network" in words(await stage.person.submit_modal(opened, {"draft": INVITE}))
    assert "Nothing here is Davina's yet" in words(await stage.person.submit_modal(form, {"draft": INVITE, "to": "Davina"}))
    lost = words(await stage.person.submit_modal(asked, {"answer": ANSWER}))
    assert "let go of that draft" in lost
    assert ANSWER in lost


async def test_a_button_of_a_later_version_says_that_it_let_go(stage: Stage) -> None:
    first = await stage.dm(INVITE)
    stored = stage.env.backend.get_message(first.channel_id, first.id)
    stored.components[1]["components"][2]["custom_id"] = "offscript:9:more:x"
    assert "let go of that draft" in words(await stage.press(first, "More"))


async def test_memory_lets_go_after_fifteen_minutes(stage: Stage) -> None:
    first = await stage.review()
    stage.clock.move(minutes=16)
    assert "let go of that draft" in words(await stage.press(first, "More"))


async def test_every_request_is_one_that_discord_describes(stage: Stage) -> None:
    if not discord_spec.SPEC.exists():
        pytest.skip("../shared is not here")
    await stage.press(await stage.press(await stage.review(), "More"), "The trimmed draft")
    await stage.dm(INVITE)
    assert discord_spec.faults("POST", "/interactions/1/x/callback", {"type": 4, "data": {"content": "a" * 2001}})
    checked = [r for r in stage.env.http_requests if r.json is not None]
    assert len(checked) > 5
    stage.check()


async def test_asking_for_the_whole_thing_gets_no_review(stage: Stage) -> None:
    for said in (await stage.dm("write it for me"), await stage.coach(draft="Rewrite this please")):
        assert words(said).startswith("**A line from me would be a line anyone could get.")
        assert "Paste what you're about to send." in words(said)
