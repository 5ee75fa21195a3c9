"""What is measured: counts and times of deliveries, reviews, errors and the store. No label holds who, where or what: each comes from a short list of ours."""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from structlog.contextvars import bind_contextvars, bound_contextvars

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.ports import Claims
    from rules.model import Verdict

disable_created_metrics()  # type: ignore[no-untyped-call]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""What the exposition is, in the words of HTTP."""
LATEST = 3.0
"""Seconds after which both platforms tell whoever waits that nobody answered."""
_REGISTRY = CollectorRegistry()
_DELIVERIES = Counter("offscript_deliveries", "What platforms delivered, however often.", ("platform", "sort"), registry=_REGISTRY)
_ACKNOWLEDGED = Histogram(
    "offscript_acknowledgement_seconds", "From a delivery to its acknowledgement.", ("platform",), registry=_REGISTRY,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.5, LATEST, 10.0),
)  # fmt: skip
_LATE = Counter("offscript_late", "Deliveries that were acknowledged after the platform had given up.", ("platform",), registry=_REGISTRY)
_AGAIN = Counter("offscript_claims_refused", "Deliveries that came again, or that another process had taken on.", ("platform",), registry=_REGISTRY)
_REVIEWS = Counter("offscript_reviews", "Drafts that were looked at.", ("platform", "verdict"), registry=_REGISTRY)
_ERRORS = Counter("offscript_errors", "What went wrong, by where it is logged and its class.", ("event", "error"), registry=_REGISTRY)
_REFUSED = Counter("offscript_http_refused", "HTTP requests that were nobody's delivery.", ("why",), registry=_REGISTRY)
_STORE = Counter("offscript_store", "What was asked of the store, by what became of it.", ("outcome",), registry=_REGISTRY)
_STORE_SECONDS = Histogram(
    "offscript_store_seconds", "How long the store took to answer, or was waited for.", registry=_REGISTRY,
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.8, 2.0, 10.0),
)  # fmt: skip

_WORD = re.compile(r"[A-Za-z][A-Za-z_.]{0,39}")
_MOST = 60
"""Different words that a label takes; any further one is `other`."""
_words: dict[str, set[str]] = {}


class Counted:
    """The claims port of one platform, with what it refuses counted."""

    def __init__(self, platform: str, claims: Claims) -> None:
        """Count what this port refuses."""
        self._platform, self._claims = platform, claims

    async def claim(self, delivery: str) -> bool:
        """Tell whether nobody has claimed this delivery yet."""
        first = await self._claims.claim(delivery)
        if not first:
            _AGAIN.labels(self._platform).inc()
        return first


@contextmanager
def delivery(platform: str, sort: str) -> Iterator[None]:
    """Count a delivery, time it until it is acknowledged, and give everything that is logged meanwhile, or by what it began, one id."""
    _DELIVERIES.labels(platform, sort).inc()
    began = time.monotonic()
    with bound_contextvars(delivery=token_hex(4)):
        try:
            yield
        finally:
            acknowledged(platform, time.monotonic() - began)


def arrived(platform: str, sort: str) -> None:
    """Count a delivery that has a task of its own, and give everything that this task logs one id."""
    _DELIVERIES.labels(platform, sort).inc()
    bind_contextvars(delivery=token_hex(4))


def acknowledged(platform: str, seconds: float) -> None:
    """Count how long an acknowledgement took."""
    _ACKNOWLEDGED.labels(platform).observe(max(0.0, seconds))
    if seconds > LATEST:
        _LATE.labels(platform).inc()


def reviewed(platform: str, verdict: Verdict | None) -> None:
    """Count a review."""
    _REVIEWS.labels(platform, verdict.value if verdict else "none").inc()


def stored(outcome: str, seconds: float) -> None:
    """Count what became of a question to the store."""
    _STORE.labels(outcome).inc()
    if seconds:
        _STORE_SECONDS.observe(seconds)


def heard(_logger: Any, _method: str, line: Any) -> Any:
    """Count what is logged with an error, and requests that were refused; a processor of structlog that changes nothing."""
    name = _word("event", line.get("event"))
    if name == "refused":
        _REFUSED.labels(_word("why", line.get("why"))).inc()
    elif line.get("error"):
        _ERRORS.labels(name, _word("error", line["error"])).inc()
    return line


def exposition() -> bytes:
    """Return everything that was measured, as Prometheus reads it."""
    return generate_latest(_REGISTRY)


def _word(label: str, value: object) -> str:
    """Return a value as a label: one word, of not too many different ones."""
    word, known = str(value), _words.setdefault(label, set())
    if word not in known and (len(known) >= _MOST or not _WORD.fullmatch(word)):
        return "other"
    known.add(word)
    return word
