"""What people do in Slack, each in one method: read what came in, ask the coach, show the card. Nothing here decides what is said."""

from __future__ import annotations

import asyncio
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError, SlackClientError

from adapters.logs import event, fault
from adapters.pace import Pace
from adapters.slack import forms, render
from adapters.slack.manners import Address
from adapters.slack.markup import decoded, written
from adapters.slack.places import AtHome, InThread, OnForm, Whisper, referring
from adapters.slack.refs import Thread
from adapters.slack.tenants import tenant_of
from bot.cards import Card
from bot.coach import Reply
from bot.conversation import verb
from bot.errors import CoachError, LetGo
from bot.form import request_of
from bot.recall import recall
from bot.request import Request

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_bolt.context.ack.async_ack import AsyncAck
    from slack_bolt.context.respond.async_respond import AsyncRespond
    from slack_sdk.web.async_client import AsyncWebClient

    from adapters.slack.places import Place
    from adapters.slack.refs import Refs
    from adapters.tasks import Tasks
    from bot.coach import Coach
    from bot.ports import Claims

Body = dict[str, Any]
_PLAIN = 150
"""Characters of an id that is claimed as it is; the table takes 200."""
_OPENING = 1.5
"""Seconds that opening a form may take: what opens it dies after three, and a store that does not answer has cost a part of them."""


