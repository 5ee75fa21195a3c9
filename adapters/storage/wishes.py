"""Wishes to erase, written down until they are done: a file for each, which says whose everything is to go, since when and by whose news. No word of anybody's is in it."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from adapters.logs import event
from adapters.storage.durable import beside, settle
from adapters.storage.places import HOSTS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bot.config import Config

FOLDER = "to-erase"
"""What the folder with the wishes is called, in the folder for data."""


class Wish(NamedTuple):
    """That everything of somebody goes; two with the same words are the same."""

    owner: str
    """A writer, a house or a tenant, by the name in the store: `discord:42`, `slack:T1`."""
    at: float = 0.0
    """When it happened, in seconds since 1970, where that matters."""
    everything: bool = True
    """Whether all of it goes, or the token alone."""
    first: bool = True
    """Whether nobody had heard this news before."""


class Wishes:
    """The wishes on this machine's disk. Every process with the same folder sees them, and any of them may make them true."""

    def __init__(self, folder: Path | None) -> None:
        """Write into a folder; without one nothing is written down."""
        self._folder = folder

    def keep(self, wish: Wish) -> bool:
        """Write a wish down; tell whether it is on a disk that lasts."""
        path = self._path(wish)
        if path is None:
            return False
        try:
            if not path.exists():
                beside(path, json.dumps(wish._asdict())).replace(path)
                settle(path.parent)
        except OSError as error:
            event("wish_not_written", error=type(error).__name__)
            return False
        return True

    def drop(self, wish: Wish) -> None:
        """Cross a wish out."""
        path = self._path(wish)
        try:
            if path is not None:
                path.unlink(missing_ok=True)
        except OSError as error:
            event("wish_not_crossed_out", error=type(error).__name__)

    def kept(self, of: str) -> list[Wish]:
        """Return the wishes that are still to be made true about owners whose names begin so; one that cannot be read stays where it is."""
        found = []
        for path in sorted(self._folder.glob("*.json")) if self._folder else ():
            try:
                wish = Wish(**json.loads(path.read_bytes()))
            except FileNotFoundError:
                continue
            except (OSError, ValueError, TypeError) as error:
                event("wish_not_read", error=type(error).__name__)
                continue
            if wish.owner.startswith(of):
                found.append(wish)
        return found

    def _path(self, wish: Wish) -> Path | None:
        return self._folder / f"{sha256(repr(wish).encode()).hexdigest()[:32]}.json" if self._folder else None


def wishes(settings: Config, environ: Mapping[str, str]) -> Wishes:
    """Return the wishes of an installation. A host that empties its disk at every start has none, unless somebody chose where data is kept."""
    lasts = "data_home" in settings.model_fields_set or not any(environ.get(variable) for variable in HOSTS)
    return Wishes(settings.folder / FOLDER if lasts else None)
