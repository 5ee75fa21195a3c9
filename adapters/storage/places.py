"""Where an SQLite file does not do: processes that run apart and cannot share it, a disk that is emptied, a file system without locks that hold."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from adapters.storage.address import file_of, is_sqlite

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

HOSTS = {"DYNO": "Heroku", "RENDER": "Render", "FLY_APP_NAME": "Fly", "RAILWAY_ENVIRONMENT": "Railway", "K_SERVICE": "Cloud Run"}
"""Variables by which a hosting platform is known."""
_NETWORK = re.compile(r"nfs\d?|cifs|smb\d?|smbfs|9p|afs|ceph|lustre|ncpfs|fuse\.(sshfs|glusterfs|s3fs|gcsfuse|rclone)|glusterfs")
_INSTEAD = "Set OFFSCRIPT_DATABASE_URL to a PostgreSQL database, postgresql://…"


class Setting(NamedTuple):
    """Where and how a process runs."""

    environ: Mapping[str, str]
    mounts: str = ""
    """What /proc/mounts says; empty where there is none."""
    kinds: Collection[str] = ()
    """Everything that this installation would serve, as `plan` names it."""
    apart: bool = False
    """Whether this process was told to serve a part of it only: `web` or `worker`."""
    chosen: bool = False
    """Whether somebody chose where the file is."""


def refusal(url: str, where: Setting) -> str:
    """Return why the database at this address cannot be served from here, and what to do; nothing where it can. Raises WrongAddress."""
    if not is_sqlite(url):
        return ""
    host = next((name for variable, name in HOSTS.items() if where.environ.get(variable)), "")
    both = "http" in where.kinds and bool({"socket", "discord"} & set(where.kinds))
    if both and (host or where.apart or where.environ.get("PORT")):
        return f"Web and worker run apart here{f' ({host})' if host else ''}, and they cannot share an SQLite file. {_INSTEAD}"
    if host and not where.chosen:
        return f"{host} empties the disk at every start, and with it the SQLite file. {_INSTEAD} On a disk that stays, set it to the file there: sqlite:////data/offscript.db."
    file = file_of(url)
    kind = _file_system(file, where.mounts) if file else ""
    if _NETWORK.fullmatch(kind):
        return f"The SQLite file is on a network file system ({kind}), where locks do not hold and the file breaks. Put it on a disk of this machine. {_INSTEAD}"
    return ""


def _file_system(file: Path, mounts: str) -> str:
    """Return the type of the file system that a file is on, unless it is the root, which is the machine's own."""
    found = PurePosixPath("/"), ""
    for line in mounts.splitlines():
        point, kind = (re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), field) for field in line.split()[1:3])
        if PurePosixPath(file.absolute()).is_relative_to(point) and len(point) > len(str(found[0])):
            found = PurePosixPath(point), kind
    return found[1]
