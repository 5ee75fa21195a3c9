"""What a button or a view carries so that its draft is found again: the draft itself, packed, while it fits; else a ticket for this process's memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.slack.markup import written
from bot.recall import Held, Packed, pack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.coach import Coach
    from bot.ports import Recall
    from bot.request import Request

_PACKED, _TICKET = "p1:", "t1:"
"""The forms of a reference, with their version."""
_LATEST = 50
"""Messages of a thread that are read back."""


class Refs:
    """References to drafts, for one process."""

    def __init__(self, held: Held) -> None:
        """Use a memory for what does not fit into a reference."""
        self._held = held

    def to(self, writer: str, request: Request | None, limit: int) -> str:
        """Return a reference of at most `limit` characters; empty for no draft."""
        if request is None:
            return ""
        packed = pack(request, limit - len(_PACKED))
        return f"{_PACKED}{packed}" if packed else f"{_TICKET}{self._held.keep(writer, request)}"

    def knows(self, writer: str) -> bool:
        """Tell whether a dialogue with this writer is under way."""
        return self._held.knows(writer)

    def sources(self, writer: str, ref: str) -> tuple[Recall, ...]:
        """Return where the draft of a reference may come from."""
        if ref.startswith(_PACKED):
            return (Packed(ref.removeprefix(_PACKED)),)
        return (self._held.claim(writer, ref.removeprefix(_TICKET)),) if ref.startswith(_TICKET) else ()


class Thread:
    """The thread of a direct message, as a source: its first message is the draft, what the writer said later are answers and new versions."""

    def __init__(self, client: AsyncWebClient, coach: Coach, writer: str, at: tuple[str, str], before: str = "") -> None:
        """Read the thread `at` a channel and its first message, up to the message `before` (Slack's timestamps)."""
        self._client, self._coach, self._writer = client, coach, writer
        (self._channel, self._thread), self._before = at, before

    async def recall(self) -> Request | None:
        """Return the draft as it stands after everything that was said; none where the thread cannot be read or is not about a draft."""
        said = await self._said()
        return await self._coach.follow(self._writer, said) if said else None

    async def _said(self) -> list[str]:
        """Return what the writer said, in order; nothing when somebody else began the thread."""
        from slack_sdk.errors import SlackClientError  # noqa: PLC0415

        try:
            answer = await self._client.conversations_replies(channel=self._channel, ts=self._thread, limit=_LATEST)
        except (SlackClientError, OSError, TimeoutError):
            return []
        messages: list[Mapping[str, Any]] = answer.get("messages") or []
        if not messages or messages[0].get("ts") != self._thread or _by_bot(messages[0]):
            return []
        return [written(m) for m in messages if not _by_bot(m) and (not self._before or float(m.get("ts", "0")) < float(self._before))]


def _by_bot(message: Mapping[str, Any]) -> bool:
    return bool(message.get("bot_id") or message.get("subtype") not in {None, "file_share"})
