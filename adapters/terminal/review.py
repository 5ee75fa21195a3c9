"""`offscript review`: one draft for people or as JSON, or many as JSON lines. Loads no platform and no database."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, TextIO

from adapters.terminal.render import Look, render
from bot.errors import CoachError, NotText
from bot.machine import to_json
from bot.present import present
from bot.request import Request, checked, from_json
from bot.sameness import Earlier
from rules.engine import review
from rules.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from rules.model import Review

READY, NOT_READY, FAULT = 0, 1, 2
"""Exit statuses: ready; not ready; usage, unreadable input or an internal fault."""
_EACH = 500
"""Drafts between two signs of life."""


def read_draft(file: Path | None, stdin: Any) -> str:
    """Return the draft of a file, or of standard input. Raises NotText, NothingToRead."""
    name = str(file) if file else "What came in"
    data = file.read_bytes() if file else stdin.buffer.read()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotText(name) from error
    if text.count("\0") * 20 > len(text):
        raise NotText(name)
    return checked(text)


def show(request: Request, look: Look, *, explain: bool, out: TextIO) -> int:
    """Print a review for people; return the exit status."""
    found = review(request.draft, request.given)
    out.write(render(present(found, channel=request.given.channel), look))
    if explain:
        out.write(explained(found))
    return status(found)


def as_json(request: Request, out: TextIO) -> int:
    """Print one review as a JSON object; return the exit status."""
    found = review(request.draft, request.given)
    out.write(json.dumps(to_json(found), ensure_ascii=True) + "\n")
    return status(found)


def status(found: Review) -> int:
    """Return the exit status of a verdict."""
    return READY if found.verdict is Verdict.READY else NOT_READY


def explained(found: Review) -> str:
    """Return how the verdict came about, line by line."""
    lines = [
        "",
        f"Verdict: {found.verdict.value if found.verdict else 'none'} ({found.reason})",
        f"Kind: {found.kind.value}   Language: {found.lang or 'unknown'}",
    ]
    if found.quiet:
        lines.append("A quiet kind: only hard errors are said.")
    lines += [f"{point.points:+6.2f}  {point.name:<10} {point.value:>6}  {point.about}" for point in found.scorecard]
    total = sum(point.points for point in found.scorecard)
    lines += [f"{total:+6.2f}  in all; above zero means yes"] if found.scorecard else []
    lines += [f"  {finding.rule} ({finding.weight.value}, {finding.family}): {finding.quote!r}" for finding in found.findings]
    return "\n".join(lines) + "\n"


def lines(stdin: Any, out: TextIO, err: TextIO) -> int:
    """Review one JSON object a line, in order; a bad line gives an error in its place. Return 2 if there was one, else 0."""
    earlier = Earlier()
    bad = 0
    for number, raw in enumerate(_raw_lines(stdin), 1):
        answer = _answer(raw, number, earlier)
        bad += "error" in answer
        out.write(json.dumps(answer, ensure_ascii=True) + "\n")
        if number % _EACH == 0 and err.isatty():
            err.write(f"\r{number:,} drafts")
            err.flush()
    out.flush()
    return FAULT if bad else READY


def _raw_lines(stdin: Any) -> Iterable[bytes]:
    """Yield lines that end in a line feed and nothing else, blank ones passed over."""
    return (line for line in stdin.buffer if line.strip())


def _answer(raw: bytes, number: int, earlier: Earlier) -> dict[str, Any]:
    item: Any = None
    try:
        item = json.loads(raw.decode("utf-8"))
        request = from_json(item)
        return to_json(earlier.review(request), item.get("id"))
    except UnicodeDecodeError:
        problem = f"Line {number} is not UTF-8 text."
    except (json.JSONDecodeError, RecursionError):
        problem = f'Line {number} is not JSON. Each line is one object such as {{"id": 1, "draft": "…"}}.'
    except CoachError as error:
        problem = str(error)
    except Exception as error:  # noqa: BLE001 - one draft must not take the others with it; the message holds no draft text
        problem = f"An internal fault ({type(error).__name__}) on line {number}. The other lines are not affected."
    return {"id": item.get("id") if isinstance(item, dict) else None, "error": problem}


def plain_stdout() -> None:
    """Let standard output take any character, whatever the locale says."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
