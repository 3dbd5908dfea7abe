# SPDX-License-Identifier: Apache-2.0
"""Words used last: one that was used a moment ago comes again sooner than its count says.

    R(w) = 2 ^ (−n / 64) / sum of all      n = how many different words were used after it

By order and not by the clock, so that who comes back to a text after a night goes on with its
words.

Source: Kuhn and De Mori 1990, A cache-based natural language model for speech recognition, with
a cache that fades (Clarkson and Robinson 1997).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ime_engine.history.levels import Question

__all__ = ["RECENT", "Recent", "recent"]

RECENT: Final = 0.3
"""Share of a lone word's probability that goes by how lately it was used."""

HALF: Final = 64
"""Different words after which a word used last counts half."""

MOST: Final = 256
"""Words looked at."""

LAST: Final = (
    "SELECT id, strokes FROM words INDEXED BY words_by_last ORDER BY last DESC, strokes DESC"
)


@dataclass(frozen=True, slots=True)
class Recent:
    """The words used last."""

    shares: dict[int, float]
    """R by the word's number, of those that the keys begin, the last one first."""

    typed: float
    """Their sum; 1 when nothing is typed."""


def recent(question: Question) -> Recent:
    """Look at the words used last."""
    found = question.ask(f"{LAST} LIMIT {MOST}")
    whole = sum(2 ** (-place / HALF) for place in range(len(found)))
    shares = {
        number: 2 ** (-place / HALF) / whole
        for place, (number, strokes) in enumerate(found)
        if strokes.startswith(question.strokes)
    }
    return Recent(shares, sum(shares.values()))
