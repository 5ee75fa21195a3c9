"""What is kept, on Discord: notes, which of two people, sameness, habits, settings of one and of all, export, and how it is forgotten."""

from __future__ import annotations

import json
import logging
import sys
from datetime import timedelta
from typing import Any

import discord
import pytest
from structlog.testing import capture_logs

from adapters.discord import delivery
from bot import voice
from bot.kept import Note, Tally
from rules import packs
from tests.adapters.discord.discord_stage import ANSWER, INVITE, SHARED, Stage, labels, words
from tests.fakes import FakeStore

NOTE = "met Davina at SummitUp this morning, her shop's loyalty cards"
FORM = {"to": "Davina", "met": "SummitUp", "when": "this morning", "topics": "her shop's loyalty cards", "why": ""}
NEWS = (
    "Hi {name},\n\n{theirs}\n\nI left the bakery in March and now run a stall on the harbour square. We sell rye loaves and cardamom buns from six in the morning. "
    "The oven came from a ship's galley and still smells of tar. On Fridays the whole square queues before the ferry goes.\n\nSam"
)
PHRASE = {
    "words": "leverage our learnings",
    "say": "Our readers told us that they stop reading here.",
    "ask": "What do you want to come back to?",
    "flags": "I'd love to leverage our learnings next week.",
    "passes": "Let's talk about the pump on Monday.",
}


def kept(stage: Stage) -> list[Note]:
    assert isinstance(stage.settings, FakeStore)
    return list(stage.settings.noted.get(f"discord:{stage.user.id}", {}).values())


async def file_of(result: Any) -> tuple[str, bytes]:
    message = result.response if hasattr(result, "response") else result.message
    (attached,) = message.attachments
    return attached.filename, await attached.read()


def manager(stage: Stage) -> Any:
    role = stage.guild.create_role("boss", permissions=discord.Permissions(manage_guild=True))
    return stage.guild.add_member(stage.env.create_user("bo"), roles=[role])


async def davinas(stage: Stage) -> None:
    for line in (NOTE, "met Davina Okafor at the harbour yesterday, her boat's pump"):
        await stage.offscript("note", text=line)


async def test_remember_this_keeps_a_note_that_the_next_review_uses(stage: Stage) -> None:
    saved = await stage.press(await stage.review(), "Remember this")
    assert saved.ephemeral
    assert words(saved).startswith("**Noted: Davina. I keep it for 90 days after you last used it.**")
    assert labels(saved) == ["Edit", "Forget this note"]
    assert [(note.name, note.met, note.topics) for note in kept(stage)] == [("Davina", "SummitUp", ("her shop's loyalty cards",))]
    stage.clock.move(hours=1)
    await stage.restart()
    second = await stage.coach(draft=INVITE)
    assert "From your note on Davina: SummitUp · her shop's loyalty cards." in words(second)
    assert "What about her shop's loyalty cards stayed with you?" in words(second)


async def test_an_answer_is_remembered_with_it(stage: Stage) -> None:
    asked = await stage.press(await stage.review(), "Answer")
    answered = await stage.person.submit_modal(asked, {"answer": ANSWER})
    await stage.press(answered, "Remember this")
    assert ANSWER in kept(stage)[0].topics


async def test_a_note_in_one_line(stage: Stage) -> None:
    saved = await stage.offscript("note", text=NOTE)
    assert saved.ephemeral
    assert "Davina: SummitUp · Tuesday 3 March 2026 · her shop's loyalty cards" in words(saved)
    listed = await stage.offscript("notes")
    assert words(listed).startswith("**Your notes (1)**")
    assert labels(listed) == ["Davina", "Write a note"]


@pytest.mark.parametrize("text", ["hm", "at SummitUp, *her* cards"])
async def test_a_line_that_is_no_note_comes_back_with_its_words_and_a_form_that_holds_them(stage: Stage, text: str) -> None:
    refused = await stage.offscript("note", text=text)
    assert "A note needs a name and something that you two share" in words(refused)
    assert text in words(refused)
    form = await stage.press(refused, "Open the form again")
    assert {c["component"]["custom_id"]: c["component"].get("value") for c in form.modal["components"]}["topics"] == text
    assert "Noted: Davina" in words(await stage.person.submit_modal(form, {"to": "Davina", "topics": text}))
    assert len(kept(stage)) == 1


