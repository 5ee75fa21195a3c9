"""The client: what it asks for, what it registers and when, how it starts and stops."""

from __future__ import annotations

import asyncio
import re
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import discord
import pytest
from structlog.testing import capture_logs

from adapters.discord.client import INTENTS, run, start
from adapters.discord.invite import invites
from adapters.discord.registry import normal, payload
from bot.errors import TurnedAway, WrongToken
from bot.voice import load
from rules.model import Kind
from tests.adapters.discord.discord_stage import Stage, client
from tests.fakes import FakeClock, FakeStore


def fresh() -> Any:
    return client(FakeStore(), FakeClock())


def puts(stage: Stage) -> int:
    return sum(request.method == "PUT" for request in stage.env.http_requests)


def test_no_intent_needs_leave_and_servers_are_not_read() -> None:
    assert {name for name, on in INTENTS if on} == {"guilds", "dm_messages"}


async def test_nobody_can_be_pinged_and_no_message_is_kept() -> None:
    made = fresh()
    assert made.allowed_mentions.to_dict() == discord.AllowedMentions.none().to_dict()
    assert made._connection.max_messages is None


async def test_commands_are_registered_only_where_they_changed(stage: Stage) -> None:
    assert puts(stage) == 1
    await stage.restart()
    assert puts(stage) == 1
    next(iter(stage.env.backend.commands[None].values()))["description"] = "An older one"
    await stage.restart()
    assert puts(stage) == 2


async def test_what_discord_fills_in_is_no_difference(stage: Stage) -> None:
    ours = await payload(stage.client.tree)
    theirs = [
        {
            **command,
            "id": "1",
            "version": "2",
            "application_id": "3",
            "dm_permission": True,
            "nsfw": False,
            "default_member_permissions": None,
            "contexts": list(reversed(command["contexts"])),
            "options": [{**o, "required": False, "autocomplete": False} for o in command.get("options", ())],
        }
        for command in reversed(ours)
    ]
    assert normal(ours) == normal(theirs)
    theirs[0]["integration_types"] = [0]
    assert normal(ours) != normal(theirs)


async def test_a_server_that_does_not_take_the_commands_stops_nothing(stage: Stage) -> None:
    stage.env.inject_error("GET", "/applications/*/commands", status=500)
    with capture_logs() as logged:
        await stage.restart()
    assert logged[0]["event"] == "discord.commands_not_registered"
    assert "professional" in str((await stage.review()).response.components)


async def test_commands_are_for_every_place_and_both_ways_of_installing(stage: Stage) -> None:
    commands = {command["name"]: command for command in stage.env.backend.commands[None].values()}
    assert set(commands) == {"coach", "offscript", "Coach this draft"}
    assert all(sorted(c["contexts"]) == [0, 1, 2] and sorted(c["integration_types"]) == [0, 1] for c in commands.values())
    options = {option["name"]: option for option in commands["coach"]["options"]}
    assert {name: option.get("max_length") for name, option in options.items()} == {"draft": 6_000, "to": 150, "met": 150, "kind": None}
    assert [choice["value"] for choice in options["kind"]["choices"]] == [kind.value for kind in Kind]
    assert not any(option.get("required") for option in options.values())
    assert {option["name"] for option in commands["offscript"]["options"]} == {
        "notes",
        "note",
        "forget",
        "settings",
        "habits",
        "privacy",
        "export",
        "help",
    }


async def test_a_command_that_we_no_longer_know_gets_a_sentence(stage: Stage) -> None:
    stage.client.tree.remove_command("offscript")
    result = await stage.person.slash(stage.channel, "offscript settings")
    assert "Something went wrong on my side" in str(result.response.components)
    assert [type(error).__name__ for error in stage.env.errors] == ["CommandNotFound"]


async def test_a_refused_token_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    async def login(_self: Any, _token: str) -> None:
        raise discord.LoginFailure("Improper token has been passed.")

    monkeypatch.setattr(discord.Client, "login", login)
    with pytest.raises(WrongToken, match=r"Discord refused the token\. .*OFFSCRIPT_DISCORD_TOKEN"):
        await run(fresh, "wrong")


