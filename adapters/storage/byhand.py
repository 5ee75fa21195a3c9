"""Erasing by hand, for whoever runs it: somebody wrote to be erased, or the news of their leaving was lost."""

from __future__ import annotations

import asyncio
import re

from adapters.clock import SystemClock
from adapters.storage.opening import open_store
from bot import config
from bot.errors import NotSaved, StoreDown, UnknownOwner

_OWNER = re.compile(r"slack:(?:e:)?[A-Z0-9]{2,30}(?::[A-Z0-9]{2,30})?|discord:(?:g:)?[0-9]{1,20}", re.ASCII)
"""A person, a workspace, an organisation or a server, and never more than one of them."""


def checked(owner: str) -> str:
    """Return the name of somebody as the store has it. Raises UnknownOwner."""
    if not _OWNER.fullmatch(owner):
        raise UnknownOwner(owner)
    return owner


def erased(owner: str) -> None:
    """Erase everything of a person, or of a workspace or server and of everybody in it. Raises StoreDown, WrongKey, WrongAddress."""
    asyncio.run(_erased(owner))


async def _erased(owner: str) -> None:
    async with open_store(config.load(), SystemClock()) as store:
        try:
            await store.forget(owner)
        except NotSaved as error:
            raise StoreDown(type(error.__cause__ or error).__name__) from error
