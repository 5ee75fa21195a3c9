"""Ports for tests: a clock that is set, and settings in memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.errors import NotSaved


class FakeClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 3, 9, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def move(self, **by: float) -> None:
        self.moment += timedelta(**by)


class FakeSettings:
    """Settings in memory; `broken` ones answer nothing and save nothing."""

    def __init__(self, *, broken: bool = False) -> None:
        self.rules: dict[str, set[str]] = {}
        self.broken = broken

    async def stopped(self, writer: str) -> frozenset[str]:
        self._answer()
        return frozenset(self.rules.get(writer, ()))

    async def stop(self, writer: str, rule: str) -> None:
        self._answer()
        self.rules.setdefault(writer, set()).add(rule)

    async def restore(self, writer: str, rule: str) -> bool:
        self._answer()
        was = rule in self.rules.get(writer, set())
        self.rules.get(writer, set()).discard(rule)
        return was

    async def forget(self, writer: str) -> None:
        self._answer()
        self.rules.pop(writer, None)

    def _answer(self) -> None:
        if self.broken:
            raise NotSaved
