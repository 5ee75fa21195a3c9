"""How long one delivery may wait for the store, all its questions together: a slow store that answers now and then must not cost each of them its patience."""

from __future__ import annotations

import math
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 1.2
"""Seconds that a delivery waits for the store before it is acknowledged."""
_left: ContextVar[list[float] | None] = ContextVar("left", default=None)


@contextmanager
def hurry() -> Iterator[None]:
    """Let everything within wait so long for the store; what goes on afterwards has time."""
    mine = [MOST]
    token = _left.set(mine)
    try:
        yield
    finally:
        mine[0] = math.inf
        _left.reset(token)


def left() -> float:
    """Return for how many seconds the store may still be waited for."""
    mine = _left.get()
    return math.inf if mine is None else mine[0]


def spend(seconds: float) -> None:
    """Count what was waited for."""
    mine = _left.get()
    if mine is not None:
        mine[0] -= seconds
