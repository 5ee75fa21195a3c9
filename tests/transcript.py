"""A conversation as a page of documentation: written anew on a difference, which fails the test, so that every change of words shows in review."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parents[1] / "docs" / "transcripts"


class Page:
    """The transcript as it grows."""

    def __init__(self, head: str) -> None:
        self.lines = [head]

    def chapter(self, title: str) -> None:
        self.lines.append(f"## {title}\n")

    def does(self, what: str, text: str = "") -> None:
        self.lines.append(f"**Sam** {what}\n")
        if text:
            self.lines.append("\n".join(f"    {line}".rstrip() for line in text.split("\n")) + "\n")

    def text(self) -> str:
        return "\n".join(self.lines)

    def is_known_as(self, name: str) -> bool:
        """Tell whether docs/transcripts has this page to the letter; writes it where not."""
        page = FOLDER / name
        known = page.read_text(encoding="utf-8") if page.exists() else ""
        if self.text() != known:
            FOLDER.mkdir(parents=True, exist_ok=True)
            page.write_text(self.text(), encoding="utf-8")
        return self.text() == known


def filled(**values: str) -> str:
    return "\n".join(f"{key}: {value}" for key, value in values.items())
