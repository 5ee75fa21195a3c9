"""What people write is in no log, no traceback and no file, and nobody reads what another kept: after a simulated day's use, and in ten thousand interleavings."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import random
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from adapters import logs
from adapters.terminal.render import Look, render
from bot.coach import Coach
from bot.kept import ON
from bot.request import Request
from rules.model import Circumstances, Context
from tests.adapters.discord.discord_stage import playing
from tests.adapters.slack.fake_slack import APP, BOT, DM, ME, SECRET, Shown, error, running
from tests.adapters.slack.workspace import installed
from tests.adapters.storage import stores
from tests.fakes import FakeClock

pytestmark = pytest.mark.fault

DRAFT, NOTE, ANSWER = "zebraquartz", "wombatgranite", "otterbasalt"
"""Words that nothing of ours holds: one in every draft, one in every note, one in every answer."""
LETTER = f"Hi Davina, great meeting you! I'd like to add you to my professional network. The {DRAFT} was in bloom, and so was the lane behind your shop. Best, Sam"
SECRETS = (DRAFT, NOTE, ANSWER, BOT, APP, SECRET, stores.KEY)


@contextmanager
def everything_logged() -> Iterator[io.StringIO]:
    """Catch whatever any logger says at DEBUG, with tracebacks, as a careless administrator would."""
    stream, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    before = root.level, {name: logging.getLogger(name).level for name in logging.root.manager.loggerDict}
    logs.configure("DEBUG", stream)
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield stream
    finally:
        root.removeHandler(handler)
        root.setLevel(before[0])
        for name, level in before[1].items():
            logging.getLogger(name).setLevel(level)


async def a_day_in_slack(folder: Path, url: str, mode: str) -> None:
    """Use everything that there is, and let Slack and our own code fail now and then."""
    async with stores.opened(url, folder) as store, running() as slack, installed(slack, mode, store) as workspace:  # type: ignore[arg-type]
        await slack.command(f"note met Davina at SummitUp this morning, her {NOTE}")
        await store.choose(f"slack:T1:{ME}", "habits", ON)
        for name in ("Davina", "Ana", "Bob"):
            shown = await slack.command(LETTER.replace("Davina", name))
            assert shown
        await slack.press(shown, "More")
        await slack.command("")
        await slack.submit(draft=LETTER, to="Davina", topics=f"her {NOTE}")
        await slack.submit(answer=f"the {ANSWER} stayed with me all the way home")
        sent = await slack.write(LETTER)
        await workspace.settled()
        await slack.write(f"your {ANSWER} is taller than my brother", thread=sent["ts"])
        for text in ("notes", "settings", "habits", "export", "privacy", "forget Davina"):
            await slack.command(text)
        await slack.happen({"type": "app_home_opened", "user": ME, "tab": "home", "channel": DM})
        await workspace.settled()
        slack.failing["chat.postMessage"] = [error("invalid_blocks"), error("internal_error")]
        await slack.write(LETTER)
        await workspace.settled()
        await slack.press(shown, "Answer", times=2)
        await slack.press(
            Shown(
                {**shown.payload, "blocks": [{"type": "actions", "elements": [{**shown.button("More"), "action_id": "offscript:why:none"}]}]},
                "ephemeral",
            ),
            "More",
        )
        await workspace.settled()


def failing_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the review itself raise with the draft in its message, as a careless rule would."""

    def fail(text: str, *_: object) -> None:
        raise RuntimeError(text)

    monkeypatch.setattr("bot.coach.review", fail)


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_nothing_that_people_wrote_is_in_a_log_or_a_file_after_a_day_in_slack(
    mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / "data" / "offscript.db"
    with everything_logged() as stream:
        await a_day_in_slack(tmp_path, f"sqlite+aiosqlite:///{database}", mode)
        with sqlite3.connect(database) as plain:
            plain.backup(sqlite3.connect(tmp_path / "data" / "backup.db"))
        failing_rule(monkeypatch)
        async with running() as slack, installed(slack, mode) as workspace:
            said = await slack.command(LETTER)
            assert said
            assert "reference" in said.text()
            await slack.write(LETTER)
            await workspace.settled()
    logged = stream.getvalue()
    assert "RuntimeError" in logged
    assert not {word for word in SECRETS if word in logged}
    files = {path: path.read_bytes() for path in (tmp_path / "data").iterdir()}
    assert len(files) >= 2
    assert not {(path.name, word) for path, data in files.items() for word in SECRETS if word.encode() in data}


async def test_nothing_that_people_wrote_is_in_a_log_or_a_file_after_a_day_on_discord(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = tmp_path / "data" / "offscript.db"
    with everything_logged() as stream:
        async with stores.opened(f"sqlite+aiosqlite:///{database}", tmp_path) as store, playing(store) as stage:  # type: ignore[arg-type]
            await stage.offscript("note", text=f"met Davina at SummitUp this morning, her {NOTE}")
            shown = await stage.review(draft=LETTER, to="Davina")
            await stage.press(shown, "More")
            for name in ("notes", "settings", "export", "privacy", "help"):
                await stage.offscript(name)
        failing_rule(monkeypatch)
        async with playing() as stage:
            await stage.review(draft=LETTER, to="Davina")
    logged = stream.getvalue()
    assert "RuntimeError" in logged
    assert not {word for word in SECRETS if word in logged}
    assert not {(path.name, word) for path in (tmp_path / "data").iterdir() for word in SECRETS if word.encode() in path.read_bytes()}


PEOPLE = tuple(f"slack:{team}:{user}" for team in ("T1", "T2", "T1:U1") for user in ("U1", "U2", "U11"))
"""The same people in several workspaces, one of them named as if it were somebody in another."""
ROUNDS = {"sqlite": 7_500, "postgresql": 2_500}


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_nobody_reads_what_another_kept_in_ten_thousand_interleavings(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'offscript.db'}" if engine == "sqlite" else str(request.getfixturevalue("postgres").database())
    dice, clock = random.Random(7), FakeClock()
    own = {writer: f"canary{number}x" for number, writer in enumerate(PEOPLE)}
    mine: dict[str, int] = dict.fromkeys(PEOPLE, 0)
    async with stores.opened(url, tmp_path, clock=clock) as store:

        async def one(writer: str, do: int) -> None:
            coach, word = Coach(store, clock, "discord", "/coach").at(house=writer.rpartition(":")[0]), own[writer]
            if do == 0:
                reply = await coach.act(writer, None, f"note-text:met Davina at the fair, her {word} and the goat")
            elif do == 1:
                context = Context("Davina") if dice.random() < 0.5 else Context()
                reply = await coach.look(
                    writer, Request("Hi Davina, great meeting you! I'd like to join your network.", Circumstances(context=context))
                )
            else:
                intent = ("notes", "export", "settings", "forget", "forget-name:Davina", "erase")[do - 2]
                reply = await coach.act(writer, None, intent)
            said = render(reply.card, Look(9_000)) + json.dumps(str(reply.request))
            assert not {other for other, canary in own.items() if other != writer and canary in said}, (writer, do)
            mine[writer] += word in said

        for at in range(0, ROUNDS[engine], 20):
            clock.move(seconds=1)
            await asyncio.gather(
                *(one(dice.choice(PEOPLE), dice.choices(range(8), (4, 6, 3, 2, 1, 1, 1, 1 if at % 200 == 0 else 0))[0]) for _ in range(20))
            )
    assert all(count > 5 for count in mine.values())
