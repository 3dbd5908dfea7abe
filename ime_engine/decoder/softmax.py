# SPDX-License-Identifier: Apache-2.0
"""Logits to probabilities, and the largest few of many, without sorting the rest."""

from __future__ import annotations

import numpy as np

from ime_engine.decoder.board import Scored
from ime_engine.decoder.vocabulary import Vocabulary
from ime_engine.runtime.base import FloatArray, IntArray

__all__ = ["next_tokens", "softmax", "top"]


def softmax(logits: FloatArray, temperature: float = 1.0) -> FloatArray:
    """Return probabilities over the last axis; a row of all -inf becomes all 0.

    Args:
        logits: (n, vocab_size), left as they are.
        temperature: Divides the logits, > 0.
    """
    peak = logits.max(axis=-1, keepdims=True)
    shifted = logits - np.where(np.isfinite(peak), peak, 0)
    if temperature != 1.0:
        shifted /= temperature
    np.exp(shifted, out=shifted)
    total = shifted.sum(axis=-1, keepdims=True)
    shifted /= np.where(total > 0, total, 1)
    return shifted


def top(values: FloatArray, k: int) -> IntArray:
    """Return the indices of the `k` largest positive values, in no particular order.

    A full sort of some thousand values would cost more than the rest of a level.
    """
    best = np.argpartition(values, -k)[-k:] if k < values.size else np.arange(values.size)
    return np.asarray(best[values[best] > 0])


def next_tokens(
    vocabulary: Vocabulary, logits: FloatArray, limit: int, temperature: float = 1.0
) -> list[Scored]:
    """Return the likeliest next tokens as they are, a space where the marker was.

    Args:
        vocabulary: Control tokens and bytes have no text and are left out.
        logits: (1, vocab_size).
        limit: Most tokens wanted.
        temperature: Divides the logits.
    """
    probabilities = softmax(logits, temperature)[0]
    probabilities[list(vocabulary.silent)] = 0
    scored = [
        Scored(vocabulary.shown(t), float(probabilities[t]))
        for t in top(probabilities, limit).tolist()
    ]
    return sorted(scored, key=lambda each: (-each.probability, each.text))
