# SPDX-License-Identifier: Apache-2.0
"""Leaves out what adds least, until the file is as small as it must be.

What storing a word after a context gains is how often that happens times the
logarithm of how much likelier it is than without (weighted difference:
Seymore and Rosenfeld 1996). A context of two words costs room of its own, which
its words must gain together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ime_engine.ngram.layout import DTYPES
from model_tools.counting.smoothing import Numbers, Smoothed, Values, places_of
from model_tools.errors import WorkshopError

__all__ = ["Kept", "prune"]

Flags = NDArray[np.bool_]


def _bytes_of(*names: str) -> int:
    return sum(np.dtype(DTYPES[name]).itemsize for name in names)


BYTES_OF_ENTRY: Final = _bytes_of("bigrams_low", "bigrams_high", "bigram_codes")
"""Of a bigram, and of a trigram."""

BYTES_OF_CONTEXT: Final = _bytes_of(
    "contexts", "trigram_ends", "context_backoffs", "context_counts", "context_distinct"
)
BYTES_OF_WORD: Final = _bytes_of(
    "text_ends", "unigrams", "bigram_ends", "word_backoffs", "word_counts", "word_distinct"
)
BYTES_OF_CHAR: Final = _bytes_of("texts")

HEADER_BYTES: Final = 64_000
"""Room for the header and the padding."""

SMALLEST_GAIN: Final = 1e-15
HALVINGS: Final = 40


@dataclass(frozen=True, slots=True)
class Kept:
    """Which of the stored words of both levels stay."""

    bigrams: Flags
    trigrams: Flags


@dataclass(frozen=True, slots=True)
class _Gains:
    """What each part of the file gains, and where it belongs."""

    bigrams: Values
    trigrams: Values
    context: Numbers
    """(trigrams,) the context of each."""

    pair: Numbers
    """(contexts,) the bigram that each context is; -1 when it ends in a sentence start."""

    def above(self, least: float) -> Kept:
        """Keep what gains more than `least` for every entry's worth of bytes."""
        trigrams = self.trigrams > least
        size = len(self.pair)
        together = np.bincount(self.context[trigrams], self.trigrams[trigrams], minlength=size)
        many = np.bincount(self.context[trigrams], minlength=size)
        used = together > least * (many + BYTES_OF_CONTEXT / BYTES_OF_ENTRY)
        trigrams &= used[self.context]
        bigrams = self.bigrams > least
        bigrams[self.pair[used & (self.pair >= 0)]] = True
        return Kept(bigrams, trigrams)

    def bytes_of(self, kept: Kept) -> int:
        """Room for what is kept."""
        contexts = np.flatnonzero(np.bincount(self.context[kept.trigrams]))
        starts = int(np.count_nonzero(self.pair[contexts] < 0))
        entries = starts + sum(int(np.count_nonzero(e)) for e in (kept.bigrams, kept.trigrams))
        return BYTES_OF_ENTRY * entries + BYTES_OF_CONTEXT * len(contexts)


def prune(smoothed: Smoothed, max_bytes: int) -> Kept:
    """Keep the most useful bigrams and trigrams that fit.

    Args:
        smoothed: All of them.
        max_bytes: Largest file.

    Raises:
        WorkshopError: the words alone are larger.
    """
    room = max_bytes - HEADER_BYTES - _bytes_of_words(smoothed)
    if room < 0:
        raise WorkshopError("the words alone need more room; raise --max-mb or --min-count.")
    gains = _gains(smoothed)
    kept = gains.above(0.0)
    if gains.bytes_of(kept) <= room:
        return kept
    low, high = SMALLEST_GAIN, float(max(gains.bigrams.max(), gains.trigrams.max()))
    for _ in range(HALVINGS):
        # By the exponent: gains span many powers of ten.
        middle = float(np.sqrt(low * high))
        fits = gains.bytes_of(gains.above(middle)) <= room
        low, high = (low, middle) if fits else (middle, high)
    return gains.above(high)


def _gains(smoothed: Smoothed) -> _Gains:
    pairs, triples = smoothed.bigrams, smoothed.trigrams
    keys = pairs.keys[pairs.context] * smoothed.base + pairs.words
    return _Gains(pairs.gains, triples.gains, triples.context, places_of(triples.keys, keys))


def _bytes_of_words(smoothed: Smoothed) -> int:
    chars = sum(map(len, smoothed.words))
    return BYTES_OF_WORD * (len(smoothed.words) + 1) + BYTES_OF_CHAR * chars
