"""Whether what is served is up: the store answered just now, every platform is reached. It says so in one line for each part."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_FOR = 1.0
"""Seconds for which an answer holds, so that asking often costs nothing."""
_PATIENCE = 2.0
"""Seconds after which a part that does not say is down."""


class Readiness:
    """The parts of a process, each with how to ask it whether it is up."""

    def __init__(self) -> None:
        """Start with nothing that is served."""
        self._parts: dict[str, Callable[[], Awaitable[bool]]] = {}
        self._asking = asyncio.Lock()
        self._known: tuple[float, bool, str] = (0.0, False, "")

    def needs(self, part: str, up: Callable[[], Awaitable[bool]]) -> None:
        """Be ready from now on only while this part is up as well."""
        self._parts[part] = up
        self._known = (0.0, False, "")

    async def told(self) -> tuple[bool, str]:
        """Tell whether everything is up, and of each part whether it is."""
        async with self._asking:
            if time.monotonic() >= self._known[0]:
                up = dict(zip(self._parts, await asyncio.gather(*(_is_up(ask) for ask in self._parts.values())), strict=True))
                lines = "".join(f"{part}: {'up' if well else 'down'}\n" for part, well in up.items())
                self._known = (time.monotonic() + _FOR, all(up.values()), lines)
            return self._known[1:]


async def _is_up(ask: Callable[[], Awaitable[bool]]) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE):
            return await ask()
    except Exception:  # noqa: BLE001 - what cannot say whether it is up is not
        return False
