"""The voices: every one of them says everything that the English one says, with the same things filled in."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import rules
from bot import voice
from bot.wording import worded
from rules import packs
from rules.engine import review
from rules.model import Circumstances, Context

OTHERS = [lang for lang in voice.languages() if lang != "en"]
QUESTIONS = tomllib.loads((Path(rules.__file__).parent / "packs" / "en" / "questions.toml").read_text(encoding="utf-8"))
INVITE = "Hi Davina,\n\nGreat meeting you! I'd like to add you to my professional network.\n\nBest,\nSam"


def slots(text: str) -> list[str]:
    return sorted(set(re.findall(r"\{(\w+)\}", text)))


def sentences(lang: str) -> dict[str, str]:
    return {f"{section}.{key}": text for section, table in voice.load(lang)._sentences.items() for key, text in table.items()}


@pytest.mark.parametrize("lang", OTHERS)
def test_a_voice_says_everything_with_the_same_things_filled_in(lang: str) -> None:
    english, other = sentences("en"), sentences(lang)
    assert set(other) == set(english)
    wrong = {key: text for key, text in other.items() if not text.strip() and english[key].strip()}
    assert not wrong
    assert not {key: text for key, text in other.items() if not set(slots(text)) <= set(slots(english[key]))}
    telling = {"quote", "name", "facts", "expected", "found", "limit", "what", "rule", "reference", "count", "draft", "days"}
    assert not {key: text for key, text in other.items() if (set(slots(english[key])) - set(slots(text))) & telling}


@pytest.mark.parametrize("lang", OTHERS)
def test_a_voice_has_words_for_every_rule_and_question(lang: str) -> None:
    words = voice.load(lang).words
    known = {rule.habit: rule for rule in packs.every().values() if not rule.like}
    assert set(words["rules"]) == set(known)
    for rule, said in words["rules"].items():
        advice = known[rule].advice
        for key, english in (("say", advice.say), ("why", advice.why), ("ask", advice.ask)):
            assert said[key].strip() or not english.strip(), f"{rule}.{key}"
            assert slots(said[key]) == slots(english), f"{rule}.{key}"
    assert {section: set(table) for section, table in words["questions"].items()} == {section: set(table) for section, table in QUESTIONS.items()}
    for section, table in words["questions"].items():
        assert all("fact" in slots(text) for text in table.values()) or section != "fact"
        assert all(set(slots(text)) <= set(slots(QUESTIONS[section][key])) for key, text in table.items())
    assert set(words["evidence"]) == set(packs.evidence_entries())


@pytest.mark.parametrize("lang", OTHERS)
def test_a_review_in_another_voice_finds_the_same_and_speaks_differently(lang: str) -> None:
    found = review(INVITE, Circumstances(context=Context("Davina", "SummitUp", "", ("her shop's loyalty cards",))))
    said = worded(found, voice.load(lang))
    assert [(f.rule, f.span, f.quote) for f in said.findings] == [(f.rule, f.span, f.quote) for f in found.findings]
    assert all(a.say != b.say for a, b in zip(said.findings, found.findings, strict=True))
    assert said.question != found.question
    assert "her shop's loyalty cards" in said.question
    assert "{" not in said.question


def test_english_is_the_review_itself() -> None:
    found = review(INVITE)
    assert worded(found, voice.load("en")) is found
    assert voice.load("xx") is not None
    assert voice.load("xx")("voice.name") == "English"
