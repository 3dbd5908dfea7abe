# SPDX-License-Identifier: Apache-2.0
"""What is known at one position, as the few numbers that say whom to trust.

    model's list ──┐
                   ├─► Evidence ─► features ─► share of the model (`mixture`)
    n-gram's list ─┘

Every feature is of the order of one, so that the weights can be compared by eye and one
penalty fits all of them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

__all__ = ["FEATURES", "Evidence", "features"]

Likely = Mapping[str, float]
"""Probability of each text; they sum to at most 1."""

LEAST: Final = 1e-4
"""Probability that stands for none in a logarithm."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What both sides say of one position."""

    model: Likely
    """The model's list; empty when it has none."""

    ngram: Likely
    """The n-gram's probability of everything that either side lists."""

    offered: tuple[str, ...] = ()
    """What the n-gram itself lists, likeliest first."""

    order: int = 0
    """Eojeols of context that the n-gram knew, 0 to 2."""

    count: float = 0.0
    """How often it had seen that context."""

    distinct: int = 0
    """How many different eojeols it had seen after it."""

    strokes: int = 0
    """Keys typed of the eojeol."""

    before: int = 0
    """Eojeols of text before it, as far as the n-gram looks."""

    top: float = field(init=False)
    """The n-gram's probability of the first word that it lists; 0 when it lists none."""

    def __post_init__(self) -> None:
        """Look up what several features need."""
        first = self.ngram.get(self.offered[0], 0.0) if self.offered else 0.0
        object.__setattr__(self, "top", first)


def features(evidence: Evidence) -> tuple[float, ...]:
    """Return the value of each of `FEATURES`, in their order."""
    values = _model(evidence) | _ngram(evidence) | _both(evidence)
    return tuple(values[name] for name in FEATURES)


def _model(evidence: Evidence) -> dict[str, float]:
    listed = evidence.model.values()
    return {
        "bias": 1.0,
        "model_top": _logarithm(max(listed, default=0.0)),
        "model_mass": min(sum(listed), 1.0),
        "model_entropy": _entropy(evidence.model),
    }


def _ngram(evidence: Evidence) -> dict[str, float]:
    offered = {text: evidence.ngram[text] for text in evidence.offered}
    return {
        "order_1": float(evidence.order == 1),
        "order_2": float(evidence.order == 2),
        "count": math.log1p(evidence.count) / 5,
        "variety": math.log1p(evidence.distinct) / math.log1p(max(evidence.count, 1.0)),
        "ngram_top": _logarithm(evidence.top),
        "ngram_mass": min(sum(offered.values()), 1.0),
        "ngram_entropy": _entropy(offered),
    }


def _both(evidence: Evidence) -> dict[str, float]:
    shared = (min(p, evidence.ngram.get(text, 0.0)) for text, p in evidence.model.items())
    expected = sum(p * evidence.ngram.get(text, 0.0) for text, p in evidence.model.items())
    return {
        "overlap": sum(shared),
        "believed": _logarithm(expected),
        "typed": float(evidence.strokes > 0),
        "strokes": min(evidence.strokes, 8) / 8,
        "before": min(evidence.before, 2) / 2,
    }


def _logarithm(probability: float) -> float:
    """Map 1 to 0 and what is next to nothing to about -1."""
    return math.log(max(probability, LEAST)) / -math.log(LEAST)


def _entropy(likely: Likely) -> float:
    """Entropy of a list of its own, in tenths of e-bits; 0 for an empty one."""
    mass = sum(likely.values())
    if not mass:
        return 0.0
    shares = (p / mass for p in likely.values() if p > 0)
    return -sum(share * math.log(share) for share in shares) / 3


FEATURES: Final = (
    *("bias", "model_top", "model_mass", "model_entropy"),
    *("order_1", "order_2", "count", "variety", "ngram_top", "ngram_mass", "ngram_entropy"),
    *("overlap", "believed", "typed", "strokes", "before"),
)
"""Names of the features; docs/design/ranking.md says what each tells."""
