# SPDX-License-Identifier: Apache-2.0
"""From what was watched to the table: without the history, with it, and the difference.

Sentences are drawn again, each with both of its lists, so that the interval of the difference is
that of pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from model_tools.benchmarks.latency import Latency
from model_tools.bootstrap import Draws, Estimate, estimate, ratio_draws
from model_tools.evaluation.accuracy import CUTOFFS, stream
from model_tools.simulation.watch import Tried, Watched
from model_tools.tables import markdown_table

__all__ = [
    "KSR",
    "Paired",
    "Part",
    "as_json",
    "paired",
    "parts",
    "saved",
    "stretches",
    "table",
    "waits",
    "within",
]

KSR: Final = "KSR"
PARTS: Final = 4
"""Stretches of the text, as many sentences each."""

Share = tuple[int, int]
"""A part, and what it is a part of."""

FOUND: Final = tuple(f"NEA@{k}" for k in CUTOFFS)


@dataclass(frozen=True, slots=True)
class Paired:
    """One figure without and with the history, and what the history adds."""

    off: Estimate
    on: Estimate
    difference: Estimate


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the text."""

    name: str
    positions: int
    figures: dict[str, Paired]
    """KSR and NEA@k."""


def parts(watched: Sequence[Watched], sentences: int, seed: int) -> list[Part]:
    """Score each quarter of the text, then all of it.

    Args:
        watched: At least one position.
        sentences: Of the whole text.
        seed: Of the bootstrap.
    """
    rows = [
        _part(f"sentences {low + 1}–{high}", some, seed)
        for low, high, some in stretches(watched, sentences, PARTS)
        if some
    ]
    return [*rows, _part("all", watched, seed)]


def stretches(
    watched: Sequence[Watched], sentences: int, number: int
) -> list[tuple[int, int, list[Watched]]]:
    """Part the text into stretches of as many sentences; with each its bounds.

    Args:
        watched: Positions of the text.
        sentences: Of the whole text.
        number: Of stretches; fewer where there are fewer sentences.
    """
    ends = [round(sentences * part / number) for part in range(number + 1)]
    return [
        (low, high, [one for one in watched if low <= one.position.sentence < high])
        for low, high in pairwise(ends)
        if low < high
    ]


def paired(watched: Sequence[Watched], of: Callable[[Tried], Share], seed: int) -> Paired:
    """Estimate a ratio of sums with and without, on the same redrawn sentences.

    Args:
        watched: At least one position.
        of: What is summed above the line, and what below it.
        seed: Of the bootstrap.
    """
    sentences = [one.position.sentence for one in watched]
    sides = [[of(one.off) for one in watched], [of(one.on) for one in watched]]
    values: list[float] = []
    draws: list[Draws] = []
    for side in sides:
        above, below = np.array(side, dtype=float).T
        values.append(float(above.sum() / below.sum()))
        # The same numbers for both, so that each redrawn sample is one of pairs.
        draws.append(ratio_draws(above, below, sentences, stream(seed, "pairs")))
    return Paired(
        estimate(values[0], draws[0]),
        estimate(values[1], draws[1]),
        estimate(values[1] - values[0], draws[1] - draws[0]),
    )


def saved(tried: Tried) -> Share:
    """Keys saved, of those that typing in full takes."""
    return tried.cost.full - tried.cost.spent, tried.cost.full


def within(cutoff: int) -> Callable[[Tried], Share]:
    """Whether the target is among the first so many."""
    return lambda tried: (int(tried.rank is not None and tried.rank <= cutoff), 1)


def table(rows: Iterable[Part]) -> str:
    """KSR of each part, then NEA@k of the whole, in per cent with intervals."""
    rows = list(rows)
    header = ["part", "positions", "KSR off % [95 %]", "KSR on % [95 %]", "difference [95 %]"]
    savings = [[row.name, str(row.positions), *_cells(row.figures[KSR])] for row in rows]
    found = [[title, *_cells(rows[-1].figures[title])] for title in FOUND]
    return "\n".join(
        [
            markdown_table(header, savings),
            markdown_table(["all", "off % [95 %]", "on % [95 %]", "difference [95 %]"], found),
        ]
    )


def waits(recalled: Latency) -> str:
    """What a recall adds to an answer, as a Markdown table."""
    cells = [f"{wait:.2f}" for wait in (recalled.p50_ms, recalled.p95_ms, recalled.p99_ms)]
    header = ["recall, ms", "of", "p50", "p95", "p99"]
    return markdown_table(header, [["added to an answer", str(recalled.count), *cells]])


def as_json(rows: Iterable[Part]) -> list[dict[str, object]]:
    """The rows as plain values, shares 0 to 1."""
    return [asdict(row) for row in rows]


def _part(name: str, watched: Sequence[Watched], seed: int) -> Part:
    figures = {KSR: paired(watched, saved, seed)}
    for cutoff, title in zip(CUTOFFS, FOUND, strict=True):
        figures[title] = paired(watched, within(cutoff), seed)
    return Part(name, len(watched), figures)


def _cells(figure: Paired) -> list[str]:
    return [_percent(figure.off), _percent(figure.on), _percent(figure.difference, sign="+")]


def _percent(share: Estimate, sign: str = "") -> str:
    value, low, high = (100 * part for part in (share.value, share.low, share.high))
    return f"{value:{sign}.1f} [{low:{sign}.1f} to {high:{sign}.1f}]"