async def test_the_form_of_a_note_and_a_change_of_it(stage: Stage) -> None:
    form = await stage.offscript("note")
    assert [c["label"] for c in form.modal["components"]][:2] == ["Who is it for?", "Where did you meet?"]
    saved = await stage.person.submit_modal(form, FORM)
    assert "Noted: Davina" in words(saved)
    await stage.restart()
    shown = await stage.press(await stage.offscript("notes"), "Davina")
    await stage.restart()
    change = await stage.press(shown, "Edit")
    filled = {c["component"]["custom_id"]: c["component"].get("value") for c in change.modal["components"]}
    assert (filled["to"], filled["met"], filled["when"]) == ("Davina", "SummitUp", "2026-03-03")
    await stage.restart()
    await stage.person.submit_modal(change, {**FORM, "topics": "the bad hotel coffee"})
    assert [(note.met, note.topics) for note in kept(stage)] == [("SummitUp", ("the bad hotel coffee",))]


async def test_what_was_typed_into_a_form_is_not_lost(stage: Stage) -> None:
    form = await stage.offscript("note")
    second = await stage.offscript("note")
    refused = await stage.person.submit_modal(form, {"to": "Davina"})
    assert "A note needs a name" in words(refused)
    stage.settings.broken = True  # type: ignore[attr-defined]
    broken = await stage.person.submit_modal(second, FORM)
    assert "I could not save that just now" in words(broken)
    assert "Davina\nSummitUp\nthis morning\nher shop's loyalty cards" in words(broken)
    stage.settings.broken = False  # type: ignore[attr-defined]
    again = await stage.press(broken, "Open the form again")
    assert {c["component"]["custom_id"]: c["component"].get("value", "") for c in again.modal["components"]} == FORM | {"why": ""}
    assert "Noted: Davina" in words(await stage.person.submit_modal(again, FORM))


async def test_which_of_two_people_is_asked_and_answered(stage: Stage) -> None:
    await davinas(stage)
    assert len(kept(stage)) == 2
    asked = await stage.coach(draft=INVITE)
    assert "You have notes on 2 people called Davina. Which one is this for?" in words(asked)
    told = next(label for label in labels(asked) if "pump" in label)
    chosen = await stage.press(asked, told)
    assert "From your note on Davina Okafor: the harbour · Monday 2 March 2026 · her boat's pump." in words(chosen)
    neither = await stage.press(asked, "None of them")
    assert "From your note" not in words(neither)
    assert neither.ephemeral


async def test_one_note_is_forgotten_behind_a_button(stage: Stage) -> None:
    await stage.offscript("note", text=NOTE)
    asked = await stage.offscript("forget", name="davina")
    assert "Erase the note on Davina? It cannot be undone." in words(asked)
    assert len(kept(stage)) == 1
    await stage.restart()
    assert "Erased." in words(await stage.press(asked, "Erase: Davina"))
    assert kept(stage) == []
    assert "There is no such note any more." in words(await stage.press(asked, "Erase: Davina"))
    assert "I keep no note on Marek." in words(await stage.offscript("forget", name="Marek"))


async def test_one_of_two_notes_of_a_name_is_forgotten(stage: Stage) -> None:
    await davinas(stage)
    asked = await stage.offscript("forget", name="Davina")
    assert len(labels(asked)) == 2
    await stage.press(asked, next(label for label in labels(asked) if "pump" in label))
    assert [note.met for note in kept(stage)] == ["SummitUp"]


