"""Two processes on one database take each delivery once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
COUNT = 300


@pytest.mark.fault
def test_two_processes_take_each_delivery_exactly_once(url: str, tmp_path: Path) -> None:
    race(url, tmp_path, COUNT)


def race(url: str, folder: Path, count: int) -> None:
    """Let two processes claim the same deliveries at once; tests/fault does so with more of them."""
    command = [sys.executable, "-m", "tests.adapters.storage.claiming", url, str(folder), str(count)]
    running = [subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for process in running:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    won = [int(process.communicate(timeout=60)[0]) for process in running]
    assert sum(won) == count
