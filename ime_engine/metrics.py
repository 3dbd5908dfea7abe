# SPDX-License-Identifier: Apache-2.0
"""Counters and latencies of this process: numbers only, never text, never on disk."""

from __future__ import annotations

import math
import threading
from collections import Counter, deque
from typing import Final

from ime_engine.protocol import Query

__all__ = ["Metrics", "of_prepared"]

RING: Final = 1024
"""Spans kept of each kind; percentiles are those of the last ones."""

PERCENTILES: Final = (50, 95, 99)


class Metrics:
    """Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._spans: dict[str, deque[float]] = {}
        self._spent_s: dict[str, float] = {}

    def count(self, name: str, by: int = 1) -> None:
        """Add to a counter."""
        with self._lock:
            self._counts[name] += by

    def observe(self, name: str, span_ms: float) -> None:
        """Note how long something took, in milliseconds."""
        with self._lock:
            self._spans.setdefault(name, deque(maxlen=RING)).append(span_ms)

    def spend(self, name: str, span_s: float) -> None:
        """Add to the time that something has taken so far, in seconds."""
        with self._lock:
            self._spent_s[name] = self._spent_s.get(name, 0.0) + span_s

    def snapshot(self) -> dict[str, int | float]:
        """Return counters by name, `<name>_s` of what was spent, and percentiles.

        These are `<name>_p50_ms`, `_p95_ms`, `_p99_ms` of the last spans that were observed.
        """
        with self._lock:
            counts = dict(self._counts)
            spent = {f"{name}_s": round(span_s, 3) for name, span_s in self._spent_s.items()}
            spans = {name: sorted(kept) for name, kept in self._spans.items()}
        percentiles = {
            f"{name}_p{percent}_ms": nearest_rank(ordered, percent)
            for name, ordered in spans.items()
            for percent in PERCENTILES
        }
        return {**counts, **spent, **percentiles}


def of_prepared(name: str, query: Query) -> str:
    """Return the counter of what is prepared for a query: completions are counted apart.

    >>> of_prepared("prefetched", Query("오늘 ")), of_prepared("prefetched", Query("오늘 ", "날"))
    ('prefetched', 'prefetched_keys')
    """
    return f"{name}_keys" if query.prefix else name


def nearest_rank(ordered: list[float], percent: float) -> float:
    """Return the smallest value that at least `percent` of the values do not exceed.

    >>> nearest_rank([10.0, 20.0, 30.0, 40.0], 50)
    20.0
    """
    return ordered[max(math.ceil(len(ordered) * percent / 100) - 1, 0)]
