"""Speed beside a peer: `python bench/speed.py` prints milliseconds a draft, warm, for Offscript and proselint on the same drafts in the same run.

The drafts are about 1,000 characters each, put together from the whole drafts of tests/drafts.toml with one word in seven changed, so that
no text is seen twice. Rounds alternate between the two. Figures are for reading and comparing; nothing asserts on them.
"""

from __future__ import annotations

import random
import statistics
import time
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from rules.engine import review
from rules.model import Circumstances, Context

if TYPE_CHECKING:
    from collections.abc import Callable

_LENGTH, _ROUNDS, _EACH = 1_000, 7, 60
_GIVEN = Circumstances(context=Context("Davina", "SummitUp in Dayton", "this morning", ("her shop's loyalty cards", "the bad hotel coffee")))


def drafts(count: int, length: int = _LENGTH) -> list[str]:
    """Return drafts of a length, no two alike."""
    texts = [
        d["text"]
        for d in tomllib.loads((Path(__file__).parents[1] / "tests" / "drafts.toml").read_text(encoding="utf-8"))["draft"]
        if d["text"].isascii()
    ]
    chance = random.Random(7)  # noqa: S311 - the same drafts in every run
    words = " ".join(texts).split()
    made = []
    while len(made) < count:
        text = "\n\n".join(chance.sample(texts, 4))
        text = " ".join(chance.choice(words) if chance.random() < 1 / 7 else word for word in text.split(" "))
        made.append((text * (1 + length // len(text)))[:length])
    return made


def timed(work: Callable[[str], object], texts: list[str]) -> list[float]:
    """Return milliseconds for each text."""
    out = []
    for text in texts:
        start = time.perf_counter()
        work(text)
        out.append((time.perf_counter() - start) * 1000)
    return out


def peer() -> Callable[[str], object] | None:
    """Return proselint's check of a text, or none where it is not installed."""
    try:
        from proselint.checks import __register__  # noqa: PLC0415
        from proselint.registry import CheckRegistry  # noqa: PLC0415
        from proselint.tools import LintFile  # noqa: PLC0415
    except ImportError:
        return None
    CheckRegistry().register_many(__register__)
    return lambda text: LintFile(Path("draft"), text).lint()


def line(name: str, times: list[float]) -> str:
    """Return one line of figures."""
    ordered = sorted(times)
    return f"{name:<22} p50 {statistics.median(times):7.3f} ms   p99 {ordered[int(len(ordered) * 0.99)]:7.3f} ms"


def main() -> None:
    """Print the figures."""
    other = peer()
    texts = drafts(_ROUNDS * _EACH * 2)
    for text in texts[:_EACH]:
        review(text, _GIVEN)
        if other:
            other(text)
    ours: list[float] = []
    theirs: list[float] = []
    for i in range(_ROUNDS):
        part = texts[i * _EACH : (i + 1) * _EACH]
        ours += timed(lambda text: review(text, _GIVEN), part)
        theirs += timed(other, part) if other else []
    print(line("offscript", ours))
    if theirs:
        print(line("proselint", theirs))
        print(f"offscript / proselint: p50 {statistics.median(ours) / statistics.median(theirs):.2f}")
    for length in (1_000, 10_000, 100_000):
        print(f"{length:>7,} characters: {min(timed(lambda text: review(text, _GIVEN), drafts(3, length))):8.2f} ms")


if __name__ == "__main__":
    main()
