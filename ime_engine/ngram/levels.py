# SPDX-License-Identifier: Apache-2.0
"""What one length of context says: words by id with their codes, in a range of ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ime_engine.ngram.codes import NONE, PROBABILITIES

__all__ = ["Ids", "Level", "disjoint", "place_of"]

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Level:
    """The words that are stored of one context."""

    ids: Ids
    """(n,) sorted."""

    codes: NDArray[np.uint8]
    """(n,) probability codes."""

    backoff: float = 1.0
    """Factor for the words that are not stored here."""

    def within(self, low: int, high: int) -> Level:
        """Keep the words of a range of ids."""
        first, last = np.searchsorted(self.ids, (low, high))
        return replace(self, ids=self.ids[first:last], codes=self.codes[first:last])

    def holds(self, ids: Ids) -> NDArray[np.bool_]:
        """Tell of each id whether it is stored here."""
        if not len(self.ids):
            return np.zeros(len(ids), dtype=bool)
        at = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.asarray(self.ids[at] == ids)

    def without(self, other: Level) -> Level:
        """Leave out the words that another level stores; the fewer there are, the cheaper."""
        common = other.ids[self.holds(other.ids)]
        if not len(common):
            return self
        codes = self.codes.copy()
        codes[np.searchsorted(self.ids, common)] = NONE
        return replace(self, codes=codes)

    def best(self, limit: int) -> Level:
        """Keep at least the `limit` likeliest words, and those that are as likely as the last."""
        if limit >= len(self.codes):
            return replace(
                self, ids=self.ids[self.codes != NONE], codes=self.codes[self.codes != NONE]
            )
        # A histogram of 256 codes is ten times as fast as a partition.
        reached = np.cumsum(np.bincount(self.codes, minlength=NONE + 1))
        worst = min(int(np.searchsorted(reached, limit)), NONE - 1)
        chosen = np.flatnonzero(self.codes <= worst)
        return replace(self, ids=self.ids[chosen], codes=self.codes[chosen])

    def mass(self) -> float:
        """The probability of all words together."""
        return float(np.bincount(self.codes, minlength=NONE + 1) @ PROBABILITIES)


def disjoint(levels: Sequence[Level]) -> list[Level]:
    """Leave out of each level what a longer context, which stands before it, stores."""
    kept: list[Level] = []
    for level in levels:
        for longer in kept:
            level = level.without(longer)
        kept.append(level)
    return kept


def place_of(ordered: NDArray[Any], value: int) -> int | None:
    """Where a value stands in a sorted array, or None."""
    # A value of another type would have the whole array converted.
    at = int(np.searchsorted(ordered, ordered.dtype.type(value)))
    return at if at < len(ordered) and int(ordered[at]) == value else None
