"""Address: what a button or a form carries, and all it carries: what is asked, and a ticket for the draft. Never a word of the draft."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PREFIX = "offscript:"
"""What all our custom ids begin with, in every version."""
_VERSION = "1"


class Above(StrEnum):
    """What stands above a reply in a direct message, where Discord shows it and a restart changes nothing."""

    NOTHING = ""
    """Nothing that tells the draft: a form or a command, whose words only memory knows."""
    REPLIES = "r"
    """A chain of replies that begins with the draft."""
    DRAFT = "d"
    """The message replied to, which is the whole draft; the chain above tells more."""


@dataclass(frozen=True, slots=True)
class Address:
    """What is asked (`more`, `why:RULE` …), the ticket of the draft in memory, and whether what stands above tells the draft as well."""

    intent: str
    ticket: str = ""
    above: Above = Above.NOTHING

    def __str__(self) -> str:
        """Return the custom id: `offscript:1:<verb>:<ticket>`, with the rule behind it where there is one."""
        verb, _, rule = self.intent.partition(":")
        ticket = f"{self.ticket}.{self.above}" if self.above else self.ticket
        return f"{PREFIX}{_VERSION}:{verb}:{ticket}" + (f":{rule}" if rule else "")


def ours(custom_id: str) -> bool:
    """Tell whether a custom id is one of ours, of whatever version."""
    return custom_id.startswith(PREFIX)


def read(custom_id: str) -> Address | None:
    """Return the address in a custom id, or none where it is not ours or of another version."""
    name, version, verb, ticket, rule = [*custom_id.split(":", 4), "", "", "", ""][:5]
    if f"{name}:" != PREFIX or version != _VERSION or not verb:
        return None
    ticket, _, above = ticket.partition(".")
    return Address(f"{verb}:{rule}" if rule else verb, ticket, Above(above) if above in set(Above) else Above.NOTHING)
