"""What the documents say is true: snippets run, the catalogue is current, the README shows real replies."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from pydantic import AliasChoices
from typer.main import get_command

from adapters.__main__ import app
from adapters.slack.manifest import SCOPES
from adapters.terminal import rules as cards
from adapters.terminal.render import render
from bot.present import present
from bot.request import from_json
from rules.engine import review

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "add-a-rule.md").read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_the_card_of_the_guide_loads_and_holds(tmp_path: Path) -> None:
    file = tmp_path / "weather.toml"
    file.write_text(blocks(GUIDE, "toml")[0], encoding="utf-8")
    text, held = cards.tested(file)
    assert held, text


def test_the_commands_of_the_guide_exist() -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    for line in blocks(GUIDE, "sh")[0].splitlines():
        words = shlex.split(line)
        if words[0] == "offscript":
            assert words[2] in commands[words[1]].commands
        if "rules test" in line:
            assert (ROOT / words[3]).is_file()


def test_every_key_of_a_card_is_explained() -> None:
    from rules.packs import _OPTIONAL, _REQUIRED

    assert [key for key in (*_REQUIRED, *_OPTIONAL) if f"`{key}`" not in GUIDE] == []


def test_the_catalogue_is_current() -> None:
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == cards.catalogue(), "run: offscript rules catalogue > docs/rules.md"


@pytest.mark.parametrize("number", [0, 1])
def test_the_readme_shows_real_replies(number: int) -> None:
    drafts = [
        "Hi Davina,\n\nGreat meeting you! I'd like to add you to my professional network.\n\nBest,\nSam\n",
        "Davina, your counter girl said nobody ever gets to ten stamps, so on Monday we tried eight at our till. Two people came back the same day. I owe you a better coffee than the hotel's.\n\nSam\n",
    ]
    topics = ["her shop's loyalty cards", *(["the bad hotel coffee"] if number else [])]
    request = from_json({"draft": drafts[number], "context": {"name": "Davina", "met": "SummitUp", "topics": topics}})
    assert blocks(README, "text")[number] == render(present(review(request.draft, request.given)))


def test_the_readme_has_the_two_commands_first() -> None:
    first, second = blocks(README, "sh")[:2]
    assert ".venv/bin/offscript review" in first
    assert "pytest" in second
    assert all("--require-hashes" in block for block in (first, second))


def test_links_lead_somewhere() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_setting_is_in_the_readme() -> None:
    from bot.config import Config

    names = {
        str(choice)
        for name, field in Config.model_fields.items()
        for choice in (field.validation_alias.choices[:1] if isinstance(field.validation_alias, AliasChoices) else (f"OFFSCRIPT_{name.upper()}",))
    }
    assert [name for name in sorted(names) if f"`{name}`" not in README] == []


def pages(*names: str) -> dict[str, str]:
    return {name: (ROOT / "docs" / name).read_text(encoding="utf-8") for name in names}


def rows(text: str) -> list[list[str]]:
    """Return the cells of every row of every table."""
    return [[cell.strip() for cell in line.strip("|").split(" |")] for line in text.splitlines() if line.startswith("| ")]


def missing(evidence: str) -> list[str]:
    """Return what a cell names that is not there: test functions, benches, pages and the headings in them."""
    named = [name for name in re.findall(r"`([\w/]+\.py(?:::\w+)?)`", evidence) if not _is_there(*name.partition("::")[::2])]
    return named + [f"{page}#{anchor}" for page, anchor in re.findall(r"\]\(([\w-]+\.md)(?:#([\w-]+))?\)", evidence) if not _leads(page, anchor)]


def _is_there(file: str, function: str) -> bool:
    path = ROOT / file
    return path.is_file() and bool(not function or re.search(rf"^ *(?:async )?def {function}\(", path.read_text(encoding="utf-8"), re.MULTILINE))


def _leads(page: str, anchor: str) -> bool:
    """Tell whether a heading is there, under the name that a Markdown page gives it."""
    path = ROOT / "docs" / page
    titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE) if path.is_file() else []
    return path.is_file() and (not anchor or anchor in {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles})


def test_headings_that_pages_point_at_are_there() -> None:
    for page in (ROOT / "docs").glob("*.md"):
        for target, anchor in re.findall(r"\]\(([\w-]+\.md)?#([\w-]+)\)", page.read_text(encoding="utf-8")):
            assert _leads(target or page.name, anchor), f"{page.name}: {target}#{anchor}"


def test_the_scopes_on_the_pages_are_those_of_the_manifest() -> None:
    for name, text in pages("for-approvers.md", "connect-slack.md").items():
        told = [(found[1], row[1]) for row in rows(text) if (found := re.fullmatch(r"`(\w+(?::\w+)?)`", row[0].lstrip("| ")))]
        assert tuple(scope for scope, _ in told) == SCOPES, name
        assert all(why for _, why in told), name
    assert len(SCOPES) == 3


def test_the_page_for_approvers_says_first_what_matters() -> None:
    first = pages("for-approvers.md")["for-approvers.md"].splitlines()[0]
    assert first == "No AI model, no channel reading, three scopes, runs on your own server."


def test_the_scorecard_has_every_requirement_with_what_shows_it() -> None:
    card = {row[0]: row for row in rows(pages("scorecard.md")["scorecard.md"]) if re.fullmatch(r"[SD]\d+", row[0])}
    assert list(card) == [*(f"S{number}" for number in range(1, 28)), *(f"D{number}" for number in range(1, 16))]
    for name, (_, what, state, evidence) in card.items():
        assert what, name
        assert re.match(r"done(: .+| .+)?$|exempt: .{15,}", state), name
        assert state.startswith("exempt") or "::" in evidence or "](" in evidence, f"{name} is shown by nothing"
        assert missing(evidence) == [], name


def test_every_fault_has_what_shows_it() -> None:
    table = {row[0]: row for row in rows(pages("faults.md")["faults.md"]) if re.fullmatch(r"F\d+", row[0])}
    assert list(table) == [f"F{number}" for number in range(1, 34)]
    for name, (_, fault, happens, evidence) in table.items():
        assert fault, name
        assert happens, name
        assert "`" in evidence, name
        assert missing(evidence) == [], name


def test_a_test_that_is_not_there_would_be_noticed() -> None:
    there = "`tests/test_docs.py::test_links_lead_somewhere`, `bench/speed.py`, [store](store.md#keys)"
    assert missing(there) == []
    assert len(missing(there.replace("lead_", "lose_").replace("speed", "haste").replace("#keys", "#locks"))) == 3


def test_the_commands_on_every_page_exist() -> None:
    offscript = get_command(app)
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for line in re.findall(
            r"^ *(?:\.venv/bin/)?(offscript .*?)(?: \|\|.*)?$", "\n".join(blocks(page.read_text(encoding="utf-8"), "sh")), re.MULTILINE
        ):
            command, words = offscript, shlex.split(line, comments=True)[1:]
            while words and words[0] in getattr(command, "commands", {}):
                command, words = command.commands[words[0]], words[1:]  # type: ignore[attr-defined]
            known = {option for parameter in command.params for option in parameter.opts}
            assert command is not offscript, f"{page.name}: {line}"
            assert {word for word in words if word.startswith("-")} <= known, f"{page.name}: {line}"
