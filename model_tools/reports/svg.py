# SPDX-License-Identifier: Apache-2.0
"""From a drawing of matplotlib to a piece of the page: colours, fonts and names become the page's.

    <?xml…><svg fill:#0a0b00 id=axes_1> ──► <svg style="fill: var(--ink)" id="front-axes_1">

The page says what `--ink` is in daylight and at night, so a drawing need not be made twice.
"""

from __future__ import annotations

import re
from html import escape
from typing import Final

__all__ = ["FAINT", "INK", "MARKS", "SERIES", "inlined", "style_of"]

INK: Final = "#0a0b00"
FAINT: Final = "#0a0b01"
SERIES: Final = ("#0a0b10", "#0a0b11", "#0a0b12", "#0a0b13", "#0a0b14", "#0a0b15")
"""Stand-ins, colours that nobody would choose."""

MARKS: Final = {"o": "●", "s": "■", "^": "▲", "D": "◆", "v": "▼", "P": "✚"}
"""Marks of a drawing, and the same as a character for its legend."""

_NAMES: Final = {INK: "ink", FAINT: "faint"} | {
    colour: f"s{at}" for at, colour in enumerate(SERIES)
}
_ROOT: Final = re.compile(r'<svg\b[^>]*?viewBox="([^"]+)"[^>]*>')
_FONT: Final = re.compile(r"font: (?:\S+ )*?([\d.]+px) [^;\"]+")
_LEFT_OUT: Final = re.compile(r"<metadata>.*?</metadata>|<style\b.*?</style>|<!--.*?-->", re.DOTALL)
_NAMED: Final = re.compile(r'(\bid="|url\(#|href="#)')


def style_of(at: int) -> tuple[str, str]:
    """Colour and mark of the n-th series, from 0; 36 that differ."""
    marks = list(MARKS)
    return SERIES[at % len(SERIES)], marks[(at + at // len(SERIES)) % len(marks)]


def inlined(svg: str, name: str, title: str) -> str:
    """Make a drawing part of a page.

    Args:
        svg: A document that matplotlib saved with text as text.
        name: Of the drawing; no other one of the page has it.
        title: What it shows, for who cannot see it.
    """
    root = _ROOT.search(svg)
    assert root is not None
    inside = _LEFT_OUT.sub("", svg[root.end() :].replace("xlink:href", "href"))
    for colour, role in _NAMES.items():
        inside = inside.replace(colour, f"var(--{role})")
    inside = _NAMED.sub(rf"\g<1>{name}-", _FONT.sub(r"font-size: \1", inside))
    label = escape(title, quote=True)
    return f'<svg viewBox="{root[1]}" role="img" aria-label="{label}">{inside.strip()}'
