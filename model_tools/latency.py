# SPDX-License-Identifier: Apache-2.0
"""How long a client waits, as a distribution: a mean hides the wait the user notices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

__all__ = ["PERCENTILES", "Latency", "summarise"]

PERCENTILES: Final = (50, 95, 99)


@dataclass(frozen=True, slots=True)
class Latency:
    """Waits of one kind, in milliseconds."""

    count: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float


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
    return Latency(len(waits_ms), p50, p95, p99, float(max(waits_ms)))