class Desk:
    """The coach's desk in a workspace."""

    def __init__(self, coach: Coach, refs: Refs, claims: Claims, tasks: Tasks, admins: frozenset[str] = frozenset()) -> None:
        """Join the coach to what finds drafts again, what tells a second delivery, and what works on after the answer; `admins` are user ids."""
        self._any, self._refs, self._claims, self._tasks, self._admins = coach, refs, claims, tasks, admins
        self._pace = Pace()
        self.reads: Callable[[str], bool] = lambda _: True
        """Tells of a workspace whether direct messages reach us from there."""

    async def _coach(self, body: Body) -> Coach:
        """Return the coach in the workspace that something comes from, in the language of whoever asks."""
        writer = writer_of(body)
        house, _, user = writer.rpartition(":")
        return await self._any.at(str(body.get("command") or ""), house, admin=user in self._admins, direct=self.reads(house)).speaking(writer)

    async def command(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """`/coach`: a draft is answered in the acknowledgement itself; nothing opens the form; a verb alone is a verb."""
        first, coach = await asyncio.gather(self._first("command", body.get("trigger_id")), self._coach(body))
        if not first:
            await ack()
            return
        writer = writer_of(body)
        if too_many := self._pace.beyond(writer):
            await (self._answer(ack, writer, Card(coach.say("dialogue.flood")), None) if await self._is_told(writer, too_many) else ack())
            return
        text = decoded(str(body.get("text") or ""))
        if not text.strip():
            opened = await self._open(client, str(body.get("trigger_id")), forms.opened(coach.say))
            await (ack() if opened else self._answer(ack, writer, coach.aside("no_form"), None))
            return
        asked = verb(text)
        reply = await (coach.act(writer, None, asked) if asked else coach.look(writer, Request(text)))
        await self._answer(ack, writer, reply.card, reply.request)

    async def _first(self, sort: str, *ids: object) -> bool:
        """Tell whether nobody has taken this delivery on yet, in whichever process; what has no id is always new."""
        return await self._claims.claim(claim_of(sort, *ids))

    async def _answer(self, ack: AsyncAck, writer: str, card: Card, request: Request | None) -> None:
        payload = render.message(card, referring(self._ref(writer), request))
        await ack(response_type="ephemeral", **payload)

    async def shortcut(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """Open the empty form ("Coach a draft")."""
        await ack()
        if await self._first("shortcut", body.get("trigger_id")):
            await self._open(client, str(body.get("trigger_id")), forms.opened((await self._coach(body)).say))

    async def own_message(self, ack: AsyncAck, body: Body, client: AsyncWebClient, respond: AsyncRespond) -> None:
        """Look at one's own message in the form ("Coach this draft"); at somebody else's nothing is looked at."""
        await ack()
        if await self._first("message_action", body.get("trigger_id")):
            place = Whisper(Address(respond), self._ref(writer_of(body)))
            self._later("message_action", place, self._own_message(body, client, place))

    async def _own_message(self, body: Body, client: AsyncWebClient, place: Whisper) -> None:
        coach, writer, message = await self._coach(body), writer_of(body), body.get("message") or {}
        mine = message.get("user") == body["user"]["id"] and not message.get("bot_id")
        reply = await coach.look(writer, Request(written(message))) if mine else Reply(coach.aside("others"))
        view = self._form(coach, writer, reply) if reply.request else forms.shown(coach.say, reply.card, "")
        if not await self._open(client, str(body.get("trigger_id")), view):
            await place.show(reply.card, reply.request)

    async def sent(self, ack: AsyncAck, body: Body) -> None:
        """Look at what was sent with the form: the review comes up in it, above the draft, which stays editable."""
        coach, writer, filled = await self._coach(body), writer_of(body), forms.filled(body["view"])
        before = await self._before(writer, filled.ref)
        values = dict(filled.values)
        answer = values.pop("answer", "").strip()
        if before and not values.get("draft", "").strip() and len(before.draft) > forms.DRAFT:
            values.pop("draft", None)
        request = request_of(values, before)
        try:
            if answer:
                reply = await coach.answer(writer, request, answer)
            else:
                first = await self._first("view", *_submission(body))  # what comes again gets the same view, and is not counted again
                looked = coach.look if first else coach.look_again
                reply = await (coach.again(writer, before, request) if before else looked(writer, request))
        except CoachError as error:
            await ack(response_action="errors", errors={filled.block("draft"): str(error)})
            return
        view = self._form(coach, writer, reply, filled.round + 1) if reply.request else forms.shown(coach.say, reply.card, "")
        await ack(response_action="update", view=view)

    async def keep(self, ack: AsyncAck, body: Body) -> None:
        """Keep what was filled in about somebody, or settled; the form shows what is kept now."""
        view, coach = body["view"], await self._coach(body)
        if not await self._first("view", *_submission(body)):
            await ack()
            return
        try:
            reply = await coach.filled(writer_of(body), forms.intent_of(view), forms.filled(view).values)
        except CoachError as error:
            await ack(response_action="errors", errors={view["blocks"][0]["block_id"]: str(error)})
            return
        await ack(response_action="update", view=forms.shown(coach.say, reply.card, ""))

    async def _before(self, writer: str, ref: str) -> Request | None:
        try:
            return await recall(*self._refs.sources(writer, ref))
        except LetGo:
            return None

    async def pressed(self, ack: AsyncAck, body: Body, client: AsyncWebClient, respond: AsyncRespond) -> None:
        """Do what a button says; its draft comes from the form, from what the button carries, from the thread, or it was let go of."""
        await ack()
        action = body["actions"][0]
        if not await self._first("action", body.get("trigger_id"), action.get("action_ts")):
            return
        intent = str(action.get("action_id", "")).removeprefix(render.PREFIX)
        place = self._place(await self._coach(body), body, client, respond)
        await self._do("action", body, place, partial(self._press, body, client, place, intent))

    async def _press(self, body: Body, client: AsyncWebClient, place: Place, intent: str) -> None:
        coach, writer = await self._coach(body), writer_of(body)
        if coach.opens(intent):
            view = forms.keeping(coach.say, await coach.form(writer, intent), intent)
            if not await self._open(client, str(body.get("trigger_id")), view, on_top=(body.get("view") or {}).get("type") == "modal"):
                await place.show(coach.aside("no_form"), None)
            return
        request = await self._request(body, client, writer, needed=intent.partition(":")[0] in _ABOUT_A_DRAFT)
        if intent in {"answer", "again"} and request:
            reply = await coach.look_again(writer, request)
            view = self._form(coach, writer, reply, focus="answer" if intent == "answer" else "draft")
            if not await self._open(client, str(body.get("trigger_id")), view):
                await place.show(coach.aside("no_form"), request)
            return
        reply = await coach.act(writer, request, intent)
        await place.show(reply.card, reply.request)

    async def _request(self, body: Body, client: AsyncWebClient, writer: str, *, needed: bool) -> Request | None:
        """Return the draft that a button is about; raises LetGo where it is needed and gone."""
        view, action = body.get("view") or {}, body["actions"][0]
        filled = forms.filled(view) if view.get("type") == "modal" else None
        if filled and filled.values.get("draft", "").strip():
            return request_of({key: value for key, value in filled.values.items() if key != "answer"}, await self._before(writer, filled.ref))
        sources = [*self._refs.sources(writer, filled.ref if filled else str(action.get("value", "")))]
        channel, thread = _thread_of(body)
        if thread:
            sources.insert(0, Thread(client, self._any, writer, (channel, thread), str((body.get("message") or {}).get("ts") or "")))
        try:
            return await recall(*sources)
        except LetGo:
            if needed:
                raise
            return None

    async def message(self, body: Body, client: AsyncWebClient) -> None:
        """Answer a direct message: a draft, or in its thread an answer or a new version. Nothing else is read."""
        said = body.get("event") or {}
        if not _is_for_us(said) or not await self._first("event", body.get("event_id") or f"{said['channel']}:{said['ts']}"):
            return
        place = InThread(client, self._ref(writer_of(body)), said["channel"], said.get("thread_ts") or said["ts"])
        await self._do("message", body, place, partial(self._converse, body, client, place))

    async def _converse(self, body: Body, client: AsyncWebClient, place: InThread) -> None:
        said, writer, coach = body["event"], writer_of(body), await self._coach(body)
        text = written(said)
        if not text.strip() and said.get("files"):
            await place.show(coach.aside("no_files"), None)
            return
        asked = verb(text)
        if asked:
            reply = await coach.act(writer, None, asked)
        else:
            request = await Thread(client, coach, writer, (place.channel, place.thread), said["ts"]).recall() if "thread_ts" in said else None
            astray = "thread_ts" not in said and self._refs.knows(writer)
            reply = await (coach.converse(writer, request, text) if request else coach.look(writer, Request(text)))
            reply = coach.begin(reply, text) if astray else reply
        reply = coach.invite(reply)
        await place.show(reply.card, reply.request)

    async def home(self, body: Body, client: AsyncWebClient) -> None:
        """Show the App Home: how to, settings, privacy; the same to somebody never seen before."""
        said = body.get("event") or {}
        if said.get("tab") == "home" and await self._first("event", body.get("event_id")):
            self._tasks.start("home", self._publish(client, body, None))

    async def _publish(self, client: AsyncWebClient, body: Body, top: Card | None) -> None:
        coach, writer = await self._coach(body), writer_of(body)
        cards = (*((top,) if top else ()), coach.help(), *await coach.overview(writer))
        user = (body.get("user") or {}).get("id") or (body.get("event") or {}).get("user")
        await client.views_publish(user_id=str(user), view=forms.home(*cards))

    def _place(self, coach: Coach, body: Body, client: AsyncWebClient, respond: AsyncRespond) -> Place:
        writer, view = writer_of(body), body.get("view") or {}
        if view.get("type") == "home":
            return AtHome(lambda card: self._publish(client, body, card))
        if view:
            return OnForm(client, coach, self._ref(writer), str(body.get("trigger_id")), view)
        channel, thread = _thread_of(body)
        return InThread(client, self._ref(writer), channel, thread) if thread else Whisper(Address(respond), self._ref(writer))

    def _form(self, coach: Coach, writer: str, reply: Reply, number: int = 1, focus: str = "draft") -> Body:
        return forms.opened(coach.say, reply, self._ref(writer)(reply.request, forms.REF), focus, number)

    def _ref(self, writer: str) -> Any:
        return lambda request, limit: self._refs.to(writer, request, limit)

    async def _open(self, client: AsyncWebClient, trigger: str, view: Body, *, on_top: bool = False) -> bool:
        """Open a form, on top of the one that is open where there is one; tell whether Slack did."""
        try:
            async with asyncio.timeout(_OPENING):
                await (client.views_push if on_top else client.views_open)(trigger_id=trigger, view=view)
        except (SlackClientError, OSError, TimeoutError) as error:
            event("form_not_opened", error=_reason(error))
            return False
        return True

    async def _do(self, name: str, body: Body, place: Place, work: Callable[[], Awaitable[None]]) -> None:
        """Begin what somebody asked for, unless they ask for more than anybody can read: that they are told once."""
        writer = writer_of(body)
        too_many = self._pace.beyond(writer)
        if not too_many:
            self._later(name, place, work())
        elif await self._is_told(writer, too_many):
            self._later("flood", place, place.show(Card((await self._coach(body)).say("dialogue.flood")), None))

    async def _is_told(self, writer: str, too_many: int) -> bool:
        """Tell whether somebody who goes too far is to be told now: the first time, and by one process of all."""
        return too_many == 1 and await self._first("flood", sha256(writer.encode()).hexdigest())

    def _later(self, name: str, place: Place, work: Awaitable[None]) -> None:
        self._tasks.start(name, self._guarded(name, place, work))

    async def _guarded(self, name: str, place: Place, work: Awaitable[None]) -> None:
        """Do what a person waits for; what they can put right is said, and so is that something went wrong."""
        try:
            await work
        except CoachError as error:
            await place.show(Card(str(error)), None)
        except (SlackClientError, OSError, TimeoutError) as error:
            event("not_delivered", where=name, error=_reason(error))
        except Exception as error:  # noqa: BLE001 - the person who asked must not be left without an answer
            await place.show(self.sorry(name, error), None)

    def sorry(self, where: str, error: Exception) -> Card:
        """Return what is said when something went wrong on our side, with a reference that stands in the log."""
        return Card(self._any.say("dialogue.sorry", reference=fault(where, error)))

    def failed(self, body: Body, error: Exception) -> Body:
        """Return the acknowledgement for a command or a form that failed: a sentence, never a server error."""
        card = Card(str(error)) if isinstance(error, CoachError) else self.sorry(str(body.get("type") or "command"), error)
        if body.get("type") == "view_submission":
            return {"response_action": "push", "view": forms.shown(self._any.say, card, "")}
        return {"response_type": "ephemeral", **render.message(card)} if "command" in body else {}


_ABOUT_A_DRAFT = frozenset({"answer", "again", "more", "all", "trimmed", "why", "remember", "who", "batch"})
"""Intents that need a draft."""


def writer_of(body: Body) -> str:
    """Return the opaque name of whoever did something: workspace and person."""
    said = body.get("event") or {}
    user = body.get("user_id") or (body.get("user") or {}).get("id") or said.get("user") or "?"
    return f"{tenant_of(body)}:{user}"


def claim_of(sort: str, *ids: object) -> str:
    """Return the name under which a delivery is claimed; of bounded length, whatever its ids are. Empty where the delivery has no id."""
    given = ":".join(str(each) for each in ids if each)
    return (
        f"slack:{sort}:{given if len(given) <= _PLAIN and given.isascii() and given.isprintable() else sha256(given.encode('utf-8', 'replace')).hexdigest()}"
        if given
        else ""
    )


def _submission(body: Body) -> tuple[object, ...]:
    """Return what tells one submission of a form from another: a view that was sent back with an error keeps its hash, so what triggered it counts as well."""
    view = body.get("view") or {}
    return view.get("id"), view.get("hash"), body.get("trigger_id")


def _thread_of(body: Body) -> tuple[str, str]:
    """Return the channel and the thread of a button in a direct message; no thread elsewhere."""
    container, message = body.get("container") or {}, body.get("message") or {}
    channel = str((body.get("channel") or {}).get("id") or container.get("channel_id") or "")
    ephemeral = container.get("is_ephemeral") or not message
    return (channel, "" if ephemeral or not channel.startswith("D") else str(message.get("thread_ts") or message.get("ts") or ""))


def _is_for_us(said: Body) -> bool:
    """Tell whether an event is a person's own message to the bot: no edit, no echo, no other bot, no channel."""
    plain = said.get("type") == "message" and said.get("subtype") in {None, "file_share"} and not said.get("bot_id") and not said.get("hidden")
    return bool(plain and said.get("channel_type") == "im" and said.get("user") and said.get("ts") and said.get("channel"))


def _reason(error: BaseException) -> str:
    """Return Slack's own word for what went wrong, or the class of the error."""
    return str(error.response.get("error", "")) if isinstance(error, SlackApiError) else type(error).__name__
