# SPDX-License-Identifier: Apache-2.0
"""The words of an n-gram, sorted by the keys that type them.

A word's id is its place in that order, so that the words a keystroke prefix
begins are one range of ids.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Any, Final

from numpy.typing import NDArray

from ime_engine.hangul.keystrokes import strokes_of

__all__ = ["WordTable", "sort_key"]

BEYOND: Final = "\U0010ffff"
"""Sorts after every stroke."""

SPACING: Final = 128
"""Words from one signpost to the next: what lies between them is decoded to be compared."""


def sort_key(word: str) -> tuple[str, str]:
    """What words are sorted by; the text parts words of the same keys."""
    return strokes_of(word), word


class WordTable:
    """Words by id, found by binary search.

    Args:
        texts: (chars,) all words in UTF-16, one after the other.
        ends: (words,) where each ends.
    """

    def __init__(self, texts: NDArray[Any], ends: NDArray[Any]) -> None:
        self._texts = texts
        self._ends = ends
        self._ids = range(len(ends))
        self._signposts = [self._strokes(word) for word in self._ids[::SPACING]]
        """Keys of every `SPACING`-th word."""

    def __len__(self) -> int:
        return len(self._ids)

    def text(self, word: int) -> str:
        """Return the text of a word."""
        start = int(self._ends[word - 1]) if word else 0
        return self._texts[start : int(self._ends[word])].tobytes().decode("utf-16-le")

    def find(self, text: str) -> int | None:
        """Return the id of a word, or None."""
        wanted = sort_key(text)
        low, high = self._near(wanted[0])
        at = bisect_left(self._ids, wanted, low, high, key=lambda word: sort_key(self.text(word)))
        return at if at < len(self._ids) and self.text(at) == text else None

    def span(self, strokes: str) -> tuple[int, int]:
        """Return the first id that these keys begin, and the first after it that they do not."""
        if not strokes:
            return 0, len(self._ids)
        return self._first(strokes), self._first(strokes + BEYOND)

    def _first(self, strokes: str) -> int:
        """The first id whose keys do not sort before these."""
        return bisect_left(self._ids, strokes, *self._near(strokes), key=self._strokes)

    def _near(self, strokes: str) -> tuple[int, int]:
        """Ids between which a word of these keys would stand."""
        low = max(bisect_left(self._signposts, strokes) - 1, 0) * SPACING
        high = bisect_right(self._signposts, strokes) * SPACING
        return low, min(high, len(self._ids))

    def _strokes(self, word: int) -> str:
        return strokes_of(self.text(word))
