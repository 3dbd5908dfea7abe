# SPDX-License-Identifier: Apache-2.0
"""How long a client waits, as a distribution: a mean hides the wait the user notices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

__all__ = ["PERCENTILES", "QUANTILES", "Latency", "summarise"]

PERCENTILES: Final = (50, 95, 99)

QUANTILES: Final = (*range(0, 100, 5), 99, 100)
"""In per cent: enough of them to draw the distribution."""


@dataclass(frozen=True, slots=True)
class Latency:
    """Waits of one kind, in milliseconds."""

    count: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float
    quantiles_ms: tuple[float, ...] = ()
    """The wait that each of `QUANTILES` does not exceed."""


def summarise(waits_ms: Sequence[float]) -> Latency:
    """Percentiles, linearly interpolated between neighbours.

    Args:
        waits_ms: (n,) what each request took, n >= 1.

    Raises:
        ValueError: nothing was measured.
    """
    if not waits_ms:
        raise ValueError("nothing was measured")
    p50, p95, p99 = (float(p) for p in np.percentile(waits_ms, PERCENTILES))
    quantiles = tuple(round(float(q), 3) for q in np.percentile(waits_ms, QUANTILES))
    return Latency(len(waits_ms), p50, p95, p99, float(max(waits_ms)), quantiles)
