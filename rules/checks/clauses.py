"""Clauses that would fit anyone. They are pointed at in form letters only: a plain clause in a plain mail is none of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.clauses import for_anyone
from rules.model import Hit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules.model import Scene


def fits_anyone(scene: Scene, /) -> Iterable[Hit]:
    """Yield each clause of the writer's own sentences that holds nothing of its own."""
    for span in for_anyone(scene.draft, scene.langs):
        yield Hit(span)
