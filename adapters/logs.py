"""What is logged: one JSON object a line, with an event, a kind of error and a reference, and never a word of what anybody wrote."""

from __future__ import annotations

import logging
import sys
from secrets import token_hex
from typing import TYPE_CHECKING, TextIO

import structlog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from structlog.typing import FilteringBoundLogger, Processor


class WithoutWords(logging.Handler):
    """Take what libraries log, and keep where it came from and how grave it is; their messages and tracebacks may quote a request, so they go."""

    def __init__(self, out: TextIO, heard: Sequence[Processor] = ()) -> None:
        """Write to a stream; `heard` hears each line as well."""
        super().__init__()
        self._log = _logger(out, heard)

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line about a record."""
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        self._log.info("library", logger=record.name, level=record.levelname.lower(), function=record.funcName, error=error)


def _logger(out: TextIO, heard: Sequence[Processor]) -> FilteringBoundLogger:
    processors: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        *heard,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.JSONRenderer(),
    ]
    logger: FilteringBoundLogger = structlog.wrap_logger(structlog.WriteLogger(out), processors=processors)
    return logger


def configure(level: str = "INFO", out: TextIO | None = None, heard: Sequence[Processor] = ()) -> None:
    """Send our own events and, stripped of their words, those of the libraries to one stream; `level` is for the libraries, `heard` hears each line as well."""
    out = out or sys.stderr
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            *heard,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [WithoutWords(out, heard)]
    root.setLevel(
        max(logging.WARNING, logging.getLevelNamesMapping().get(level.upper(), logging.WARNING)) if level.upper() != "DEBUG" else logging.DEBUG
    )


def silence() -> None:
    """Log nothing of our own: in a terminal, what a writer has to know is said to them."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def event(name: str, **about: str | float | None) -> None:
    """Log that something happened; `about` holds ids and kinds, nothing that anybody wrote."""
    structlog.get_logger().info(name, **about)


def fault(where: str, error: BaseException) -> str:
    """Log an error that nobody expected, by its class alone, and return the reference under which it is found."""
    reference = token_hex(4)
    at = error.__traceback__
    while at and at.tb_next:
        at = at.tb_next
    place = f"{at.tb_frame.f_globals.get('__name__', '?')}:{at.tb_lineno}" if at else "?"
    structlog.get_logger().error("fault", where=where, error=type(error).__name__, at=place, reference=reference)
    return reference
