"""Cards: what stops start-up, and the hygiene of those that ship."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from rules import packs
from rules.checks import CHECKS
from rules.engine import review
from rules.model import Circumstances, Kind, Weight

if TYPE_CHECKING:
    from pathlib import Path

CARD = """
[[rule]]
id = "worn-line"
family = "stock_opener"
weight = "soft"
phrases = ["a worn line"]
say = "“{quote}” is worn."
why = "It says nothing."
ask = "What would you say?"
evidence = "taste"
flags = ["Here is «a worn line»."]
passes = ["Here is a new one."]
"""
RULES = tuple(packs.every().values())
FAMILIES = {
    "stock_invite", "stock_opener", "stock_closer", "generic_greeting", "placeholder", "generic_flattery", "fake_personal", "transactional_ask", "auto_dm",
    "press_release", "hype", "follow_up_cliche", "one_click", "mass_mail", "generic_prose", "missing_context", "contradiction", "sameness", "length", "other",
}  # fmt: skip


def load(folder: Path, text: str) -> None:
    path = folder / "worn.toml"
    path.write_text(text, encoding="utf-8")
    packs.read(path, "en")


def test_a_good_card_loads(tmp_path: Path) -> None:
    load(tmp_path, CARD)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (('say = "', 'sya = "'), "'sya'"),
        (("flags = [", "flags = [] #"), "'flags'"),
        (("passes = [", "passes = [] #"), "'passes'"),
        (('phrases = ["a worn line"]', ""), "'phrases'"),
        (('phrases = ["a worn line"]', 'phrases = ["a"]\npattern = "a"'), "'phrases'"),
        (('weight = "soft"', 'weight = "heavy"'), "heavy"),
        (('evidence = "taste"', 'evidence = "my-aunt"'), "my-aunt"),
        (('flags = ["', 'kinds = ["letter"]\nflags = ["'), "letter"),
        (('passes = ["Here is a new one."]', 'passes = [{ text = "x", mte = "y" }]'), "'mte'"),
        (('phrases = ["a worn line"]', 'pattern = "(("'), "'pattern'"),
    ],
)
def test_a_card_that_cannot_be_used_is_named_with_file_rule_and_key(tmp_path: Path, change: tuple[str, str], named: str) -> None:
    with pytest.raises(packs.PackError) as stopped:
        load(tmp_path, CARD.replace(*change))
    assert "worn.toml" in str(stopped.value)
    assert "worn-line" in str(stopped.value)
    assert named in str(stopped.value)


LIKE = """
[[rule]]
id = "xx-invitation"
like = "stock-invitation"
phrases = ["rejoignez mon reseau"]
flags = ["Bonjour, «rejoignez mon réseau»."]
passes = ["Le réseau est en panne."]
"""


def test_a_card_of_another_language_speaks_the_words_of_the_english_one(tmp_path: Path) -> None:
    path = tmp_path / "cards.toml"
    path.write_text(LIKE, encoding="utf-8")
    (rule,) = packs.read(path, "fr")
    model = packs.every()["stock-invitation"]
    assert (rule.id, rule.habit, rule.lang) == ("xx-invitation", "stock-invitation", "fr")
    assert (rule.advice, rule.family, rule.weight, rule.evidence) == (model.advice, model.family, model.weight, model.evidence)
    found = review("Bonjour, rejoignez mon réseau.", pack=packs.of((rule,)))
    assert "stock-invitation" in [finding.rule for finding in found.findings]
    assert not review("Bonjour, rejoignez mon réseau.", Circumstances(stopped=frozenset({"stock-invitation"})), packs.of((rule,))).findings


def test_a_card_that_is_like_another_says_nothing_of_its_own(tmp_path: Path) -> None:
    for change, problem in (("say = 'x'\n", "'say' is said by the card that it is like"), ("", "'like' 'nothing' is the id of no English card")):
        path = tmp_path / "cards.toml"
        path.write_text(
            LIKE.replace("[[rule]]\n", f"[[rule]]\n{change}") if change else LIKE.replace('"stock-invitation"', '"nothing"'), encoding="utf-8"
        )
        with pytest.raises(packs.PackError, match=problem):
            packs.read(path, "fr")


def test_toml_that_cannot_be_read_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(packs.PackError, match=r"worn\.toml: cannot be read as TOML.*line"):
        load(tmp_path, "[[rule]\n")


def test_ids_are_unique_kebab_case_and_families_known() -> None:
    ids = [rule.id for rule in RULES]
    assert len(set(ids)) == len(ids)
    assert [name for name in ids if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name)] == []
    assert {rule.family for rule in RULES} <= FAMILIES


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_words_of_a_card_are_kind_and_short(rule: packs.Rule) -> None:
    say, why, ask = rule.advice.say, rule.advice.why, rule.advice.ask
    assert ask.endswith("?")
    assert len(say) <= 120
    assert not re.search(r"\b(error|bad|wrong|must|stupid|lazy|AI|spammy|reply rate)\b", f"{say} {why} {ask}")
    assert rule.evidence in packs.evidence_entries()
    assert rule.advice.gap == "" or 1 <= len(rule.advice.gap.split()) <= 8


def test_no_example_stands_twice() -> None:
    texts = [example.text for rule in RULES for example in (*rule.flags, *rule.passes)]
    assert sorted({text for text in texts if texts.count(text) > 1}) == []


def test_each_check_is_used_by_a_card_and_each_card_has_its_check() -> None:
    assert {rule.check for rule in RULES if rule.check} == set(CHECKS)


def test_language_free_rules_are_hard_or_absences() -> None:
    assert {rule.weight for rule in RULES if rule.lang == packs.ANY and rule.check == "placeholders"} == {Weight.HARD}
    assert all(rule.kinds <= set(Kind) for rule in RULES)