@pytest.mark.parametrize(("code", "raised"), [(4004, WrongToken), (4014, TurnedAway), (4999, TurnedAway)])
async def test_a_token_that_is_taken_back_ends_the_run(monkeypatch: pytest.MonkeyPatch, code: int, raised: type[Exception]) -> None:
    async def begun(_self: Any, *_args: Any, **_kwargs: Any) -> None:
        raise discord.ConnectionClosed(SimpleNamespace(close_code=code), shard_id=0, code=code)  # type: ignore[arg-type]

    monkeypatch.setattr(discord.Client, "start", begun)
    with pytest.raises(raised):
        await start(fresh(), "token")


async def test_a_cancelled_run_closes_cleanly(monkeypatch: pytest.MonkeyPatch) -> None:
    async def begun(_self: Any, *_args: Any, **_kwargs: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(discord.Client, "start", begun)
    made = fresh()
    running = asyncio.ensure_future(start(made, "token"))
    await asyncio.sleep(0.01)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert made.is_closed()


async def test_an_event_that_fails_is_noted_without_a_word_of_it() -> None:
    made = fresh()

    async def failing() -> None:
        raise RuntimeError("Hi Davina")

    with capture_logs() as logged:
        try:
            await failing()
        except RuntimeError:
            await made.on_error("on_message")
    assert logged == [{"event": "discord.event_failed", "log_level": "error", "event_name": "on_message", "error": "RuntimeError"}]


def test_the_links_ask_for_no_permission() -> None:
    server, person = (parse_qs(urlsplit(link).query) for link in invites(123))
    assert server == {"client_id": ["123"], "integration_type": ["0"], "scope": ["bot applications.commands"], "permissions": ["0"]}
    assert person == {"client_id": ["123"], "integration_type": ["1"], "scope": ["applications.commands"]}


async def test_commands_are_shown_in_every_language_that_the_coach_speaks(stage: Stage) -> None:
    """Discord's own rules: names in small letters, without spaces, unlike each other; descriptions of up to 100 characters; 8,000 for a command."""
    spoken = {"de", "es-ES", "es-419", "hi", "ja"}
    commands = await payload(stage.client.tree)
    assert all(not command.get("name_localizations") for command in commands), "the commands are called the same everywhere, since help names them"
    for command in commands:
        if command["type"] != 1:
            continue
        assert set(command["description_localizations"]) == spoken
        options = [*command["options"], *(inner for option in command["options"] for inner in option.get("options", ()))]
        for option in options:
            assert set(option["description_localizations"]) == spoken
            assert all(1 <= len(text) <= 100 for text in option["description_localizations"].values())
            inner = option["type"] == 1
            names = option.get("name_localizations") or {}
            assert set(names) == (set() if inner else spoken)
            assert all(re.fullmatch(r"[\w\-\u0900-\u097f]{1,32}", name) and name == name.lower() for name in names.values())
            for choice in option.get("choices", ()):
                assert set(choice["name_localizations"]) == spoken
                assert all(len(text) <= 100 for text in choice["name_localizations"].values())
        for lang in spoken:
            told = [option["name_localizations"][lang] for option in command["options"] if option["type"] != 1]
            assert len(told) == len(set(told))
        assert len(str(command["description"])) + sum(len(str(option["description"])) for option in options) < 8_000
    assert not any(text.endswith(("-", " ")) for text in [command.get("description", "x") for command in commands])


@pytest.mark.parametrize("lang", ["de", "es", "hi", "ja"])
def test_no_description_is_cut(lang: str) -> None:
    say = load(lang)
    keys = ["form.draft_hint", "form.to", "form.met", "form.kind", "form.title", "settings.title", "discord.note_text", "notes_kept.add"]
    keys += ["discord.forget_name", "forget.title", "discord.notes", "habits.title", "privacy.title", "export.title", "help.title"]
    assert not {key for key in keys if len(say(key)) > 100 or "{" in say(key)}
