"""The key of an installation on one machine: a file for its owner alone, in the configuration folder and so apart from the data that it opens."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from adapters.storage import cipher
from adapters.storage.durable import beside, settle
from bot.errors import WrongKey

if TYPE_CHECKING:
    from pathlib import Path

    from adapters.storage.cipher import Ring
    from bot.config import Config


def ring(settings: Config, *, local: bool) -> Ring:
    """Return the keys to seal with: those of OFFSCRIPT_KEYS, or (`local`: one machine, SQLite) the key file's. Raises WrongKey, OSError."""
    given = settings.keys.get_secret_value().strip()
    if given:
        return cipher.ring(given)
    if local:
        return from_file(settings.key_file)
    raise WrongKey(
        "On PostgreSQL the key has to be set: `offscript keys new` prints one. Put it into OFFSCRIPT_KEYS, the same for every process, and keep a copy elsewhere."
    )


def from_file(path: Path) -> Ring:
    """Return the key in a file, made at the first time; of processes that make it at once one wins, and all read the same. Raises WrongKey, OSError."""
    if not path.exists():
        _make(path)
    try:
        return cipher.ring(path.read_text(encoding="ascii").strip())
    except (WrongKey, UnicodeDecodeError):
        raise WrongKey(
            f"The file {path} holds no key. Put the one back that it held; without it, what is sealed in the database stays sealed."
        ) from None


def _make(path: Path) -> None:
    """Write a new key, then give it its name unless somebody else was first; a key that a power cut takes away takes all notes with it."""
    draft = beside(path, cipher.new() + "\n")
    try:
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
    settle(path.parent)
