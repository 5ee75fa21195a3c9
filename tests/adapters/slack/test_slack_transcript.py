"""docs/transcripts/slack.md: conversations as they are had on our small Slack; a difference rewrites the page and fails."""

from __future__ import annotations

import tomllib
from pathlib import Path

from tests.adapters.slack.fake_slack import FakeSlack, Shown
from tests.adapters.slack.workspace import Workspace, installed
from tests.transcript import Page, filled

DRAFTS = {draft["id"]: draft for draft in tomllib.loads((Path(__file__).parents[2] / "drafts.toml").read_text(encoding="utf-8"))["draft"]}
INVITE = "Hi Davina,\n\nGreat meeting you! I'd like to add you to my professional network.\n\nBest,\nSam"
CIRCULAR = DRAFTS["internship-circular"]["text"]
CARDS = "her shop's loyalty cards"
TEN_STAMPS = "your counter girl said nobody ever gets to ten stamps, and I have thought of it all week"
JUMPED = "ours jumped two days before the rain, and we took it for a fault"
HEAD = """# Conversations in Slack

*Had on a small Slack of our own by `tests/adapters/slack/test_slack_transcript.py`, which fails when a word of them changes. Every reply is seen by its writer alone. What stands in brackets is a button.*
"""


class SlackPage(Page):
    """The transcript with what Slack shows."""

    def sees(self, shown: Shown, where: str = "only Sam sees it") -> Shown:
        lines = [line for text in shown.lines() for line in text.replace("\u2060", "").split("\n")]
        self.lines.append(
            f"**Offscript** ({where}):\n\n" + "\n".join(f"> {line}\\".removesuffix("\\" * (not line)).rstrip() for line in lines).rstrip("\\") + "\n"
        )
        return shown


async def invitation(slack: FakeSlack, here: Workspace, page: SlackPage) -> None:
    page.chapter("1. A LinkedIn note to Davina, in a channel")
    page.does("types in #general:", f"/coach {INVITE}")
    first = await slack.command(INVITE)
    assert first
    page.sees(first)
    page.does("presses **Answer**. The form opens with the draft in it, under the same reply.")
    await slack.press(first, "Answer")
    await here.settled()
    page.does("says what the two share, answers, and sends the form:", filled(answer=TEN_STAMPS, to="Davina", met="SummitUp", topics=CARDS))
    await slack.submit(answer=TEN_STAMPS, to="Davina", met="SummitUp", topics=CARDS)
    page.sees(slack.form(), "in the form")
    page.does("goes back to the first reply and presses **More**.")
    await slack.press(first, "More")
    await here.settled()
    more = page.sees(slack.ephemeral[-1])
    for label in ("The trimmed draft", "Why? stock invitation", "Stop mentioning this: unnamed meeting"):
        page.does(f"presses **{label}**.")
        await slack.press(more, label)
        await here.settled()
        page.sees(slack.ephemeral[-1])
    page.does("types `/coach settings`.")
    listed = await slack.command("settings")
    assert listed
    page.sees(listed)
    page.does("presses **Mention again: unnamed meeting**.")
    await slack.press(listed, "Mention again: unnamed meeting")
    await here.settled()
    page.sees(slack.ephemeral[-1])


async def form_first(slack: FakeSlack, page: SlackPage) -> None:
    page.chapter("2. The same note, in the form")
    page.does("types `/coach` and nothing else. A form opens.")
    await slack.command("")
    page.does(
        "fills it in and sends it:",
        filled(draft=INVITE.replace("\n", "\n       "), to="Davina", met="SummitUp", topics=CARDS, kind="A LinkedIn invitation"),
    )
    await slack.submit(draft=INVITE, to="Davina", met="SummitUp", topics=CARDS, kind="linkedin_invite")
    page.sees(slack.form(), "in the form")


async def circular(slack: FakeSlack, page: SlackPage) -> None:
    page.chapter("3. An internship circular to Dr. Okafor-Banerjee, in a direct message")
    async with installed(slack, "socket") as here:
        page.does("sends Offscript a direct message:", CIRCULAR)
        asked = await slack.write(CIRCULAR)
        await here.settled()
        page.sees(slack.thread(asked["ts"])[-1], "in the thread")
        page.does("answers in the thread:", "write it for me")
        await slack.write("write it for me", asked["ts"])
        await here.settled()
        page.sees(slack.thread(asked["ts"])[-1], "in the thread")
    page.lines.append("*Offscript is restarted; its memory is empty.*\n")
    async with installed(slack, "http") as here:
        page.does("answers in the thread:", JUMPED)
        await slack.write(JUMPED, asked["ts"])
        await here.settled()
        page.sees(slack.thread(asked["ts"])[-1], "in the thread")
        version = (
            f"Respected Dr. Okafor-Banerjee,\n\nMy school science club built one of the soil sensors of your 2019 paper; {JUMPED}.\n\n"
            "May I come for a week in May and learn how you tell the two apart?\n\nThanks & Regards\nRohan"
        )
        page.does("pastes a new version into the thread:", version)
        await slack.write(version, asked["ts"])
        await here.settled()
        page.sees(slack.thread(asked["ts"])[-1], "in the thread")


async def remembered(slack: FakeSlack, page: SlackPage) -> None:
    page.chapter("4. What is remembered: a note, and the same text for several people")
    async with installed(slack, "http") as here:
        note = "note met Davina at SummitUp this morning, her shop's loyalty cards"
        for text in (note, INVITE, "notes"):
            page.does("types in any channel:", f"/coach {text}")
            shown = await slack.command(text)
            assert shown
            page.sees(shown)
        letter = (
            "Hi {},\n\nOur shop moves to Mill Lane on the first of May. The old counter goes with us, and so does the coffee machine that everybody likes to hit. "
            "There will be cake at four.{}\n\nSam"
        )
        page.lines.append("*Over the next two days Sam checks the news of his shop for Ana, for Bob, and then:*\n")
        await slack.command(letter.format("Ana", ""))
        here.clock.move(days=1)
        await slack.command(letter.format("Bob", ""))
        here.clock.move(days=1)
        mine = letter.format("Chidi", " Your brother still owes me a ladder.")
        page.does("types:", f"/coach {mine}")
        shown = await slack.command(mine)
        assert shown
        page.sees(shown)
        page.does("presses **It's a batch: look only at what changes**.")
        await slack.press(shown, "It's a batch: look only at what changes")
        await here.settled()
        page.sees(slack.ephemeral[-1])


async def test_the_conversations_read_as_they_do_on_the_page(slack: FakeSlack) -> None:
    page = SlackPage(HEAD)
    async with installed(slack, "socket") as here:
        await invitation(slack, here, page)
        await form_first(slack, page)
    await circular(slack, page)
    await remembered(slack, page)
    assert page.is_known_as("slack.md")
