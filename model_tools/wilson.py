# SPDX-License-Identifier: Apache-2.0
"""The interval of a share that few trials, or none that succeeded, can tell."""

from __future__ import annotations

from math import sqrt
from typing import Final

__all__ = ["wilson"]

Z: Final = 1.96
"""Of 95 %."""


def wilson(right: int, trials: int) -> tuple[float, float]:
    """Return both ends, 0 to 1, of the 95 % score interval; trials >= 1.

    Source: Wilson 1927, Probable Inference, the Law of Succession, and Statistical
    Inference, JASA 22.
    """
    share, weight = right / trials, Z * Z / trials
    middle = (share + weight / 2) / (1 + weight)
    half = sqrt(share * (1 - share) * weight + weight * weight / 4) / (1 + weight)
    return max(middle - half, 0.0), min(middle + half, 1.0)
