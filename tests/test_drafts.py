"""Whole drafts and the replies that people see; a difference rewrites the golden file and fails, so that every change of words shows in review."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.terminal.render import render
from bot.present import present
from bot.request import from_json
from rules.engine import review
from rules.model import Verdict

HERE = Path(__file__).parent
DRAFTS: list[dict[str, Any]] = tomllib.loads((HERE / "drafts.toml").read_text(encoding="utf-8"))["draft"]
SILENT = {
    "one-real-detail",
    "circling-on-a-hill",
    "condolence",
    "bug-report-to-a-friend",
    "dull-office-mail",
    "thanks-with-its-reason",
    "recruiter-who-read",
    "neighbours",
    "release-under-a-note",
}


def look(draft: dict[str, Any]):  # noqa: ANN201
    context = {key: draft[key] for key in ("name", "met", "when", "topics", "why") if key in draft}
    item = {
        "draft": draft["text"],
        "context": context,
        "kind": draft.get("kind"),
        "channel": draft.get("channel"),
        "now": datetime(2026, 3, 3, 9, tzinfo=UTC).isoformat(),
    }
    request = from_json(item)
    return review(request.draft, request.given)


@pytest.mark.parametrize("draft", DRAFTS, ids=lambda draft: draft["id"])
def test_reply_is_the_golden_one(draft: dict[str, Any]) -> None:
    golden = HERE / "golden" / f"{draft['id']}.txt"
    reply = render(present(look(draft), channel=draft.get("channel", "")))
    known = golden.read_text(encoding="utf-8") if golden.exists() else ""
    if reply != known:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(reply, encoding="utf-8")
    assert reply == known


@pytest.mark.parametrize("draft", [d for d in DRAFTS if d["id"] in SILENT], ids=lambda draft: draft["id"])
def test_a_good_draft_has_no_finding(draft: dict[str, Any]) -> None:
    found = look(draft)
    assert found.findings == ()
    assert found.verdict is not Verdict.FORM_LETTER


def test_half_of_the_drafts_are_good() -> None:
    assert len(SILENT & {d["id"] for d in DRAFTS}) * 2 >= len(DRAFTS)


def mails(name: str) -> list[str]:
    lines = (HERE / "gauge" / name).read_text(encoding="utf-8").split("\n")
    return [line.replace("\\n", "\n") for line in lines if line]


def test_ordinary_mail_is_left_alone() -> None:
    """The false-alarm gauge: dull mail between people who know each other."""
    reviews = [review(mail) for mail in mails("ordinary.txt")]
    assert len(reviews) >= 400
    assert sum(found.verdict is Verdict.FORM_LETTER for found in reviews) <= 0.02 * len(reviews)
    assert sum(bool(found.findings) for found in reviews) <= 0.1 * len(reviews)


def test_form_letters_without_merge_fields_are_known() -> None:
    """The other side of the gauge: blasts, templates, recruiters' and publicists' mail, with every field filled in."""
    reviews = [review(mail) for mail in mails("blasts.txt")]
    assert sum(found.verdict is Verdict.FORM_LETTER for found in reviews) >= 0.8 * len(reviews)


GAUGED = sorted(path.name.partition(".")[0] for path in (HERE / "gauge").glob("*.ordinary.txt"))


@pytest.mark.parametrize("lang", GAUGED)
def test_ordinary_mail_in_other_languages_is_left_alone(lang: str) -> None:
    reviews = [review(mail) for mail in mails(f"{lang}.ordinary.txt")]
    assert len(reviews) >= 40
    assert {found.lang for found in reviews} == {lang}
    assert sum(found.verdict is Verdict.FORM_LETTER for found in reviews) <= 0.02 * len(reviews)
    assert sum(bool(found.findings) for found in reviews) <= 0.1 * len(reviews)


@pytest.mark.parametrize("lang", GAUGED)
def test_form_letters_in_other_languages_are_known(lang: str) -> None:
    reviews = [review(mail) for mail in mails(f"{lang}.blasts.txt")]
    assert len(reviews) >= 20
    assert sum(found.verdict is Verdict.FORM_LETTER for found in reviews) >= 0.8 * len(reviews)
