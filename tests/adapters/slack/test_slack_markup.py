"""Markup in is decoded once; text out can neither format, ping nor link."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.markup import decoded, escaped, inert, struck, written
from rules.engine import review


@pytest.mark.parametrize(
    ("wire", "seen"),
    [
        ("Tom &amp; Jerry &lt;3", "Tom & Jerry <3"),
        ("&amp;lt; stays an entity that was typed", "&lt; stays an entity that was typed"),
        ("<@U1|ana> and <@U2>", "@ana and @U2"),
        ("<#C1|general> <#C2>", "#general #C2"),
        ("<!here> <!channel> <!subteam^S1|@writers> <!subteam^S2>", "@here @channel @writers @S2"),
        ("<https://a.org/x?y=1&amp;z=2|a.org> <https://b.org>", "a.org https://b.org"),
        ("<mailto:a@b.org|a@b.org> <mailto:c@d.org>", "a@b.org c@d.org"),
        ("<!date^1392734382^{date}|18 February>", "18 February"),
        ("a < b > c, <not closed", "a < b > c, <not closed"),
        ("line one\nline two", "line one\nline two"),
        ("“curly” – dashes\u00a0and {{first_name}}", "“curly” – dashes\u00a0and {{first_name}}"),
    ],
)
def test_markup_is_decoded_once(wire: str, seen: str) -> None:
    assert decoded(wire) == seen


@given(st.text())
def test_what_was_typed_comes_back_from_the_wire(typed: str) -> None:
    assert decoded(escaped(typed)) == typed


def test_offsets_are_true_to_what_was_typed() -> None:
    typed = "Hi @ana & co, I'd like to add you to my professional network. See a.org <3"
    wire = "Hi <@U1|ana> &amp; co, I'd like to add you to my professional network. See <https://a.org|a.org> &lt;3"
    found = review(decoded(wire)).findings[0]
    assert found.span
    assert found.span.of(typed) == "I'd like to add you to my professional network"


def test_rich_text_is_read_as_it_looks() -> None:
    def section(*elements: dict[str, object], kind: str = "rich_text_section") -> dict[str, object]:
        return {"type": kind, "elements": list(elements)}

    blocks = [
        section(
            section({"type": "text", "text": "Hi "}, {"type": "user", "user_id": "U1"}, {"type": "text", "text": ", see ", "style": {"bold": True}}, {"type": "link", "url": "https://a.org", "text": "this"}, {"type": "emoji", "name": "smile", "unicode": "1f604"}),
            {"type": "rich_text_list", "style": "bullet", "elements": [section({"type": "text", "text": "one"}), section({"type": "text", "text": "two"})]},
            section({"type": "text", "text": "quoted\nmail"}, kind="rich_text_quote"),
            section({"type": "text", "text": "x = {name}"}, kind="rich_text_preformatted"),
            section({"type": "broadcast", "range": "here"}, {"type": "emoji", "name": "acme"}),
            kind="rich_text",
        )
    ]  # fmt: skip
    assert written({"text": "decoy", "blocks": blocks}) == "Hi @U1, see this😄\n• one\n• two\n> quoted\n> mail\n```\nx = {name}\n```\n@here:acme:"


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "elements", "text", "blocks", "unicode", "url"]), inner, max_size=4)))  # fmt: skip
def test_anything_at_all_in_place_of_blocks_is_no_fault(odd: object) -> None:
    assert isinstance(written({"text": "x", "blocks": [{"type": "rich_text", "elements": odd}]}), str)
    assert isinstance(written({"text": odd, "blocks": odd}), str)


HOSTILE = [
    "<!channel>",
    "<@U1>",
    "<!subteam^S1>",
    "<#C1>",
    "<https://evil.org|here>",
    "*bold* _it_ ~gone~ `code` ```fence```",
    "&lt;!here&gt;",
    "> quote",
    "~~*_`<&>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_mrkdwn_is_live(text: str) -> None:
    for out in (inert(text), struck(text)):
        assert not re.search(r"[<>]", out)
        assert not re.search(r"&(?!amp;|lt;|gt;)", out)
    assert not re.search(r"(?<!\u2060)[*_~`]|[*_~`](?!\u2060)", inert(text))


@given(st.text(alphabet="ab *_~`<>&\n", max_size=60))
def test_struck_text_is_struck_line_by_line_and_only_from_edge_to_edge(text: str) -> None:
    for line, plain in zip(struck(text).split("\n"), text.split("\n"), strict=True):
        bare = plain.strip()
        assert line.strip() == (f"~{inert(bare)}~" if bare else "")
