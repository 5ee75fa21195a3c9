"""`offscript serve` as a process: what it needs is said, what it accepted is finished, SIGTERM ends it cleanly."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from adapters.plan import plan
from adapters.web.install import COOKIE
from bot.config import Config
from bot.errors import NothingSet
from tests.adapters.slack.fake_slack import APP, BOT, CLIENT, CLIENT_SECRET, SECRET, FakeSlack, running

INVITE = "Hi Davina, great meeting you! I'd like to add you to my professional network. Best, Sam"


def config(**tokens: str) -> Config:
    return Config(_env_file=None, **{name: value if name.endswith("_id") else SecretStr(value) for name, value in tokens.items()})  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def no_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if "SLACK" in name or "DISCORD" in name or name == "PORT":
            monkeypatch.delenv(name)


SLACK = {"slack_bot_token": BOT}
SOCKET = {**SLACK, "slack_app_token": APP}
HTTP = {**SLACK, "slack_signing_secret": SECRET}
DISCORD = {"discord_token": "d"}
MANY = {"slack_client_secret": CLIENT_SECRET, "slack_signing_secret": SECRET, "slack_client_id": CLIENT}


@pytest.mark.parametrize(
    ("tokens", "targets", "planned"),
    [
        (SOCKET, (), ("socket", "web")),
        (HTTP, (), ("http", "web")),
        ({**SOCKET, **HTTP}, (), ("socket", "web")),
        (DISCORD, (), ("discord", "web")),
        ({**SOCKET, **DISCORD}, (), ("socket", "discord", "web")),
        ({**SOCKET, **DISCORD}, ("worker",), ("socket", "discord")),
        ({**SOCKET, **DISCORD}, ("discord",), ("discord",)),
        ({**HTTP, **DISCORD}, ("web",), ("http", "web")),
        (HTTP, ("slack",), ("http", "web")),
        (MANY, (), ("http", "web")),
        (MANY, ("web",), ("http", "web")),
        ({**MANY, **SOCKET}, (), ("socket", "web")),
        (DISCORD, ("web",), ("web",)),
        ({}, ("web",), ("web",)),
    ],
)
def test_everything_whose_tokens_are_set_is_started(tokens: dict[str, str], targets: tuple[str, ...], planned: tuple[str, ...]) -> None:
    assert plan(config(**tokens), targets) == planned


@pytest.mark.parametrize(
    ("tokens", "targets", "needs"),
    [
        ({}, (), "DISCORD"),
        ({}, ("slack",), "SLACK_SIGNING_SECRET"),
        (SOCKET, ("discord",), "OFFSCRIPT_DISCORD_TOKEN"),
        (SLACK, (), "SLACK_APP_TOKEN"),
        ({"slack_client_id": CLIENT, "slack_client_secret": CLIENT_SECRET}, (), "OFFSCRIPT_SLACK_SIGNING_SECRET"),
        ({}, ("slack",), "OFFSCRIPT_SLACK_CLIENT_ID, OFFSCRIPT_SLACK_CLIENT_SECRET"),
    ],
)
def test_what_is_missing_is_named_with_where_to_get_it(tokens: dict[str, str], targets: tuple[str, ...], needs: str) -> None:
    with pytest.raises(NothingSet) as said:
        plan(config(**tokens), targets)
    assert needs in str(said.value)
    assert "docs/connect-" in str(said.value)


@asynccontextmanager
async def served(*arguments: str, home: Path, **more: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `offscript serve` with an empty configuration folder and these variables."""
    env = {key: value for key, value in os.environ.items() if "COV" not in key} | {
        "OFFSCRIPT_DATA_HOME": str(home),
        "OFFSCRIPT_CONFIG_HOME": str(home),
        "PYTHONPATH": str(Path(__file__).parents[2]),
        **more,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "adapters", *arguments, cwd=home, env=env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def ended(process: asyncio.subprocess.Process) -> tuple[int | None, str]:
    out, err = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode, (out + err).decode()


async def test_without_a_token_it_says_what_each_platform_needs(tmp_path: Path) -> None:
    async with served("serve", home=tmp_path) as process:
        code, said = await ended(process)
    assert code == 2
    assert "OFFSCRIPT_SLACK_BOT_TOKEN" in said
    assert "OFFSCRIPT_DISCORD_TOKEN" in said
    assert "Traceback" not in said
    async with served("serve", "teams", home=tmp_path) as process:
        assert (await ended(process))[0] == 2


async def test_a_refused_token_is_said_and_not_shown(tmp_path: Path) -> None:
    async with (
        running() as slack,
        served("serve", home=tmp_path, SLACK_BOT_TOKEN="xoxb-wrong", SLACK_APP_TOKEN=APP, OFFSCRIPT_SLACK_API_URL=f"{slack.url}/api/") as process,
    ):
        code, said = await ended(process)
    assert code == 2
    assert "Slack refused the token (invalid_auth)." in said
    assert "OFFSCRIPT_SLACK_BOT_TOKEN" in said
    assert "xoxb-wrong" not in said
    assert "Traceback" not in said


async def test_socket_mode_from_an_env_file_answers_and_sigterm_ends_it_cleanly(tmp_path: Path) -> None:
    async with running() as slack:
        (tmp_path / ".env").write_text(
            f"OFFSCRIPT_SLACK_BOT_TOKEN={BOT}\nSLACK_APP_TOKEN={APP}\nOFFSCRIPT_SLACK_API_URL={slack.url}/api/\nOFFSCRIPT_LOG_LEVEL=DEBUG\n",
            encoding="utf-8",
        )
        async with served("serve", "slack", home=tmp_path) as process:
            await connected(slack)
            shown = await slack.command(INVITE)
            assert shown
            assert shown.lines()[0] == "This could go to anyone."
            asked = await slack.write(INVITE)
            process.send_signal(signal.SIGTERM)
            code, said = await ended(process)
    assert code == 0, said
    assert len(slack.thread(asked["ts"])) == 1, "accepted and not finished"
    assert '"event": "stopped"' in said
    assert not [secret for secret in (BOT, APP, "Davina", "professional network") if secret in said]


async def test_over_http_it_answers_slack_and_says_that_it_is_alive(tmp_path: Path) -> None:
    port = free_port()
    async with running() as slack:
        tokens = {"OFFSCRIPT_SLACK_BOT_TOKEN": BOT, "OFFSCRIPT_SLACK_SIGNING_SECRET": SECRET, "OFFSCRIPT_SLACK_API_URL": f"{slack.url}/api/"}
        async with served("serve", "web", home=tmp_path, OFFSCRIPT_HOST="127.0.0.1", PORT=str(port), **tokens) as process:
            slack.bot_url = f"http://127.0.0.1:{port}"
            await alive(f"{slack.bot_url}/healthz")
            shown = await slack.command(INVITE)
            assert shown
            async with aiohttp.ClientSession() as session:
                async with session.get(f"{slack.bot_url}/readyz") as answer:
                    assert (answer.status, await answer.text()) == (200, "store: up\nslack: up\n")
                async with session.get(f"{slack.bot_url}/metrics") as answer:
                    assert 'offscript_reviews_total{platform="slack",verdict="' in await answer.text()
            assert shown.lines()[0] == "This could go to anyone."
            process.send_signal(signal.SIGTERM)
            assert (await ended(process))[0] == 0


@pytest.mark.fault
async def test_many_workspaces_install_it_and_are_served(tmp_path: Path) -> None:
    port = free_port()
    async with running() as slack:
        tokens = {"SLACK_CLIENT_ID": CLIENT, "SLACK_CLIENT_SECRET": CLIENT_SECRET, "SLACK_SIGNING_SECRET": SECRET}
        more = {"OFFSCRIPT_SLACK_API_URL": f"{slack.url}/api/", "OFFSCRIPT_HOST": "127.0.0.1", "PORT": str(port), "HOME": str(tmp_path)}
        async with served("serve", "web", home=tmp_path, **more, **tokens) as process:
            slack.bot_url = f"http://127.0.0.1:{port}"
            await alive(f"{slack.bot_url}/healthz")
            for team in ("T1", "T2"):
                await _installed(slack, team)
                slack.team = team
                shown = await slack.command(INVITE)
                assert shown
                assert shown.lines()[0] == "This could go to anyone."
            process.send_signal(signal.SIGTERM)
            code, said = await ended(process)
        async with served("doctor", home=tmp_path, **more, **tokens) as process:
            assert "Slack over HTTP, for many workspaces would be served" in (await ended(process))[1]
    assert code == 0
    assert "canary" not in said
    assert slack.wrong == []
    assert [path.name for path in _files(tmp_path) if b"canary" in path.read_bytes()] == []
    assert {path.name for path in _files(tmp_path)} <= {"offscript.db", "offscript.db-wal", "offscript.db-shm", "key"}


async def _installed(slack: FakeSlack, team: str) -> None:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        async with session.get(f"{slack.bot_url}/slack/install") as page:
            state = page.cookies[COOKIE].value
        back = f"{slack.bot_url}/slack/oauth_redirect?code={slack.allowed(team)}&state={state}"
        async with session.get(back, headers={"Cookie": f"{COOKIE}={state}"}) as page:
            assert page.status == 200


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.fault
async def test_a_port_that_is_taken_is_said_and_only_health_can_do_without(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        where = {"OFFSCRIPT_HOST": "127.0.0.1", "OFFSCRIPT_PORT": str(taken.getsockname()[1])}
        async with served("serve", "web", home=tmp_path, **where) as process:
            code, said = await ended(process)
        assert code == 2
        assert "Set OFFSCRIPT_PORT to another one." in said
        async with running() as slack:
            tokens = {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP, "OFFSCRIPT_SLACK_API_URL": f"{slack.url}/api/"}
            async with served("serve", home=tmp_path, **where, **tokens) as process:
                await connected(slack)
                assert await slack.command(INVITE)
                process.send_signal(signal.SIGTERM)
                assert (await ended(process))[0] == 0


async def connected(slack: FakeSlack) -> None:
    for _ in range(600):
        if slack.sockets:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the app did not connect")


async def alive(url: str) -> None:
    async with aiohttp.ClientSession() as session:
        for _ in range(600):
            try:
                async with session.get(url) as answer:
                    assert await answer.text() == "ok\n"
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)
    raise AssertionError("it does not answer")


async def test_doctor_tells_what_would_be_served_and_what_is_missing_without_a_secret(tmp_path: Path) -> None:
    async with served("doctor", home=tmp_path, SLACK_BOT_TOKEN=BOT, DISCORD_TOKEN="discord-canary") as process:
        code, said = await ended(process)
    assert code == 1
    assert "NO  Platforms: Slack needs OFFSCRIPT_SLACK_BOT_TOKEN" in said
    async with served("doctor", home=tmp_path, SLACK_BOT_TOKEN=BOT, SLACK_APP_TOKEN=APP, DISCORD_TOKEN="discord-canary") as process:
        code, said = await ended(process)
    assert code == 0
    assert "Slack by Socket Mode and Discord would be served" in said
    assert not [secret for secret in (BOT, APP, "discord-canary") if secret in said]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("slack", "--host", "coach.example.org"), "https://coach.example.org/slack/events"),
        (("slack", "--command", "coach"), "--command has to be a slash"),
        (("slack", "--host", "a b"), "--host has to be a host name"),
        (("discord", "--app-id", "123456789012345678"), "client_id=123456789012345678&integration_type=1"),
        (("discord",), "Application ID"),
        (("teams",), "Use one of: slack, discord."),
    ],
)
async def test_manifest_prints_what_a_platform_needs(arguments: tuple[str, ...], says: str, tmp_path: Path) -> None:
    async with served("manifest", *arguments, home=tmp_path) as process:
        code, said = await ended(process)
    assert says in said
    assert code == (0 if "https://" in says or "client_id" in says else 2)
