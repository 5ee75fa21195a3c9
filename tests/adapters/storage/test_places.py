"""Where SQLite does not do: refused with a sentence, and nowhere else."""

from __future__ import annotations

import pytest

from adapters.storage.places import HOSTS, Setting, refusal

FILE = "sqlite+aiosqlite:////home/me/.local/share/offscript/offscript.db"
MOUNTS = """overlay / 9p rw 0 0
/dev/sda1 /home ext4 rw 0 0
server:/x /home/me/.local nfs4 rw 0 0
host:/y /srv/with\\040space fuse.sshfs rw 0 0
share /mnt/c 9p rw 0 0
"""


@pytest.mark.parametrize(
    ("url", "where", "reason"),
    [
        (FILE, Setting({}), ""),
        (FILE, Setting({}, kinds=("http", "discord", "web")), ""),
        (FILE, Setting({"PORT": "80"}, kinds=("socket", "discord", "web")), ""),
        (FILE, Setting({"PORT": "80"}, kinds=("http", "web")), ""),
        (FILE, Setting({"PORT": "80"}, kinds=("http", "discord", "web")), "cannot share"),
        (FILE, Setting({}, kinds=("http", "discord", "web"), apart=True), "cannot share"),
        (FILE, Setting({}, kinds=("http", "web"), apart=True), ""),
        (FILE, Setting({"DYNO": "web.1"}, kinds=("http", "discord"), chosen=True), r"\(Heroku\)"),
        (FILE, Setting({"FLY_APP_NAME": "x"}, kinds=("discord",), chosen=True), ""),
        *((FILE, Setting({name: "x"}), f"{host} empties the disk") for name, host in HOSTS.items()),
        (FILE, Setting({"DYNO": ""}), ""),
        (FILE, Setting({}, MOUNTS), r"network file system \(nfs4\)"),
        ("sqlite:////srv/with space/x.db", Setting({}, MOUNTS), "fuse.sshfs"),
        ("sqlite:////srv/with spaces/x.db", Setting({}, MOUNTS), ""),
        ("sqlite:////mnt/c/x.db", Setting({}, MOUNTS), "9p"),
        ("sqlite:////var/lib/x.db", Setting({}, MOUNTS), ""),
        ("sqlite:////home/you/x.db", Setting({}, MOUNTS), ""),
        ("sqlite://", Setting({}, MOUNTS), ""),
        ("postgres://u:p@h/d", Setting({"DYNO": "web.1", "PORT": "80"}, MOUNTS, ("http", "discord"), apart=True), ""),
    ],
)
def test_split_sqlite_is_refused_and_nothing_else(url: str, where: Setting, reason: str) -> None:
    import re

    said = refusal(url, where)
    assert bool(said) == bool(reason), said
    assert re.search(reason, said)
    assert not said or "OFFSCRIPT_DATABASE_URL" in said
