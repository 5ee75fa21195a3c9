"""What is remembered, in Slack: notes, the same text to several people, habits, settings, export, and what an administrator settles."""

from __future__ import annotations

import json

import pytest

from tests.adapters.slack.fake_slack import DM, ME, TEAM, FakeSlack, Shown, error
from tests.adapters.slack.workspace import Workspace, installed

INVITE = "Hi {name}, great meeting you! I'd like to add you to my professional network. Best, Sam"
NOTE = "note met Davina at SummitUp this morning, her shop's loyalty cards"
WRITER = f"slack:{TEAM}:{ME}"


async def test_a_note_told_in_the_command_joins_the_next_draft(workspace: Workspace) -> None:
    slack = workspace.slack
    saved = await slack.command(NOTE)
    assert saved
    assert saved.lines()[:2] == [
        "Noted: Davina. I keep it for 90 days after you last used it.",
        "Davina: SummitUp · Tuesday 3 March 2026 · her shop's loyalty cards",
    ]
    shown = await slack.command(INVITE.format(name="Davina"))
    assert shown
    assert "From your note on Davina: SummitUp · Tuesday 3 March 2026 · her shop's loyalty cards." in shown.text()


async def test_what_was_told_in_the_form_is_remembered_at_a_press(workspace: Workspace) -> None:
    slack = workspace.slack
    await slack.command("")
    await slack.submit(draft=INVITE.format(name="Davina"), to="Davina", met="SummitUp, this morning", topics="her shop's loyalty cards")
    await slack.press(slack.form(), "Remember this")
    await workspace.settled()
    assert slack.form().lines()[0] == "Noted: Davina. I keep it for 90 days after you last used it."
    (note,) = workspace.store.noted[WRITER].values()
    assert (note.met, note.when, note.topics) == ("SummitUp", "2026-03-03", ("her shop's loyalty cards",))


async def test_a_note_is_changed_in_a_form_and_forgotten_behind_a_button(workspace: Workspace) -> None:
    slack = workspace.slack
    await slack.command(NOTE)
    listed = await slack.command("notes")
    assert listed
    await slack.press(listed, "Davina")
    await workspace.settled()
    await slack.press(slack.ephemeral[-1], "Edit")
    await workspace.settled()
    assert slack.form().value("when") == "2026-03-03"
    refused = await slack.submit(to="Davina", met="", when="", topics="", why="")
    assert "A note needs a name and something that you two share" in refused["errors"]["to:0"]
    await slack.submit(topics="stamps; leeks", when="yesterday")
    assert slack.form().lines()[1] == "Davina: SummitUp · Monday 2 March 2026 · stamps · leeks"
    sure = await slack.command("forget Davina")
    assert sure
    assert workspace.store.noted[WRITER]
    await slack.press(sure, "Erase: Davina")
    await workspace.settled()
    assert slack.ephemeral[-1].text() == "Erased."
    assert not workspace.store.noted[WRITER]


async def test_a_note_is_written_from_the_home_and_shown_there(workspace: Workspace) -> None:
    slack = workspace.slack
    await slack.happen({"type": "app_home_opened", "user": ME, "tab": "home", "channel": DM})
    await workspace.settled()
    await slack.press(Shown(slack.homes[-1], "home"), "Write a note")
    await workspace.settled()
    await slack.submit(to="Davina", met="SummitUp", topics="her shop's loyalty cards")
    await slack.happen({"type": "app_home_opened", "user": ME, "tab": "home", "channel": DM})
    await workspace.settled()
    assert "Davina: SummitUp · her shop's loyalty cards" in Shown(slack.homes[-1], "home").text()


async def test_which_of_two_people_is_asked_in_the_thread_too(workspace: Workspace) -> None:
    slack = workspace.slack
    await slack.command("note met Davina Marsh at SummitUp, her shop's loyalty cards")
    await slack.command("note met Davina Okafor at the allotment, her leeks")
    sent = await slack.write(INVITE.format(name="Davina"))
    await workspace.settled()
    asked = slack.thread(sent["ts"])[-1]
    assert "You have notes on 2 people called Davina. Which one is this for?" in asked.text()
    await slack.press(asked, "the allotment · her leeks")
    await workspace.settled()
    assert "From your note on Davina Okafor: the allotment · her leeks." in slack.thread(sent["ts"])[-1].text()
    await slack.write("your leeks are taller than my brother", thread=sent["ts"])
    await workspace.settled()
    assert "Which one is this for?" not in slack.thread(sent["ts"])[-1].text()


async def test_the_same_text_for_three_people_is_mentioned_and_becomes_a_batch(workspace: Workspace) -> None:
    slack = workspace.slack
    text = INVITE.replace("network.", "network of people who care about shops like yours, since that is what I do all day.")
    for name in ("Ana", "Bob"):
        shown = await slack.command(text.format(name=name))
        assert shown
        assert "nearly this text" not in shown.text()
    shown = await slack.command(text.format(name="Chidi"))
    assert shown
    assert "You've checked nearly this text three times today, for three people." in shown.text()
    await slack.press(shown, "It's a batch: look only at what changes")
    await workspace.settled()
    assert slack.ephemeral[-1].lines()[0] == "Nothing in it changes from one reader to the next."


