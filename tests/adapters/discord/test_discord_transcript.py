"""docs/transcripts/discord.md: three conversations as they are had on a simulated Discord; a difference rewrites the page and fails."""

from __future__ import annotations

import re
from typing import Any

from adapters.discord.markup import ZERO_WIDTH
from tests.adapters.discord.discord_stage import CIRCULAR, INVITE, SHARED, Stage, labels
from tests.transcript import Page, filled

PAPER = "her 2019 paper on monsoon onset from soil sensors"
SENSOR = "my school science club built one of those sensors"
TEN_STAMPS = "your counter girl said nobody ever gets to ten stamps, and I have thought of it all week"
JUMPED = "ours jumped two days before the rain, and we took it for a fault"
HEAD = """# Three conversations on Discord

*Had on a simulated Discord by `tests/adapters/discord/test_discord_transcript.py`, which fails when a word of them changes. Every reply is seen by its writer alone. What stands in brackets is a button.*
"""


class DiscordPage(Page):
    """The transcript with what Discord shows."""

    def sees(self, result: Any, where: str = "only Sam sees it") -> Any:
        message = getattr(result, "response", None) or result
        parts = [part for component in message.components if (part := _part(component))]
        body = "\n>\n".join("\n".join(f"> {line}".rstrip() for line in _lines(part)) for part in _joined(parts))
        self.lines.append(f"**Offscript** ({where}):\n\n{body}\n")
        return result

    def form(self, result: Any) -> Any:
        fields = [component for component in result.modal["components"] if component["type"] == 18]
        said = ", ".join(f"*{field['label']}*" + (f" ({field['description']})" if field.get("description") else "") for field in fields)
        self.lines.append(f"A form opens, “{result.modal['title']}”: {said}.\n")
        return result


def _part(component: Any) -> str:
    """Return a piece of a message as it stands there: words, a row of buttons, a picture with the words that a screen reader says, or a file."""
    match component["type"]:
        case 10:
            return re.sub(r"(?m)^-# ", "", component["content"].replace(ZERO_WIDTH, ""))
        case 1:
            return " ".join(f"`[{button['label']}]`" for button in component["components"])
        case 12:
            return "\n".join(f"*A picture: {item['description']}*" for item in component["items"])
        case 13:
            return f"*A file: {component['name']}*"
    return ""


def _joined(parts: list[str]) -> list[str]:
    """Return the pieces with words that follow words, and rows that follow rows, put together."""
    out: list[str] = []
    for part in parts:
        if out and part.startswith("`[") == out[-1].startswith("`[") and not part.startswith("*A "):
            out[-1] += ("\n" if not part.startswith("`[") else " ") + part
        else:
            out.append(part)
    return out


def _lines(text: str) -> list[str]:
    """Return the lines with the breaks that Discord shows and Markdown elsewhere would not."""
    out, inside = [], False
    for line in text.split("\n"):
        fence = line.startswith("```")
        inside ^= fence
        out.append(line if inside or fence or not line or line.startswith(("- ", "> ")) else f"{line}\\")
    return [
        line.removesuffix("\\") if following in ("", "```") or following.startswith(("- ", "> ")) else line
        for line, following in zip(out, [*out[1:], ""], strict=True)
    ]


async def invitation(stage: Stage, page: DiscordPage) -> None:
    page.chapter("1. A LinkedIn note to Davina, in a server")
    page.does("types `/coach` in #general.")
    form = page.form(await stage.coach())
    page.does("fills it in and sends it:", filled(draft=INVITE.replace("\n", "\n       "), to="Davina", shared=SHARED))
    first = page.sees(await stage.person.submit_modal(form, {"draft": INVITE, "to": "Davina", "shared": SHARED}))
    page.does("presses **Answer**.")
    asked = page.form(await stage.press(first, "Answer"))
    page.does("answers:", TEN_STAMPS)
    page.sees(await stage.person.submit_modal(asked, {"answer": TEN_STAMPS}))
    page.does("goes back to the first reply and presses **More**.")
    more = page.sees(await stage.press(first, "More"))
    page.does("presses **The trimmed draft**.")
    page.sees(await stage.press(more, "The trimmed draft"))
    page.does("presses **Why? stock invitation**.")
    page.sees(await stage.press(more, "Why? stock invitation"))
    page.does("presses **Stop mentioning this: unnamed meeting**.")
    page.sees(await stage.press(more, "Stop mentioning this: unnamed meeting"))
    page.does("types `/offscript settings`.")
    listed = page.sees(await stage.person.slash(stage.channel, "offscript settings"))
    page.does("presses **Mention again: unnamed meeting**.")
    page.sees(await stage.press(listed, "Mention again: unnamed meeting"))
    page.does("asks for a line: presses **Answer** and types “write it for me”.")
    page.sees(await stage.person.submit_modal(await stage.press(first, "Answer"), {"answer": "write it for me"}))