async def test_everything_is_forgotten_behind_a_button(stage: Stage) -> None:
    assert isinstance(stage.settings, FakeStore)
    store = stage.settings
    await stage.offscript("note", text=NOTE)
    await stage.press(await stage.offscript("settings"), "Switch habits on")
    await stage.review()
    asked = await stage.offscript("forget")
    assert "Notes: 1. Settings: 1. Sketches of drafts: 1." in words(asked)
    await stage.press(asked, "Erase 1 note and all settings")
    assert not any(held.get(f"discord:{stage.user.id}") for held in (store.noted, store.chosen, store.seen, store.tallies, store.rules))


async def test_settings_are_switches_that_outlive_a_restart(stage: Stage) -> None:
    listed = await stage.offscript("settings")
    assert listed.ephemeral
    assert labels(listed)[:5] == ["Switch notes off", "Switch noticing repeats off", "Switch habits on", "Keep for 30 days", "Keep for 365 days"]
    assert "For everybody here" not in labels(listed)
    await stage.restart()
    off = await stage.press(listed, "Switch notes off")
    assert "Notes about what you share with people: off." in words(off)
    assert "Switch notes on" in labels(off)
    assert "Remember this" not in labels(await stage.review())
    assert "Notes are switched off, so I kept nothing." in words(await stage.offscript("note", text=NOTE))
    kept_for = await stage.press(off, "Keep for 30 days")
    assert "Notes are kept for 30 days" in words(kept_for)


async def test_who_manages_the_server_switches_notes_off_for_all(stage: Stage) -> None:
    boss = manager(stage)
    listed = await boss.slash(stage.channel, "offscript settings")
    house = await boss.click(listed.response, label="For everybody here")
    assert house.ephemeral
    assert "Name an administrator" not in labels(house)
    await stage.restart()
    await boss.click(house.response, label="Switch notes off for all")
    assert stage.settings.chosen[f"discord:g:{stage.guild.id}"] == {"notes": "off"}  # type: ignore[attr-defined]
    assert "An administrator switched notes off for everybody here." in words(await stage.offscript("settings"))
    assert "Notes are switched off, so I kept nothing." in words(await stage.offscript("note", text=NOTE))
    alone = await stage.user.slash("offscript note", text=NOTE)
    assert "Noted: Davina" in words(alone)
    assert "From your note" not in words(await stage.coach(draft=INVITE))
    assert "From your note on Davina" in words(await stage.user.slash("coach", draft=INVITE))


@pytest.mark.parametrize("intent", ["house", "all-set:notes=off", "phrases", "phrase-new", "phrase-drop:x", "admin-drop:1"])
async def test_nobody_else_may_settle_anything_for_all(stage: Stage, intent: str) -> None:
    listed = await stage.offscript("settings")
    stored = stage.env.backend.get_message(stage.channel.id, listed.response.id)
    verb, _, rest = intent.partition(":")
    stored.components[1]["components"][0]["custom_id"] = custom_id = f"offscript:1:{verb}:" + (f":{rest}" if rest else "")
    refused = await stage.person.click(listed.response, custom_id=custom_id)
    assert "Only an administrator of Offscript can do that here." in words(refused)
    assert refused.modal is None
    assert not stage.settings.chosen  # type: ignore[attr-defined]


async def test_nobody_administers_a_direct_message(stage: Stage) -> None:
    listed = await stage.user.slash("offscript settings")
    assert "For everybody here" not in labels(listed)


async def test_a_phrase_of_the_server_is_mentioned_there_alone(stage: Stage) -> None:
    boss = manager(stage)
    house = await boss.click((await boss.slash(stage.channel, "offscript settings")).response, label="For everybody here")
    phrases = await boss.click(house.response, label="Your own phrases")
    form = await boss.click(phrases.response, label="Add a phrase")
    refused = await boss.submit_modal(form, {**PHRASE, "flags": "Nothing of the kind."})
    assert "I don't find “leverage our learnings” in your example" in words(refused)
    assert PHRASE["say"] in words(refused)
    again = await boss.click(refused.response, label="Open the form again")
    assert {c["component"]["custom_id"]: c["component"]["value"] for c in again.modal["components"]} == {**PHRASE, "flags": "Nothing of the kind."}
    assert "“leverage our learnings”" in words(await boss.submit_modal(again, PHRASE))
    draft = "Hi Davina, thanks for the till. I want to leverage our learnings soon. The goat came in."
    assert PHRASE["say"] in words(await stage.coach(draft=draft))
    assert PHRASE["say"] not in words(await stage.user.slash("coach", draft=draft))


