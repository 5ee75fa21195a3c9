"""What must never happen on Discord: a live mention or link, a draft in a log or in memory, a second answer, a silence, a raised error."""

from __future__ import annotations

import asyncio
import logging
from types import SimpleNamespace

import discord
import pytest
from structlog.testing import capture_logs

from adapters.discord import delivery
from adapters.discord.delivery import Delivery, alone, lost
from bot.cards import Card
from bot.coach import Coach, Reply
from bot.kept import Settled
from bot.recall import Held
from tests.adapters.discord.discord_stage import ANSWER, INVITE, Stage, labels, words
from tests.fakes import FakeClock, FakeStore

HOSTILE = (
    "Hi @everyone and @here,\n\nI'd like to add you to my professional network, <@1> <@&2> <#3> </coach:4> <:e:5> <t:6:R>. "
    "[click me](https://evil.example/x) https://evil.example <https://evil.example> discord.gg/evil\n"
    "# Huge\n-# small\n> quoted\n>>> all\n- list\n1. one\n```\nout\n```\n`code` **b** __u__ ~~s~~ ||spoiler|| \\@everyone\n\nBest,\nSam"
)
CANARY = "zanzibar-canary-7731"


async def test_a_hostile_draft_leaves_nothing_live(stage: Stage) -> None:
    first = await stage.review(HOSTILE, to="@everyone", shared="at [SummitUp](https://evil.example); <@1>; # cards")
    more = await stage.press(first, "More")
    for label in ("Show everything", "The trimmed draft"):
        await stage.press(more, label)
    asked = await stage.press(first, "Answer")
    await stage.person.submit_modal(asked, {"answer": "```\n@everyone <@1> [x](https://evil.example)"})
    said = await stage.dm(HOSTILE)
    await stage.dm("``` @here\n# head\n[x](https://evil.example) and more of it", to=said)
    await stage.dm(files=(("[x](https://evil.example) @everyone.png", b"\x89PNG"),))
    assert len(stage.sent()) > 8
    stage.check()


async def test_nobody_is_pinged_whatever_the_simulated_server_makes_of_it(stage: Stage) -> None:
    said = await stage.dm(f"Hi <@{stage.other.id}> @everyone, I'd like to add you to my professional network.")
    stored = stage.env.backend.get_message(said.channel_id, said.id)
    assert stored.mention_user_ids == []
    assert not stored.mention_everyone


async def test_a_mention_is_quoted_by_name(stage: Stage) -> None:
    message = await stage.person.send(
        stage.channel, f"Hi {stage.other.mention}, I'd like to add you to my professional network. {stage.channel.mention}"
    )
    trimmed = await stage.press(
        await stage.press(await stage.person.context_menu(stage.channel, "Coach this draft", message), "More"), "The trimmed draft"
    )
    assert "Hi @ana," in words(trimmed)
    assert "#general" in words(trimmed)


async def test_mentions_in_an_option_are_read_as_far_as_the_server_shows_them(stage: Stage) -> None:
    draft = f"Hi {stage.other.mention}, I'd like to add you to my professional network in {stage.channel.mention}, said the goat on the hill."
    said = words(await stage.press(await stage.press(await stage.coach(draft=draft), "More"), "The trimmed draft"))
    assert "Hi @someone," in said
    assert "#general" in said


