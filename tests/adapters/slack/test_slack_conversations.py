"""Whole conversations in Slack, button by button, over both transports."""

from __future__ import annotations

import pytest

from tests.adapters.slack.fake_slack import DM, ME, OTHER, FakeSlack, Shown
from tests.adapters.slack.workspace import Workspace, installed

INVITE = "Hi Davina, great meeting you! I'd like to add you to my professional network. Best, Sam"
ANSWER = "your counter girl said nobody ever gets to ten stamps"


async def test_a_draft_is_answered_in_the_acknowledgement_itself(workspace: Workspace) -> None:
    shown = await workspace.slack.command(INVITE)
    assert shown
    assert shown.lines()[0] == "This could go to anyone."
    assert "“I'd like to add you to my professional network”" in shown.text()
    assert [call for call, _ in workspace.slack.calls if call not in {"auth.test", "apps.connections.open"}] == []
    assert "professional network" in shown.payload["text"]


async def test_nothing_opens_the_form_and_the_review_comes_up_in_it(workspace: Workspace) -> None:
    slack = workspace.slack
    assert await slack.command("  ") is None
    assert slack.form().lines()[0].startswith("<Your draft>")
    await slack.submit(draft=INVITE, to="Davina", met="SummitUp", topics="her shop's loyalty cards", kind="linkedin_invite")
    form = slack.form()
    assert form.lines()[0] == "This could go to anyone."
    assert "What about her shop's loyalty cards stayed with you? Any language, short is fine." in form.text()
    assert form.value("draft") == INVITE
    assert form.value("to") == "Davina"
    await slack.submit(answer=ANSWER)
    form = slack.form()
    assert ANSWER in form.value("draft")
    assert "professional network" not in form.value("draft")
    assert "Settled:" in form.text()
    await slack.submit(draft=form.value("draft").replace("nobody ever gets to ten stamps", "nobody gets to ten stamps, ever"))
    assert "This could go to anyone." not in slack.form().text()


async def test_the_form_over_which_more_is_shown_stays_as_it_is(workspace: Workspace) -> None:
    slack = workspace.slack
    await slack.command("")
    await slack.submit(draft=INVITE, to="Davina")
    typed = "Hi Davina, great meeting you! I hope this finds you well. I'd like to join your network. Best, Sam"
    await slack.press(slack.form(), "More", values={"draft": typed})
    await workspace.settled()
    assert len(slack.views) == 2
    more = slack.form()
    await slack.press(more, "The trimmed draft")
    await workspace.settled()
    assert len(slack.views) == 2
    assert "~I'd like to join your network." in slack.form().text()


async def test_answer_and_look_again_open_the_form_with_the_draft_in_it(workspace: Workspace) -> None:
    slack = workspace.slack
    shown = await slack.command(INVITE)
    assert shown
    await slack.press(shown, "Answer")
    await workspace.settled()
    assert slack.form().value("draft") == INVITE
    await slack.submit(answer=ANSWER)
    assert ANSWER in slack.form().text()
    await slack.press(shown, "Edit and look again")
    await workspace.settled()
    assert slack.form().value("draft") == INVITE


async def test_more_trimmed_why_and_all_are_for_the_writer_alone(workspace: Workspace) -> None:
    slack = workspace.slack
    shown = await slack.command(INVITE)
    assert shown
    await slack.press(shown, "More")
    await workspace.settled()
    more = slack.ephemeral[-1]
    await slack.press(more, "The trimmed draft")
    await workspace.settled()
    assert "~I'd like to add you to my professional network" in slack.ephemeral[-1].text()
    assert "[your words: " in slack.ephemeral[-1].text()
    await slack.press(more, "Why? stock invitation")
    await workspace.settled()
    assert "taste, not research" in slack.ephemeral[-1].text()
    await slack.press(more, "Show everything")
    await workspace.settled()
    assert slack.ephemeral[-1].lines()[0] == "This could go to anyone."
    assert "chat.postMessage" not in [method for method, _ in slack.calls]


async def test_what_was_stopped_holds_after_a_restart_and_is_listed_with_a_way_back(slack: FakeSlack) -> None:
    async with installed(slack, "socket") as first:
        shown = await slack.command(INVITE)
        assert shown
        await slack.press(shown, "More")
        await first.settled()
        await slack.press(slack.ephemeral[-1], "Stop mentioning this: stock invitation")
        await first.settled()
        assert "/coach settings" in slack.ephemeral[-1].text()
    async with installed(slack, "http", first.store) as second:
        shown = await slack.command(INVITE)
        assert shown
        assert "site's own line" not in shown.text()
        listed = await slack.command("settings")
        assert listed
        await slack.press(listed, "Mention again: stock invitation")
        await second.settled()
        shown = await slack.command(INVITE)
        assert shown
        assert "site's own line" in shown.text()


