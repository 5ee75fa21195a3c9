"""Precision per rule on labelled drafts: `python bench/precision.py GOLD.jsonl [GOLD.jsonl ...]`.

Each line of a file is one draft with its labelled phrases (`draft`, `context`, `spans` of `quote` and `family`). A finding is right where it and a
labelled phrase share at least half of their union, one to one. Rules that spoke most stand first; the last column shows one finding that was wrong.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from bot.request import from_json
from rules.engine import review


def labelled(case: dict[str, Any]) -> list[tuple[int, int]]:
    """Return the offsets of the labelled phrases, the first occurrence that no earlier label took."""
    taken: list[tuple[int, int]] = []
    for span in case.get("spans", []):
        at = case["draft"].find(span["quote"])
        while any(at == start for start, _ in taken):
            at = case["draft"].find(span["quote"], at + 1)
        if at >= 0:
            taken.append((at, at + len(span["quote"])))
    return taken


def share(one: tuple[int, int], other: tuple[int, int]) -> float:
    """Return how much of their union two ranges have in common."""
    both = min(one[1], other[1]) - max(one[0], other[0])
    return both / (max(one[1], other[1]) - min(one[0], other[0])) if both > 0 else 0.0


def count(paths: list[str]) -> tuple[Counter[str], Counter[str], dict[str, str]]:
    """Return findings said and right for each rule, and one wrong finding of each."""
    said: Counter[str] = Counter()
    right: Counter[str] = Counter()
    wrong: defaultdict[str, str] = defaultdict(str)
    for path in paths:
        for line in Path(path).read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            request = from_json({"draft": case["draft"], "context": case.get("context")})
            found = [finding for finding in review(request.draft, request.given).findings if finding.span]
            said.update(finding.rule for finding in found)
            open_labels = labelled(case)
            for finding in found:
                best = max(open_labels, key=lambda label: share(label, finding.span), default=None)
                if best and share(best, finding.span) >= 1 / 2:
                    right[finding.rule] += 1
                    open_labels.remove(best)
                else:
                    wrong[finding.rule] = wrong[finding.rule] or finding.quote
    return said, right, wrong


def main() -> None:
    """Print the table."""
    said, right, wrong = count(sys.argv[1:])
    print(f"{'rule':<34}{'said':>6}{'right':>7}  one that was wrong")
    for rule, number in said.most_common():
        print(f"{rule:<34}{number:>6}{right[rule] / number:>7.2f}  {wrong[rule][:90]}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main()
