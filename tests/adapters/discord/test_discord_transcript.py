"""docs/transcripts/discord.md: both model conversations as they are had on a simulated Discord; a difference rewrites the page and fails."""

from __future__ import annotations

from typing import Any

from adapters.discord.markup import ZERO_WIDTH
from tests.adapters.discord.discord_stage import CIRCULAR, INVITE, SHARED, Stage, labels, texts
from tests.transcript import Page, filled

PAPER = "her 2019 paper on monsoon onset from soil sensors"
SENSOR = "my school science club built one of those sensors"
TEN_STAMPS = "your counter girl said nobody ever gets to ten stamps, and I have thought of it all week"
JUMPED = "ours jumped two days before the rain, and we took it for a fault"
HEAD = """# Two conversations on Discord

*Had on a simulated Discord by `tests/adapters/discord/test_discord_transcript.py`, which fails when a word of them changes. Every reply is seen by its writer alone. What stands in brackets is a button.*
"""


class DiscordPage(Page):
    """The transcript with what Discord shows."""

    def sees(self, result: Any, where: str = "only Sam sees it") -> Any:
        message = getattr(result, "response", None) or result
        shown = "\n".join(texts(message.components)).replace(ZERO_WIDTH, "").replace("\n-# ", "\n")
        rows = [f"`[{label}]`" for label in labels(result)]
        body = "\n".join(f"> {line}".rstrip() for line in _lines(shown))
        self.lines.append(f"**Offscript** ({where}):\n\n{body}\n" + (f">\n> {' '.join(rows)}\n" if rows else ""))
        return result

    def form(self, result: Any) -> Any:
        fields = [component for component in result.modal["components"] if component["type"] == 18]
        said = ", ".join(f"*{field['label']}*" + (f" ({field['description']})" if field.get("description") else "") for field in fields)
        self.lines.append(f"A form opens, “{result.modal['title']}”: {said}.\n")
        return result


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


async def test_both_model_conversations_read_as_they_do_on_the_page(stage: Stage) -> None:
    page = DiscordPage(HEAD)
    await invitation(stage, page)
    await circular(stage, page)
    assert page.is_known_as("discord.md")
