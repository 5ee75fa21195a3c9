"""Cards to rules: read the TOML under `packs/<language>/`, or stop with an error that names file, rule and key."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rules.finders import Matcher
from rules.model import Advice, Context, Example, Kind, Rule, Span, Weight
from rules.phrases import PhraseError
from rules.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parent / "packs"
EVIDENCE = Path(__file__).parent / "evidence.toml"
ANY = "any"
"""The pack for what needs no language: placeholders, names, length."""
OWN = "own phrases"
"""The source of rules that a workspace or server has of its own: they are always mentioned, and no verdict hangs on them."""
_NOT_CARDS = frozenset({"words.toml", "kinds.toml", "names.toml", "fields.toml", "sense.toml", "sorts.toml", "questions.toml"})
_REQUIRED = ("id", "family", "weight", "say", "why", "ask", "evidence", "flags", "passes")
_OPTIONAL = ("like", "phrases", "unless", "pattern", "check", "kinds", "not_kinds", "where", "anchored", "gap", "misses")
_SPOKEN = ("say", "why", "ask", "gap", "evidence")
"""What a card that is like another takes from it, and may not say itself."""
_SHARED = ("family", "weight", "kinds", "not_kinds", "where", "anchored")
"""What it takes as well unless it has its own."""
_MODEL = "en"
_FINDERS = ("phrases", "pattern", "check")
_WHERE = frozenset({"any", "greeting", "opening", "body", "closing"})
_ANCHORED = frozenset({"forgive", "soften", "keep"})
_EXAMPLE = frozenset({"text", "name", "met", "when", "topics", "why", "kind", "channel"})
_MARKS = re.compile("[«»]")


class PackError(Exception):
    """A card that cannot be used. The message names the file, the rule and the key, and says what to do."""


class Pack:
    """The rules of a set of languages, with one matcher over all their phrases."""

    def __init__(self, rules: tuple[Rule, ...], words: Vocabulary) -> None:
        """Compile the phrases of the rules over a vocabulary.

        In the matcher a rule owns its phrases by its index, and what makes them innocent by its index after all the rules.
        """
        self.rules = rules
        try:
            phrases = [(i, phrase) for i, rule in enumerate(rules) for phrase in rule.phrases]
            innocent = [(i, phrase) for i, rule in enumerate(rules, len(rules)) for phrase in rule.unless]
            self.matcher = Matcher(phrases, words, loose=innocent)
        except PhraseError as error:
            raise PackError(str(error)) from error
        self.patterns = [(i, re.compile(rule.pattern, re.IGNORECASE | re.MULTILINE)) for i, rule in enumerate(rules) if rule.pattern]
        self.checks = [(i, rule.check) for i, rule in enumerate(rules) if rule.check]


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """Return the languages that have a pack of cards."""
    return tuple(sorted(path.name for path in ROOT.iterdir() if path.is_dir() and path.name != ANY and any(_cards(path))))


@lru_cache(maxsize=64)
def load(langs: tuple[str, ...]) -> Pack:
    """Return the pack for a set of languages, the language-free one included; languages without a pack are passed over."""
    return Pack(cards(langs), vocabulary(langs))


def cards(langs: tuple[str, ...]) -> tuple[Rule, ...]:
    """Return the rules of a set of languages, the language-free ones included, as their cards say; nothing is compiled."""
    rules = tuple([rule for lang in (ANY, *langs) for rule in _folder(ROOT / lang, lang)])
    _unique(rules)
    return rules


@lru_cache(maxsize=1)
def every() -> dict[str, Rule]:
    """Return every rule that there is, by the id of its card."""
    return {rule.id: rule for rule in cards(languages())}


@lru_cache(maxsize=64)
def vocabulary(langs: tuple[str, ...]) -> Vocabulary:
    """Return the vocabulary that all catalogues of a set of languages share, so that a draft is encoded once."""
    spelt: dict[str, str] = {}
    for lang in (ANY, *langs):
        spelt.update(same(lang))
    return Vocabulary(spelt, langs)


@lru_cache(maxsize=512)
def of(rules: tuple[Rule, ...]) -> Pack:
    """Return a pack that holds these rules and no others: one, so that its examples can be tried without its neighbours, or those of a workspace."""
    return Pack(rules, Vocabulary(same(rules[0].lang), (rules[0].lang,)) if rules else Vocabulary({}))


@lru_cache(maxsize=16)
def _folder(folder: Path, lang: str) -> tuple[Rule, ...]:
    return tuple(rule for path in _cards(folder) for rule in read(path, lang))


def is_cards(path: Path) -> bool:
    """Tell whether a TOML file holds cards, and not one of the tables beside them."""
    return path.suffix == ".toml" and path.name not in _NOT_CARDS


def _cards(folder: Path) -> Iterable[Path]:
    if not folder.is_dir():
        return []
    return (path for path in sorted(folder.glob("*.toml")) if is_cards(path))


def same(lang: str) -> dict[str, str]:
    """Return the table `[same]` of a language's `words.toml`: a spelling or contraction, and the words it stands for."""
    path = ROOT / lang / "words.toml"
    if not path.is_file():
        return {}
    table = tomllib.loads(path.read_text(encoding="utf-8")).get("same", {})
    return {short: words for words, shorts in table.items() for short in shorts.split()}


@lru_cache(maxsize=1)
def evidence_entries() -> dict[str, dict[str, Any]]:
    """Return the entries of the evidence file by id: what each study supports, its year, size, design, grade and source."""
    return tomllib.loads(EVIDENCE.read_text(encoding="utf-8"))


