# SPDX-License-Identifier: Apache-2.0
"""What a comparison says: a table, and in plain words who is better and how surely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from model_tools.comparison.paired import PERPLEXITY, Difference
from model_tools.tables import markdown_table

__all__ = ["as_json", "sentence", "table"]


def table(found: Sequence[Difference], names: tuple[str, str]) -> str:
    """Both figures, their difference and its p, as a Markdown table."""
    header = [
        "figure",
        "over",
        "pairs",
        *names,
        "difference [95 %]",
        *(f"better: {name}" for name in names),
        "p",
    ]
    return markdown_table(header, [_cells(one) for one in found], left=2)


def sentence(one: Difference, names: tuple[str, str]) -> str:
    """Say in plain words what a difference means.

    >>> from model_tools.bootstrap import Estimate
    >>> change = Estimate(0.012, 0.003, 0.02)
    >>> one = Difference("NEA@5", "registers", 900, 0.2, 0.212, change, 20, 31, 0.16)
    >>> sentence(one, ("A", "B"))
    'NEA@5: B is better by 1.2 points [0.3, 2.0].'
    """
    unit = "%" if one.title == PERPLEXITY else "points"
    value, low, high = (100 * part for part in (one.change.value, one.change.low, one.change.high))
    over = "" if one.group == "registers" else f" over {one.group}"
    if one.winner is None:
        return (
            f"{one.title}{over}: no difference is shown, {value:+.1f} {unit} "
            f"[{low:+.1f}, {high:+.1f}]."
        )
    name = names[0 if one.winner == "first" else 1]
    if value < 0:
        value, low, high = -value, -high, -low
    return f"{one.title}{over}: {name} is better by {value:.1f} {unit} [{low:.1f}, {high:.1f}]."


def as_json(found: Sequence[Difference]) -> list[dict[str, object]]:
    """The differences as plain values."""
    return [{**asdict(one), "winner": one.winner} for one in found]


def _cells(one: Difference) -> list[str]:
    scale = 1 if one.title == PERPLEXITY else 100
    unit = " %" if one.title == PERPLEXITY else ""
    change = (100 * part for part in (one.change.value, one.change.low, one.change.high))
    value, low, high = (f"{part:+.1f}" for part in change)
    return [
        one.title if scale == 1 else f"{one.title} %",
        one.group,
        f"{one.pairs:,}",
        f"{scale * one.first:.1f}",
        f"{scale * one.second:.1f}",
        f"{value} [{low} to {high}]{unit}",
        str(one.only_first),
        str(one.only_second),
        _p(one.p),
    ]


def _p(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"
