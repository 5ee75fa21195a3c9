"""What the documents say is true: snippets run, the catalogue is current, the README shows real replies."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from pydantic import AliasChoices
from typer.main import get_command

from adapters.__main__ import app
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