THEIRS = {
    "Ana": "Your sourdough photo from Lisbon is why I kept the starter.",
    "Marek": "You lent me the big scale in January and never asked for it.",
    "Davina": "Your loyalty cards gave me the idea with the tenth bun.",
    "Yusuf": "The ferry crew says that you still bake for them on Sundays.",
}


async def newsletter(stage: Stage, *names: str) -> Any:
    for name in names:
        stage.clock.move(hours=3)
        last = await stage.coach(draft=NEWS.format(name=name, theirs=THEIRS[name]), to=name)
    return last


async def test_sameness_is_said_once_after_three_people(stage: Stage) -> None:
    assert "nearly this text" not in words(await newsletter(stage, "Ana", "Marek"))
    third = await newsletter(stage, "Davina")
    assert "You've checked nearly this text three times today, for three people." in words(third)
    assert "It's a batch: look only at what changes" in labels(third)
    assert "nearly this text" not in words(await newsletter(stage, "Yusuf"))


async def test_of_a_batch_only_what_changes_is_looked_at(stage: Stage) -> None:
    third = await newsletter(stage, "Ana", "Marek", "Davina")
    only = await stage.press(third, "It's a batch: look only at what changes")
    assert only.ephemeral
    assert "One of a batch: 4 of 5 sentences are as before" in words(only)
    assert "What changes is theirs: “Your loyalty cards" in words(only)
    await stage.restart()
    assert "One of a batch" in words(fourth := await newsletter(stage, "Yusuf"))
    assert "One of a batch" not in words(await stage.press(fourth, "Look at all of it"))


async def test_sameness_that_is_switched_off_keeps_nothing(stage: Stage) -> None:
    await stage.press(await stage.offscript("settings"), "Switch noticing repeats off")
    assert "nearly this text" not in words(await newsletter(stage, "Ana", "Marek", "Davina"))
    assert not stage.settings.seen  # type: ignore[attr-defined]


async def counted(stage: Stage) -> None:
    await stage.press(await stage.offscript("habits"), "Switch habits on")
    first = stage.clock.now().date() - timedelta(days=stage.clock.now().weekday())
    for week, (drafts, found) in enumerate(((3, 9), (2, 4), (5, 5), (1, 0), (4, 2), (2, 1))):
        monday = first - timedelta(weeks=7 - week)
        await stage.settings.record(  # type: ignore[attr-defined]
            f"discord:{stage.user.id}",
            [Tally(monday, "dm", "ready", "", drafts), *([Tally(monday, "dm", "ready", "stock-invitation", found)] if found else [])],
        )


async def test_habits_are_a_picture_with_its_words(stage: Stage) -> None:
    await counted(stage)
    shown = await stage.offscript("habits")
    assert shown.ephemeral
    name, data = await file_of(shown)
    assert name == "chart.png"
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert 5_000 < len(data) < 100_000
    gallery = next(c for c in shown.response.components if c["type"] == 12)
    assert gallery["items"][0]["description"].startswith("Week by week: 12 Jan: drafts 3, phrases found 9; ")
    assert "Week by week" not in words(shown)
    assert "Only you see this." in words(shown)
    assert labels(shown) == ["Switch habits off"]
    assert stage.channel.history(viewer=stage.other) == []


async def test_habits_stand_in_words_where_discord_takes_no_file(stage: Stage) -> None:
    await counted(stage)
    stage.env.inject_error("POST", "/interactions/*/*/callback", status=403, code=50013)
    shown = await stage.offscript("habits")
    assert "Week by week: 12 Jan: drafts 3, phrases found 9; " in words(shown)
    assert labels(shown) == ["Switch habits off"]


