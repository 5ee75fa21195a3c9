"""The form in Slack: one modal in which the draft stays editable under its review, so that "look again" happens in one place."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from adapters.slack import render
from adapters.slack.render import plain
from bot.cards import Card, Choices
from bot.form import Field, coaching

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.cards import Block, Choice
    from bot.coach import Reply
    from bot.form import Form
    from bot.request import Request
    from bot.voice import Voice

COACH, SHOWN, KEEP = "offscript:coach", "offscript:shown", "offscript:keep"
"""Callback ids: the form, what is shown on top of it, and a form for something that is kept."""
KEYS = ("draft", "to", "met", "topics", "why", "kind")
DRAFT = 3_000
"""Characters that Slack's input takes."""
REF = 2_900
"""Characters that the private metadata of a view (3,000) has for what names its draft."""
_IN_PLACE = frozenset({"answer", "again"})
"""What the form does itself."""


class Filled(NamedTuple):
    """What somebody sent with the form: its values, the draft it was opened with, and how often it was looked at."""

    values: dict[str, str]
    ref: str
    """What names the draft that the view was opened with."""
    round: int

    def block(self, key: str) -> str:
        """Return the id of a field's block, where an error about it is shown."""
        return f"{key}:{self.round}"


def opened(say: Voice, reply: Reply | None = None, ref: str = "", focus: str = "draft", number: int = 0) -> dict[str, Any]:
    """Return the form: empty, or with a review above the draft it is about."""
    request = reply.request if reply else None
    form = coaching(say, KEYS, DRAFT, request)
    asked = bool(reply and any(choice.intent == "answer" for choice in _choices(reply.card)))
    above = render.blocks(_without(reply.card)) if reply else []
    noted = [{"type": "section", "text": plain(form.note)}] if form.note else []
    answer = Field("answer", say("form.answer_more"), say("form.answer_more_hint"), "", DRAFT, tall=True)
    fields = ((answer,) if asked else ()) + _fields(form, request)
    inputs = [_input(field, number, focus=field.key == (focus if asked or focus != "answer" else "draft")) for field in fields]
    return {
        "type": "modal",
        "callback_id": COACH,
        "title": plain(form.title, 24),
        "submit": plain(form.submit, 24),
        "close": plain(say("form.close"), 24),
        "private_metadata": json.dumps({"round": number, "ref": ref}),
        "blocks": [*above, *noted, *inputs],
    }


def _fields(form: Form, request: Request | None) -> tuple[Field, ...]:
    """Return the fields to show: a draft that was left out for its length need not be pasted again to answer a question."""
    left_out = bool(request and form.note)
    return tuple(replace(field, optional=True) if left_out and field.key == "draft" else field for field in form.fields)


def keeping(say: Voice, form: Form, intent: str) -> dict[str, Any]:
    """Return a form for a note or a setting; what it is about travels in its metadata."""
    return {
        "type": "modal",
        "callback_id": KEEP,
        "title": plain(form.title, 24),
        "submit": plain(form.submit, 24),
        "close": plain(say("form.close"), 24),
        "private_metadata": json.dumps({"round": 0, "intent": intent}),
        "blocks": [_input(field, 0, focus=at == 0) for at, field in enumerate(form.fields)],
    }


def intent_of(view: Mapping[str, Any]) -> str:
    """Return what a form for something that is kept is about."""
    try:
        return str(json.loads(view.get("private_metadata") or "{}").get("intent", ""))
    except ValueError:
        return ""


def shown(say: Voice, card: Card, ref: str) -> dict[str, Any]:
    """Return a view that shows a card on top of the form; it carries its own draft, since the form's state is not at hand there."""
    return {
        "type": "modal",
        "callback_id": SHOWN,
        "title": plain(say("form.title"), 24),
        "close": plain(say("form.back"), 24),
        "private_metadata": json.dumps({"round": 0, "ref": ref}),
        "blocks": render.blocks(_without(card)),
    }


def home(*cards: Card) -> dict[str, Any]:
    """Return the App Home with these cards one under the other."""
    out: list[dict[str, Any]] = []
    for card in cards:
        out += [*([{"type": "divider"}] if out else []), *render.blocks(card)]
    return {"type": "home", "blocks": out[:100]}


def filled(view: Mapping[str, Any]) -> Filled:
    """Return what a view holds; fields that Slack leaves out are empty."""
    values = {key.partition(":")[0]: _value(block) for key, block in view.get("state", {}).get("values", {}).items()}
    try:
        meta = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        meta = {}
    return Filled(values, str(meta.get("ref", "")), int(meta.get("round", 0)))


def _value(block: Mapping[str, Any]) -> str:
    element: Mapping[str, Any] = next(iter(block.values()), {})
    if element.get("type") == "users_select":
        return str(element.get("selected_user") or "")
    chosen = element.get("selected_option")
    return (chosen or {}).get("value", "") if "selected_option" in element else element.get("value") or ""


def _choices(card: Card) -> list[Choice]:
    return [choice for block in card.blocks if isinstance(block, Choices) for choice in block.choices]


def _without(card: Card) -> Card:
    """Return a card without the buttons for what the form does itself."""
    kept: list[Block] = []
    for block in card.blocks:
        if isinstance(block, Choices):
            choices = tuple(choice for choice in block.choices if choice.intent not in _IN_PLACE)
            if choices:
                kept.append(Choices(choices))
        else:
            kept.append(block)
    return Card(card.title, tuple(kept))


def _input(field: Field, number: int, *, focus: bool) -> dict[str, Any]:
    """Return the block of one field. Slack keeps what is typed under a block's id, so a new round has new ids."""
    return {
        "type": "input",
        "block_id": f"{field.key}:{number}",
        "label": plain(field.label, 2_000),
        "optional": field.optional,
        "element": _element(field, focus=focus),
    }


def _element(field: Field, *, focus: bool) -> dict[str, Any]:
    if field.people:
        return {"type": "users_select", "action_id": field.key}
    return _chooser(field) if field.options else _text_input(field, focus=focus)


def _text_input(field: Field, *, focus: bool) -> dict[str, Any]:
    element: dict[str, Any] = {"type": "plain_text_input", "action_id": field.key, "max_length": min(max(field.limit, len(field.value)), DRAFT)}
    if field.tall:
        element["multiline"] = True
    if field.hint:
        element["placeholder"] = plain(field.hint, 150)
    if field.value:
        element["initial_value"] = field.value
    if focus:
        element["focus_on_load"] = True
    return element


def _chooser(field: Field) -> dict[str, Any]:
    options = [{"text": plain(option.label, 75), "value": option.value} for option in field.options]
    initial = next((option for option in options if option["value"] == field.value), options[0])
    return {"type": "static_select", "action_id": field.key, "options": options, "initial_option": initial}
