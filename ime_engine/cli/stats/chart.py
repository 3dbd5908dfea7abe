# SPDX-License-Identifier: Apache-2.0
"""Bars by day as SVG for a page, whose colours they take. Pure.

days ──► heights ──► <svg> with an axis of round numbers, a bar or two a day, dates below
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

__all__ = ["Bar", "bars", "round_top"]

WIDTH: Final = 640
HEIGHT: Final = 200
LEFT: Final = 56
"""Room for the numbers of the axis; all lengths are in units of the drawing."""

BELOW: Final = 24
ABOVE: Final = 10
WIDEST: Final = 36.0
DATES: Final = 6
"""Most dates below the bars."""

QUARTERS: Final = (1, 2, 3, 5)
"""A quarter of the axis is one of these times a power of ten."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of a drawing."""

    day: str
    parts: tuple[int, ...]
    """Heights, the lowest part first."""

    told: str
    """What a pointer resting on it is told."""


def round_top(highest: int) -> int:
    """Where the axis ends: the least 4, 8, 12 or 20 times a power of ten that is not below.

    >>> [round_top(height) for height in (0, 7, 13, 320, 4001)]
    [4, 8, 20, 400, 8000]
    """
    power = 1
    while 4 * power * QUARTERS[-1] < highest:
        power *= 10
    return next(4 * power * step for step in QUARTERS if 4 * power * step >= highest)


def bars(days: Sequence[Bar], title: str) -> str:
    """Draw a bar a day.

    Args:
        days: Oldest first, at least one.
        title: What it shows, for who cannot see it.
    """
    top = round_top(max(sum(bar.parts) for bar in days))
    grid = "".join(_line(at / 4, f"{top * at // 4:,}") for at in range(5))
    drawn = "".join(_bar(at, bar, len(days), top) for at, bar in enumerate(days))
    every = -(-len(days) // DATES)
    named = range(len(days) - 1, -1, -every)  # today always has its date
    dates = "".join(_date(at, days[at].day, len(days)) for at in named)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
        f"{grid}{drawn}{dates}</svg>"
    )


def _height(share: float) -> float:
    return share * (HEIGHT - ABOVE - BELOW)


def _line(share: float, label: str) -> str:
    y = HEIGHT - BELOW - _height(share)
    return (
        f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH}"/>'
        f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{escape(label)}</text>'
    )


def _bar(at: int, bar: Bar, count: int, top: int) -> str:
    wide = _slot(count)
    thick = min(wide * 0.8, WIDEST)
    x = LEFT + wide * at + (wide - thick) / 2
    y, drawn = float(HEIGHT - BELOW), []
    for level, part in enumerate(bar.parts):
        high = _height(part / top)
        y -= high
        if part > 0:
            drawn.append(
                f'<rect class="b{level}" x="{x:.1f}" y="{y:.1f}" '
                f'width="{thick:.1f}" height="{high:.1f}"/>'
            )
    # A day without a bar is told of too, so the pointer finds the whole slot.
    room = f'<rect class="slot" x="{LEFT + wide * at:.1f}" y="0" width="{wide:.1f}" '
    room += f'height="{HEIGHT - BELOW}"/>'
    return f"<g><title>{escape(bar.told)}</title>{room}{''.join(drawn)}</g>"


def _date(at: int, day: str, count: int) -> str:
    # The last stands to the left of its end, so that no date is cut off.
    last = at == count - 1
    x = WIDTH if last and count > 1 else LEFT + _slot(count) * (at + 0.5)
    anchor = "end" if last and count > 1 else "middle"
    return f'<text x="{x:.1f}" y="{HEIGHT - 6}" text-anchor="{anchor}">{escape(day[5:])}</text>'


def _slot(count: int) -> float:
    return (WIDTH - LEFT) / count
