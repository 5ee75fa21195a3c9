"""`offscript rules`: what the coach looks for, readable without reading code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.keeper import known
from rules import packs
from rules.engine import review, spotted
from rules.model import Circumstances

if TYPE_CHECKING:
    from pathlib import Path

    from rules.model import Example, Finding, Rule


def listing(lang: str) -> str:
    """Return one line a rule; `lang` keeps one language, empty all."""
    rules = [rule for rule in packs.every().values() if not lang or rule.lang == lang]
    if not rules:
        return f"No rules for {lang!r}. There are rules for: {', '.join((packs.ANY, *packs.languages()))}.\n"
    width = max(len(rule.id) for rule in rules)
    return "".join(f"{rule.id:<{width}}  {rule.family:<18} {rule.weight.value:<7} {rule.lang}\n" for rule in rules)


def shown(rule_id: str) -> str:
    """Return everything that a card says. Raises UnknownRule."""
    rules = packs.every()
    if rule_id not in rules:
        known(rule_id)
    rule = rules[rule_id]
    looks = "\n".join(f"  {phrase}" for phrase in rule.phrases) or f"  {rule.pattern}" * bool(rule.pattern) or f"  the check {rule.check!r}"
    parts = [
        f"{rule.id} ({rule.family}, {rule.weight.value}, {rule.lang}, {rule.source})" + f", the habit {rule.like}" * bool(rule.like),
        f"Says:  {rule.advice.say}",
        f"Asks:  {rule.advice.ask}",
        f"Why:   {rule.advice.why}",
        f"Basis: {packs.evidence(rule.evidence)}",
        f"Looks for:\n{looks}",
        *(f"Innocent all the same: {phrase}" for phrase in rule.unless),
        "Points at:",
        *(f"  {_marked(example)}" for example in rule.flags),
        "Stays silent at:",
        *(f"  {_one_line(example.text)}" for example in rule.passes),
    ]
    return "\n".join(parts) + "\n"


def catalogue() -> str:
    """Return the public catalogue of all rules as Markdown: what, why, on what evidence, one flagged and one innocent example."""
    rules = tuple(packs.every().values())
    lines = [
        "# The rules",
        "",
        f"What Offscript looks for: {len(rules)} rules. This page is made by `offscript rules catalogue`; a test keeps it current.",
        "",
        "hard: enough alone · medium: a finding unless a concrete detail stands beside it · soft: counts only in clusters",
    ]
    for family in sorted({rule.family for rule in rules}):
        lines += ["", f"## {family}"]
        for rule in (rule for rule in rules if rule.family == family):
            lines += [
                "",
                f"### {rule.id}",
                "",
                f"{rule.weight.value}, {'any language' if rule.lang == packs.ANY else rule.lang}. {f'The same habit as {rule.like}.' if rule.like else rule.advice.say}",
                "",
                *([] if rule.like else _reasons(rule)),
                f"- Flagged: {_marked(rule.flags[0])}",
                f"- Innocent: {_one_line(rule.passes[0].text)}",
            ]
    return "\n".join(lines) + "\n"


def _reasons(rule: Rule) -> tuple[str, ...]:
    return (f"- Why: {rule.advice.why} ({packs.evidence(rule.evidence)})", f"- It asks: {rule.advice.ask}")


def tested(path: Path) -> tuple[str, bool]:
    """Run the examples of a file or folder of cards; return what to print, and whether all hold. Raises PackError, OSError."""
    files = sorted(p for p in path.rglob("*.toml") if packs.is_cards(p)) if path.is_dir() else [path]
    lines: list[str] = []
    count = 0
    for file in files:
        lang = file.parent.name if file.parent.name in {packs.ANY, *packs.languages()} else "en"
        for rule in packs.read(file, lang):
            lines += _failures(rule)
            count += len(rule.flags) + len(rule.passes) + len(rule.misses)
    lines.append(f"{count} examples in {len(files)} file{'s' * (len(files) != 1)}: {'all hold' if not lines else f'{len(lines)} do not hold'}.")
    return "\n".join(lines) + "\n", len(lines) == 1


def _failures(rule: Rule) -> list[str]:
    out = []
    for example in rule.flags:
        found = sorted(span for span in spotted(rule, example) if span)
        if found != sorted(example.marked):
            out.append(
                f"{rule.source}: {rule.id}: points at {[s.of(example.text) for s in found]} and not at {[s.of(example.text) for s in example.marked]} in {_one_line(example.text)}"
            )
    loud = [example for example in rule.passes if any(finding.rule == rule.habit for finding in _said(rule, example))]
    out += [f"{rule.source}: {rule.id}: is not silent at {_one_line(example.text)}" for example in loud]
    out += [
        f"{rule.source}: {rule.id}: finds what it was known to miss; move it to flags: {_one_line(e.text)}" for e in rule.misses if spotted(rule, e)
    ]
    return out


def _said(rule: Rule, example: Example) -> tuple[Finding, ...]:
    given = Circumstances(context=example.context, kind=example.kind, channel=example.channel)
    return review(example.text, given, packs.of((rule,))).findings


def _marked(example: Example) -> str:
    text = example.text
    for span in sorted(example.marked, reverse=True):
        text = f"{text[: span.start]}«{text[span.start : span.end]}»{text[span.end :]}"
    return _one_line(text)


def _one_line(text: str) -> str:
    return " ".join(text.split())
