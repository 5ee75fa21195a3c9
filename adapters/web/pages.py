"""The pages of an installation: plain HTML that works without a script, on a phone and for a screen reader, in light and dark."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from html import escape

AGAIN = "/slack/install"
"""Where an installation begins."""
SCOPES = (
    ("commands", "the command and the shortcuts, with which people show it a draft"),
    ("chat:write", "to answer whoever writes to it directly, in that conversation and nowhere else"),
    ("im:history", "to read what people send it directly. You may leave this one out: then everything else still works"),
)
"""What it asks for, and why."""
_STYLE = """
:root { color-scheme: light dark; --ink: #1b1c26; --paper: #fdfdfb; --soft: #565869; --accent: #2d3047; --on-accent: #ffffff; --ring: #a34b00; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f1f0ea; --paper: #17181f; --soft: #b9bac6; --accent: #c9cdf5; --on-accent: #17181f; --ring: #ffb35c; }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.55 system-ui, sans-serif; }
main { max-width: 34rem; margin: 0 auto; padding: 2.5rem 1.25rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.2rem; line-height: 1.3; margin: 1.5rem 0 0.75rem; }
dt { font-family: ui-monospace, monospace; font-weight: 600; }
dd { margin: 0 0 0.75rem; color: var(--soft); }
code { font-family: ui-monospace, monospace; }
.go { display: inline-block; padding: 0.75rem 1.25rem; border-radius: 0.5rem; background: var(--accent); color: var(--on-accent); font-weight: 600; text-decoration: none; }
.go:hover { text-decoration: underline; }
a:focus-visible { outline: 3px solid var(--ring); outline-offset: 3px; }
"""
_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
"""What each page is sent with: nothing is loaded, framed or kept."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page that says one thing; what leads on is one link."""

    status: int
    title: str
    text: str
    link: str = "Start again"


PAGES = {
    "denied": Page(403, "Nothing was installed", "You did not allow it, so Offscript was not added. If that was a slip, start again."),
    "expired": Page(400, "That took too long", "An installation has to be allowed within ten minutes. Nothing was installed; start again."),
    "used": Page(
        400,
        "This link was used already",
        "Each installation goes through once, and this one did or was let go of. If Offscript is not there, start again.",
    ),
    "foreign": Page(
        400,
        "This is not the browser that began",
        "An installation has to end in the browser in which it began, within ten minutes and with cookies allowed. If Offscript is not there, start again here.",
    ),
    "refused": Page(400, "Slack did not confirm it", "Slack did not take what it had sent along, so nothing was installed. Start again."),
    "unreachable": Page(503, "Slack did not answer", "So nothing was installed. Try again in a moment."),
    "unsaved": Page(503, "I could not save that just now", "Nothing was installed. Try again in a moment."),
}
"""What is said when an installation does not go through, by its name."""


def beginning(address: str) -> str:
    """Return the page that leads to Slack."""
    asked = "".join(f"<dt>{scope}</dt><dd>{why}</dd>" for scope, why in SCOPES)
    return _page(
        "Add Offscript to Slack",
        "<p>Offscript coaches people before they send a message. It shows them which phrases are form letter and which shared context they left out. "
        "It never writes for them, and it keeps no draft.</p>"
        f'<p><a class="go" href="{escape(address)}">Add to Slack</a></p>'
        f"<h2>What it asks for</h2><dl>{asked}</dl>"
        "<p>It reads no channel and posts in none.</p>",
    )


def done(command: str) -> str:
    """Return the page that says what to type."""
    example = "Hi Davina, great meeting you! I'd like to add you to my professional network."
    return _page(
        "Offscript is in your workspace",
        f"<p>In Slack, in any channel, type:</p><p><code>{escape(command)} {escape(example)}</code></p>"
        f"<p>Only you see the answer. <code>{escape(command)} help</code> tells the rest, and under <code>{escape(command)} settings</code> "
        "you find what you, who installed it, may settle for everybody.</p>",
    )


def failed(page: Page) -> str:
    """Return the page that says why nothing was installed."""
    return _page(page.title, f'<p>{escape(page.text)}</p><p><a class="go" href="{AGAIN}">{escape(page.link)}</a></p>')


def _page(title: str, inside: str) -> str:
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main><h1>{escape(title)}</h1>{inside}</main></body></html>\n"
    )
