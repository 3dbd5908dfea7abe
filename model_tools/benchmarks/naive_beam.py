# SPDX-License-Identifier: Apache-2.0
"""The peer that is measured beside the decoder: a beam that reuses nothing.

Each step reads the whole prompt again for every hypothesis, as a first
implementation does that calls a model's forward pass in a loop. It exists to
be timed; its answers are token sequences, not eojeols.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from ime_engine.runtime.base import FloatArray, LanguageModel

__all__ = ["NAIVE_STEPS", "NAIVE_WIDTH", "naive_beam"]

NAIVE_WIDTH: Final = 8
NAIVE_STEPS: Final = 4
"""Tokens a hypothesis gets; about those of a long Korean eojeol."""


def naive_beam(
    model: LanguageModel,
    prompt_ids: Sequence[int],
    width: int = NAIVE_WIDTH,
    steps: int = NAIVE_STEPS,
) -> list[tuple[int, ...]]:
    """The likeliest continuations of a fixed length, best first.

    Args:
        model: Asked for 1 + (steps - 1) * width full forward passes.
        prompt_ids: (p,) tokens of the context, p >= 1.
        width: Hypotheses kept a step.
        steps: Tokens a hypothesis gets.

    Returns:
        At most `width` sequences of `steps` token ids.
    """
    beams: list[tuple[tuple[int, ...], float]] = [((), 0.0)]
    for _ in range(steps):
        grown = [
            ((*tokens, token), total + log_prob)
            for tokens, total in beams
            for token, log_prob in _best(model, [*prompt_ids, *tokens], width)
        ]
        beams = sorted(grown, key=lambda beam: -beam[1])[:width]
    return [tokens for tokens, _ in beams]


def _best(model: LanguageModel, token_ids: Sequence[int], count: int) -> list[tuple[int, float]]:
    logits = model.prefill(token_ids).logits[-1]
    log_probs = logits - _log_sum_exp(logits)
    count = min(count, len(log_probs))
    best = np.argpartition(log_probs, -count)[-count:]
    return [(int(token), float(log_probs[token])) for token in best]


def _log_sum_exp(logits: FloatArray) -> float:
    peak = float(logits.max())
    return peak + float(np.log(np.exp(logits - peak).sum()))
