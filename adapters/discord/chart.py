"""Chart -> a picture: bars week by week, as PNG. What is drawn is readable on a phone, on a light and on a dark screen, and without telling colours apart."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.discord.markup import clean

if TYPE_CHECKING:
    from bot.cards import Chart

FONT = Path(__file__).parent / "font" / "Roboto-Medium-subset.ttf"
"""Latin, Greek and Cyrillic; its licence stands beside it."""
WIDTH, HEIGHT = 880, 560
GROUND, INK, LINE = "#23262b", "#f3f4f6", "#7d828b"
"""The ground is our own, so that the contrast holds on every theme; `LINE` carries no text."""
SERIES = ("#8fb8ff", "#f6b73c")
"""The colours of the two series; both stand out from the ground as text has to, and each bar carries its number."""
_LEFT, _TOP, _BOTTOM = 24, 120, 500
_TITLE, _TEXT, _LEAST = 32, 26, 18
"""Sizes of letters; a phone shows the picture at less than half its width."""
_BAR = 38
_LETTERS = re.compile(r"[ -~\u00a0-\u017f\u0218-\u021b\u0386-\u03ce\u0400-\u045f\u0490\u0491\u1e9e\u2010-\u2014\u2018-\u201e\u2026\u2030\u20ac]*")
"""What the font was cut down to."""
_LETTER = 0.56
"""The width of a letter as a part of its height, on average."""


def drawable(chart: Chart) -> bool:
    """Tell whether our font has every letter of a picture; where it lacks some (Hindi, Japanese), the words of the picture say it better than boxes."""
    return all(_LETTERS.fullmatch(clean(text)) for text in (chart.title, *chart.weeks, *(name for name, _ in chart.series)))


def png(chart: Chart) -> bytes:
    """Return the picture. Raises ImportError where there is nothing to draw with, ValueError."""
    import resvg_py  # noqa: PLC0415 - loaded for the few who look at their habits

    return resvg_py.svg_to_bytes(svg_string=svg(chart), skip_system_fonts=True, font_files=[str(FONT)], font_family="Roboto")


def svg(chart: Chart) -> str:
    """Return the picture as SVG."""
    most = max((number for _, numbers in chart.series for number in numbers), default=0) or 1
    step = (WIDTH - 2 * _LEFT) / max(1, len(chart.weeks))
    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="16" fill="{GROUND}"/>',
        _text(chart.title, (_LEFT, 48), _fitting(chart.title, _TITLE, WIDTH - 2 * _LEFT), "start"),
        *_legend(chart),
        f'<rect x="{_LEFT}" y="{_BOTTOM}" width="{WIDTH - 2 * _LEFT}" height="2" fill="{LINE}"/>',
    ]
    for week, label in enumerate(chart.weeks):
        middle = _LEFT + step * (week + 0.5)
        parts.append(_text(label, (middle, _BOTTOM + 38), _fitting(label, _TEXT, step - 6)))
        for place, (_, numbers) in enumerate(chart.series):
            parts += _bar(numbers[week], most, middle + (place - (len(chart.series) - 1) / 2) * (_BAR + 4), place)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">{"".join(parts)}</svg>'


def _bar(number: int, most: int, middle: float, place: int) -> list[str]:
    """Return a bar with its number on top; nothing where there was nothing."""
    if number <= 0:
        return []
    height = max(4.0, (_BOTTOM - _TOP - 34) * number / most)
    shown = f"{number:,}"
    bar = f'<rect x="{middle - _BAR / 2:.1f}" y="{_BOTTOM - height:.1f}" width="{_BAR}" height="{height:.1f}" rx="4" fill="{_colour(place)}"/>'
    return [bar, _text(shown, (middle, _BOTTOM - height - 8), _fitting(shown, _TEXT, _BAR + 4), colour=_colour(place))]


def _legend(chart: Chart) -> list[str]:
    parts, at = [], float(_LEFT)
    for place, (name, _) in enumerate(chart.series):
        parts.append(f'<rect x="{at:.1f}" y="70" width="24" height="24" rx="4" fill="{_colour(place)}"/>')
        parts.append(_text(name, (at + 34, 91), _TEXT, "start"))
        at += 34 + len(name) * _TEXT * _LETTER + 36
    return parts


def _colour(place: int) -> str:
    return SERIES[place % len(SERIES)]


def _fitting(text: str, size: int, room: float) -> int:
    """Return the size at which a text has room, never one that nobody can read."""
    return max(_LEAST, min(size, int(room / (max(1, len(text)) * _LETTER))))


def _text(text: str, at: tuple[float, float], size: int, anchor: str = "middle", colour: str = INK) -> str:
    words, (x, y) = escape(clean(text)), at
    return f'<text x="{x:.1f}" y="{y:.1f}" font-family="Roboto" font-weight="500" font-size="{size}" text-anchor="{anchor}" fill="{colour}">{words}</text>'
