"""The app's manifest: what a workspace is asked for, and not one scope more."""

from __future__ import annotations

from typing import Any

from adapters.slack.app import GLOBAL, MESSAGE

SCOPES = ("commands", "chat:write", "im:history")
"""The command; answers in the writer's own direct message; reading what was sent there. Nothing reads a channel."""
OPTIONAL = ("im:history",)
"""What a workspace may withhold where many install the app: everything but direct messages works without."""
EVENTS = ("message.im", "app_home_opened", "app_uninstalled", "tokens_revoked")
_PATH = "/slack/events"
_BACK = "/slack/oauth_redirect"


def manifest(host: str = "", command: str = "/coach") -> dict[str, Any]:
    """Return the manifest for a host ("coach.example.org") that Slack calls over HTTP, or for Socket Mode where none is given."""
    url = {"url": f"https://{host}{_PATH}"} if host else {}
    request_url = {"request_url": f"https://{host}{_PATH}"} if host else {}
    back = {"redirect_urls": [f"https://{host}{_BACK}"]} if host else {}
    optional = {"bot_optional": list(OPTIONAL)} if host else {}
    return {
        "display_information": {
            "name": "Offscript",
            "description": "Coaches you before you send a message. Only you see what it says.",
            "background_color": "#2d3047",
        },
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
            "bot_user": {"display_name": "Offscript", "always_online": True},
            "shortcuts": [
                {"name": "Coach a draft", "type": "global", "callback_id": GLOBAL, "description": "Look at a draft before you send it"},
                {"name": "Coach this draft", "type": "message", "callback_id": MESSAGE, "description": "Look at a message of your own"},
            ],
            "slash_commands": [
                {
                    "command": command,
                    "description": "Look at a draft before you send it; only you see the answer",
                    "usage_hint": "[your draft] or nothing for a form; not in threads: there, Coach this draft in a message's menu",
                    "should_escape": False,
                    **url,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES), **optional}, **back},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS), **request_url},
            "interactivity": {"is_enabled": True, **request_url},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not host,
            "token_rotation_enabled": False,
        },
    }
