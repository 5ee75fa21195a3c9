"""What tests of the store begin with: a configuration of their own, a clock that is set, and values to keep."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr

from adapters.storage.opening import open_store
from bot.config import Config
from bot.kept import Note, Phrase, Seen
from rules.sketch import Sketch
from tests.fakes import FakeClock

KEY = "b2Zmc2NyaXB0IHRlc3RzIHVzZSB0aGlzIG9uZSBrZXk="
ANA, BEN, ELSEWHERE = "slack:T1:U1", "slack:T1:U2", "slack:T2:U1"
"""Two people of one workspace, and the first one's namesake in another."""
HOUSE = "slack:T1"
CLOCK = FakeClock()
NOW = CLOCK.now()
DAY = timedelta(days=1)


def config(url: str, folder: Path, keys: str = KEY) -> Config:
    return Config(_env_file=None, database_url=url, config_home=folder, keys=SecretStr(keys))  # type: ignore[call-arg]


def opened(url: str, folder: Path, keys: str = KEY, clock: FakeClock = CLOCK):  # type: ignore[no-untyped-def]  # noqa: ANN201
    return open_store(config(url, folder, keys), clock)


def note(name: str = "Davina", **more: object) -> Note:
    return Note(
        **{
            "id": name.casefold(),
            "name": name,
            "met": "SummitUp",
            "when": "25 November 2026",
            "topics": ("loyalty cards", "kilns"),
            "why": "her till",
            **more,
        }
    )  # type: ignore[arg-type]


def seen(first: int = 1, **more: object) -> Seen:
    return Seen(**{"id": 0, "sketch": Sketch((first, -1, *range(2, 64)), (first, 2**63 - 1)), "recipient": 2**63 - 5, "at": NOW, **more})  # type: ignore[arg-type]


def phrase(id: str = "sync-up", words: str = "sync up") -> Phrase:  # noqa: A002
    return Phrase(id, words, "“{match}” says nothing.", "What for?", "Let us sync up.", "Let us meet.")
