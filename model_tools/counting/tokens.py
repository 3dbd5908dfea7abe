# SPDX-License-Identifier: Apache-2.0
"""From lines to one long row of numbers: words, sentence starts, and what is neither.

    "네, 감사합니다. 앞으로도 …"  →  BREAK START 네 감사합니다 START 앞으로도 …

Words that are rare, profane or no words at all become UNKNOWN.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ime_engine.hangul.eojeol import normalised
from ime_engine.ngram.context import read_token
from ime_engine.ngram.words import sort_key

__all__ = ["Reader", "Tokens"]

LINE: Final = -1
"""Stands at the start of each line while it is read."""

UNKNOWN_WORD: Final = 0


@dataclass(frozen=True, slots=True)
class Tokens:
    """The corpora as one row of numbers."""

    words: tuple[str, ...]
    """By id, sorted by the keys that type them."""

    row: NDArray[np.int64]
    """(n,) ids; then `start`, `unknown`, `line`."""

    weights: NDArray[np.float64]
    """(n,) what one occurrence counts."""

    @property
    def start(self) -> int:
        """Number of the sentence start."""
        return len(self.words)

    @property
    def unknown(self) -> int:
        """Number of what is no word of the table."""
        return len(self.words) + 1

    @property
    def line(self) -> int:
        """Number of the border between two lines."""
        return len(self.words) + 2


class _Codes(dict[str, int]):
    """Number of each eojeol as written: word times two, and one more when it ends a sentence."""

    def __init__(self, allowed: Callable[[str], bool]) -> None:
        super().__init__()
        self._allowed = allowed
        self.words: dict[str, int] = {"": UNKNOWN_WORD}

    def __missing__(self, eojeol: str) -> int:
        word, ends = read_token(normalised(eojeol))
        if word is None or not self._allowed(word):
            word = ""
        code = 2 * self.words.setdefault(word, len(self.words)) + ends
        self[eojeol] = code
        return code


class Reader:
    """Collects lines of many sources.

    Args:
        allowed: Whether a word may be offered to anybody.
    """

    def __init__(self, allowed: Callable[[str], bool]) -> None:
        self._codes = _Codes(allowed)
        self._row = array("i")
        self._lengths: list[int] = []
        self._weights: list[float] = []

    def add(self, lines: Iterable[str], weight: float) -> None:
        """Add the lines of one source, each occurrence counting `weight`."""
        before = len(self._row)
        code = self._codes.__getitem__
        for line in lines:
            self._row.append(LINE)
            self._row.extend(map(code, line.split()))
        self._lengths.append(len(self._row) - before)
        self._weights.append(weight)

    def finish(self, least: int, most: int) -> Tokens:
        """Choose the words and number everything anew.

        Args:
            least: Occurrences below which a word is not kept.
            most: Words kept, the frequent ones first.
        """
        row = np.array(self._row, dtype=np.int64)
        weights = np.repeat(self._weights, self._lengths)
        raw = np.where(row == LINE, UNKNOWN_WORD, row >> 1)
        chosen = _chosen(np.bincount(raw, minlength=len(self._codes.words)), least, most)
        texts = list(self._codes.words)
        ordered = sorted((texts[at] for at in chosen.tolist()), key=sort_key)
        numbers = np.full(len(texts), len(ordered) + 1, dtype=np.int64)
        numbers[[self._codes.words[text] for text in ordered]] = np.arange(len(ordered))
        return _with_starts(tuple(ordered), row, numbers[raw], weights)


def _chosen(counts: NDArray[Any], least: int, most: int) -> NDArray[Any]:
    counts = counts.copy()
    counts[UNKNOWN_WORD] = 0
    order = np.argsort(-counts, kind="stable")[:most]
    return order[counts[order] >= least]


def _with_starts(
    words: tuple[str, ...],
    row: NDArray[np.int64],
    numbered: NDArray[np.int64],
    weights: NDArray[np.float64],
) -> Tokens:
    """Put a sentence start after each line's border and each word that ends a sentence."""
    is_line = row == LINE
    followed = is_line | (row & 1 == 1)
    places = np.arange(len(row)) + np.cumsum(followed) - followed
    long = np.full(len(row) + int(followed.sum()), len(words), dtype=np.int64)
    long[places] = np.where(is_line, len(words) + 2, numbered)
    return Tokens(words, long, np.repeat(weights, 1 + followed))
