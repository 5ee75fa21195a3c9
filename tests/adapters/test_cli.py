"""The command line as people and programs run it: exit statuses, bad input, what is imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
GOOD = "Noreen, what you said in Harrogate about giving the leaflet to the carer and not the patient has changed what we print in Leeds."
STOCK = "Hi Davina, I'd like to add you to my professional network."


def run(*args: str, given: str | bytes = "", home: Path | None = None, **more: str) -> subprocess.CompletedProcess[bytes]:
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        **({"OFFSCRIPT_DATA_HOME": str(home), "OFFSCRIPT_CONFIG_HOME": str(home / "etc")} if home else {}),
        **more,
    }
    data = given.encode() if isinstance(given, str) else given
    return subprocess.run([sys.executable, "-m", "adapters", *args], input=data, capture_output=True, env=env, timeout=60, check=False, cwd=ROOT)


def jsonl(*items: Any) -> tuple[list[dict[str, Any]], int]:
    lines = b"".join(item if isinstance(item, bytes) else json.dumps(item).encode() + b"\n" for item in items)
    done = run("review", "--jsonl", given=lines)
    return [json.loads(line) for line in done.stdout.decode("ascii").split("\n") if line], done.returncode


@pytest.mark.parametrize(("draft", "status"), [(GOOD, 0), (STOCK, 1), ("", 2), ("   \n", 2)])
def test_exit_status_tells_ready_not_ready_and_unreadable(draft: str, status: int) -> None:
    done = run("review", "-", given=draft)
    assert done.returncode == status
    assert (b"Paste the message" in done.stderr) is (status == 2)
    assert b"Traceback" not in done.stderr


def test_review_for_people_uses_the_context_options(tmp_path: Path) -> None:
    file = tmp_path / "draft.txt"
    file.write_text(STOCK, encoding="utf-8")
    done = run("review", str(file), "--to", "Davina", "--met", "SummitUp", "--topic", "loyalty cards", "--explain")
    text = done.stdout.decode()
    assert "You told me: loyalty cards · SummitUp. One is enough." in text
    assert "Verdict: form_letter" in text
    assert "phrases that are enough alone" in text


def test_json_gives_one_object_in_ascii() -> None:
    done = run("review", "--json", given="Hi Zoë, I’d like to add you to my professional network.")
    found = json.loads(done.stdout.decode("ascii"))
    assert found["schema"] == 1
    assert found["verdict"] == "form_letter"
    assert found["findings"][0]["quote"] == "I’d like to add you to my professional network"


def test_jsonl_keeps_order_and_reviews_the_rest_of_bad_lines() -> None:
    found, status = jsonl(
        {"id": "a", "draft": GOOD},
        b"this is not JSON\n",
        {"id": "c", "draft": STOCK, "context": {"nmae": "Davina"}},
        {"id": "d"},
        b"\xff\xfe\n",
        {"id": "f", "draft": STOCK, "kind": "letter"},
        {"id": "g", "draft": STOCK, "now": "yesterday"},
        {"id": "h", "draft": STOCK},
    )
    assert [line.get("id") for line in found] == ["a", None, "c", "d", None, "f", "g", "h"]
    assert status == 2
    assert [("error" in line) for line in found] == [False, True, True, True, True, True, True, False]
    assert "'nmae'" in found[2]["error"]
    assert "name, met, when, topics, why" in found[2]["error"]
    assert found[7]["verdict"] == "form_letter"


def test_jsonl_verdicts_do_not_change_the_status() -> None:
    assert jsonl({"draft": STOCK})[1] == 0


ODD = {
    "empty": "", "blank": " \n\t", "link": "https://a.example/x", "emoji": "🎉🎉", "numbers": "42 17", "surrogate": "Hi \ud800 there", "nul": "Hi\0Ana, hello",
    "separators": "Hi Ana,\u2028line two\u2029three", "long": "word " * 20_000, "direction": "\u202eHi Ana\u202c",
}  # fmt: skip


def test_odd_drafts_each_get_an_answer_and_lose_nothing() -> None:
    found, status = jsonl(*({"id": name, "draft": text} for name, text in ODD.items()))
    assert status == 0
    assert [line["id"] for line in found] == list(ODD)
    assert {name: line["verdict"] for name, line in zip(ODD, found, strict=True) if name in {"empty", "blank", "link", "emoji"}} == dict.fromkeys(
        ["empty", "blank", "link", "emoji"]
    )
    assert found[0]["reason"] == "empty"
    assert found[2]["reason"] == "no_words"


def test_a_line_ends_in_a_line_feed_only() -> None:
    found, _ = jsonl(json.dumps({"id": 1, "draft": "a\u2028b"}, ensure_ascii=False).encode() + b"\n", b'{"id": 2, "draft": "x\\u0085y"}\r\n')
    assert [line["id"] for line in found] == [1, 2]


def test_a_language_without_rules_says_so_and_still_finds_fields() -> None:
    found, _ = jsonl(
        {"id": 1, "draft": "Hej Jana, jeg vil gerne udvide mit netværk med dig og glæder mig meget til at udveksle erfaringer."},
        {"id": 2, "draft": "Hej {{fornavn}}, jeg vil gerne udvide mit netværk med dig og glæder mig meget til at udveksle erfaringer."},
    )
    assert (found[0]["verdict"], found[0]["reason"], found[0]["lang"]) == (None, "no_pack", "da")
    assert found[1]["verdict"] == "form_letter"
    assert [finding["rule"] for finding in found[1]["findings"]] == ["merge-field"]


def test_sameness_is_seen_among_drafts_of_one_author() -> None:
    letter = "Hi {}, I saw the window you built for the library in {} and wondered who cut the lead. We have one with eleven cracked panes in our hall and nobody here dares."
    drafts = [
        {"id": i, "draft": letter.format(name, city), "author": "me", "context": {"name": name}}
        for i, (name, city) in enumerate([("Ana", "Leeds"), ("Bo", "Perth"), ("Cy", "Cork")])
    ]
    other = {"id": 9, "draft": letter.format("Di", "Bonn"), "author": "you", "context": {"name": "Di"}}
    again = {**drafts[0], "id": 8}
    found, _ = jsonl(*drafts, other, again)
    assert found[0]["sameness"] is None
    assert (found[2]["sameness"]["count"], found[2]["sameness"]["recipients"]) == (3, 3)
    assert found[2]["sameness"]["same"]
    assert found[3]["sameness"] is None
    assert found[4]["sameness"]["count"] == 3


@pytest.mark.parametrize("data", [b"\xff\xfe\x00H\x00i", b"\x89PNG\r\n\x1a\n\x00\x00\x00"])
def test_a_file_that_is_not_text_gets_a_sentence(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "draft.bin"
    file.write_bytes(data)
    done = run("review", str(file))
    assert done.returncode == 2
    assert b"is not text that I can read" in done.stderr


def test_a_missing_file_gets_a_sentence() -> None:
    done = run("review", "/nowhere/draft.txt")
    assert done.returncode == 2
    assert b"Give the path of a text file" in done.stderr


def test_a_review_loads_no_platform_no_database_and_only_the_languages_it_needs() -> None:
    code = (
        "import sys, io; from adapters.__main__ import app\n"
        "sys.stdin = io.TextIOWrapper(io.BytesIO(b'Hi Davina, great meeting you at the fair.'))\n"
        "try:\n app(['review', '--to', 'Davina'])\nexcept SystemExit: pass\n"
        "from rules import packs\n"
        "bad = [m for m in sys.modules if m.split('.')[0] in {'discord', 'slack_bolt', 'slack_sdk', 'aiohttp', 'sqlalchemy', 'alembic', 'sqlite3', 'aiosqlite', 'pydantic', 'asyncio'}]\n"
        "print('LOADED', bad, packs._folder.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60, check=False)
    assert "LOADED [] 2" in done.stdout.decode()


def test_an_internal_fault_never_shows_the_draft(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from adapters import __main__ as cli

    def burst() -> None:
        message = "the secret draft"
        raise RuntimeError(message)

    monkeypatch.setattr(cli, "app", burst)
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 2
    assert "secret" not in capsys.readouterr().err


def test_help_names_every_command() -> None:
    text = run("--help").stdout.decode()
    assert all(command in text for command in ("review", "chat", "rules", "doctor"))


def test_rules_can_be_listed_shown_and_tested(tmp_path: Path) -> None:
    assert b"stock-invitation" in run("rules", "list").stdout
    assert b"Points at:" in run("rules", "show", "stock-invitation").stdout
    assert run("rules", "show", "nope").returncode == 2
    held = run("rules", "test", str(ROOT / "rules" / "packs" / "ja"))
    assert held.returncode == 0
    assert b"all hold" in held.stdout
    broken = tmp_path / "cards.toml"
    broken.write_text(
        (ROOT / "rules/packs/ja/cards.toml").read_text(encoding="utf-8").replace("«人脈を広げたく»", "人脈を«広げたく»"), encoding="utf-8"
    )
    assert run("rules", "test", str(broken)).returncode == 1


def test_doctor_says_what_is_well_and_what_is_not(tmp_path: Path) -> None:
    well = run("doctor", home=tmp_path)
    assert well.returncode == 0
    assert b"All is well." in well.stdout
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    ill = run("doctor", home=blocked)
    assert ill.returncode == 1
    assert b"NO  Database" in ill.stdout


def test_chat_in_a_pipe_goes_from_draft_to_second_look(tmp_path: Path) -> None:
    talk = f"hello\n.\n{STOCK}\n.\nDavina\nSummitUp\nher loyalty cards\n\nyour counter girl said nobody gets to ten stamps\n\n"
    done = run("chat", given=talk, home=tmp_path)
    text = done.stdout.decode()
    assert done.returncode == 0
    assert "Paste what you're about to send." in text
    assert "This could go to anyone." in text
    assert "Hi Davina, your counter girl said nobody gets to ten stamps" in text
    assert "Settled:" in text
    assert text.rstrip().endswith("I kept no draft.")


def test_chat_reviews_a_draft_after_which_the_pipe_ends(tmp_path: Path) -> None:
    done = run("chat", given=STOCK, home=tmp_path)
    assert done.returncode == 0
    assert "site's own line" in done.stdout.decode()


def test_chat_asks_again_for_a_number_that_is_none(tmp_path: Path) -> None:
    said = run("chat", given=f"{STOCK}\n.\nDavina\n\n\n\n9\n1\nnobody ever gets to ten stamps\n", home=tmp_path).stdout.decode()
    assert "There is no 9: a number from 1 to 3" in said
    assert "nobody ever gets to ten stamps" in said.partition("word for word")[2]


def test_chat_keeps_what_was_stopped_and_nothing_of_the_draft(tmp_path: Path) -> None:
    stop = f"{STOCK}\n.\nDavina\n\n\n\n3\n3\n"
    first = run("chat", given=stop.replace("\n3\n3\n", "\n3\n5\n"), home=tmp_path).stdout.decode()
    assert "I won't mention “stock invitation” again." in first
    second = run("chat", given=f"{STOCK}\n.\nDavina\n\n\n\n", home=tmp_path).stdout.decode()
    assert "site's own line" not in second
    data = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"stock-invitation" in data
    assert b"professional network" not in data
    assert b"Davina" not in data
    assert "offscript rules restore stock-invitation" in run("rules", "stopped", home=tmp_path).stdout.decode()
    assert run("rules", "restore", "stock-invitation", home=tmp_path).returncode == 0
    assert "I've stopped mentioning nothing" in run("rules", "stopped", home=tmp_path).stdout.decode()
    assert "site's own line" in run("chat", given=f"{STOCK}\n.\nDavina\n\n\n\n", home=tmp_path).stdout.decode()
