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

FADING: Final = tuple(2 ** (-place / HALF) for place in range(MOST))
"""2 ^ (−n / 64) for each of them."""

LAST: Final = (
    "SELECT id, strokes FROM words INDEXED BY words_by_last WHERE uses > 0 "
    f"ORDER BY last DESC, strokes DESC LIMIT {MOST}"
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
    kept, keys = question.kept, question.strokes
    if kept.last is None:
        kept.last = [(number, strokes) for number, strokes in question.ask(LAST)]
    whole = sum(FADING[: len(kept.last)])
    shares = {
        number: FADING[place] / whole
        for place, (number, strokes) in enumerate(kept.last)
        if strokes.startswith(keys)
    }
    return Recent(shares, sum(shares.values()))
