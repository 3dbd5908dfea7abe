# SPDX-License-Identifier: Apache-2.0
"""How far the probability of the first candidate can be believed, and what a threshold would show.

    answers ──by said probability──► bins: how often the first candidate was right  (calibration)
       └─────by least probability──► lists that would appear, right ones of them (min_confidence)

Counts over all registers together; no text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from model_tools.evaluation.report import Answer
from model_tools.tables import markdown_table

__all__ = [
    "BOUNDS",
    "THRESHOLDS",
    "Bin",
    "Shown",
    "bins",
    "expected_error",
    "shown",
    "shown_table",
]

EVEN_BINS: Final = 10
"""Of the expected calibration error; all of the same width."""

BOUNDS: Final = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0)
"""Of the bins; the upper one belongs to its bin."""

THRESHOLDS: Final = (0.0, 0.02, 0.05, 0.1, 0.2)
"""Values of `min_confidence`."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Lists whose first candidate was given about the same probability."""

    low: float
    high: float
    lists: int
    said: float
    """Mean of the probabilities, 0 to 1."""

    right: int
    """How many of the first candidates were what came."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What appears at one value of `min_confidence`."""

    at_least: float
    lists: int
    """Lists that are not empty and whose first candidate is that probable."""

    right: int
    """Of them, those with the wanted eojeol in any place."""


def bins(answers: Iterable[Answer]) -> list[Bin]:
    """Compare what was said of first candidates with what came; empty bins are left out."""
    offered = [answer for answer in answers if answer.candidates]
    made = []
    for low, high in pairwise(BOUNDS):
        some = [a for a in offered if low < a.probability <= high or (low == 0 == a.probability)]
        if some:
            said = sum(answer.probability for answer in some) / len(some)
            right = sum(answer.rank == 1 for answer in some)
            made.append(Bin(low, high, len(some), said, right))
    return made


def expected_error(answers: Iterable[Answer]) -> float | None:
    """How far what is said of first candidates is off on average; None where none was offered.

        ECE = Σ_b (n_b / n) · | right_b / n_b − said_b |     over ten bins of the same width

    Most first candidates are in the lowest bins, so it is mostly about these; within a bin what is
    said too high may make up for what is said too low.

    Returns:
        0 to 1, 0 where what is said is what happens.

    Source: Naeini, Cooper, Hauskrecht 2015, Obtaining Well Calibrated Probabilities Using Bayesian
    Binning, AAAI 29.
    """
    offered = [(a.probability, a.rank == 1) for a in answers if a.candidates]
    if not offered:
        return None
    off = [0.0] * EVEN_BINS
    for said, right in offered:
        off[min(int(said * EVEN_BINS), EVEN_BINS - 1)] += right - said
    return sum(map(abs, off)) / len(offered)


def shown(answers: Iterable[Answer]) -> list[Shown]:
    """Count what would appear at each of the thresholds, and how much of it is right."""
    offered = [answer for answer in answers if answer.candidates]
    counted = []
    for least in THRESHOLDS:
        some = [answer for answer in offered if answer.probability >= least]
        counted.append(Shown(least, len(some), sum(answer.rank is not None for answer in some)))
    return counted


def shown_table(rows: Sequence[Shown], positions: int) -> str:
    """The thresholds with their shares, as a Markdown table.

    Args:
        rows: The first is the least threshold, of which the others are a part.
        positions: That were asked, whether or not anything was offered.
    """
    cells = [
        [
            f"{row.at_least:g}",
            _percent(row.lists, positions),
            _percent(row.right, row.lists),
            _percent(row.right, rows[0].right),
        ]
        for row in rows
    ]
    header = ["min_confidence", "lists shown %", "of these right %", "of all that could be right %"]
    return markdown_table(header, cells)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else "–"
