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
    """Where the draft of a button or an answer comes from; drafts are not kept, so it may be gone."""

    def keep(self, writer: str, request: Request) -> None:
        """Hold a writer's draft for the dialogue, in memory only and for fifteen minutes at most."""

    def recall(self, writer: str) -> Request | None:
        """Return the draft that the writer's dialogue is about, or none when it was let go of."""

    def let_go(self, writer: str) -> None:
        """Forget the writer's draft now."""


class Settings(Protocol):
    """What a writer has settled: rules that are not to be mentioned any more."""

    async def stopped(self, writer: str) -> frozenset[str]:
        """Return the ids of the rules that the writer stopped."""

    async def stop(self, writer: str, rule: str) -> None:
        """Stop one rule, exactly; stopping it twice is the same as once. Raises NotSaved."""

    async def restore(self, writer: str, rule: str) -> bool:
        """Take one stop back; tell whether there was one. Raises NotSaved."""