async def test_buttons_of_an_ephemeral_answer_survive_a_restart(slack: FakeSlack) -> None:
    async with installed(slack, "socket"):
        shown = await slack.command(INVITE)
    assert shown
    async with installed(slack, "http") as second:
        await slack.press(shown, "More")
        await second.settled()
        assert "[The trimmed draft]" in slack.ephemeral[-1].text()


async def test_a_draft_too_long_to_travel_is_held_in_memory_and_let_go_of(slack: FakeSlack) -> None:
    long = INVITE + " " + " ".join(f"word{i * 7919 % 10007}" for i in range(900))
    async with installed(slack, "socket") as first:
        shown = await slack.command(long)
        assert shown
        await slack.press(shown, "More")
        await first.settled()
        assert "[The trimmed draft]" in slack.ephemeral[-1].text()
        await slack.press(shown, "Edit and look again")
        await first.settled()
        assert slack.form().value("draft") == ""
        assert "I left it out rather than cut it" in slack.form().text()
        await slack.submit(answer=ANSWER)
        assert ANSWER in slack.form().text()
    async with installed(slack, "socket") as second:
        await slack.press(shown, "More")
        await second.settled()
        assert slack.ephemeral[-1].text() == "I've let go of that draft. Paste it again and we go on."


async def test_a_direct_message_is_answered_in_its_thread_and_the_dialogue_goes_on_there(slack: FakeSlack) -> None:
    async with installed(slack, "socket") as first:
        asked = await slack.write("Hi Davina,\n\nGreat meeting you! I'd like to add you to my professional network.\n\nBest,\nSam")
        await first.settled()
        reply = slack.thread(asked["ts"])[-1]
        assert reply.lines()[0] == "This could go to anyone."
        assert "Answer here in the thread, or paste a new version." in reply.text()
        await slack.write("write it for me", asked["ts"])
        await first.settled()
        assert "A line from me would be a line anyone could get." in slack.thread(asked["ts"])[-1].text()
    async with installed(slack, "http") as second:
        await slack.write(ANSWER, asked["ts"])
        await second.settled()
        placed = slack.thread(asked["ts"])[-1]
        assert f"Hi Davina,\n\n{ANSWER}\n\nBest,\nSam" in placed.text()
        await slack.press(placed, "Edit and look again")
        await second.settled()
        assert ANSWER in slack.form().value("draft")
        await slack.write(
            "Hi Davina,\n\nYour counter girl said nobody ever gets to ten stamps. I tried eight at our till.\n\nBest,\nSam", asked["ts"]
        )
        await second.settled()
        assert "word for word" not in slack.thread(asked["ts"])[-1].text()
        assert len(slack.thread(asked["ts"])) == 4


async def test_an_answer_outside_its_thread_is_told_where_it_belongs(workspace: Workspace) -> None:
    slack = workspace.slack
    hint = "If it was your answer, say it in the thread of your draft"
    first = await slack.write(ANSWER)
    await workspace.settled()
    assert hint not in slack.thread(first["ts"])[-1].text()
    await slack.write(INVITE)
    second = await slack.write(ANSWER)
    third = await slack.write(f"Hi Ana, {ANSWER}")
    fourth = await slack.write(INVITE.partition(", ")[2])
    await workspace.settled()
    assert hint in slack.thread(second["ts"])[-1].text()
    assert hint not in slack.thread(third["ts"])[-1].text()
    assert hint not in slack.thread(fourth["ts"])[-1].text()


async def test_a_button_in_a_thread_is_about_the_draft_as_it_stood_there_and_carries_no_copy(slack: FakeSlack) -> None:
    async with installed(slack, "socket") as first:
        asked = await slack.write("Hi Davina,\n\nGreat meeting you! I'd like to add you to my professional network.\n\nBest,\nSam")
        await first.settled()
        await slack.write(ANSWER, asked["ts"])
        await first.settled()
    before, after = slack.thread(asked["ts"])
    assert all(len(button.get("value", "")) < 30 for shown in (before, after) for block in shown.blocks for button in block.get("elements", []))
    async with installed(slack, "socket") as second:
        await slack.press(before, "Edit and look again")
        await second.settled()
        assert "professional network" in slack.form().value("draft")
        await slack.press(after, "Edit and look again")
        await second.settled()
        assert ANSWER in slack.form().value("draft")
        slack.messages[DM] = [message for message in slack.messages[DM] if message["ts"] != asked["ts"]]
        await slack.press(before, "More")
        await second.settled()
        assert slack.thread(asked["ts"])[-1].text() == "I've let go of that draft. Paste it again and we go on."


