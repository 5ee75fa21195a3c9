"""Tongues: what Discord shows of our commands before anybody uses them, in the languages that the coach speaks. The words are the voices' own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord.app_commands import Translator, locale_str

from bot import voice

if TYPE_CHECKING:
    from typing import Any

    from discord import Locale
    from discord.app_commands import TranslationContext

    from bot.voice import Voice

LONGEST = 100
"""Characters of a description or a choice."""


def worded(say: Voice, key: str) -> locale_str:
    """Return a sentence of a voice that Discord shows in the other languages as well."""
    return locale_str(say(key)[:LONGEST], key=key)


def named(name: str) -> locale_str:
    """Return the name of an option; its names in the other languages stand in `commands` of each voice."""
    return locale_str(name, key=f"commands.{name}")


class Tongues(Translator):
    """The voices, asked by Discord's locales. English is what everybody else sees."""

    async def translate(self, string: locale_str, locale: Locale, context: TranslationContext[Any, Any]) -> str | None:
        """Return a sentence in a language, or none where the coach does not speak it or Discord is to show the same to everybody."""
        del context
        lang, key = locale.value.partition("-")[0], string.extras.get("key")
        if key is None or lang == "en" or lang not in voice.languages():
            return None
        return voice.load(lang)(key)[:LONGEST]
