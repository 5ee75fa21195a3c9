"""Card and its closed union of blocks: what a reply says, before any platform decides how it looks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the coach's own words; `strong` ones carry the reply (a hard error, the question)."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """Exact words of the draft and one short remark; `more` says how many others like it are not shown."""

    quotes: tuple[str, ...]
    note: str
    more: str = ""
    marks: tuple[str, str] = ("“", "”")
    """What opens and closes a quotation in the coach's language."""


@dataclass(frozen=True, slots=True)
class Struck:
    """The trimmed draft in pieces: `(text, kept)`; what is not kept is shown struck through where a platform can."""

    pieces: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A longer text of the writer's own, shown as it stands (the draft with the answer put in)."""

    text: str


@dataclass(frozen=True, slots=True)
class Meter:
    """A length against a limit, in characters as the platform counts them."""

    used: int
    limit: int
    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that the writer can do next; `intent` goes back to the coach as it is."""

    label: str
    intent: str


@dataclass(frozen=True, slots=True)
class Choices:
    """A row of things to do next."""

    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Numbers week by week, as bars: one series for each name; `alt` says in words what the picture shows."""

    title: str
    weeks: tuple[str, ...]
    """Labels of the weeks, the oldest first."""
    series: tuple[tuple[str, tuple[int, ...]], ...]
    alt: str


@dataclass(frozen=True, slots=True)
class Document:
    """A file for the writer to keep; where a platform has no room for files, its text is shown."""

    name: str
    text: str


Block = Line | Quote | Struck | Passage | Meter | Choices | Chart | Document


@dataclass(frozen=True, slots=True)
class Card:
    """One reply: a headline about the reader, and what stands under it."""

    title: str
    blocks: tuple[Block, ...] = ()
