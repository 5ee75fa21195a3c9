"""The dependency arrow, the packages that ship, and the wheel that works elsewhere."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_adapters_see_bot_and_bot_sees_rules() -> None:
    done = subprocess.run([Path(sys.executable).parent / "lint-imports", "--no-cache"], capture_output=True, cwd=ROOT, timeout=120, check=False)
    assert done.returncode == 0, done.stdout.decode()


def test_every_package_is_listed() -> None:
    listed = set(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"])
    found = {".".join(path.parent.relative_to(ROOT).parts) for top in ("rules", "bot", "adapters") for path in (ROOT / top).rglob("__init__.py")}
    assert listed == found


def test_files_and_functions_stay_small() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for top in ("rules", "bot", "adapters")
        for path in (ROOT / top).rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 420
    }
    assert long == {}


def test_nothing_that_people_wrote_outlives_its_review_in_a_cache() -> None:
    """A cache may hold words of a language or of a card, and no text, fact or draft."""
    cached = {
        f"{path.name}:{function.name}": {argument.arg for argument in function.args.args}
        for top in ("rules", "bot", "adapters")
        for path in (ROOT / top).rglob("*.py")
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef) and any("cache" in ast.unparse(decorator) for decorator in function.decorator_list)
    }
    assert len(cached) > 10
    assert {name for name, arguments in cached.items() if arguments & {"text", "fact", "draft", "sentence", "context", "note", "request"}} == set()


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "-w",
        str(folder),
        str(_copy(folder)),
    ]
    subprocess.run(build, check=True, capture_output=True, timeout=120)
    return next(folder.glob("*.whl"))


def _copy(folder: Path) -> Path:
    """Copy what is tracked, so that building leaves nothing in the checkout."""
    import shutil

    copy = folder / "source"
    skipped = shutil.ignore_patterns("__pycache__")
    for name in ("rules", "bot", "adapters"):
        shutil.copytree(ROOT / name, copy / name, ignore=skipped)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy / name)
    return copy


def test_the_wheel_reviews_a_draft_in_another_folder(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "site")
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "adapters", "review", "--to", "Davina"], input=b"Hi Davina, I'd like to add you to my professional network.",
        capture_output=True, env=env, cwd=tmp_path, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr.decode()
    assert "This could go to anyone." in done.stdout.decode()


def test_the_wheel_carries_migrations_voice_and_cards(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "adapters/storage/migrations/versions/0001_settings.py",
        "bot/voice/en.toml",
        "adapters/discord/font/Roboto-Medium-subset.ttf",
        "adapters/discord/font/LICENSE.txt",
        "rules/packs/en/hype.toml",
        "rules/packs/ja/cards.toml",
        "rules/evidence.toml",
        "rules/languages.toml",
    } <= names
    assert not any(name.startswith("tests/") for name in names)


def test_lock_files_name_no_index_and_pin_everything() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "http" not in text.replace("aiohttp", "").replace("httpx", "").replace("httpcore", "")
        assert all("==" in line for line in text.splitlines() if line and line[0].isalpha())
        assert "setuptools==" in text
