"""What serves many workspaces, put together: who they are, how they install, how their tokens are renewed, and what is done when they leave."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.slack.installing import Installing
from adapters.slack.leaving import Leaving
from adapters.slack.oauth import Oauth
from adapters.slack.rotation import Rotation, kept_fresh
from adapters.slack.tenants import Tenants
from adapters.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from adapters.storage.wishes import Wishes
    from bot.config import Config
    from bot.ports import Clock, Tenancy

_LONGEST, _GRACE = 3_600.0, 10.0
"""Seconds for which a store that does not answer is asked to save a token, and those left for everything at the end."""


@dataclass(frozen=True, slots=True)
class Many:
    """Everything about many workspaces; where there is one, it is only for the day when that one leaves."""

    tenants: Tenants
    installing: Installing
    leaving: Leaving
    tasks: Tasks
    """What goes on by itself: it is awaited at the end."""

    @classmethod
    @asynccontextmanager
    async def of(cls, settings: Config, store: Tenancy, clock: Clock, wishes: Wishes) -> AsyncIterator[Many]:
        """Yield it at work; who is still to be erased is taken up again."""
        tasks = Tasks(_LONGEST)
        oauth = Oauth(settings.slack_client_id, settings.slack_client_secret.get_secret_value(), settings.slack_api_url)
        tenants = Tenants(store)
        rotation = tenants.rotation = Rotation(store, oauth, tenants, clock, tasks)
        installing = Installing(store, oauth, tenants, clock, settings.slack_command)
        many = cls(tenants, installing, Leaving(store, tenants, oauth, wishes), tasks)
        await many.leaving.erasing.resume("slack:")
        try:
            if settings.many_workspaces:
                async with kept_fresh(rotation):
                    yield many
            else:
                yield many
        finally:
            await rotation.done(_GRACE)
            await tasks.done(_GRACE)
            await many.leaving.erasing.close(_GRACE)
