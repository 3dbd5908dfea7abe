# SPDX-License-Identifier: Apache-2.0
"""The drawings: dots with intervals, spans of waits, curves, the front, calibration, a course.

Each returns one inlined `<svg>`, 360 units wide, so that its text stays readable on a phone.
Names of registers and files are drawn as they are, never read as formulas.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from model_tools.benchmarks.latency import QUANTILES
from model_tools.reports.front import Point, front
from model_tools.reports.input import Bin, Share
from model_tools.reports.svg import FAINT, INK, inlined, style_of
from model_tools.wilson import wilson

__all__ = [
    "accuracy_front",
    "calibration",
    "course",
    "curves",
    "dots",
    "drawing_axes",
    "rows_of",
    "spans",
]

WIDTH_IN: Final = 5.0
LINE_IN: Final = 0.16
FONT_SIZE: Final = 10
LONGEST_NAME: Final = 24
MANY_DECADES: Final = 3e3
"""Ratio of the ends of an axis from which on only powers of ten fit on it."""
HANGUL_FONTS: Final = ("Noto Sans CJK", "Noto Sans KR", "Nanum", "UnDotum", "Baekmuk", "Malgun")

Wait = tuple[float, float, float]
"""p50, p95 and p99 in milliseconds."""


def dots(
    name: str, title: str, rows: Sequence[str], series: Mapping[str, Sequence[Share | None]]
) -> str:
    """Shares in per cent with their intervals, one row a register, one mark a series.

    Args:
        name: Of the drawing.
        title: What it shows.
        rows: From top to bottom.
        series: By label, (len(rows),) each.
    """
    with drawing_axes(name, title, _lines(rows, series)) as (axes, done):
        for at, shares in enumerate(series.values()):
            colour, mark = style_of(at)
            there = [(place, share) for place, share in enumerate(shares) if share]
            places = np.array([place for place, _ in there]) + _offset(at, len(series))
            values, low, high = (
                100 * np.array([getattr(share, part) for _, share in there])
                for part in ("value", "low", "high")
            )
            axes.hlines(places, low, high, color=colour, linewidth=1.5, alpha=0.5)
            axes.plot(values, places, mark, color=colour, markersize=4.5)
        rows_of(axes, rows)
        axes.set_xlim(left=0)
        axes.set_xlabel("%")
    return done[0]


def spans(
    name: str, title: str, kinds: Sequence[str], series: Mapping[str, Mapping[str, Wait]]
) -> str:
    """Waits on a logarithmic axis: a mark at p50, a thick line to p95, a thin one to p99."""
    with drawing_axes(name, title, _lines(kinds, series)) as (axes, done):
        for at, waits in enumerate(series.values()):
            colour, mark = style_of(at)
            there = [(place, waits[kind]) for place, kind in enumerate(kinds) if kind in waits]
            places = np.array([place for place, _ in there]) + _offset(at, len(series))
            p50, p95, p99 = np.maximum(np.array([wait for _, wait in there]).T, 1e-3)
            axes.hlines(places, p50, p99, color=colour, linewidth=1.2)
            axes.hlines(places, p50, p95, color=colour, linewidth=4, alpha=0.5)
            axes.plot(p50, places, mark, color=colour, markersize=5)
        rows_of(axes, kinds)
        _milliseconds(axes)
    return done[0]


def curves(name: str, title: str, series: Mapping[str, Sequence[float]]) -> str:
    """Share of requests that are answered within a time; waits in ms at `QUANTILES`."""
    with drawing_axes(name, title, 14) as (axes, done):
        for at, waits in enumerate(series.values()):
            colour, mark = style_of(at)
            within = np.maximum(waits, 1e-3)
            axes.plot(within, QUANTILES, color=colour, linewidth=1.8)
            axes.plot(within[10], 50, mark, color=colour, markersize=5)
        axes.set_ylim(0, 101)
        axes.set_ylabel("answered, %")
        axes.grid(axis="both", color=FAINT, linewidth=0.5, alpha=0.4)
        _milliseconds(axes)
    return done[0]


def accuracy_front(name: str, title: str, placed: Sequence[Point]) -> str:
    """NEA@5 over the wait; those that no other beats in both are joined."""
    with drawing_axes(name, title, 16) as (axes, done):
        for at, point in enumerate(placed):
            colour, mark = style_of(at)
            value, low, high = (100 * getattr(point.share, p) for p in ("value", "low", "high"))
            axes.vlines(point.wait_ms, low, high, color=colour, linewidth=1.5, alpha=0.5)
            if point.p95_ms is not None:
                axes.hlines(value, point.wait_ms, point.p95_ms, color=colour, alpha=0.5)
            axes.plot(point.wait_ms, value, mark, color=colour)
        best = front(placed)
        axes.step(
            [point.wait_ms for point in best],
            [100 * point.share.value for point in best],
            where="post",
            color=INK,
            linestyle=":",
            linewidth=1,
        )
        axes.set_ylim(bottom=0)
        axes.set_ylabel("NEA@5, %")
        axes.margins(x=0.15)
        axes.grid(axis="both", color=FAINT, linewidth=0.5, alpha=0.4)
        _milliseconds(axes)
    return done[0]


def calibration(name: str, title: str, series: Mapping[str, Sequence[Bin]]) -> str:
    """How often first candidates are right over what was said of them; both axes by the root."""
    with drawing_axes(name, title, 20) as (axes, done):
        axes.plot([0, 100], [0, 100], color=INK, linestyle=":", linewidth=1)
        for at, bins in enumerate(series.values()):
            colour, mark = style_of(at)
            said = [100 * one.said for one in bins]
            right = [100 * one.right / one.lists for one in bins]
            low, high = 100 * np.array([wilson(one.right, one.lists) for one in bins]).T
            axes.vlines(said, low, high, color=colour, linewidth=1.5, alpha=0.5)
            axes.plot(said, right, "-", color=colour, linewidth=1, alpha=0.6)
            axes.plot(said, right, mark, color=colour, markersize=5)
        _by_root(axes)
        axes.set(xlabel="said, %", ylabel="right, %")
        axes.grid(axis="both", color=FAINT, linewidth=0.5, alpha=0.4)
    return done[0]


def course(
    name: str, title: str, label: str, places: Sequence[float], shares: Sequence[Share]
) -> str:
    """What becomes of a difference in points, with its intervals.

    Args:
        name: Of the drawing.
        title: What it shows.
        label: Of the horizontal axis.
        places: (n,) on that axis.
        shares: (n,) the difference there.
    """
    with drawing_axes(name, title, 14) as (axes, done):
        colour, mark = style_of(0)
        value, low, high = (
            100 * np.array([getattr(share, part) for share in shares])
            for part in ("value", "low", "high")
        )
        axes.axhline(0, color=INK, linestyle=":", linewidth=1)
        axes.vlines(places, low, high, color=colour, linewidth=1.5, alpha=0.5)
        axes.plot(places, value, mark + "-", color=colour, markersize=5, linewidth=1)
        axes.set_xlim(left=0)
        axes.set(xlabel=label, ylabel="points")
        axes.grid(axis="both", color=FAINT, linewidth=0.5, alpha=0.4)
    return done[0]


def _by_root(axes: Axes) -> None:
    """Per cents from 0 to 100 with more room for the small ones, where most lists are."""
    ticks = (0, 2, 5, 10, 20, 40, 70, 100)
    scale = (lambda share: np.sqrt(np.maximum(share, 0)), lambda root: root**2)
    axes.set_xscale("function", functions=scale)
    axes.set_yscale("function", functions=scale)
    axes.set(xlim=(0, 100), ylim=(0, 100), xticks=ticks, yticks=ticks)


@contextmanager
def drawing_axes(name: str, title: str, lines: float) -> Iterator[tuple[Axes, list[str]]]:
    """Axes to draw on; the drawing is in the list when the block is left."""
    done: list[str] = []
    with mpl.rc_context(_manners(name)), warnings.catch_warnings():
        # The browser draws the text; a font without a letter only makes its width a guess.
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from")
        figure = Figure(figsize=(WIDTH_IN, 0.9 + LINE_IN * max(lines, 6)), layout="constrained")
        axes = figure.add_subplot()
        yield axes, done
        drawn = io.StringIO()
        left_out = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(drawn, format="svg", transparent=True, metadata=left_out)
    done.append(inlined(drawn.getvalue(), name, title))


def _manners(name: str) -> dict[Any, Any]:
    inks = ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color")
    return dict.fromkeys(inks, INK) | {
        "svg.fonttype": "none",
        "svg.hashsalt": name,
        "font.family": ["DejaVu Sans", *_hangul()],
        "font.size": FONT_SIZE,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.linewidth": 0.6,
    }


def _hangul() -> list[str]:
    """A font of this machine that measures Hangul; none where there is none."""
    names = sorted(fontManager.get_font_names())
    return [name for start in HANGUL_FONTS for name in names if name.startswith(start)][:1]


def rows_of(axes: Axes, names: Sequence[str]) -> None:
    """Name the rows of a drawing, from top to bottom."""
    short = [n if len(n) <= LONGEST_NAME else n[: LONGEST_NAME - 1] + "…" for n in names]
    axes.set_yticks(range(len(names)), short, parse_math=False)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=FAINT, linewidth=0.5, alpha=0.4)


def _milliseconds(axes: Axes) -> None:
    """A logarithmic axis that covers a factor of ten or more, so that some numbers stand on it."""
    axes.set_xscale("log")
    low, high = axes.get_xlim()
    wider = max((10 / (high / low)) ** 0.5, 1.0)
    axes.set_xlim(low / wider, high * wider)
    few = (1.0, 2.0, 5.0) if high / low < MANY_DECADES else (1.0,)
    axes.xaxis.set_major_locator(LogLocator(subs=few, numticks=30))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel("ms")


def _lines(rows: Sequence[object], series: Sequence[object] | Mapping[str, object]) -> float:
    """Height of the rows: a line for each mark, and room for a line of text in each row."""
    return len(rows) * max(len(series), 1.5)


def _offset(at: int, of: int) -> float:
    """Where a series stands in its row, so that marks of one row do not hide each other."""
    return (at - (of - 1) / 2) * min(0.7 / of, 0.25)
