"""Small files that survive a power cut: written beside their place, whole and on disk, before they get their name; for their owner alone."""

from __future__ import annotations

import os
from secrets import token_hex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def beside(path: Path, text: str) -> Path:
    """Write a text (ASCII) to a new file beside a path, whose folder is made where it is missing; return the file, which is on disk. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return draft


def settle(folder: Path) -> None:
    """Bring a folder's list of names to the disk as well. Raises OSError."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
