# SPDX-License-Identifier: Apache-2.0
"""The user's own words beside those that everybody may say.

    list of model and n-gram ─┐
                              ├─► share of the history (`share_of`) ─► one list
    history at this place ────┘

    P(w) = F(w) · (√((1 − h) · P_everybody(w)) + √(h · P_history(w)))² / Z
    Z    = 1 + 2 Σ √((1 − h) · P_everybody(w) · h · P_history(w))
    h    = sigmoid(weights · features)
    F(w) = how far the user uses words that begin like w of late (`history.recent`); over all of a
           list it takes as much as it gives

Under the root, a word that both expect is worth more than the sum of both, and one that only one
side knows still has its part. With h = 0 or 1 one side alone is left. The share depends on how much
the history has seen here, how sure it is, and how sure the others are. It is fitted on simulated
users by `model_tools fit-history`, so that the history gets as much as it has earned and never
drowns the model.

Source: Amari 2007, Integration of stochastic models by minimizing α-divergence (α = 0); the history
takes the part that a cache has in Kuhn and De Mori 1990, A cache-based natural language model for
speech recognition.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from ime_engine.history.recall import Recall
from ime_engine.protocol import Candidate

__all__ = [
    "FEATURES",
    "UNFITTED",
    "PersonalWeights",
    "features",
    "in_use",
    "mixed_in",
    "raised",
    "share_of",
]

PersonalWeights = Mapping[str, float]
"""Weight of each feature by its name; one that is missing counts nothing."""

FIRST: Final = 3
"""Places for words that were used right here."""

SOURCE: Final = "history"

LEAST: Final = 1e-4
"""Probability that stands for none in a logarithm."""

UNFITTED: Final[PersonalWeights] = {"bias": -2.0, "order_1": 0.5, "order_2": 1.0}
"""What counts where no weights were fitted: little, and more where the context is known."""

FEATURES: Final = (
    *("bias", "order_1", "order_2", "variety", "known", "typed_mass"),
    *("other_top", "other_mass"),
)
"""Names of the features; docs/design/ranking.md says what each tells."""


def features(recall: Recall, others: Sequence[Candidate]) -> tuple[float, ...]:
    """Return the value of each of `FEATURES`, in their order; all are of the order of one.

    Args:
        recall: What the history says here.
        others: The list of model and n-gram, likeliest first.
    """
    values = {
        "bias": 1.0,
        "order_1": float(recall.order == 1),
        "order_2": float(recall.order == 2),
        "variety": math.log1p(recall.distinct) / math.log1p(max(recall.count, 1.0)),
        "known": min(sum(recall.probabilities[text] for text in recall.offered), 1.0),
        "typed_mass": _logarithm(recall.typed_mass),
        "other_top": _logarithm(others[0].probability if others else 0.0),
        "other_mass": min(sum(each.probability for each in others), 1.0),
    }
    return tuple(values[name] for name in FEATURES)


def share_of(values: Sequence[float], weights: PersonalWeights) -> float:
    """Return the history's share, 0 to 1, from the values of `FEATURES`."""
    total = sum(
        weights.get(name, 0.0) * value for name, value in zip(FEATURES, values, strict=True)
    )
    return 1 / (1 + math.exp(-max(min(total, 40.0), -40.0)))


def mixed_in(
    others: Sequence[Candidate], recall: Recall, weights: PersonalWeights
) -> list[Candidate]:
    """Return one list, likeliest first; ties in code point order.

    Args:
        others: The list of model and n-gram, likeliest first.
        recall: What the history says, of these words too.
        weights: How far the history is trusted.
    """
    if not recall.offered:
        return list(others)
    share = share_of(features(recall, others), weights) if others else 1.0
    listed = {each.text: each for each in others}
    parts = {
        text: _Parts(
            (1 - share) * listed[text].probability if text in listed else 0.0,
            share * recall.probabilities.get(text, 0.0),
        )
        for text in dict.fromkeys((*listed, *recall.offered))
    }
    whole = 1 + sum(each.both for each in parts.values())
    mixed = {text: each.sum / whole for text, each in parts.items()}
    ranked = [
        Candidate(text, min(probability, 1.0), parts[text].source(listed.get(text)))
        for text, probability in in_use(mixed, recall.in_use).items()
    ]
    ranked.sort(key=lambda each: (-each.probability, each.text))
    return raised(ranked, recall.sure)


def raised(ranked: Sequence[Candidate], sure: Collection[str]) -> list[Candidate]:
    """Give words that were used right here more than once a place among the first three.

    Args:
        ranked: Likeliest first; places trade words, not probabilities.
        sure: At most three.
    """
    if all(each.text not in sure for each in ranked[FIRST:]):
        return list(ranked)
    room = FIRST - sum(each.text in sure for each in ranked)
    others = [each.text for each in ranked if each.text not in sure][:room]
    first = {*sure, *others}
    moved = sorted(ranked, key=lambda each: each.text not in first)
    return [
        replace(each, probability=place.probability)
        for each, place in zip(moved, ranked, strict=True)
    ]


def in_use(probabilities: Mapping[str, float], use: Mapping[str, float]) -> dict[str, float]:
    """Favour words whose beginnings the user used of late; all together weigh as before.

    Args:
        probabilities: Of the words that are listed.
        use: How far the beginning of each is in use, > 0 and at most 1; 1 where it is not told.
    """
    favoured = {text: p * use.get(text, 1.0) for text, p in probabilities.items()}
    whole = sum(favoured.values())
    scale = sum(probabilities.values()) / whole if whole else 1.0
    return {text: p * scale for text, p in favoured.items()}


class _Parts(NamedTuple):
    """What a word has of both sides."""

    others: float
    history: float

    @property
    def both(self) -> float:
        """What it is worth more because both expect it."""
        return 2 * math.sqrt(self.others * self.history)

    @property
    def sum(self) -> float:
        """All of it, before all words are made to sum to one."""
        return self.others + self.history + self.both

    def source(self, other: Candidate | None) -> str:
        """The side that gives more."""
        return SOURCE if other is None or self.history > self.others else other.source


def _logarithm(probability: float) -> float:
    """Map 1 to 0 and what is next to nothing to -1."""
    return math.log(max(probability, LEAST)) / -math.log(LEAST)
