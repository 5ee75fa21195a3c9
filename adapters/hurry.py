"""What one delivery may ask of the store before it is acknowledged: it waits so long for all its questions together, and reads the same thing once."""

from __future__ import annotations

import math
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 1.2
"""Seconds that a delivery waits for the store before it is acknowledged."""


@dataclass(slots=True)
class _Delivery:
    left: float
    read: dict[Any, Any] | None = field(default_factory=dict)


_delivery: ContextVar[_Delivery | None] = ContextVar("delivery", default=None)


@contextmanager
def hurry() -> Iterator[None]:
    """Let everything within wait so long for the store; what goes on afterwards has time, and reads anew."""
    mine = _Delivery(MOST)
    token = _delivery.set(mine)
    try:
        yield
    finally:
        mine.left, mine.read = math.inf, None
        _delivery.reset(token)


def left() -> float:
    """Return for how many seconds the store may still be waited for."""
    mine = _delivery.get()
    return math.inf if mine is None else mine.left


def spend(seconds: float) -> None:
    """Count what was waited for."""
    mine = _delivery.get()
    if mine is not None:
        mine.left -= seconds


def read() -> dict[Any, Any] | None:
    """Return what this delivery has read of the store, which whoever writes clears; none outside of a delivery."""
    mine = _delivery.get()
    return None if mine is None else mine.read
