"""Every payload of a whole day's use against the published shapes of Slack's blocks, and the manifest against its schema."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from adapters.slack.app import GLOBAL, MESSAGE
from adapters.slack.manifest import EVENTS, SCOPES, manifest
from tests.adapters.slack.fake_slack import DM, ME, FakeSlack
from tests.adapters.slack.workspace import Workspace

SPECS = Path(__file__).parents[4] / "shared" / "specs"
needs_specs = pytest.mark.skipif(not SPECS.is_dir(), reason="../shared is not here")
SELECT: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["type", "options"],
    "properties": {
        "type": {"const": "static_select"},
        "action_id": {"$ref": "#/$defs/action_id"},
        "options": {"type": "array", "minItems": 1, "maxItems": 100, "items": {"$ref": "#/$defs/option_object_radio_or_checkbox"}},
        "initial_option": {"$ref": "#/$defs/option_object_radio_or_checkbox"},
    },
}
"""The subset in ../shared leaves selects out; this is what Slack's reference says of the one that we use."""


def block_kit() -> dict[str, Any]:
    schema = json.loads((SPECS / "slack_block_kit_subset.schema.json").read_text(encoding="utf-8"))
    schema["$defs"]["static_select_element"] = SELECT
    schema["$defs"]["input_block"]["properties"]["element"]["oneOf"].append({"$ref": "#/$defs/static_select_element"})
    return schema


def faults(schema: dict[str, Any], name: str, value: Any) -> list[str]:
    return [
        fault.message[:300]
        for fault in Draft202012Validator({**schema, "$ref": f"#/$defs/{name}", "type": ["array", "object"], "items": {}}).iter_errors(value)
    ]


async def use_everything(workspace: Workspace) -> FakeSlack:
    slack = workspace.slack
    for text in ("help", "privacy", "settings", "forget everything", "", ":wave:", "<!here> *x* <@U1>", "Ada " * 5_000):
        await slack.command(text)
    invite = "Hi {name}, great meeting you! I'd like to add you to my professional network.\n\nI hope this finds you well. Would love to pick your brain over a quick call. Best, Sam"
    shown = await slack.command(invite)
    assert shown
    for label in ("Answer", "Edit and look again", "More"):
        await slack.press(shown, label)
        await workspace.settled()
    more = slack.ephemeral[-1]
    for label in [element["text"]["text"] for block in more.blocks if block["type"] == "actions" for element in block["elements"]]:
        await slack.press(more, label)
        await workspace.settled()
    await slack.command("settings")
    await slack.command("")
    await slack.submit(draft=invite, to="Davina", topics="cards; coffee", why="she asked")
    await slack.press(slack.form(), "More")
    await workspace.settled()
    slack.views = slack.views[:1]
    await slack.submit(answer="a word of mine " * 150)
    asked = await slack.write(invite)
    await workspace.settled()
    await slack.write("nobody ever gets to ten stamps", asked["ts"])
    await slack.shortcut({"user": "U2", "text": "x", "ts": "1.0"})
    await slack.happen({"type": "app_home_opened", "user": ME, "tab": "home", "channel": DM})
    return await workspace.settled()


@needs_specs
async def test_every_payload_is_one_that_slack_accepts(workspace: Workspace) -> None:
    slack = await use_everything(workspace)
    schema, sent = block_kit(), slack.sent()
    assert {kind for kind, _ in sent} == {"view", "ack", "response_url", "chat.postMessage"}
    assert {view["type"] for kind, view in sent if kind == "view"} == {"modal", "home"}
    for kind, payload in sent:
        if kind == "view":
            assert faults(schema, f"{payload['type']}_view", payload) == [], payload
            assert len(payload.get("private_metadata", "")) <= 3_000
        else:
            assert faults(schema, "message_blocks", payload["blocks"]) == [], payload
            assert len(payload["text"]) <= 40_000
        ids = [block["block_id"] for block in payload["blocks"] if "block_id" in block]
        assert len(ids) == len(set(ids))
        for block in payload["blocks"]:
            actions = [element["action_id"] for element in block.get("elements", []) if element.get("type") == "button"]
            assert len(actions) == len(set(actions))
            element = block.get("element", {})
            assert len(element.get("initial_value", "")) <= element.get("max_length", 3_000)


@needs_specs
def test_the_check_would_notice_a_bad_payload() -> None:
    schema = block_kit()
    assert faults(schema, "message_blocks", [{"type": "section", "text": {"type": "plain_text", "text": "x" * 3_001}}])
    assert faults(schema, "message_blocks", [{"type": "rich_text", "elements": []}])


@needs_specs
@pytest.mark.parametrize("host", ["", "coach.example.org"])
@pytest.mark.parametrize("command", ["/coach", "/offscript"])
def test_the_manifest_is_one_that_slack_accepts(host: str, command: str) -> None:
    schemas = {
        name: json.loads((SPECS / name).read_text(encoding="utf-8"))
        for name in ("slack_manifest.schema.json", "slack_manifest.schema.1.0.0.json", "slack_manifest.schema.2.0.0.json")
    }
    base = "https://raw.githubusercontent.com/slackapi/manifest-schema/v0.5.0/schemas/"
    registry = Registry().with_resources(
        (base + name.replace("slack_", ""), Resource.from_contents(body, default_specification=DRAFT7)) for name, body in schemas.items()
    )
    check = Draft7Validator(schemas["slack_manifest.schema.json"], registry=registry)
    made = manifest(host, command)
    assert [fault.message for fault in check.iter_errors(made)] == []
    broken = copy.deepcopy(made)
    broken["features"]["slash_commands"][0]["command"] = "coach"
    assert list(check.iter_errors(broken))


def test_the_manifest_asks_for_three_scopes_and_names_what_the_app_listens_to() -> None:
    made = manifest("coach.example.org", "/offscript")
    assert made["oauth_config"]["scopes"] == {"bot": ["commands", "chat:write", "im:history"], "bot_optional": ["im:history"]}
    assert manifest()["oauth_config"] == {"scopes": {"bot": list(SCOPES)}}
    assert made["oauth_config"]["redirect_urls"] == ["https://coach.example.org/slack/oauth_redirect"]
    assert EVENTS == ("message.im", "app_home_opened", "app_uninstalled", "tokens_revoked")
    assert made["settings"]["event_subscriptions"] == {"bot_events": list(EVENTS), "request_url": "https://coach.example.org/slack/events"}
    assert {shortcut["callback_id"] for shortcut in made["features"]["shortcuts"]} == {GLOBAL, MESSAGE}
    assert made["features"]["slash_commands"][0]["command"] == "/offscript"
    assert made["settings"]["socket_mode_enabled"] is False
    assert manifest()["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in json.dumps(manifest())
