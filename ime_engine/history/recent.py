# SPDX-License-Identifier: Apache-2.0
"""Words used last: one that was used a moment ago comes again sooner than its count says.

    R(w) = 2 ^ (−n / 64) / sum of all      n = how many different words were used after it, > 0
    F(w) = (8 / (8 + m)) ^ 0.3             m = the same of the last word that begins like it

R is a probability, of words that were used. F is how far a beginning is in use, of any word: who
wrote 설정을 is sooner to write 설정하고 than others are, whoever expects it.

By order and not by the clock, so that who comes back to a text after a night goes on with its
words.

Source: Kuhn and De Mori 1990, A cache-based natural language model for speech recognition, with
a cache that fades (Clarkson and Robinson 1997); Anderson and Schooler 1991, Reflections of the
environment in memory: use falls as a power of what came in between.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from ime_engine.history.levels import Question

__all__ = ["LATEST", "MOST", "RECENT", "Recent"]

RECENT: Final = 0.3
"""Share of a lone word's probability that goes by how lately it was used."""

HALF: Final = 64
"""Different words after which a word used last counts half."""

MOST: Final = 512
"""Words looked at."""

JUST: Final = 1
"""Words used just now: what was said last is not said again at once."""

FADING: Final = tuple(2 ** (-place / HALF) if place >= JUST else 0.0 for place in range(MOST))
"""2 ^ (−n / 64) for each of them."""

WHOLE: Final = (1.0, *(whole or 1.0 for whole in accumulate(FADING)))
"""Sum over the first of them, by their number; 1 where there is nothing to divide."""

BEGINNING: Final = 4
"""Keys that two words share for one to tell of the other: the first two syllables, often."""

SOON: Final = 8
"""Words after which a beginning is less in use."""

FALL: Final = 0.3
"""How fast use falls."""

USE: Final[tuple[float, ...]] = tuple((SOON / (SOON + since)) ** FALL for since in range(MOST + 1))
"""(8 / (8 + m)) ^ 0.3 for each of them."""

LATEST: Final = (
    "FROM words INDEXED BY words_by_last WHERE uses > 0 {since} ORDER BY last DESC, strokes DESC"
)
LAST: Final = f"SELECT id, strokes {LATEST.format(since='')} LIMIT {MOST}"


class Recent:
    """The words used last.

    Args:
        question: What is asked.
    """

    def __init__(self, question: Question) -> None:
        kept = question.kept
        if kept.last is None:
            kept.last = [(number, strokes) for number, strokes in question.ask(LAST)]
        if kept.places is None:
            kept.places, kept.ranks = _places_of(kept.last)
        self._last, self._places, self._ranks = kept.last, kept.places, kept.ranks
        self._unused = len(kept.last)
        self._fitting = _fitting(kept.last, question.strokes)
        self._whole = WHOLE[len(kept.last)]

    @property
    def typed(self) -> float:
        """Sum of R over the words that the keys begin."""
        return math.fsum([FADING[place] for place in self._fitting]) / self._whole

    def numbers(self, most: int) -> list[int]:
        """Return the last of the words that the keys begin, the very last one first."""
        return [self._last[place][0] for place in self._fitting[:most]]

    def share(self, number: int) -> float:
        """Return R of a word by its number; of one that the keys begin."""
        place = self._places.get(number)
        return 0.0 if place is None else FADING[place] / self._whole

    def in_use(self, strokes: str) -> float:
        """Return F of a word by its keys, > 0 and at most 1."""
        since = self._ranks.get(strokes[:BEGINNING], self._unused)
        return USE[since if since >= JUST else self._unused]


def _fitting(last: Sequence[tuple[int, str]], keys: str) -> Sequence[int]:
    """Return the places of the words that keys begin."""
    if not keys:
        return range(len(last))
    return [place for place, (_, strokes) in enumerate(last) if strokes.startswith(keys)]


def _places_of(last: Sequence[tuple[int, str]]) -> tuple[dict[int, int], dict[str, int]]:
    """Return how many words were used after each, by number and by beginning."""
    places = dict(zip([number for number, _ in last], range(len(last)), strict=True))
    beginnings = [strokes[:BEGINNING] for _, strokes in last]
    # The last to come, and so the one that stays, is the first of those that begin alike.
    ranks = dict(zip(reversed(beginnings), reversed(range(len(last))), strict=True))
    return places, ranks
