"""The commands: `/coach`, `/offscript …` and “Coach this draft” on a message, in servers, in direct messages, and for one person anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.app_commands import Choice, Range

from adapters import metrics
from adapters.discord.tongues import named, worded
from rules.model import Kind

if TYPE_CHECKING:
    from adapters.discord.dialogue import Dialogue
    from bot.ports import Claims

EXISTING = "Coach this draft"
"""The command in the menu of a message; voice/en.toml tells people of it by this name."""
LONGEST, LINE, SHORT = 6_000, 1_000, 150
"""Characters of an option: the draft, a note in one line, and what is told with a draft."""


class Tree(app_commands.CommandTree[Any]):
    """The command tree, which answers a delivery once and says a sentence where something goes wrong."""

    def __init__(self, client: discord.Client, dialogue: Dialogue, claims: Claims) -> None:
        """Register the commands for every context and both ways of installing, explicitly: Discord stores its defaults where these are not set."""
        super().__init__(
            client,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        self._dialogue, self._claims = dialogue, claims
        for command in (_coach(dialogue), _offscript(dialogue), _existing(dialogue)):
            self.add_command(command)

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Tell whether this delivery is to be answered: the first of its kind is."""
        metrics.arrived("discord", "command")
        return await self._claims.claim(f"discord:interaction:{interaction.id}")

    async def on_error(self, interaction: discord.Interaction, error: app_commands.AppCommandError, /) -> None:
        """Say that something went wrong: a command that Discord knows and we do not, for instance."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        await self._dialogue.delivery.fail(interaction, cause)


def _coach(dialogue: Dialogue) -> app_commands.Command[Any, ..., None]:
    say = dialogue.coach.say

    @app_commands.rename(**{name: named(name) for name in ("draft", "to", "met", "kind")})
    @app_commands.describe(
        draft=worded(say, "form.draft_hint"), to=worded(say, "form.to"), met=worded(say, "form.met"), kind=worded(say, "form.kind")
    )
    @app_commands.choices(kind=[Choice(name=worded(say, f"kinds.{kind.value}"), value=kind.value) for kind in Kind])
    async def coach(
        interaction: discord.Interaction,
        draft: Range[str, 1, LONGEST] | None = None,
        to: Range[str, 1, SHORT] | None = None,
        met: Range[str, 1, SHORT] | None = None,
        kind: Choice[str] | None = None,
    ) -> None:
        await dialogue.command(interaction, {"draft": draft, "to": to, "met": met, "kind": kind.value if kind else None})

    return app_commands.Command(name="coach", description=worded(say, "form.title"), callback=coach)


def _offscript(dialogue: Dialogue) -> app_commands.Group:
    """Return the group of what is kept of a writer; each command is an intent of its own name."""
    say = dialogue.coach.say
    group = app_commands.Group(name="offscript", description=worded(say, "settings.title"))
    told = {"notes": "discord.notes", **{name: f"{name}.title" for name in ("settings", "habits", "privacy", "export", "help")}}
    for command in (*(_asking(dialogue, name, worded(say, key)) for name, key in told.items()), _note(dialogue), _forget(dialogue)):
        group.add_command(command)
    return group


def _asking(dialogue: Dialogue, name: str, description: app_commands.locale_str) -> app_commands.Command[Any, ..., None]:
    async def asking(interaction: discord.Interaction) -> None:
        await dialogue.intent(interaction, name)

    return app_commands.Command(name=name, description=description, callback=asking)


def _note(dialogue: Dialogue) -> app_commands.Command[Any, ..., None]:
    say = dialogue.coach.say

    @app_commands.rename(text=named("text"))
    @app_commands.describe(text=worded(say, "discord.note_text"))
    async def note(interaction: discord.Interaction, text: Range[str, 1, LINE] | None = None) -> None:
        await dialogue.note(interaction, text)

    return app_commands.Command(name="note", description=worded(say, "notes_kept.add"), callback=note)


def _forget(dialogue: Dialogue) -> app_commands.Command[Any, ..., None]:
    say = dialogue.coach.say

    @app_commands.rename(name=named("name"))
    @app_commands.describe(name=worded(say, "discord.forget_name"))
    async def forget(interaction: discord.Interaction, name: Range[str, 1, SHORT] | None = None) -> None:
        await dialogue.forget(interaction, name)

    return app_commands.Command(name="forget", description=worded(say, "forget.title"), callback=forget)


def _existing(dialogue: Dialogue) -> app_commands.ContextMenu:
    async def existing(interaction: discord.Interaction, message: discord.Message) -> None:
        await dialogue.existing(interaction, message)

    return app_commands.ContextMenu(name=EXISTING, callback=existing)