def evidence(entry: str) -> str:
    """Return how firmly a tip stands, in words for people. Raises KeyError for an id that the evidence file does not hold."""
    return str(evidence_entries()[entry]["say"])


def read(path: Path, lang: str) -> tuple[Rule, ...]:
    """Return the rules of one file of cards, or raise PackError."""
    try:
        cards = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        msg = f"{path.name}: cannot be read as TOML: {error}"
        raise PackError(msg) from error
    unknown = set(cards) - {"rule"}
    if unknown:
        msg = f"{path.name}: unknown table {sorted(unknown)[0]!r}; every card is a [[rule]]"
        raise PackError(msg)
    return tuple(_rule(card, path.name, lang) for card in cards.get("rule", []))


def _rule(card: dict[str, Any], file: str, lang: str) -> Rule:
    name = str(card.get("id", "(a card without id)"))
    card = _as_its_model(card, file, name) if "like" in card else card
    _check_keys(card, file, name)
    try:
        return Rule(
            id=name,
            family=card["family"],
            weight=Weight(card["weight"]),
            advice=Advice(card["say"], card["why"], card["ask"], card.get("gap", "your words")),
            evidence=card["evidence"],
            lang=lang,
            phrases=tuple(card.get("phrases", ())),
            unless=tuple(card.get("unless", ())),
            pattern=card.get("pattern", ""),
            check=card.get("check", ""),
            kinds=frozenset(Kind(kind) for kind in card.get("kinds", ())),
            not_kinds=frozenset(Kind(kind) for kind in card.get("not_kinds", ())),
            where=card.get("where", "any"),
            anchored=card.get("anchored", "forgive"),
            flags=tuple(_example(x, marked=True) for x in card["flags"]),
            passes=tuple(_example(x, marked=False) for x in card["passes"]),
            misses=tuple(_example(x, marked=False) for x in card.get("misses", ())),
            source=file,
            like=card.get("like", ""),
        )
    except (ValueError, TypeError, KeyError) as error:
        msg = f"{file}: {name}: {error}"
        raise PackError(msg) from error


def _as_its_model(card: dict[str, Any], file: str, name: str) -> dict[str, Any]:
    """Return a card with what it leaves to the English card of the same habit."""
    model = _models().get(card["like"])
    own = [key for key in _SPOKEN if key in card]
    if model is None or own:
        problem = f"{own[0]!r} is said by the card that it is like" if own else f"'like' {card['like']!r} is the id of no English card"
        msg = f"{file}: {name}: {problem}"
        raise PackError(msg)
    return {key: model[key] for key in _SPOKEN + _SHARED if key in model} | card


@lru_cache(maxsize=1)
def _models() -> dict[str, dict[str, Any]]:
    """Return the English cards by id, as they are written."""
    files = _cards(ROOT / _MODEL)
    return {card["id"]: card for path in files for card in tomllib.loads(path.read_text(encoding="utf-8"))["rule"]}


def _check_keys(card: dict[str, Any], file: str, name: str) -> None:
    problems = [
        *(f"unknown key {key!r}" for key in card if key not in _REQUIRED + _OPTIONAL),
        *(f"key {key!r} is missing" for key in _REQUIRED if key not in card),
        *(f"{key!r} needs at least one example" for key in ("flags", "passes") if key in card and not card[key]),
        *([] if sum(key in card for key in _FINDERS) == 1 else ["needs exactly one of 'phrases', 'pattern', 'check'"]),
        *([] if card.get("evidence", "taste") in evidence_entries() else [f"'evidence' {card['evidence']!r} is not in evidence.toml"]),
        *([] if card.get("where", "any") in _WHERE else [f"'where' is one of {', '.join(sorted(_WHERE))}"]),
        *([] if card.get("anchored", "keep") in _ANCHORED else [f"'anchored' is one of {', '.join(sorted(_ANCHORED))}"]),
    ]
    if "pattern" in card:
        try:
            re.compile(card["pattern"])
        except re.error as error:
            problems.append(f"'pattern': {error}")
    if problems:
        msg = f"{file}: {name}: {problems[0]}"
        raise PackError(msg)


def _example(example: str | dict[str, Any], *, marked: bool) -> Example:
    """Return an example; in a bad one «guillemets» mark the exact words that the rule must point at."""
    table = {"text": example} if isinstance(example, str) else example
    unknown = set(table) - _EXAMPLE
    if unknown:
        msg = f"an example has the unknown key {sorted(unknown)[0]!r}"
        raise ValueError(msg)
    text, spans = _unmark(table["text"]) if marked else (table["text"], ())
    topics = tuple(table.get("topics", ()))
    context = Context(table.get("name", ""), table.get("met", ""), table.get("when", ""), topics, table.get("why", ""))
    kind = Kind(table["kind"]) if "kind" in table else None
    return Example(text, spans, context, kind, table.get("channel", ""))


def _unmark(text: str) -> tuple[str, tuple[Span, ...]]:
    """Return the text without its marks, and what they marked."""
    starts = [m.start() - i for i, m in enumerate(_MARKS.finditer(text))]
    return _MARKS.sub("", text), tuple(Span(a, b) for a, b in zip(starts[::2], starts[1::2], strict=True))


def _unique(rules: Iterable[Rule]) -> None:
    seen: dict[str, str] = {}
    for rule in rules:
        if rule.id in seen:
            msg = f"{rule.source}: {rule.id}: the id is already taken in {seen[rule.id]}"
            raise PackError(msg)
        seen[rule.id] = rule.source
