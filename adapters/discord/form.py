"""Form -> a Discord modal, and what was filled in -> values. A modal that is sent is finished: discord.py keeps nothing of it, so a restart changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import SelectOption, TextStyle, ui

from adapters.discord.markup import inert

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from adapters.discord.address import Address
    from bot.form import Field, Form

TITLE, TEXT, HINT, TALLEST, FIELDS = 45, 45, 100, 4_000, 5
"""The limits of a modal: its title, a label, a hint, what a field holds, and how many fields there are."""


def modal(form: Form, address: Address) -> ui.Modal:
    """Return the modal; where something has to be said above the fields, it takes the place of the last of them."""
    shown = ui.Modal(title=form.title[:TITLE], custom_id=str(address))
    if form.note:
        shown.add_item(ui.TextDisplay(inert(form.note)))
    for field in form.fields[: FIELDS - bool(form.note)]:
        shown.add_item(_label(field))
    shown.stop()
    return shown


def _label(field: Field) -> ui.Label[ui.Modal]:
    """Return a field with its label; a question to answer stands where it stays while one types."""
    asked = field.hint if field.tall and field.key == "answer" else ""
    return ui.Label(text=field.label[:TEXT], description=_cut(asked, HINT) or None, component=_select(field) if field.options else _input(field))


def _input(field: Field) -> ui.TextInput[ui.Modal]:
    return ui.TextInput(
        custom_id=field.key,
        style=TextStyle.paragraph if field.tall else TextStyle.short,
        placeholder=None if field.key == "answer" else _cut(field.hint, HINT) or None,
        default=field.value[:TALLEST] or None,
        required=not field.optional,
        max_length=min(TALLEST, max(field.limit, len(field.value))),
    )


def _select(field: Field) -> ui.Select[ui.Modal]:
    options = [SelectOption(label=option.label, value=option.value, default=option.value == field.value) for option in field.options]
    return ui.Select(custom_id=field.key, options=options, required=not field.optional)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rsplit(" ", 1)[0] + "…"


def values(components: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return what was filled in, by field; of a choice, the value chosen."""
    found: dict[str, str] = {}
    for component in components:
        inner = [component["component"]] if component.get("component") else component.get("components")
        if inner:
            found |= values(inner)
        elif component.get("custom_id"):
            chosen = component.get("values") or [""]
            found[str(component["custom_id"])] = str(component.get("value") or chosen[0] or "")
    return found
