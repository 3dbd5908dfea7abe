# SPDX-License-Identifier: Apache-2.0
"""From counts to probabilities, each context interpolated with the next shorter one.

    P(w | h) = (c(h w) - D(c)) / c(h) + γ(h) · P(w | h')         γ(h) = Σ D(c) / c(h)

The discounts D are worked out from how many sequences occur once, twice, three and four
times. What serves as a shorter context counts not how often a word occurs but after how
many different words: 수 is frequent, but after 할 and few others. A word that is not in
the table counts as a new one each time.

Source: modified Kneser-Ney smoothing, interpolated; Chen and Goodman 1999, section 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model_tools.counting.counts import Counts, Follows

__all__ = ["Level", "Numbers", "Smoothed", "Values", "places_of", "smooth"]

Values = NDArray[np.float64]
Numbers = NDArray[np.int64]

PLAIN_DISCOUNT: Final = 0.75
"""Where too little was counted to work out discounts."""


@dataclass(frozen=True, slots=True)
class Level:
    """Contexts of one length: m contexts, n words stored of them, sorted."""

    keys: Numbers
    """(m,) a word, or first word times base plus second."""

    context: Numbers
    """(n,) place in `keys`."""

    words: Numbers
    """(n,)"""

    probabilities: Values
    """(n,)"""

    gains: Values
    """(n,) what storing it adds to the log probability of the corpora, a word."""

    counts: Values
    """(m,) occurrences of the context."""

    distinct: Values
    """(m,) different words that followed it."""


@dataclass(frozen=True, slots=True)
class Smoothed:
    """A trigram before anything is left out."""

    words: tuple[str, ...]
    tokens: int
    unigrams: Values
    """(words,) probabilities; the rest up to 1 is that of unknown words."""

    bigrams: Level
    trigrams: Level

    @property
    def base(self) -> int:
        """What the first word of a two-word context is multiplied by in its key."""
        return len(self.words) + 2


def smooth(counts: Counts) -> Smoothed:
    """Return the probabilities of all that was counted."""
    base, pairs, triples = counts.base, counts.bigrams, counts.trigrams
    inner = triples.keys[triples.context] % base
    ordered = pairs.keys[pairs.context] * base + pairs.words
    shorter = places_of(inner * base + triples.words, ordered)
    unigrams = _after_how_many(counts)
    bigrams = _level(
        pairs,
        *_pairs_after_how_many(pairs, triples, shorter, len(counts.words)),
        unigrams[pairs.words],
        counts.total,
    )
    below = bigrams.probabilities[shorter]
    trigrams = _level(triples, triples.counts, triples.raw, below, counts.total)
    return Smoothed(counts.words, counts.tokens, unigrams, bigrams, trigrams)


def places_of(values: Numbers, ordered: Numbers) -> Numbers:
    """Where values stand in a sorted array; -1 where they do not."""
    if not len(ordered):
        return np.full(len(values), -1)
    at = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    return np.where(ordered[at] == values, at, -1)


def _after_how_many(counts: Counts) -> Values:
    """Probability of each word by the words it follows; unknown words keep their share."""
    pairs = counts.bigrams
    after = np.bincount(pairs.words, pairs.counts / pairs.raw, minlength=len(counts.words))
    if not after.any():
        return counts.unigrams / max(counts.total, 1.0)
    after = np.maximum(after, after[after > 0].min())
    return np.asarray(after / after.sum() * (counts.unigrams.sum() / counts.total))


def _pairs_after_how_many(
    pairs: Follows, triples: Follows, shorter: Numbers, start: int
) -> tuple[Values, Values]:
    """Count each pair by the words it follows: weighted, and as it is.

    Nothing comes before a sentence start, so pairs that begin with one keep their counts,
    and so do those that were only seen after unknown words.
    """
    size = len(pairs.words)
    raw = np.bincount(shorter, minlength=size).astype(np.float64)
    weighted = np.bincount(shorter, triples.counts / triples.raw, minlength=size)
    kept = (pairs.keys[pairs.context] == start) | (raw == 0)
    return np.where(kept, pairs.counts, weighted), np.where(kept, pairs.raw, raw)


def _level(follows: Follows, counts: Values, raw: Values, lower: Values, total: float) -> Level:
    """Interpolate one level.

    Args:
        follows: The contexts.
        counts: (n,) weighted counts that stand for those of `follows`.
        raw: (n,) the same without weights.
        lower: (n,) probabilities in the context that is shorter by one.
        total: Weighted occurrences of all words.
    """
    size = len(follows.keys)
    discounts = _discounts(raw)
    taken = discounts[np.minimum(raw, len(discounts) - 1).astype(np.int64)] * counts / raw
    unseen = np.bincount(follows.context, taken, minlength=size) + discounts[1] * follows.unknown
    below = np.bincount(follows.context, counts, minlength=size) + follows.unknown
    share = (unseen / below)[follows.context] * lower
    probabilities = np.maximum(counts - taken, 0) / below[follows.context] + share
    return Level(
        follows.keys,
        follows.context,
        follows.words,
        probabilities,
        follows.counts / total * np.log(probabilities / share),
        follows.raw_totals,
        np.bincount(follows.context, minlength=size).astype(np.float64),
    )


def _discounts(raw: Values) -> Values:
    """What counts of 0, 1, 2, and 3 or more are lowered by; each by less than itself."""
    plain = np.array([0.0, PLAIN_DISCOUNT])
    often = [int(np.count_nonzero(raw == times)) for times in (1, 2, 3, 4)]
    if not all(often):
        return plain
    once = often[0] / (often[0] + 2 * often[1])
    lowered = [n - (n + 1) * once * often[n] / often[n - 1] for n in (1, 2, 3)]
    fine = all(0 < discount < n for n, discount in enumerate(lowered, start=1))
    return np.array([0.0, *lowered]) if fine else plain