async def test_only_the_writers_own_messages_to_the_bot_are_read(workspace: Workspace) -> None:
    slack = workspace.slack
    base = {"type": "message", "user": ME, "channel": DM, "channel_type": "im", "text": INVITE}
    for event in (
        {**base, "ts": "1.1", "subtype": "message_changed"},
        {**base, "ts": "1.2", "subtype": "message_deleted", "hidden": True},
        {**base, "ts": "1.3", "bot_id": "BBOT", "user": "UBOT"},
        {**base, "ts": "1.4", "bot_id": "BOTHER"},
        {**base, "ts": "1.5", "channel": "C1", "channel_type": "channel"},
        {**base, "ts": "1.6", "channel": "G1", "channel_type": "mpim"},
        {"type": "reaction_added", "user": ME},
    ):
        await slack.happen(event)
    await workspace.settled()
    assert "chat.postMessage" not in [method for method, _ in slack.calls]


async def test_what_is_delivered_four_times_is_answered_once(workspace: Workspace) -> None:
    slack = workspace.slack
    asked = await slack.write(INVITE, times=4)
    await workspace.settled()
    assert len(slack.thread(asked["ts"])) == 1
    shown = await slack.command(INVITE, times=4)
    assert shown
    await slack.press(shown, "More", times=4)
    await workspace.settled()
    assert len(slack.ephemeral) == 1


async def test_the_shortcut_looks_at_ones_own_message_in_the_form(workspace: Workspace) -> None:
    slack = workspace.slack
    rich = [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": INVITE}]}]}]
    await slack.shortcut({"user": ME, "ts": "1.1", "text": "*decoy*", "blocks": rich})
    await workspace.settled()
    assert slack.form().value("draft") == INVITE
    assert slack.form().lines()[0] == "This could go to anyone."


async def test_the_shortcut_does_not_look_at_anybody_elses(workspace: Workspace) -> None:
    slack = workspace.slack
    await slack.shortcut({"user": OTHER, "ts": "1.1", "text": INVITE})
    await workspace.settled()
    assert slack.form().lines() == ["That message is somebody else's. I only look at your own drafts; nobody learns that you asked."]


async def test_the_global_shortcut_opens_the_empty_form(workspace: Workspace) -> None:
    await workspace.slack.shortcut()
    assert workspace.slack.form().value("draft") == ""


@pytest.mark.parametrize("text", ["help", "Hello!", "hi", "test"])
async def test_a_greeting_alone_explains_with_an_example_to_try(workspace: Workspace, text: str) -> None:
    slack = workspace.slack
    shown = await slack.command(text, command="/offscript")
    assert shown
    assert shown.lines()[0] == "Paste what you're about to send."
    assert "/offscript and your draft, in one go." in shown.text()
    assert "/coach" not in shown.text()
    await slack.press(shown, "Try the example")
    await workspace.settled()
    assert slack.ephemeral[-1].lines()[0] == "This could go to anyone."


async def test_a_verb_counts_only_alone_and_erasing_takes_a_button(workspace: Workspace) -> None:
    slack = workspace.slack
    await workspace.store.stop(f"slack:T1:{ME}", "stock-invitation")
    draft = await slack.command("forget everything I said about stamp cards, Davina, the counter girl was right")
    assert draft
    assert "Erase" not in draft.text()
    asked = await slack.command("forget everything")
    assert asked
    assert workspace.store.rules.get(f"slack:T1:{ME}")
    await slack.press(asked, "Erase all settings")
    await workspace.settled()
    assert not workspace.store.rules.get(f"slack:T1:{ME}")
    privacy = await slack.command("privacy")
    assert privacy
    assert "Never on disk, never in a log." in privacy.text()


async def test_the_home_is_useful_to_somebody_never_seen_and_gives_rules_back(workspace: Workspace) -> None:
    slack = workspace.slack
    await slack.happen({"type": "app_home_opened", "user": ME, "tab": "home", "channel": DM})
    await workspace.settled()
    home = Shown(slack.homes[-1], "home")
    assert "Paste what you're about to send." in home.text()
    await workspace.store.stop(f"slack:T1:{ME}", "stock-invitation")
    await slack.happen({"type": "app_home_opened", "user": ME, "tab": "home", "channel": DM})
    await workspace.settled()
    await slack.press(Shown(slack.homes[-1], "home"), "Mention again: stock invitation")
    await workspace.settled()
    assert "I'll mention “stock invitation” again" in Shown(slack.homes[-1], "home").text()
    assert not workspace.store.rules.get(f"slack:T1:{ME}")
