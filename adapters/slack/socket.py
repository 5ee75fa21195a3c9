"""Socket Mode: the same app over one connection that this process opens, so that no address of ours need be public."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError, SlackClientError

from adapters.slack.app import API, web_client
from bot.config import SLACK_APP
from bot.errors import Unreachable, WrongToken

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from slack_bolt.async_app import AsyncApp

_PING = 3
"""Seconds between two pings; a connection that does not answer one is replaced within eight."""


@asynccontextmanager
async def connect(app: AsyncApp, token: str, api: str = API) -> AsyncIterator[AsyncSocketModeHandler]:
    """Keep a connection open; slack-sdk reconnects by itself, and for ever, so the token is tried first. Raises WrongToken, Unreachable."""
    client = web_client(token, api)
    try:
        await client.apps_connections_open(app_token=token)
    except SlackApiError as error:
        raise WrongToken("Slack", SLACK_APP, str(error.response.get("error", ""))) from error
    except (SlackClientError, OSError, TimeoutError) as error:
        raise Unreachable("Slack") from error
    handler = AsyncSocketModeHandler(app, token, web_client=client, logger=app.logger, ping_interval=_PING)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        yield handler
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]
