"""Has children forked, and kills them."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Breeder:
    """One zygote, and one child at a time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fault.zygote"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def run(self, line: str, kill_after: float = 0.0, meanwhile: Callable[[], None] | None = None) -> list[str]:
        """Let a child do a job and return what it said; kill it so many seconds after its first word, or after doing something meanwhile."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        child, said = int(self._process.stdout.readline().split()[1]), []
        for heard in self._process.stdout:
            if heard == "gone\n":
                return said
            if not said and kill_after:
                threading.Thread(target=_kill, args=(child, kill_after, meanwhile)).start()
            said.append(heard.strip())
        raise AssertionError("the zygote is gone")

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()


def _kill(child: int, after: float, meanwhile: Callable[[], None] | None) -> None:
    time.sleep(random.uniform(0, after))
    if meanwhile:
        meanwhile()
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)


@contextmanager
def breeder() -> Iterator[Breeder]:
    """Yield one that is ready."""
    made = Breeder()
    try:
        yield made
    finally:
        made.close()
