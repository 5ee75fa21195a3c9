"""The pages of an installation: whole, plain HTML that loads nothing, runs nothing and has one way on."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from adapters.slack.manifest import OPTIONAL, SCOPES
from adapters.web import pages

LINK = "https://slack.com/oauth/v2/authorize?client_id=1&scope=a&state=<b>\"'"
ALL = {"begin": pages.beginning(LINK), "done": pages.done("/co<ach"), **{name: pages.failed(page) for name, page in pages.PAGES.items()}}
VOID = {"meta"}


class Reader(HTMLParser):
    """Reads a page strictly: every tag is closed where it should be."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        self.open += [] if tag in VOID else [tag]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text.append(data)

    def every(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.seen if name == tag]


@pytest.mark.parametrize("name", ALL)
def test_a_page_is_whole_and_loads_nothing(name: str) -> None:
    page = Reader(ALL[name])
    assert page.every("html") == [{"lang": "en"}]
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in page.every("meta")
    assert len(page.every("main")) == len(page.every("h1")) == len(page.every("title")) == 1
    assert len(page.every("a")) == (0 if name == "done" else 1)
    assert {tag for tag, _ in page.seen} <= set("html head meta title style body main h1 h2 p a dl dt dd code".split())
    assert not {key for _, attributes in page.seen for key in attributes} & {"src", "style", "onclick", "onload"}
    assert "url(" not in ALL[name]
    assert "@import" not in ALL[name]
    assert ":focus-visible" in ALL[name]
    assert "prefers-color-scheme: dark" in ALL[name]


def test_what_it_asks_for_is_what_the_manifest_asks_for() -> None:
    page = Reader(ALL["begin"])
    assert [scope for scope, _ in pages.SCOPES] == list(SCOPES)
    assert page.every("a")[0]["href"] == LINK
    assert "Add to Slack" in page.text
    assert [scope for scope, why in pages.SCOPES if "leave this one out" in why] == list(OPTIONAL)
    assert all(scope in page.text and why in page.text for scope, why in pages.SCOPES)
    assert "/co<ach help" in Reader(ALL["done"]).text


def test_the_policy_allows_the_style_and_nothing_else() -> None:
    policy = pages.HEADERS["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_letters_stand_out_from_their_ground_in_light_and_dark() -> None:
    light, dark = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", part)) for part in pages._STYLE.split("@media", 1))
    for colours in (light, dark):
        assert contrast(colours["ink"], colours["paper"]) >= 7
        assert contrast(colours["soft"], colours["paper"]) >= 4.5
        assert contrast(colours["on-accent"], colours["accent"]) >= 4.5
        assert contrast(colours["ring"], colours["paper"]) >= 3


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours. Source: WCAG 2.2, "contrast ratio"."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
