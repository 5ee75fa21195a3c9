"""The commands: `/coach`, `/offscript …` and “Coach this draft” on a message, in servers, in direct messages, and for one person anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.app_commands import Choice, Range

from rules.model import Kind

if TYPE_CHECKING:
    from adapters.discord.dialogue import Dialogue
    from adapters.once import Once

EXISTING = "Coach this draft"
"""The command in the menu of a message; voice/en.toml tells people of it by this name."""
LONGEST, SHORT = 6_000, 150
"""Characters of an option: the draft, and what is told with it."""


class Tree(app_commands.CommandTree[Any]):
    """The command tree, which answers a delivery once and says a sentence where something goes wrong."""

    def __init__(self, client: discord.Client, dialogue: Dialogue, once: Once) -> None:
        """Register the commands for every context and both ways of installing, explicitly: Discord stores its defaults where these are not set."""
        super().__init__(
            client,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        self._dialogue, self._once = dialogue, once
        for command in (_coach(dialogue), _offscript(dialogue), _existing(dialogue)):
            self.add_command(command)

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Tell whether this delivery is to be answered: the first of its kind is."""
        return self._once.first(f"interaction:{interaction.id}")

    async def on_error(self, interaction: discord.Interaction, error: app_commands.AppCommandError, /) -> None:
        """Say that something went wrong: a command that Discord knows and we do not, for instance."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        await self._dialogue.delivery.fail(interaction, cause)


def _coach(dialogue: Dialogue) -> app_commands.Command[Any, ..., None]:
    say = dialogue.coach.say

    @app_commands.describe(draft=say("form.draft_hint"), to=say("form.to"), met=say("form.met"), kind=say("form.kind"))
    @app_commands.choices(kind=[Choice(name=say(f"kinds.{kind.value}"), value=kind.value) for kind in Kind])
    async def coach(
        interaction: discord.Interaction,
        draft: Range[str, 1, LONGEST] | None = None,
        to: Range[str, 1, SHORT] | None = None,
        met: Range[str, 1, SHORT] | None = None,
        kind: Choice[str] | None = None,
    ) -> None:
        await dialogue.command(interaction, {"draft": draft, "to": to, "met": met, "kind": kind.value if kind else None})

    return app_commands.Command(name="coach", description=say("form.title"), callback=coach)


def _offscript(dialogue: Dialogue) -> app_commands.Group:
    say = dialogue.coach.say
    group = app_commands.Group(name="offscript", description=say("settings.title"))

    async def help(interaction: discord.Interaction) -> None:  # noqa: A001 - its name on Discord
        await dialogue.intent(interaction, "help")

    async def settings(interaction: discord.Interaction) -> None:
        await dialogue.intent(interaction, "settings")

    async def privacy(interaction: discord.Interaction) -> None:
        await dialogue.privacy(interaction)

    async def forget(interaction: discord.Interaction) -> None:
        await dialogue.intent(interaction, "forget")

    for callback in (help, settings, privacy, forget):
        name = callback.__name__
        group.add_command(app_commands.Command(name=name, description=say(f"{name}.title"), callback=callback))
    return group


def _existing(dialogue: Dialogue) -> app_commands.ContextMenu:
    async def existing(interaction: discord.Interaction, message: discord.Message) -> None:
        await dialogue.existing(interaction, message)

    return app_commands.ContextMenu(name=EXISTING, callback=existing)
