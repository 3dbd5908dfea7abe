# SPDX-License-Identifier: Apache-2.0
"""From what was counted to what it says. Pure.

counts by day ──► Figures by day ──► the last days without a gap, and their sum
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Final

__all__ = ["COUNTS", "Figures", "figures_of", "last_days", "total"]

COUNTS: Final = ("keys", "keys_saved", "eojeols", "lists_shown", "lists_used", "lists_ignored")
"""What is counted; anything else that a newer version counted is passed over."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of a day, or of many, in the order of `COUNTS`."""

    keys: int = 0
    """Keys typed in Hangul mode where learning is allowed."""

    keys_saved: int = 0
    """Keys that accepted candidates made unnecessary."""

    eojeols: int = 0
    lists_shown: int = 0
    lists_used: int = 0
    """Lists from which a candidate was accepted."""

    lists_ignored: int = 0

    @property
    def saved(self) -> float:
        """Share of the keys that there would have been without lists, 0 to 1.

        >>> Figures(keys=80, keys_saved=20).saved
        0.2
        """
        return share(self.keys_saved, self.keys + self.keys_saved)

    @property
    def accepted(self) -> float:
        """Share of the lists from which a candidate was accepted, 0 to 1."""
        return share(self.lists_used, self.lists_shown)


def share(part: int, whole: int) -> float:
    """The part of the whole, 0 to 1; 0 of nothing.

    >>> share(1, 4), share(3, 0)
    (0.25, 0.0)
    """
    return min(part / whole, 1.0) if whole > 0 else 0.0


def figures_of(counts: Mapping[str, int]) -> Figures:
    """Figures of what was counted; what was not is 0."""
    return Figures(*(counts.get(name, 0) for name in COUNTS))


def total(days: Iterable[Figures]) -> Figures:
    """The sum.

    >>> total([Figures(keys=1, eojeols=2), Figures(keys=3)])
    Figures(keys=4, keys_saved=0, eojeols=2, lists_shown=0, lists_used=0, lists_ignored=0)
    """
    return Figures(*(sum(column) for column in zip(*map(astuple, days), strict=True)))


def last_days(
    counted: Mapping[str, Figures], count: int, today: datetime.date
) -> Sequence[tuple[str, Figures]]:
    """The last days, oldest first, as a calendar has them: one without counts is all zeros.

    Args:
        counted: By day, YYYY-MM-DD.
        count: Most days; none before the first that was counted is shown.
        today: The last day; or the last counted one, when the clock has been ahead.

    >>> [day for day, _ in last_days({"2026-11-25": Figures()}, 9, datetime.date(2026, 11, 27))]
    ['2026-11-25', '2026-11-26', '2026-11-27']
    """
    last = max(today.isoformat(), *counted) if counted else today.isoformat()
    first = min(counted, default=last)
    end = datetime.date.fromisoformat(last)
    span = min(count, (end - datetime.date.fromisoformat(first)).days + 1)
    days = [(end - datetime.timedelta(days=back)).isoformat() for back in reversed(range(span))]
    return [(day, counted.get(day, Figures())) for day in days]
