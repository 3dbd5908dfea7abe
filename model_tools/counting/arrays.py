# SPDX-License-Identifier: Apache-2.0
"""From kept probabilities to the arrays of the file, in eight bits and with what backs off.

The back-off of a context is worked out from the rounded probabilities, longest
last, so that those of every context add up to one at most:

    backoff(h) = (1 - Σ stored(h w)) / (1 - Σ P(w | h'))      over the stored w
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ime_engine.ngram.codes import (
    NONE,
    PROBABILITIES,
    Codes,
    encode_counts,
    encode_probabilities,
)
from model_tools.counting.pruning import Kept
from model_tools.counting.smoothing import Level, Numbers, Smoothed, Values, places_of

__all__ = ["arrays_of"]


@dataclass(frozen=True, slots=True)
class _Table:
    """Kept words of one level; m contexts, n words."""

    keys: Numbers
    context: Numbers
    words: Numbers
    codes: Codes
    counts: Values
    distinct: Values

    def backoffs(self, lower: Values) -> Codes:
        """Codes of the back-offs (m,), given the probability of each word without the context."""
        stored = self.codes != NONE
        size = len(self.keys)
        context = self.context[stored]
        taken = np.bincount(context, PROBABILITIES[self.codes[stored]], minlength=size)
        shorter = np.bincount(context, lower[stored], minlength=size)
        share = np.maximum(1 - taken, 0) / np.maximum(1 - shorter, np.finfo(float).tiny)
        return encode_probabilities(np.minimum(share, 1.0))

    def ends(self, size: int, keys: Numbers) -> NDArray[Any]:
        """Where the words of each context end; `keys` (m,) are places among `size`."""
        counted = np.zeros(size, dtype=np.int64)
        counted[keys] = np.bincount(self.context, minlength=len(self.keys))
        return np.cumsum(counted)


def arrays_of(smoothed: Smoothed, kept: Kept) -> dict[str, NDArray[Any]]:
    """Return every array of `ime_engine.ngram.layout`."""
    size, base = len(smoothed.words) + 1, smoothed.base
    unigrams = encode_probabilities(smoothed.unigrams)
    trigrams = _table(smoothed.trigrams, kept.trigrams)
    bigrams = _with_starts(_table(smoothed.bigrams, kept.bigrams), trigrams.keys, smoothed)
    plain = np.append(PROBABILITIES[unigrams], 0.0)
    of_words = _spread(bigrams, bigrams.backoffs(plain[bigrams.words]), size)
    pairs = bigrams.keys[bigrams.context] * base + bigrams.words
    inner = trigrams.keys[trigrams.context] % base
    at = places_of(inner * base + trigrams.words, pairs)
    direct = np.where(at >= 0, PROBABILITIES[bigrams.codes[at]], 0.0)
    backed = PROBABILITIES[of_words["word_backoffs"][inner]] * plain[trigrams.words]
    lower = np.where(direct > 0, direct, backed)
    contexts = places_of(trigrams.keys, pairs)
    return {
        **_texts(smoothed.words),
        "unigrams": unigrams,
        "bigram_ends": bigrams.ends(size, bigrams.keys),
        **_words("bigram", bigrams),
        "contexts": contexts,
        "trigram_ends": trigrams.ends(len(contexts), np.arange(len(contexts))),
        **_words("trigram", trigrams),
        **of_words,
        "context_backoffs": trigrams.backoffs(lower),
        "context_counts": encode_counts(trigrams.counts),
        "context_distinct": encode_counts(trigrams.distinct),
    }


def _table(level: Level, kept: NDArray[np.bool_]) -> _Table:
    used, context = np.unique(level.context[kept], return_inverse=True)
    return _Table(
        level.keys[used],
        context,
        level.words[kept],
        encode_probabilities(level.probabilities[kept]),
        level.counts[used],
        level.distinct[used],
    )


def _with_starts(bigrams: _Table, contexts: Numbers, smoothed: Smoothed) -> _Table:
    """Add the pairs of a word and a sentence start that trigrams begin with."""
    start, base = len(smoothed.words), smoothed.base
    firsts = contexts[contexts % base == start] // base
    keys = np.union1d(bigrams.keys, firsts)
    context = np.append(bigrams.keys[bigrams.context], firsts)
    words = np.append(bigrams.words, np.full(len(firsts), start))
    codes = np.append(bigrams.codes, np.full(len(firsts), NONE, dtype=np.uint8))
    order = np.lexsort((words, context))
    at = places_of(keys, smoothed.bigrams.keys)
    known = at >= 0
    return _Table(
        keys,
        np.searchsorted(keys, context[order]),
        words[order],
        codes[order],
        np.where(known, smoothed.bigrams.counts[at], 1.0),
        np.where(known, smoothed.bigrams.distinct[at], 1.0),
    )


def _spread(table: _Table, backoffs: Codes, size: int) -> dict[str, Codes]:
    """The numbers of contexts of one word, one for each word of the table."""
    values = {
        "word_backoffs": backoffs,
        "word_counts": encode_counts(table.counts),
        "word_distinct": encode_counts(table.distinct),
    }
    spread = {name: np.zeros(size, dtype=np.uint8) for name in values}
    for name, codes in values.items():
        spread[name][table.keys] = codes
    return spread


def _words(kind: str, table: _Table) -> dict[str, NDArray[Any]]:
    return {
        f"{kind}s_low": table.words & 0xFFFF,
        f"{kind}s_high": table.words >> 16,
        f"{kind}_codes": table.codes,
    }


def _texts(words: tuple[str, ...]) -> dict[str, NDArray[Any]]:
    return {
        "texts": np.frombuffer("".join(words).encode("utf-16-le"), "<u2"),
        "text_ends": np.cumsum([len(word) for word in words]),
    }