async def circular(stage: Stage, page: DiscordPage) -> None:
    here = "in their direct messages"
    page.chapter("2. An internship circular to Dr. Okafor-Banerjee, in direct messages")
    page.does("sends Offscript a direct message:", CIRCULAR)
    first = page.sees(await stage.dm(CIRCULAR), here)
    page.does("presses **Edit and look again**, leaves the draft as it is, and tells whom it is for.")
    form = page.form(await stage.press(first, "Edit and look again"))
    page.does("fills in:", filled(to="Dr. Okafor-Banerjee", shared=PAPER, why=SENSOR))
    values = {"draft": CIRCULAR, "to": "Dr. Okafor-Banerjee", "shared": PAPER, "why": SENSOR}
    second = page.sees(await stage.user.submit_modal(form, values), here)
    page.does("replies to that message:", JUMPED)
    third = page.sees(await stage.dm(JUMPED, to=second.response), here)
    version = (
        f"Respected Dr. Okafor-Banerjee,\n\nMy school science club built one of the soil sensors of your 2019 paper; {JUMPED}.\n\n"
        "May I come for a week in May and learn how you tell the two apart?\n\nThanks & Regards\nRohan"
    )
    page.does("replies with a new version:", version)
    fourth = page.sees(await stage.dm(version, to=third), here)
    page.lines.append("*Offscript is restarted; its memory is empty.*\n")
    await stage.restart()
    page.does("presses **More** below the first reply, whose draft Discord still shows above it.")
    page.sees(await stage.press(first, "More"), here)
    page.does("presses **Edit and look again** below the last reply. The new version is there; what was told in a form is gone.")
    page.form(await stage.press(fourth, "Edit and look again"))


async def kept(stage: Stage, page: DiscordPage) -> None:
    page.chapter("3. What is kept, in a server")
    page.does("switches habits on, with `/offscript settings`.")
    await stage.press(page.sees(await stage.offscript("settings")), "Switch habits on")
    page.does("looks at a draft to Davina, tells what they share, and presses **Remember this**.")
    saved = page.sees(await stage.press(await stage.review(), "Remember this"))
    page.does("presses **Edit**, and sends the form with one thing more.")
    form = page.form(await stage.press(saved, "Edit"))
    values = {"to": "Davina", "met": "SummitUp", "when": "this morning", "topics": "her shop's loyalty cards; the bad hotel coffee"}
    page.sees(await stage.person.submit_modal(form, values))
    page.lines.append("*Two days pass; Offscript is restarted.*\n")
    stage.clock.move(hours=48)
    await stage.restart()
    page.does("types `/coach draft:` with the same invitation and nothing else.")
    page.sees(await stage.coach(draft=INVITE))
    page.does("types `/offscript note text:met Davina Okafor at the harbour yesterday, her boat's pump`, then looks at the invitation once more.")
    await stage.offscript("note", text="met Davina Okafor at the harbour yesterday, her boat's pump")
    asked = page.sees(await stage.coach(draft=INVITE))
    page.does("presses the second of them.")
    page.sees(await stage.press(asked, labels(asked)[1]))
    page.does("types `/offscript habits`.")
    page.sees(await stage.offscript("habits"))
    page.does("types `/offscript export`.")
    page.sees(await stage.offscript("export"))
    page.does("types `/offscript forget name:Davina`.")
    page.sees(await stage.offscript("forget", name="Davina"))
    page.does("types `/offscript forget`, and presses the button.")
    everything = page.sees(await stage.offscript("forget"))
    page.sees(await stage.press(everything, labels(everything)[0]))


async def test_the_conversations_read_as_they_do_on_the_page(stage: Stage) -> None:
    page = DiscordPage(HEAD)
    await invitation(stage, page)
    await circular(stage, page)
    await kept(stage, page)
    assert page.is_known_as("discord.md")
