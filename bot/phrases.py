"""Phrases of a workspace or server: literal words with a sentence and a question, tried on their own examples before they are taken."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from bot import voice
from bot.errors import BadPhrase
from rules import packs
from rules.engine import spotted
from rules.model import Advice, Example, Rule, Weight
from rules.packs import PackError

if TYPE_CHECKING:
    from bot.kept import Phrase

LONGEST = 120
"""Characters of a phrase; its sentences may have twice as many."""
_SYNTAX = frozenset("(){}|*#<>~^$_")
"""What means something in a card's phrase: a workspace's own are literal, never a pattern."""


def checked(phrase: Phrase) -> Phrase:
    """Return a phrase that keeps to its own examples; raises BadPhrase, which says what to change."""
    say = voice.load()
    for field in fields(phrase):
        value = getattr(phrase, field.name)
        if not value.strip():
            raise BadPhrase(say("phrases.empty", field=say(f"phrases.field_{field.name}")))
        if len(value) > (LONGEST if field.name == "words" else 2 * LONGEST):
            raise BadPhrase(say("phrases.long", field=say(f"phrases.field_{field.name}"), limit=LONGEST if field.name == "words" else 2 * LONGEST))
    if _SYNTAX & set(phrase.words):
        raise BadPhrase(say("phrases.literal", signs=" ".join(sorted(_SYNTAX & set(phrase.words)))))
    rule = rule_of(phrase)
    if rule is None:
        raise BadPhrase(say("phrases.plain", words=phrase.words))
    if not spotted(rule, Example(phrase.flags)):
        raise BadPhrase(say("phrases.not_flagged", words=phrase.words, example=phrase.flags))
    if spotted(rule, Example(phrase.passes)):
        raise BadPhrase(say("phrases.flagged", words=phrase.words, example=phrase.passes))
    return phrase


def rule_of(phrase: Phrase) -> Rule | None:
    """Return the rule that a phrase makes; none where its words are too common to be looked for."""
    rule = Rule(
        id=f"own-{phrase.id}",
        family="other",
        weight=Weight.MEDIUM,
        advice=Advice(_unslotted(phrase.say), voice.load()("phrases.why"), _unslotted(phrase.ask)),
        evidence="taste",
        lang="en",
        phrases=(" ".join(phrase.words.split()),),
        anchored="keep",
        source=packs.OWN,
    )
    try:
        packs.of((rule,))
    except PackError:
        return None
    return rule


def _unslotted(words: str) -> str:
    """Return a sentence in which no slot of ours is filled."""
    return words.replace("{", "(").replace("}", ")")
