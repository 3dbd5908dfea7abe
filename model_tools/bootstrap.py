# SPDX-License-Identifier: Apache-2.0
"""How far a share measured on a sample may be off.

Positions of one sentence rise and fall together, so sentences are drawn
again, not positions: the cluster bootstrap with percentile intervals.

Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter
13 (percentile interval) and section 8.5 (drawing whole clusters).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["RESAMPLES", "Estimate", "estimate", "mean_estimate", "ratio_draws"]

RESAMPLES: Final = 2000
LEVEL: Final = 95.0

Draws = NDArray[np.float64]
"""(RESAMPLES,) the statistic on each redrawn sample."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share with its 95 % interval, all 0 to 1."""

    value: float
    low: float
    high: float


def ratio_draws(
    numerators: ArrayLike,
    denominators: ArrayLike,
    clusters: Sequence[int],
    rng: np.random.Generator,
    resamples: int = RESAMPLES,
) -> Draws:
    """Redraw whole clusters and take the ratio of sums each time.

    Args:
        numerators: (n,) what counts at each position, such as 1 for a hit.
        denominators: (n,) what it is a share of, such as 1; sums above 0 in every cluster.
        clusters: (n,) which positions belong together.
        rng: Source of the draws.
        resamples: How many redrawn samples.
    """
    _, members = np.unique(np.asarray(clusters), return_inverse=True)
    above = np.bincount(members, weights=np.asarray(numerators, dtype=np.float64))
    below = np.bincount(members, weights=np.asarray(denominators, dtype=np.float64))
    drawn = rng.integers(len(above), size=(resamples, len(above)))
    ratios: Draws = above[drawn].sum(axis=1) / below[drawn].sum(axis=1)
    return ratios


def estimate(value: float, draws: Draws) -> Estimate:
    """Put the percentile interval of the draws around a value."""
    tail = (100 - LEVEL) / 2
    low, high = np.percentile(draws, (tail, 100 - tail))
    return Estimate(float(value), float(low), float(high))


def mean_estimate(values: Sequence[float], draws: Sequence[Draws]) -> Estimate:
    """Mean over registers, each of which was redrawn by itself."""
    return estimate(float(np.mean(values)), np.mean(np.stack(draws), axis=0))