async def test_habits_stand_in_words_where_nothing_draws(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await counted(stage)
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with capture_logs() as logged:
        assert "Week by week: 12 Jan: drafts 3, phrases found 9; " in words(await stage.offscript("habits"))
    assert [(entry["event"], entry["error"]) for entry in logged] == [("discord.no_file", "ModuleNotFoundError")]


@pytest.mark.parametrize(("lang", "types"), [("de", [10, 12, 10, 1]), ("ja", [10, 1])])
async def test_habits_are_a_picture_in_languages_whose_letters_the_font_has(stage: Stage, lang: str, types: list[int]) -> None:
    await counted(stage)
    await stage.settings.choose(f"discord:{stage.user.id}", "language", lang)  # type: ignore[attr-defined]
    shown = await stage.offscript("habits")
    assert [component["type"] for component in shown.response.components] == types


async def test_what_delivery_adds_is_in_the_language_of_its_reader(stage: Stage) -> None:
    await stage.settings.choose(f"discord:{stage.user.id}", "language", "de")  # type: ignore[attr-defined]
    assert voice.load("de")("discord.reply") in words(await stage.dm(INVITE))


@pytest.mark.parametrize("late", [False, True])
async def test_an_export_is_a_file_with_everything_of_its_writer_alone(stage: Stage, monkeypatch: pytest.MonkeyPatch, *, late: bool) -> None:
    await stage.offscript("note", text=NOTE)
    await stage.press(await stage.press(await stage.review(), "More"), "Stop mentioning this: stock invitation")
    await stage.press(await stage.offscript("settings"), "Switch habits on")
    await stage.review()
    await stage.other.slash(stage.channel, "offscript note", text="met Marek at the fair, his drill")

    async def told_to_wait(_work: object) -> bool:
        return False

    if late:
        monkeypatch.setattr(delivery, "in_time", told_to_wait)
    handed = await stage.offscript("export")
    assert handed.ephemeral
    assert words(handed) == "**Everything I keep of you.**"
    assert [c["type"] for c in handed.response.components] == [10, 13]
    name, data = await file_of(handed)
    assert name == "offscript.json"
    told = json.loads(data)
    assert [note["name"] for note in told["notes"]] == ["Davina"]
    assert told["stopped"] == ["stock-invitation"]
    assert told["settings"] == {"habits": "on"}
    assert len(told["sketches"]) == 1
    assert told["habits"]
    assert "Marek" not in data.decode()


async def test_an_export_without_a_file_is_shown(stage: Stage) -> None:
    await stage.offscript("note", text=NOTE)
    stage.env.inject_error("POST", "/interactions/*/*/callback", status=400, code=40005)
    assert '"name": "Davina"' in words(await stage.offscript("export"))


async def test_verbs_in_direct_messages(stage: Stage) -> None:
    saved = await stage.dm(f"note {NOTE}")
    assert "Noted: Davina" in words(saved)
    assert words(await stage.dm("Notes")).startswith("**Your notes (1)**")
    assert words(await stage.dm("settings")).startswith("**Your settings**")
    assert "I count nothing for you." in words(await stage.dm("my habits"))
    handed = await stage.dm("export")
    name, data = await file_of(handed)
    assert (name, json.loads(data)["notes"][0]["name"]) == ("offscript.json", "Davina")
    asked = await stage.dm("forget Davina")
    assert "Erase the note on Davina?" in words(asked)
    assert kept(stage)
    await stage.restart()
    assert "Erased." in words(await stage.press(asked, "Erase: Davina"))
    assert "A note needs a name" in words(await stage.dm("note that I met Davina"))


async def test_a_verb_below_a_draft_is_an_answer_and_below_notes_is_none(stage: Stage) -> None:
    listed = await stage.dm("notes")
    assert words(await stage.dm("settings", to=listed)).startswith("**Your settings**")
    first = await stage.dm(INVITE, to=listed)
    assert "This could go to anyone." in words(first)
    assert "Here is your answer in its place" in words(await stage.dm("notes", to=first))
    await stage.restart()
    assert ANSWER in words(await stage.dm(ANSWER, to=first))


async def test_a_dialogue_goes_on_below_a_note_that_was_remembered(stage: Stage) -> None:
    form = await stage.press(await stage.dm(INVITE), "Edit and look again")
    second = await stage.user.submit_modal(form, {"draft": INVITE, "to": "Davina", "shared": SHARED})
    saved = await stage.press(second, "Remember this")
    assert "Noted: Davina" in words(saved)
    assert ANSWER in words(await stage.dm(ANSWER, to=saved.response))


async def test_a_draft_below_a_form_that_was_handed_back_is_a_first_draft(stage: Stage) -> None:
    refused = await stage.user.slash("offscript note", text="hm")
    first = await stage.dm(INVITE, to=refused.response)
    assert "This could go to anyone." in words(first)
    assert ANSWER in words(await stage.dm(ANSWER, to=first))


async def test_going_through_a_dialogue_again_counts_no_sketch(stage: Stage) -> None:
    said = await stage.dm(INVITE)
    said = await stage.dm(ANSWER, to=said)
    before = stage.settings.seen[f"discord:{stage.user.id}"]  # type: ignore[attr-defined]
    await stage.restart()
    await stage.press(said, "Edit and look again")
    assert stage.settings.seen[f"discord:{stage.user.id}"] == before  # type: ignore[attr-defined]


async def test_nobody_elses_button_reaches_a_note(stage: Stage) -> None:
    saved = await stage.offscript("note", text=NOTE)
    custom_id = saved.response.components[1]["components"][1]["custom_id"]
    theirs = await stage.other.slash(stage.channel, "offscript settings")
    stored = stage.env.backend.get_message(stage.channel.id, theirs.response.id)
    stored.components[1]["components"][0]["custom_id"] = custom_id
    assert "There is no such note any more." in words(await stage.other.click(theirs.response, custom_id=custom_id))
    assert len(kept(stage)) == 1


async def test_no_word_of_a_note_is_in_a_log_or_pings_anybody(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("discord").setLevel(logging.DEBUG)
    with capture_logs() as logged:
        await stage.offscript("note", text="met Zanzibar7731 at the fair, [x](https://evil.example) @everyone <@1> # cards")
        await stage.press(await stage.offscript("notes"), "Zanzibar7731")
        await stage.offscript("note", text="zanzibar7731 @everyone ```")
        await stage.offscript("forget", name="Zanzibar7731 @everyone")
        await stage.offscript("export")
        stage.settings.broken = True  # type: ignore[attr-defined]
        await stage.offscript("note", text="met Zanzibar7731 at the fair")
    assert "anzibar7731" not in caplog.text + repr(logged)
    stage.check()


async def test_a_full_settings_card_has_room_for_every_button(stage: Stage) -> None:
    rules = sorted(packs.every())[:40]
    stage.settings.rules[f"discord:{stage.user.id}"] = {f"{rule}@congrats_birthday" for rule in rules}  # type: ignore[attr-defined]
    boss = manager(stage)
    stage.settings.rules[f"discord:{boss.id}"] = set(rules)  # type: ignore[attr-defined]
    for listed in (await stage.offscript("settings"), await boss.slash(stage.channel, "offscript settings")):
        assert "30 more are stopped" in words(listed)
        assert labels(listed)[-1] == "Forget everything"
        assert "found no room" not in words(listed)


async def test_many_notes_are_turned_page_by_page(stage: Stage) -> None:
    writer = f"discord:{stage.user.id}"
    now = stage.clock.now()
    for number in range(40):
        note = Note(f"n{number:02}", f"Person{chr(65 + number % 26)} Number{number}", "the fair", topics=("a long story " * 9,), used=now)
        await stage.settings.save_note(writer, note, now + timedelta(days=90))  # type: ignore[attr-defined]
    first = await stage.offscript("notes")
    assert len(labels(first)) == 17
    second = await stage.press(first, "More notes")
    third = await stage.press(second, "More notes")
    assert len(labels(third)) == 11
