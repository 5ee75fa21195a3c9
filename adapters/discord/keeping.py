"""Keeping: forms about what is kept (notes, phrases of a server's own), and what was typed into one that could not be kept, which is handed back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bot.cards import Card, Choice, Choices, Passage
from bot.coach import Reply
from bot.request import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.form import Form
    from bot.voice import Voice


@dataclass(frozen=True, slots=True)
class Typed(Request):
    """What somebody typed into a form, held like a draft until the form is opened again; there is no draft in it."""

    values: Mapping[str, str] = field(default_factory=dict)


def handed_back(card: Card, intent: str, values: Mapping[str, str], say: Voice) -> Reply:
    """Return what is said of an error with what was typed below it, and a button that opens the form with it."""
    typed = "\n".join(value.strip() for value in values.values() if value.strip())
    blocks = (Passage(typed), Choices((Choice(say("form.reopen"), intent),)))
    return Reply(Card(card.title, (*card.blocks, *blocks)), Typed("", values=dict(values)))


def refilled(form: Form, held: Request | None) -> Form:
    """Return the form with what was typed into it before, where that is what is held."""
    if not isinstance(held, Typed):
        return form
    return replace(form, fields=tuple(replace(each, value=held.values.get(each.key, each.value)) for each in form.fields))
