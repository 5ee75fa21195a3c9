"""Where an answer is shown in Slack: to its writer alone, in the place where it was asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from slack_sdk.errors import SlackApiError

from adapters.logs import event
from adapters.slack import forms, render

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_sdk.web.async_client import AsyncWebClient

    from adapters.slack.manners import Address
    from bot.cards import Card, Choice
    from bot.coach import Coach
    from bot.request import Request

    Ref = Callable[[Request | None, int], str]


_FINE = 200
"""HTTP's word for a delivery that was taken."""


def referring(ref: Ref, request: Request | None, limit: int = render.VALUE) -> Callable[[Choice], str]:
    """Return what gives each button of a message the reference to its draft; with a limit of 0 it carries no draft itself."""
    found = ref(request, limit)
    return lambda _: found


class Place(Protocol):
    """Somewhere to show a card."""

    async def show(self, card: Card, request: Request | None) -> None:
        """Show a card whose buttons are about a draft."""


@dataclass(frozen=True, slots=True)
class Whisper:
    """Below the command, seen by the writer alone. Slack takes five answers in half an hour at one address."""

    address: Address
    ref: Ref

    async def show(self, card: Card, request: Request | None) -> None:
        """Send one more ephemeral answer."""
        refs = referring(self.ref, request)
        answer = await self.address.send(render.message(card, refs))
        if answer and answer.status_code != _FINE and render.has_chart(card):
            answer = await self.address.send(render.message(card, refs, native=False))
        if answer and answer.status_code != _FINE:
            event("not_delivered", where="response_url", status=answer.status_code)


@dataclass(frozen=True, slots=True)
class InThread:
    """In the thread of the writer's direct message. Its buttons carry no draft: the thread shows it, and whoever deletes it there has deleted it."""

    client: AsyncWebClient
    ref: Ref
    channel: str
    thread: str

    async def show(self, card: Card, request: Request | None) -> None:
        """Post into the thread."""
        refs = referring(self.ref, request, 0)
        try:
            await self.client.chat_postMessage(channel=self.channel, thread_ts=self.thread, **render.message(card, refs))
        except SlackApiError as error:
            if not render.has_chart(card) or error.response.get("error") != "invalid_blocks":
                raise
            await self.client.chat_postMessage(channel=self.channel, thread_ts=self.thread, **render.message(card, refs, native=False))


@dataclass(frozen=True, slots=True)
class OnForm:
    """On top of the form, which stays as it is beneath; what is on top already is replaced."""

    client: AsyncWebClient
    coach: Coach
    ref: Ref
    trigger: str
    view: dict[str, Any]

    async def show(self, card: Card, request: Request | None) -> None:
        """Push a view, or update the one that is shown."""
        shown = forms.shown(self.coach.say, card, self.ref(request, forms.REF))
        if self.view.get("callback_id") == forms.SHOWN:
            await self.client.views_update(view_id=self.view["id"], view=shown)
        else:
            await self.client.views_push(trigger_id=self.trigger, view=shown)


@dataclass(frozen=True, slots=True)
class AtHome:
    """The App Home, which is written anew with what has changed on top."""

    publish: Callable[[Card], Awaitable[None]]

    async def show(self, card: Card, request: Request | None) -> None:  # noqa: ARG002 - nothing at home is about a draft
        """Publish the home with a card on top."""
        await self.publish(card)
