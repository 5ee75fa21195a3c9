"""Numbers as bytes of one width, for a column: the one place that knows how bins, sentences and keys are kept."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WIDTHS = {2: "h", 4: "i", 8: "q"}
_MOST = 1 << 63


def pack(numbers: Sequence[int]) -> bytes:
    """Return one byte for the width, then each number in the fewest bytes (2, 4 or 8) that hold them all; raises OverflowError beyond 64 bits with sign."""
    least, most = min(numbers, default=0), max(numbers, default=0)
    for width, code in _WIDTHS.items():
        half = 1 << (8 * width - 1)
        if -half <= least and most < half:
            return bytes([width]) + struct.pack(f">{len(numbers)}{code}", *numbers)
    raise OverflowError("a number of a sketch has more than 64 bits")


def unpack(packed: bytes) -> tuple[int, ...]:
    """Return the numbers again."""
    width = packed[0]
    return struct.unpack(f">{len(packed[1:]) // width}{_WIDTHS[width]}", packed[1:])


def keys(numbers: Iterable[int]) -> list[int]:
    """Return each number once, as an integer of 64 bits with its sign; of one without sign the upper half turns negative."""
    return list(dict.fromkeys(number - 2 * _MOST if number >= _MOST else number for number in numbers))
