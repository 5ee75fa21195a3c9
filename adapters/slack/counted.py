"""Bolt's app, with every delivery counted, timed, named in the log and known to be somebody's; over Socket Mode and HTTP alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_bolt.async_app import AsyncApp

from adapters import metrics
from adapters.hurry import hurry
from adapters.slack.tenants import tenant_of

if TYPE_CHECKING:
    from slack_bolt.request.async_request import AsyncBoltRequest
    from slack_bolt.response import BoltResponse

_SORTS = {
    "event_callback": "event", "block_actions": "action", "view_submission": "form", "view_closed": "form", "shortcut": "shortcut", "message_action": "shortcut",
}  # fmt: skip


class CountedApp(AsyncApp):
    """An app of Bolt's that is measured."""

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Take a delivery."""
        with metrics.delivery("slack", sort_of(req.body)), hurry():
            req.context["tenant"] = tenant_of(req.body)
            return await super().async_dispatch(req)


def sort_of(body: Any) -> str:
    """Return the sort of a delivery, one of a few words."""
    if not isinstance(body, dict):
        return "other"
    return "command" if "command" in body else _SORTS.get(str(body.get("type")), "other")
