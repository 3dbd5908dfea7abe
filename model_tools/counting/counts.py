# SPDX-License-Identifier: Apache-2.0
"""Counts how often each word follows one and two others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_tools.counting.tokens import Tokens

__all__ = ["Counts", "Follows", "count"]


@dataclass(frozen=True, slots=True)
class Follows:
    """What follows contexts of one length; sorted by context, then word.

    m contexts, n pairs of a context and a word that is in the table.
    """

    keys: NDArray[np.int64]
    """(m,) sorted; a word, or first word times `base` plus second."""

    context: NDArray[np.int64]
    """(n,) place in `keys` of each pair's context."""

    words: NDArray[np.int64]
    """(n,) the word that follows."""

    counts: NDArray[np.float64]
    """(n,) weighted occurrences."""

    raw: NDArray[np.float64]
    """(n,) occurrences."""

    totals: NDArray[np.float64]
    """(m,) weighted occurrences of the context, whatever follows."""

    raw_totals: NDArray[np.float64]
    """(m,) occurrences of it."""

    unknown: NDArray[np.float64]
    """(m,) weighted occurrences followed by an unknown word."""


@dataclass(frozen=True, slots=True)
class Counts:
    """All counts of a corpus."""

    words: tuple[str, ...]
    unigrams: NDArray[np.float64]
    """(words,) weighted occurrences."""

    total: float
    """Weighted occurrences of all words, unknown ones too."""

    tokens: int
    """Eojeols that were read."""

    bigrams: Follows
    trigrams: Follows

    @property
    def base(self) -> int:
        """What the first word of a two-word context is multiplied by in its key."""
        return len(self.words) + 2


def count(tokens: Tokens) -> Counts:
    """Count words, pairs and triples."""
    row, weights, start = tokens.row, tokens.weights, tokens.start
    base = len(tokens.words) + 2
    event = (row < start) | (row == tokens.unknown)
    known = row <= start
    unigrams = np.bincount(row[event], weights[event], minlength=base).astype(np.float64)
    second = np.flatnonzero(event[1:] & known[:-1]) + 1
    third = second[second > 1]
    third = third[known[third - 2]]
    return Counts(
        tokens.words,
        unigrams[:start],
        float(unigrams.sum()),
        int(event.sum()),
        _follows(row[second - 1], row[second], weights[second], base),
        _follows(row[third - 2] * base + row[third - 1], row[third], weights[third], base),
    )


def _follows(
    contexts: NDArray[np.int64],
    words: NDArray[np.int64],
    weights: NDArray[np.float64],
    base: int,
) -> Follows:
    joined = contexts * base + words
    order = np.argsort(joined, kind="stable")
    joined, weights = joined[order], weights[order]
    firsts = _firsts(joined)
    pairs = joined[firsts]
    counts = _sums(weights, firsts)
    raw = np.diff(np.append(firsts, len(joined))).astype(np.float64)
    pair_keys = pairs // base
    heads = _firsts(pair_keys)
    context = np.repeat(np.arange(len(heads)), np.diff(np.append(heads, len(pairs))))
    known = pairs % base != base - 1
    unknown = np.bincount(context[~known], counts[~known], minlength=len(heads)).astype(float)
    return Follows(
        pair_keys[heads],
        context[known],
        (pairs % base)[known],
        counts[known],
        raw[known],
        _sums(counts, heads),
        _sums(raw, heads),
        unknown,
    )


def _firsts(ordered: NDArray[Any]) -> NDArray[np.int64]:
    """Where each value of a sorted array stands first."""
    if not len(ordered):
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))


def _sums(values: NDArray[np.float64], firsts: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.add.reduceat(values, firsts) if len(firsts) else np.empty(0)
