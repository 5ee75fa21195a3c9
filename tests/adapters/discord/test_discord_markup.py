"""Markup: decoded once on the way in; on the way out nothing is live and everything reads the same."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.markup import ZERO_WIDTH, clean, fenced, inert, plain

ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")
LIVE = re.compile(
    r"<(?:@|#|/|a?:|t:|id:|https?:)|@everyone|@here|://|discord(?:app)?\.\w+/|:[\w+~-]+:|[*_~|`\[\]]|^\s*(?:#|>|-|\+|\d+[.)])",
    re.MULTILINE | re.IGNORECASE,
)
PIECES = st.sampled_from(
    [
        "@everyone", "@here", "<@1>", "<@!1>", "<@&1>", "<#2>", "</coach:3>", "<:e:4>", "<a:e:4>", "<t:5:R>", "<id:browse>", "[a](https://b.c)", "https://b.c/_d_",
        "<https://b.c>", "discord.gg/abc", "www.discord.com/invite/abc", "# ", "## ", "-# ", "> ", ">>> ", "- ", "* ", "+ ", "1. ", "12) ", "```", "``", "`", "```py\n", "||", "**", "__", "~~", "~", "*", "_",
        "\\", "\n", "\r\n", "\u2028", " ", ":smile:", "10:30:45", "word", "[", "]", "(", ")", "<", ">", "|", ":", "/", "@", "é", "日本", "🎉", "\u200b", "\u202e", "\x00", "\ud800",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=60)


def rest(text: str) -> str:
    """Return what is left for Discord to read as markup once every escaped character is out of its sight."""
    return ESCAPED.sub("\ufffc", text)


def read(text: str) -> str:
    return ESCAPED.sub(r"\1", text).replace(ZERO_WIDTH, "")


@given(TEXTS)
def test_nothing_is_live(text: str) -> None:
    assert LIVE.search(rest(inert(text))) is None


@given(TEXTS)
def test_the_servers_own_reading_which_knows_no_backslash_finds_no_mention_and_no_link(text: str) -> None:
    assert re.search(r"<@[!&]?\d+>|<#\d+>|@everyone|@here|https?://|discord\.gg/", inert(text)) is None


@given(TEXTS)
def test_it_reads_the_same(text: str) -> None:
    assert read(inert(text)) == clean(text).replace(ZERO_WIDTH, "")


@given(TEXTS, TEXTS)
def test_nothing_is_live_between_our_own_marks(first: str, second: str) -> None:
    shown = rest(f"**{inert(' '.join(first.split()))}**\n> ~~{inert(' '.join(second.split()))}~~")
    assert shown.count("**") == 2
    assert shown.count("~~") == 2


@given(TEXTS)
def test_a_block_of_code_is_ended_by_nobody_else(text: str) -> None:
    shown = fenced(text)
    assert shown.count("```") == 2
    assert shown.startswith("```\n")
    assert shown.endswith("\n```")
    assert shown[4:-4].replace(ZERO_WIDTH, "") == clean(text).strip("\n").replace(ZERO_WIDTH, "")


@given(TEXTS)
def test_what_is_sent_can_be_written_down(text: str) -> None:
    (inert(text) + fenced(text) + plain(text).encode("utf-8", "replace").decode()).encode("utf-8")


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("Hi <@1>, <@!1> and <@2>", "Hi @Davina, @Davina and @someone"),
        ("<@&7> in <#8> and <#9>", "@Bakers in #till and #channel"),
        ("try </coach:10> or </offscript help:11>", "try /coach or /offscript help"),
        ("<:stamp:12><a:wave:13>", ":stamp::wave:"),
        ("on <t:1700000000:R> or <t:1700000000>", "on (a time) or (a time)"),
        ("see <id:browse>", "see #browse"),
        ("**bold** \\*not\\* # no", "**bold** \\*not\\* # no"),
        ("# head\n> quoted\n```py\nx < 3\n```", "# head\n> quoted\n```py\nx < 3\n```"),
        ("a\r\nb <3 <notatoken> <@x>", "a\nb <3 <notatoken> <@x>"),
    ],
)
def test_what_discord_hands_us_becomes_what_people_see(typed: str, seen: str) -> None:
    known = {("@", 1): "Davina", ("@&", 7): "Bakers", ("#", 8): "till"}
    assert plain(typed, lambda sigil, number: known.get((sigil, number), "")) == seen


@given(st.text(alphabet="<>@#&!:/at1e ", max_size=30))
def test_decoding_twice_changes_nothing_more(text: str) -> None:
    once = plain(text)
    assert plain(once) == once or "<" in once
