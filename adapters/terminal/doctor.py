"""`offscript doctor`: what is in order and what is not, one line each; it prints no secret and no path of a draft."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from sqlalchemy.exc import SQLAlchemyError

from adapters.plan import plan, unfit
from adapters.storage.address import is_sqlite
from adapters.storage.examining import examine, keys
from bot import config
from bot.errors import CoachError, NothingSet, SplitStore
from rules import packs
from rules.engine import review
from rules.packs import PackError

if TYPE_CHECKING:
    from collections.abc import Callable

_OLDEST = (3, 11)
_RELEASED = datetime(2026, 11, 1, tzinfo=UTC)


def main(out: TextIO) -> int:
    """Check everything; return 0 when all is well and 1 when something is not."""
    well = True
    for name, check in (
        ("Python", _python),
        ("Rules", _rules),
        ("Configuration", _configuration),
        ("Platforms", _platforms),
        ("Keys", _keys),
        ("Database", _database),
        ("Clock", _clock),
    ):
        fine, sentence = _run(check)
        well = well and fine
        out.write(f"{'ok ' if fine else 'NO '} {name}: {sentence}\n")
    out.write("All is well.\n" if well else "Something needs your attention.\n")
    return 0 if well else 1


def _run(check: Callable[[], str]) -> tuple[bool, str]:
    try:
        return True, check()
    except PackError as error:
        return False, f"a card cannot be used: {error}"
    except (SQLAlchemyError, OSError) as error:
        return (
            False,
            f"the store does not answer ({type(error).__name__}). Check OFFSCRIPT_DATABASE_URL and that its folder can be written. Reviews work without it.",
        )
    except (CoachError, ValueError) as error:
        return False, str(error).splitlines()[isinstance(error, NothingSet)]


def _python() -> str:
    if sys.version_info < _OLDEST:
        msg = "Python 3.11 or later is needed."
        raise ValueError(msg)
    return f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"


def _rules() -> str:
    rules = packs.every().values()
    if review("I'd like to add you to my professional network.").verdict is None:
        msg = "the rules load, but a trial review gave no verdict."
        raise ValueError(msg)
    phrases = sum(len(rule.phrases) for rule in rules)
    return f"{len(rules)} rules with {phrases} phrases in {', '.join(packs.languages())}; a trial review works."


def _configuration() -> str:
    loaded = config.load()
    kind = "SQLite" if is_sqlite(loaded.database_url) else "PostgreSQL"
    if reason := unfit(loaded):
        raise SplitStore(reason)
    return f"what is kept is kept in {kind}."


def _platforms() -> str:
    """Say what would be served; half a set of tokens is not in order, and none at all is."""
    loaded = config.load()
    tokens = (loaded.slack_bot_token, loaded.slack_app_token, loaded.slack_signing_secret, loaded.slack_client_secret, loaded.discord_token)
    if not any(token.get_secret_value() for token in tokens):
        return "no tokens are set; the terminal needs none."
    http = "Slack over HTTP, for many workspaces" if loaded.many_workspaces else "Slack over HTTP"
    serves = {"socket": "Slack by Socket Mode", "http": http, "discord": "Discord"}
    if any(token.get_secret_value() for token in tokens[:-1]):
        plan(loaded, ("slack",))
    planned = plan(loaded)
    return f"{' and '.join(serves[name] for name in planned if name in serves)} would be served; whether the tokens hold, the platform says at start."


def _keys() -> str:
    return keys(config.load())


def _database() -> str:
    return asyncio.run(examine(config.load()))


def _clock() -> str:
    now = datetime.now(UTC)
    if now < _RELEASED:
        msg = f"the clock says {now:%Y-%m-%d}, before this version was made. Set it; relative days depend on it."
        raise ValueError(msg)
    return f"{now:%Y-%m-%d %H:%M} UTC"
