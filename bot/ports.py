"""What the coach needs from outside, in its own words; adapters implement these, tests use the fakes in tests/fakes.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from bot.request import Request


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """Return the present moment with its time zone."""


class Recall(Protocol):
    """Where the draft of a button comes from: the form's own state, the message or thread it refers to, or memory. Drafts are not kept, so it may be gone."""

    async def recall(self) -> Request | None:
        """Return the draft, or none when this source does not know it (any more)."""


class Settings(Protocol):
    """What a writer has settled: rules that are not to be mentioned any more."""

    async def stopped(self, writer: str) -> frozenset[str]:
        """Return the ids of the rules that the writer stopped. Raises NotSaved where the store does not answer."""

    async def stop(self, writer: str, rule: str) -> None:
        """Stop one rule, exactly; stopping it twice is the same as once. Raises NotSaved."""

    async def restore(self, writer: str, rule: str) -> bool:
        """Take one stop back; tell whether there was one. Raises NotSaved."""

    async def forget(self, writer: str) -> None:
        """Erase everything that is kept of the writer. Raises NotSaved."""
