"""The words of a message: its text and its attached text files (Discord turns a long paste into message.txt), as their writer sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.discord.markup import plain
from bot.errors import NotText, TooLong
from bot.request import LONGEST

if TYPE_CHECKING:
    from discord import Attachment, Guild, Interaction, Message

    from adapters.discord.markup import Names

_WIDEST = 4
"""Bytes of the widest character in UTF-8: a file with more than so many times the limit is too long whatever it holds, and is not fetched."""


async def words_of(message: Message) -> str:
    """Return the text of a message with its text files. Raises NotText, TooLong; an HTTPException where a file cannot be fetched."""
    files = [attachment for attachment in message.attachments if _is_text(attachment)]
    if message.attachments and not files and not message.content.strip():
        raise NotText(message.attachments[0].filename)
    parts = [message.content, *[await _read(file) for file in files]]
    return plain("\n".join(part for part in parts if part.strip()), names(message.guild, message))


def _is_text(attachment: Attachment) -> bool:
    return (attachment.content_type or "").startswith("text/plain") or attachment.filename.lower().endswith(".txt")


async def _read(attachment: Attachment) -> str:
    if attachment.size > LONGEST * _WIDEST:
        raise TooLong(attachment.size, LONGEST)
    data = await attachment.read()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotText(attachment.filename) from None


def names(guild: Guild | None, message: Message | None = None) -> Names:
    """Return who or what a mention names, as far as it is known without asking: those mentioned in a message, and what its server shows."""
    people = {user.id: user.display_name for user in message.mentions} if message else {}

    def name_of(sigil: str, number: int) -> str:
        if sigil == "@":
            member = guild.get_member(number) if guild else None
            return people.get(number, "") or (member.display_name if member else "")
        if not guild:
            return ""
        found = guild.get_role(number) if sigil == "@&" else guild.get_channel_or_thread(number)
        return found.name if found else ""

    return name_of


def typed(interaction: Interaction, text: str | None) -> str:
    """Return what somebody typed into an option or a form, as they see it."""
    return plain(text or "", names(interaction.guild))
