# SPDX-License-Identifier: Apache-2.0
"""Bars of shares: a group a predictor, a bar a measure, its interval across the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from model_tools.reports.input import Share
from model_tools.reports.plots import drawing_axes, rows_of
from model_tools.reports.svg import INK, style_of

__all__ = ["bars"]

GROUP: Final = 0.8
"""Height of a group; the rest of a row parts it from the next."""


def bars(
    name: str, title: str, rows: Sequence[str], series: Mapping[str, Sequence[Share | None]]
) -> str:
    """Shares in per cent as horizontal bars.

    Args:
        name: Of the drawing.
        title: What it shows.
        rows: From top to bottom.
        series: By label, (len(rows),) each; None leaves a bar out.
    """
    height = GROUP / max(len(series), 1)
    with drawing_axes(name, title, len(rows) * max(len(series), 1.5)) as (axes, done):
        for at, shares in enumerate(series.values()):
            colour, _ = style_of(at)
            there = [(place, share) for place, share in enumerate(shares) if share]
            places = np.array([place for place, _ in there]) + (at + 0.5) * height - GROUP / 2
            values, low, high = (
                100 * np.array([getattr(share, part) for _, share in there])
                for part in ("value", "low", "high")
            )
            axes.barh(places, values, height * 0.8, color=colour, alpha=0.7)
            axes.hlines(places, low, high, color=INK, linewidth=1)
        rows_of(axes, rows)
        axes.set_axisbelow(True)
        axes.set_xlim(left=0)
        axes.set_xlabel("%")
    return done[0]
