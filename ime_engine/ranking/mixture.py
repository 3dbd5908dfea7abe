# SPDX-License-Identifier: Apache-2.0
"""Model and n-gram as one distribution, whose weights depend on the evidence.

    P(w) = s · P_model(w) + (1 − s) · P_ngram(w)         s = sigmoid(weights · features)

What the model did not list it may still think likely. Half of its unlisted probability is spread
as the n-gram would spread it, which is what a back-off does, and no such word gets more than the
least of those listed. So the sum never passes 1, and with s = 1 the model's order stands.

Source: Jelinek and Mercer 1980, Interpolated estimation of Markov source parameters from
sparse data; weights by a logistic function of features as in a mixture of experts (Jacobs,
Jordan, Nowlan, Hinton 1991).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ime_engine.protocol import Candidate
from ime_engine.ranking.evidence import FEATURES, Evidence, features

__all__ = ["FIXED", "Weights", "mixed", "model_probability", "share_of"]

FIXED_SHARE: Final = 0.6
"""Share of the model where no weights were fitted."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The fitted function from features to the model's share."""

    values: Mapping[str, float] = field(default_factory=dict)
    """Weight of each feature by its name; one that is missing counts nothing."""

    spread: float = 0.5
    """Share of the model's unlisted probability that the n-gram's words get, 0 to 1."""


FIXED: Final = Weights({"bias": math.log(FIXED_SHARE / (1 - FIXED_SHARE))})
"""What counts where no weights were fitted: the same share everywhere."""


def share_of(evidence: Evidence, weights: Weights) -> float:
    """Return the model's share, 0 to 1; a side that offers nothing has none."""
    if not evidence.model:
        return 0.0
    if not evidence.offered:
        return 1.0
    pairs = zip(FEATURES, features(evidence), strict=True)
    return _sigmoid(sum(weights.values.get(name, 0.0) * value for name, value in pairs))


def model_probability(evidence: Evidence, weights: Weights) -> dict[str, float]:
    """Return the model's probability of everything that either side lists."""
    known = evidence.model
    rest = max(1.0 - sum(known.values()), 0.0) * weights.spread
    elsewhere = max(1.0 - sum(evidence.ngram[text] for text in known), 0.0)
    least = min(known.values(), default=0.0)
    unlisted = {
        text: min(rest * evidence.ngram[text] / elsewhere, least) if elsewhere else 0.0
        for text in evidence.offered
        if text not in known
    }
    return {**known, **unlisted}


def mixed(evidence: Evidence, weights: Weights) -> list[Candidate]:
    """Return everything that either side lists, likeliest first; ties in code point order.

    The source of each is the side that most of its probability comes from.
    """
    share = share_of(evidence, weights)
    ranked = [
        _candidate(text, share * probability, (1 - share) * evidence.ngram.get(text, 0.0))
        for text, probability in model_probability(evidence, weights).items()
    ]
    return sorted(ranked, key=lambda each: (-each.probability, each.text))


def _candidate(text: str, model: float, ngram: float) -> Candidate:
    return Candidate(text, min(model + ngram, 1.0), "model" if model >= ngram else "ngram")


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
