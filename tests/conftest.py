"""What holds for every test: in CI an unexpected skip fails the run."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.postgres import Postgres, running

EXPECTED_SKIPS: tuple[str, ...] = ()
"""Reasons that may skip a test in CI too."""


class _Skips:
    """Counts skips that nobody expected."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            reason = str(report.longrepr)
            if not any(expected in reason for expected in EXPECTED_SKIPS):
                self.found.append(f"{report.nodeid}: {reason}")

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.found:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for skip in self.found:
            terminalreporter.write_line(f"unexpected skip: {skip}")


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("CI") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Skips())


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL, started at its first use; it takes half a second."""
    with running() as server:
        yield server
