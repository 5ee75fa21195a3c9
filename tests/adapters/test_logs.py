"""What is logged holds where and how grave, and not a word of what anybody wrote; what goes on after an answer is finished and its faults are noted."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import structlog

from adapters import logs
from adapters.once import LIFE, Once
from adapters.tasks import Tasks
from tests.fakes import FakeClock

CANARY = "marmalade-zeppelin-4711"


@pytest.fixture
def lines() -> Iterator[Any]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    out = io.StringIO()
    logs.configure("DEBUG", out)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_what_libraries_log_loses_its_words(lines: Any) -> None:
    try:
        int(CANARY)
    except ValueError:
        logging.getLogger("some.package").exception("could not send %s", CANARY)
    logging.getLogger("some.package").debug("payload: %s", CANARY)
    assert [(line["logger"], line["level"], line["error"]) for line in lines() if line["logger"] == "some.package"] == [
        ("some.package", "error", "ValueError"),
        ("some.package", "debug", None),
    ]
    assert CANARY not in json.dumps(lines())


def test_a_fault_is_noted_by_class_place_and_reference(lines: Any) -> None:
    try:
        {}[CANARY]
    except KeyError as error:
        reference = logs.fault("here", error)
    line = lines()[0]
    assert (line["event"], line["where"], line["error"], line["reference"]) == ("fault", "here", "KeyError", reference)
    assert "test_logs" in line["at"]
    assert CANARY not in json.dumps(line)


async def test_work_that_was_begun_is_finished_and_its_faults_are_noted(lines: Any) -> None:
    tasks, done = Tasks(), []

    async def work() -> None:
        await asyncio.sleep(0.01)
        done.append(1)

    async def failing() -> None:
        raise RuntimeError(CANARY)

    tasks.start("work", work())
    tasks.start("failing", failing())
    assert await tasks.done()
    assert done == [1]
    assert [line["where"] for line in lines() if line["event"] == "fault"] == ["failing"]


async def test_work_that_does_not_end_is_ended() -> None:
    tasks = Tasks()
    tasks.start("stuck", asyncio.sleep(60))
    assert await tasks.done(within=0.01) is False


def test_a_delivery_is_new_once_and_again_when_it_was_forgotten() -> None:
    clock = FakeClock()
    once = Once(clock, most=3)
    assert [once.first("a"), once.first("a"), once.first("b")] == [True, False, True]
    assert [once.first(""), once.first("")] == [True, True]
    clock.moment += LIFE + timedelta(seconds=1)
    assert once.first("a")
    assert all(once.first(str(number)) for number in range(5))
    assert len(vars(once)["_seen"]) <= 3
