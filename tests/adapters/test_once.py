"""Once: one delivery, one effect."""

from __future__ import annotations

from adapters.once import Once
from tests.fakes import FakeClock


def test_only_the_first_delivery_counts() -> None:
    once = Once(FakeClock())
    assert once.first("a")
    assert once.first("b")
    assert not once.first("a")


def test_what_was_seen_is_forgotten_after_an_hour() -> None:
    clock = FakeClock()
    once = Once(clock)
    once.first("a")
    clock.move(minutes=59)
    assert not once.first("a")
    clock.move(minutes=2)
    assert once.first("a")


def test_memory_has_a_limit_and_the_oldest_goes_first() -> None:
    once = Once(FakeClock(), most=3)
    assert all(once.first(key) for key in "abcd")
    assert len(vars(once)["_seen"]) == 3
    assert not once.first("d")
    assert once.first("a")