async def weeks(workspace: Workspace) -> FakeSlack:
    await workspace.store.choose(WRITER, "habits", "on")
    for _ in range(3):
        await workspace.slack.command(INVITE.format(name="Ana"))
        workspace.clock.move(weeks=1)
    return workspace.slack


async def test_habits_are_slacks_own_chart_and_a_table_where_it_is_refused(workspace: Workspace) -> None:
    slack = await weeks(workspace)
    shown = await slack.command("habits")
    assert shown
    assert "drafts: [0, 0, 0, 0, 1, 1, 1, 0]" in shown.text()
    assert "2 Mar: drafts 0" not in shown.payload["text"]
    slack.failing["chat.postMessage"] = [error("invalid_blocks")]
    sent = await slack.write("habits")
    await workspace.settled()
    table = slack.thread(sent["ts"])[-1].text()
    assert "drafts  phrases found\n" in table
    assert "16 Mar  1       3" in table
    await slack.happen({"type": "app_home_opened", "user": ME, "tab": "home", "channel": DM})
    await workspace.settled()
    assert not [block for block in slack.homes[-1]["blocks"] if block["type"] == "data_visualization"]
    assert "phrases found" in Shown(slack.homes[-1], "home").text()


async def test_the_export_comes_page_by_page(workspace: Workspace) -> None:
    slack = workspace.slack
    for number in range(60):
        await slack.command(
            f"note met Person{chr(97 + number // 26)}{chr(97 + number % 26)} at the pump, their leeks and the long story of the valve that would not hold"
        )
    shown = await slack.command("export")
    assert shown
    assert shown.lines()[0].startswith("Everything I keep of you: page 1 of ")
    pages = [shown]
    while any("Next page" in line for line in pages[-1].lines()):
        await slack.press(pages[-1], "Next page")
        await workspace.settled()
        pages.append(slack.ephemeral[-1])
    text = "".join("".join(line for line in page.lines()[1:] if line != "[Next page]") for page in pages)
    assert text.count("Person") == 60
    assert json.loads(text)["stopped"] == []


async def test_an_administrator_settles_for_all_and_names_another(slack: FakeSlack) -> None:
    async with installed(slack, "http", admins=frozenset({ME})) as workspace:
        await slack.command(NOTE)
        settings = await slack.command("settings")
        assert settings
        await slack.press(settings, "For everybody here")
        await workspace.settled()
        house = slack.ephemeral[-1]
        await slack.press(house, "Switch notes off for all")
        await workspace.settled()
        shown = await slack.command(INVITE.format(name="Davina"))
        assert shown
        assert "From your note" not in shown.text()
        await slack.press(house, "Name an administrator")
        await workspace.settled()
        await slack.submit(person="U2")
        assert workspace.store.chosen[f"slack:{TEAM}"] == {"notes": "off", "admin:U2": "on"}
        await slack.press(house, "Your own phrases")
        await workspace.settled()
        await slack.press(slack.ephemeral[-1], "Add a phrase")
        await workspace.settled()
        words = {
            "words": "synergize our verticals",
            "say": "Our readers stop here.",
            "ask": "What together?",
            "flags": "We could synergize our verticals.",
            "passes": "We could share.",
        }
        refused = await slack.submit(**(words | {"flags": "We could share."}))
        assert "I don't find “synergize our verticals” in your example" in refused["errors"]["words:0"]
        await slack.submit(**words)
        shown = await slack.command(
            "Hi Ana, the pump you lent me holds. Bo says that we could synergize our verticals when the bus is back on Mill Lane."
        )
        assert shown
        assert "Our readers stop here." in shown.text()


async def test_nobody_else_settles_things_for_all(workspace: Workspace) -> None:
    slack = workspace.slack
    settings = await slack.command("settings")
    assert settings
    assert "[For everybody here]" not in settings.text()
    forged = Shown(
        {
            **settings.payload,
            "blocks": [
                {
                    "type": "actions",
                    "elements": [{"type": "button", "text": {"type": "plain_text", "text": "x"}, "action_id": "offscript:all-set:notes=off"}],
                }
            ],
        },
        "ephemeral",
    )
    await slack.press(forged, "x")
    await workspace.settled()
    assert slack.ephemeral[-1].text() == "Only an administrator of Offscript can do that here."
    assert not workspace.store.chosen


@pytest.mark.parametrize(
    "text",
    [
        "Note that the bus leaves at nine, Davina.",
        "Forget what I said about the stamps, Davina!",
        "notes from the allotment: the leeks are up",
        "Remember that evening at the pump?",
    ],
)
async def test_a_draft_that_begins_like_a_command_is_a_draft(workspace: Workspace, text: str) -> None:
    await workspace.slack.command(text)
    assert not workspace.store.noted
    assert (await workspace.slack.command(text) or Shown({}, "ephemeral")).payload["blocks"]


async def test_a_store_that_does_not_answer_costs_no_review(workspace: Workspace) -> None:
    workspace.store.broken = True
    shown = await workspace.slack.command(INVITE.format(name="Davina"))
    assert shown
    assert shown.lines()[0] == "This could go to anyone."
    saved = await workspace.slack.command(NOTE)
    assert saved
    assert saved.text() == "I could not save that just now; nothing else is lost. Try again in a moment."
