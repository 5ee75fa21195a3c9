"""The table from a check's name, as cards use it, to its function; one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.checks.absences import ask_before_the_reader, no_reason_given, nothing_new, over_the_limit, thanks_for_nothing_named
from rules.checks.clauses import fits_anyone
from rules.checks.placeholders import empty_greeting, placeholders

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.model import Check

CHECKS: Mapping[str, Check] = {
    "placeholders": placeholders,
    "empty-greeting": empty_greeting,
    "no-reason-given": no_reason_given,
    "thanks-for-nothing-named": thanks_for_nothing_named,
    "nothing-new": nothing_new,
    "ask-before-the-reader": ask_before_the_reader,
    "over-the-limit": over_the_limit,
    "fits-anyone": fits_anyone,
}
