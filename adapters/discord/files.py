"""Files: what a card holds that Discord takes as a file, a picture of the weeks or a document to keep."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from discord import File

from adapters.discord.chart import drawable, png
from adapters.discord.render import name_of
from bot.cards import Chart, Document

if TYPE_CHECKING:
    from bot.cards import Card


def has_files(card: Card) -> bool:
    """Tell whether everything in a card that could be sent as a file can be, and there is something."""
    found = [block for block in card.blocks if isinstance(block, Chart | Document)]
    return bool(found) and all(isinstance(block, Document) or drawable(block) for block in found)


def files_of(card: Card) -> list[File]:
    """Return the files of a card, by the names under which its message shows them. Raises ImportError, ValueError where a picture cannot be drawn."""
    return [File(BytesIO(_bytes(block)), name_of(block)) for block in card.blocks if isinstance(block, Chart | Document)]


def _bytes(block: Chart | Document) -> bytes:
    return png(block) if isinstance(block, Chart) else block.text.encode("utf-8", "replace")
