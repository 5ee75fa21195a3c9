"""The machine's clock, in the machine's time zone."""

from __future__ import annotations

from datetime import datetime


class SystemClock:
    """What time it is here."""

    def now(self) -> datetime:
        """Return the present moment with the local time zone."""
        return datetime.now().astimezone()
