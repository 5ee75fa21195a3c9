"""Tokens that end: each is renewed before it does, under a lease, so that of all processes one uses the refresh token, which is good for once."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from secrets import token_hex
from typing import TYPE_CHECKING

from adapters.logs import event
from adapters.slack.oauth import FAILURES, lasting, reason
from bot.errors import CoachError, NotInstalled, NotSaved

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from adapters.slack.oauth import Oauth
    from adapters.slack.tenants import Tenants
    from adapters.tasks import Tasks
    from bot.installation import Installation
    from bot.ports import Clock, Tenancy

EARLY, LATE = timedelta(hours=2), timedelta(minutes=1)
"""How long before its end a token is renewed, and how long before it somebody waits for that."""
_LEASE, _WAIT, _PAUSE = 60.0, 2.0, timedelta(minutes=1)
"""Seconds that one process has for it, and that a delivery waits; and how long nobody tries after a failure."""
_ROUND = 600.0
"""Seconds between two looks at everybody's tokens."""
_SAVING = (0.0, 1.0, 3.0, 5.0)
"""Seconds between attempts to save a new token; the last holds for all that follow."""


class Rotation:
    """What renews tokens, in one process."""

    def __init__(self, store: Tenancy, oauth: Oauth, tenants: Tenants, clock: Clock, tasks: Tasks) -> None:
        """Work for these tenants; `tasks` are awaited before the process ends, so that no token is lost."""
        self._store, self._oauth, self._tenants, self._clock, self._tasks = store, oauth, tenants, clock, tasks
        self._running: dict[str, asyncio.Task[Installation]] = {}
        self._paused: dict[str, datetime] = {}

    async def current(self, tenant: str, found: Installation) -> Installation:
        """Return the installation with a token that is good; where none can be had in time, as it is. Raises NotInstalled."""
        if not self._due(found) or self._clock.now() < self._paused.get(tenant, found.installed):
            return found
        task = self._running.get(tenant)
        if task is None:
            task = self._running[tenant] = asyncio.create_task(self._renewed(tenant, found))
            task.add_done_callback(lambda over: self._over(tenant, over))
        if found.expires and found.expires - self._clock.now() > LATE:
            return found
        await asyncio.wait({task}, timeout=_WAIT)
        return task.result() if task.done() and not task.cancelled() else found

    async def done(self, within: float) -> None:
        """Wait for what is being renewed, for so many seconds at most: what Slack has given must not be lost."""
        if self._running:
            await asyncio.wait({*self._running.values()}, timeout=within)

    def _over(self, tenant: str, task: asyncio.Task[Installation]) -> None:
        self._running.pop(tenant, None)
        if not task.cancelled():
            task.exception()

    def _due(self, found: Installation) -> bool:
        return bool(found.refresh and found.expires and found.expires - self._clock.now() <= EARLY)

    async def _renewed(self, tenant: str, found: Installation) -> Installation:
        """Renew a token, or take over what another process made of it; after a failure the old one stays. Raises NotInstalled."""
        holder = token_hex(8)
        try:
            if not await self._store.lease(f"rotate:{tenant}", holder, _LEASE):
                return await self._from_another(tenant, found)
            return await self._under_lease(tenant, holder)
        except (NotSaved, *FAILURES) as error:
            self._paused[tenant] = self._clock.now() + _PAUSE
            event("token_not_renewed", error=reason(error))
            await self._release(tenant, holder)
            return found

    async def _under_lease(self, tenant: str, holder: str) -> Installation:
        kept = await self._store.installation(tenant)
        if kept is None or not self._due(kept):
            await self._release(tenant, holder)
            self._tenants.drop(tenant)
            if kept is None:
                raise NotInstalled
            self._tenants.remember(tenant, kept)
            return kept
        made = replace(kept, **lasting(await self._oauth.refreshed(kept.refresh), self._clock.now()))
        self._paused.pop(tenant, None)
        self._tenants.remember(tenant, made, _LEASE)
        self._tasks.start("rotation", self._saved(tenant, kept, made, holder))
        return made

    async def _saved(self, tenant: str, was: Installation, made: Installation, holder: str) -> None:
        """Save a new token, however often that takes: the old one cannot be renewed again. Meanwhile this process goes by the new one."""
        for attempt in range(1_000):
            await asyncio.sleep(_SAVING[min(attempt, len(_SAVING) - 1)])
            try:
                if not await self._store.renew(tenant, was, made):
                    self._tenants.drop(tenant)
                break
            except NotSaved:
                self._tenants.remember(tenant, made, _LEASE)
        await self._release(tenant, holder)

    async def _from_another(self, tenant: str, found: Installation) -> Installation:
        for _ in range(20):
            await asyncio.sleep(0.1)
            kept = await self._store.installation(tenant)
            if kept and not self._due(kept):
                self._tenants.remember(tenant, kept)
                return kept
        return found

    async def _release(self, tenant: str, holder: str) -> None:
        with suppress(NotSaved):
            await self._store.release(f"rotate:{tenant}", holder)

    async def look(self) -> None:
        """Look at everybody's token, and renew what ends soon; it also lets this process know everybody, should the store stop answering. Raises NotSaved."""
        for tenant in await self._store.tenants():
            with suppress(CoachError):
                await self._tenants.installation(tenant)


@asynccontextmanager
async def kept_fresh(rotation: Rotation) -> AsyncIterator[None]:
    """Look at everybody's token now and every ten minutes, for as long as this is entered."""
    task = asyncio.create_task(_keep(rotation))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _keep(rotation: Rotation) -> None:
    while True:
        with suppress(NotSaved):
            await rotation.look()
        await asyncio.sleep(_ROUND)
