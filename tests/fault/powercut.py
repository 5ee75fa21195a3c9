"""A file system for SQLite that can lose its power: what was not synced survives in pieces of a sector, in any choice, or not at all.

Files live in memory. For each one it knows what was on the disk at its last sync, and what was written since. It has no shared memory, so SQLite keeps the
index of its log in the process (locking_mode EXCLUSIVE); what it writes and when it syncs is the same.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import apsw

SECTOR = 512
_POWERSAFE = 0x1000
"""As SQLite assumes of disks: a write that is torn does not hurt what stands beside it."""


class Disk:
    """Files by name: what a program sees of them, and what of it is safe."""

    def __init__(self) -> None:
        self.seen: dict[str, bytearray] = {}
        self.safe: dict[str, bytes] = {}
        self.since: dict[str, list[tuple[int, bytes | None]]] = {}

    def write(self, name: str, at: int, data: bytes) -> None:
        """Write what a sync makes safe."""
        file = self.seen[name]
        if len(file) < at:
            file.extend(bytes(at - len(file)))
        file[at : at + len(data)] = data
        self.since[name].append((at, data))

    def truncate(self, name: str, size: int) -> None:
        """Cut off what is beyond a size, or fill up to it."""
        file = self.seen[name]
        del file[size:]
        file.extend(bytes(size - len(file)))
        self.since[name].append((size, None))

    def sync(self, name: str) -> None:
        """Make everything safe that was written to a file."""
        self.safe[name] = bytes(self.seen[name])
        self.since[name].clear()

    def cut(self, folder: Path, chance: random.Random) -> None:
        """Write what a power cut at this moment may leave into a folder; the disk goes on as if nothing had happened."""
        for name in self.seen:
            file = bytearray(self.safe.get(name, b""))
            for at, data in self.since[name]:
                if data is None:
                    if chance.random() < 0.5:
                        del file[at:]
                        file.extend(bytes(at - len(file)))
                    continue
                _torn(file, at, data, chance)
            (folder / Path(name).name).write_bytes(file)


def _torn(file: bytearray, at: int, data: bytes, chance: random.Random) -> None:
    """Write some of the sectors of a write, and of some of these the beginning only."""
    share = chance.choice((0.0, 0.5, 0.9, 1.0))
    for first in range(0, len(data), SECTOR):
        piece = data[first : first + SECTOR]
        if chance.random() >= share:
            continue
        if chance.random() < 0.1:
            piece = piece[: chance.randrange(len(piece))]
        start = at + first
        if len(file) < start + len(piece):
            file.extend(bytes(start + len(piece) - len(file)))
        file[start : start + len(piece)] = piece


class FileSystem(apsw.VFS):
    """What SQLite asks for, answered from a disk."""

    def __init__(self, name: str, disk: Disk) -> None:
        self.disk = disk
        super().__init__(name, base="")

    def xOpen(self, name: Any, flags: list[int]) -> _File:  # noqa: N802
        path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        flags[1] = flags[0]
        return _File(self.disk, path)

    def xAccess(self, path: str, flags: int) -> bool:  # noqa: N802, ARG002
        return path in self.disk.seen

    def xDelete(self, path: str, sync: bool) -> None:  # noqa: N802, ARG002, FBT001
        self.disk.seen.pop(path, None)
        self.disk.safe.pop(path, None)

    def xFullPathname(self, name: str) -> str:  # noqa: N802
        return name


class _File:
    """One open file."""

    def __init__(self, disk: Disk, name: str) -> None:
        self._disk, self._name = disk, name
        disk.seen.setdefault(name, bytearray())
        disk.since.setdefault(name, [])

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        return bytes(self._disk.seen[self._name][offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._disk.write(self._name, offset, bytes(data))

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self._disk.truncate(self._name, size)

    def xSync(self, flags: int) -> None:  # noqa: N802, ARG002
        self._disk.sync(self._name)

    def xFileSize(self) -> int:  # noqa: N802
        return len(self._disk.seen[self._name])

    def xLock(self, level: int) -> None:  # noqa: N802
        pass

    def xUnlock(self, level: int) -> None:  # noqa: N802
        pass

    def xCheckReservedLock(self) -> bool:  # noqa: N802
        return False

    def xFileControl(self, op: int, pointer: int) -> bool:  # noqa: N802, ARG002
        return False

    def xSectorSize(self) -> int:  # noqa: N802
        return SECTOR

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        return _POWERSAFE

    def xClose(self) -> None:  # noqa: N802
        pass