async def test_no_draft_is_in_any_log(stage: Stage, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("discord").setLevel(logging.DEBUG)
    draft = INVITE.replace("Great", f"{CANARY} great")
    with capture_logs() as logged:
        first = await stage.review(draft, to=CANARY, shared=f"at {CANARY}")
        await stage.press(first, "More")
        asked = await stage.press(first, "Answer")
        await stage.person.submit_modal(asked, {"answer": f"{CANARY} {ANSWER}"})
        await stage.dm(f"{CANARY} {CANARY}", to=await stage.dm(draft))
        stage.env.inject_error("POST", "/channels/*/messages", status=403, code=50007, message=CANARY)
        await stage.dm(draft)
        await broken(stage, draft)
        await stage.restart()
        await stage.press(first, "More")
    written = caplog.text + "".join(str(record.__dict__) for record in caplog.records) + repr(logged) + "".join(capsys.readouterr())
    assert CANARY not in written
    assert {entry["event"] for entry in logged} == {"discord.not_delivered", "fault"}


async def test_discord_pys_own_logs_of_payloads_stay_shut_whatever_the_level() -> None:
    for name in ("discord", ""):
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        assert not any(logging.getLogger(f"discord.{name}").isEnabledFor(logging.DEBUG) for name in ("http", "gateway", "webhook.async"))
    finally:
        for name in ("discord", ""):
            logging.getLogger(name).setLevel(logging.WARNING)


async def broken(stage: Stage, draft: str) -> str:
    """Have the store fail in a way that nobody thought of, with the draft in its error; return what is said."""

    async def settled(_writer: str, _house: str = "") -> Settled:
        raise RuntimeError(draft)

    before, stage.settings.settled = stage.settings.settled, settled  # type: ignore[method-assign]
    try:
        return words(await stage.coach(draft=draft))
    finally:
        stage.settings.settled = before  # type: ignore[method-assign]


async def test_an_unforeseen_error_gets_a_reference_that_is_in_the_log(stage: Stage) -> None:
    with capture_logs() as logged:
        said = await broken(stage, INVITE)
    assert "Something went wrong on my side, and your draft is untouched" in said
    assert [(entry["event"], entry["where"], entry["error"]) for entry in logged] == [("fault", "discord", "RuntimeError")]
    assert logged[0]["reference"] in said


async def test_discord_py_keeps_no_draft_in_memory(stage: Stage) -> None:
    first = await stage.dm(INVITE)
    await stage.press(await stage.press(first, "More"), "Show everything")
    await stage.press(first, "Edit and look again")
    state = stage.client._connection
    assert not state._messages
    store = state._view_store
    assert not store._modals
    assert not store._synced_message_views
    assert not any(store._views.values())


@pytest.mark.parametrize("kind", ["INTERACTION_CREATE", "MESSAGE_CREATE"])
async def test_what_is_delivered_twice_is_answered_once(stage: Stage, kind: str) -> None:
    await stage.review()
    await stage.dm(INVITE)
    await stage.coach(draft=INVITE)
    before = len(stage.sent())
    await stage.deliver_again(kind)
    await stage.deliver_again(kind)
    assert len(stage.sent()) == before


async def test_a_button_delivered_twice_is_answered_once(stage: Stage) -> None:
    await stage.press(await stage.review(), "More")
    before = len(stage.sent())
    await stage.deliver_again("INTERACTION_CREATE")
    assert len(stage.sent()) == before


async def test_two_processes_that_answer_at_once_make_no_noise(stage: Stage) -> None:
    """An overlapping deploy: the other process was first, and Discord says so (40060)."""
    await stage.coach(draft=INVITE)
    await stage.restart()
    with capture_logs() as logged:
        await stage.deliver_again("INTERACTION_CREATE")
    assert [entry["code"] for entry in logged] == [40060]


@pytest.mark.parametrize(("status", "code"), [(404, 10062), (400, 40060), (500, 0), (400, 50035)])
async def test_a_reply_that_does_not_arrive_is_noted_and_raises_nothing(stage: Stage, status: int, code: int) -> None:
    stage.env.inject_error("POST", "/interactions/*/*/callback", status=status, code=code, times=None)
    with capture_logs() as logged:
        await stage.coach(draft=INVITE)
        await stage.coach()
    lost = [entry for entry in logged if entry["event"] == "discord.not_delivered"]
    assert len(lost) >= 2
    assert {entry["code"] for entry in lost} == {code}


@pytest.mark.parametrize("path", ["/interactions/*/*/callback", "/channels/*/messages"])
async def test_a_reply_that_discord_does_not_take_becomes_a_sentence(stage: Stage, path: str) -> None:
    for ask in (stage.coach, lambda: stage.coach(draft=INVITE)) if "interactions" in path else (lambda: stage.dm(INVITE),):
        stage.env.inject_error("POST", path, status=400, code=50035)
        assert "Something went wrong on my side" in words(await ask())


@pytest.mark.parametrize(("guild", "bot_dm", "group_dm", "only_us"), [(1, 0, 0, False), (None, 1, 0, True), (None, 0, 1, False), (None, 0, 0, False)])
def test_replies_are_hidden_wherever_somebody_else_could_read(guild: int | None, bot_dm: int, group_dm: int, *, only_us: bool) -> None:
    context = discord.app_commands.AppCommandContext(guild=bool(guild), dm_channel=bool(bot_dm), private_channel=bool(group_dm))
    assert alone(SimpleNamespace(guild_id=guild, context=context)) is only_us  # type: ignore[arg-type]


def test_an_answer_that_was_given_already_is_noted() -> None:
    with capture_logs() as logged:
        lost(discord.InteractionResponded(None))  # type: ignore[arg-type]
    assert logged[0]["code"] == 40060


async def test_closed_direct_messages_are_noted(stage: Stage) -> None:
    stage.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    with capture_logs() as logged:
        assert await stage.dm(INVITE) is None
    assert logged[0]["why"] == "direct messages closed"


class Waiting:
    """An interaction of which we see what is done with it, in which order; the simulator's clock does not run while a store is slow."""

    def __init__(self) -> None:
        self.done: list[tuple[str, bool]] = []
        self.guild_id, self.user, self.response, self.locale = 1, discord.Object(1), self, "en-US"
        self.created_at = discord.utils.utcnow()

    async def defer(self, *, ephemeral: bool, thinking: bool) -> None:
        self.done.append(("defer", ephemeral and thinking))

    async def send_message(self, *, view: object, ephemeral: bool) -> None:
        self.done.append(("send", ephemeral and bool(view)))

    async def edit_original_response(self, *, view: object) -> None:
        self.done.append(("edit", bool(view)))


@pytest.mark.parametrize(("seconds", "done"), [(0, [("send", True)]), (0.2, [("defer", True), ("edit", True)])])
async def test_discord_is_told_to_wait_only_for_a_slow_answer(monkeypatch: pytest.MonkeyPatch, seconds: float, done: list[tuple[str, bool]]) -> None:
    async def slow() -> Reply:
        await asyncio.sleep(seconds)
        return Reply(Card("Nothing to change."))

    monkeypatch.setattr(delivery, "IN_TIME", 0.05)
    interaction, clock = Waiting(), FakeClock()
    await Delivery(Coach(FakeStore(), clock), Held(clock)).respond(interaction, slow())  # type: ignore[arg-type]
    assert interaction.done == done


async def test_an_answer_after_waiting_is_the_same_and_as_private(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def late(_work: object) -> bool:
        return False

    monkeypatch.setattr(delivery, "in_time", late)
    result = await stage.coach(draft=INVITE)
    assert [r.json.get("type", r.method) for r in stage.env.http_requests if r.method in {"POST", "PATCH"}] == [5, "PATCH"]
    assert result.ephemeral
    assert "professional network" in words(result)
    assert labels(result) == ["Answer", "Edit and look again", "More"]
    monkeypatch.undo()
    assert "Show everything" in labels(await stage.press(result, "More"))


async def test_a_slow_store_breaks_no_form(stage: Stage) -> None:
    first = await stage.review()
    stage.settings.broken = True  # type: ignore[attr-defined]
    assert (await stage.press(first, "Answer")).modal
    assert "could not save" in words(await stage.press(await stage.press(first, "More"), "Stop mentioning this: stock invitation"))


async def test_nobody_elses_button_gives_anybody_the_draft(stage: Stage) -> None:
    first = await stage.review()
    custom_id = first.response.components[1]["components"][2]["custom_id"]
    theirs = await stage.other.slash(stage.channel, "coach", draft="Hi Ana, see you.")
    stored = stage.env.backend.get_message(stage.channel.id, theirs.response.id)
    stored.components[1]["components"][0]["custom_id"] = custom_id
    result = await stage.other.click(theirs.response, custom_id=custom_id)
    assert "let go of that draft" in words(result)


async def test_bots_and_edits_are_not_answered(stage: Stage) -> None:
    said = await stage.dm(INVITE)
    before = len(stage.sent())
    message = next(m for m in stage.user.dm_channel.history() if not m.author.bot)
    await stage.user.edit(message, f"{INVITE} More.")
    assert said
    assert len(stage.sent()) == before


async def test_a_draft_that_was_changed_since_is_read_as_it_is_now(stage: Stage) -> None:
    said = await stage.dm(INVITE)
    message = next(m for m in stage.user.dm_channel.history() if not m.author.bot)
    await stage.user.edit(message, INVITE.replace("Davina", "Marek"))
    assert "Hi Marek" in words(await stage.press(await stage.press(said, "More"), "The trimmed draft"))


async def test_a_chain_without_its_first_message_falls_back_on_memory(stage: Stage) -> None:
    said = await stage.dm(INVITE)
    message = next(m for m in stage.user.dm_channel.history() if not m.author.bot)
    await stage.user.delete(message)
    assert "Show everything" in labels(await stage.press(said, "More"))
    await stage.restart()
    assert "let go of that draft" in words(await stage.press(said, "More"))


async def test_a_long_dialogue_is_walked_through_to_its_beginning_within_bounds(stage: Stage) -> None:
    said = await stage.dm(INVITE)
    for _ in range(3):
        said = await stage.dm("write it for me", to=said)
    await stage.restart()
    assert ANSWER in words(await stage.dm(ANSWER, to=said))
    for _ in range(7):
        said = await stage.dm("write it for me", to=said)
    await stage.restart()
    assert "let go of that draft" in words(await stage.dm(ANSWER, to=said))


async def test_a_reply_to_help_that_a_command_gave_is_a_first_draft(stage: Stage) -> None:
    helped = await stage.user.slash("coach", draft="hello")
    assert not helped.ephemeral
    assert "This could go to anyone." in words(await stage.dm(INVITE, to=helped.response))


async def test_a_reply_to_a_command_in_direct_messages_goes_on_while_it_is_in_memory(stage: Stage) -> None:
    first = await stage.user.slash("coach", draft=INVITE, to="Davina")
    second = await stage.dm(ANSWER, to=first.response)
    assert ANSWER in words(second)
    await stage.restart()
    assert "let go of that draft" in words(await stage.dm(ANSWER, to=second))
