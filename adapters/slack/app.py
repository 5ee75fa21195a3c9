"""The Bolt app: which delivery goes to which method of the desk, over Socket Mode or HTTP alike."""

from __future__ import annotations

import json
import logging
import re
from typing import TYPE_CHECKING, Any

from slack_bolt import BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import render
from adapters.slack.counted import CountedApp
from adapters.slack.manners import Manners
from bot.cards import Card
from bot.config import SLACK_BOT
from bot.errors import NotReached, Unreachable, WrongToken

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.context.ack.async_ack import AsyncAck
    from slack_bolt.context.respond.async_respond import AsyncRespond

    from adapters.slack.desk import Body, Desk
    from adapters.slack.leaving import Leaving
    from adapters.slack.tenants import Tenants

API = "https://slack.com/api/"
ANY = re.compile(".*", re.DOTALL)
MESSAGE, GLOBAL = "coach_message", "coach_draft"
"""Callback ids of the shortcuts, as the manifest names them."""
_NOT_YET = 424
"""What is no success to Slack, which tells us again then, and no fault of a server, which it counts against an app."""
_PATIENCE = 10
"""Seconds that one call of Slack's Web API may take."""


def web_client(token: str, api: str = API) -> AsyncWebClient:
    """Return a client that waits as long as Slack asks after a 429, and tries again after a fault of Slack's."""
    client = AsyncWebClient(token=token, base_url=api, timeout=_PATIENCE, logger=_silent())
    client.retry_handlers.append(Manners())
    return client


async def who(client: AsyncWebClient) -> AuthorizeResult:
    """Return whom the token belongs to; raises WrongToken, Unreachable."""
    try:
        found = await client.auth_test()
    except SlackApiError as error:
        raise WrongToken("Slack", SLACK_BOT, str(error.response.get("error", ""))) from error
    except (SlackClientError, OSError, TimeoutError) as error:
        raise Unreachable("Slack") from error
    scopes = str({name.lower(): value for name, value in found.headers.items()}.get("x-oauth-scopes", ""))
    return AuthorizeResult.from_auth_test_response(auth_test_response=found, bot_token=client.token, bot_scopes=scopes)


def build(desk: Desk, client: AsyncWebClient, identity: AuthorizeResult | Tenants, secret: str = "", leaving: Leaving | None = None) -> AsyncApp:
    """Return the app. `secret` is the signing secret; Socket Mode needs none, since nobody else can speak on its socket.

    `identity` is the bot of one workspace, or what knows the bots of many.
    """

    async def authorize(tenant: str) -> AuthorizeResult:
        return identity if isinstance(identity, AuthorizeResult) else await identity.authorize(tenant)

    app = CountedApp(
        name="offscript", client=client, signing_secret=secret or "-", authorize=authorize, process_before_response=True, logger=_silent(),
        request_verification_enabled=bool(secret), attaching_conversation_kwargs_enabled=False, ignoring_self_assistant_message_events_enabled=False,
    )  # fmt: skip
    app.command(ANY)(desk.command)
    app.shortcut({"type": "message_action", "callback_id": MESSAGE})(desk.own_message)
    app.shortcut({"type": "shortcut", "callback_id": GLOBAL})(desk.shortcut)
    app.action(re.compile("^offscript:"))(desk.pressed)
    app.view(re.compile("^offscript:coach"))(desk.sent)
    app.view(re.compile("^offscript:keep"))(desk.keep)
    _events(app, desk, leaving)
    _unknown(app)
    app.error(_failing(desk))
    return app


def _events(app: AsyncApp, desk: Desk, leaving: Leaving | None) -> None:
    async def happened(body: Body, client: AsyncWebClient) -> BoltResponse | None:
        kind = (body.get("event") or {}).get("type")
        if kind == "message":
            await desk.message(body, client)
        elif kind == "app_home_opened":
            await desk.home(body, client)
        elif leaving and not await leaving.happened(body):
            return BoltResponse(status=_NOT_YET)
        return None

    app.event(ANY)(happened)


def _unknown(app: AsyncApp) -> None:
    """Acknowledge what an older or newer version of the app once showed, so that nobody sees a warning sign."""

    async def acknowledged(ack: AsyncAck) -> None:
        await ack()

    for listen in (app.action, app.view, app.shortcut):
        listen(ANY)(acknowledged)
    app.view_closed(ANY)(acknowledged)


def _failing(desk: Desk) -> Any:
    async def failing(error: Exception, body: Body, respond: AsyncRespond) -> BoltResponse:
        if isinstance(error, NotReached) and body.get("response_url") and "command" not in body:
            await respond(response_type="ephemeral", replace_original=False, **render.message(Card(str(error))))
        return BoltResponse(status=200, body=json.dumps(desk.failed(body, error)), headers={"content-type": ["application/json"]})

    return failing


def _silent() -> logging.Logger:
    """Return the logger of Slack's libraries: warnings only, since below that they quote what people wrote."""
    logger = logging.getLogger("offscript.slack.sdk")
    logger.setLevel(logging.WARNING)
    return logger
