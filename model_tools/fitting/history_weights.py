# SPDX-License-Identifier: Apache-2.0
"""Fits the function that says how far to trust the history: a few numbers, by maximum likelihood.

    Σ_i v_i [ log(h a + (1 − h) b + 2 r c) − log(1 + 2 r S) ] − penalty · |w|²
    h = sigmoid(w · f)      r = √(h (1 − h))

a and b are what the history and everybody gave to what came, c = √(a b) where both list it, and S
the sum of √(a b) over all words that both list (`ranking.personal`). The gradient is exact and
the climb that of `fit_mix_weights`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model_tools.fitting.mix_weights import FloatArray, climb, shares

__all__ = ["Gave", "fit", "log_likelihood"]

TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Gave:
    """What both sides gave at n positions."""

    history: FloatArray
    """(n,) to what came, or to everything that neither lists."""

    others: FloatArray
    """(n,) the same of everybody."""

    both: FloatArray
    """(n,) root of the product where both list what came, else 0."""

    all_both: FloatArray
    """(n,) sum of that root over all words that both list."""


def log_likelihood(share: FloatArray, gave: Gave) -> FloatArray:
    """Return (n,) the logarithm of the mixed probability of what came.

    Args:
        share: (n,) the history's.
        gave: What both sides gave.
    """
    root = np.sqrt(share * (1 - share))
    above = share * gave.history + (1 - share) * gave.others + 2 * root * gave.both
    result: FloatArray = np.log(np.maximum(above, TINY)) - np.log1p(2 * root * gave.all_both)
    return result


def fit(features: FloatArray, gave: Gave, values: FloatArray, penalty: float) -> FloatArray:
    """Return (k,) the weights of the likeliest mixture.

    Args:
        features: (n, k) of each position; the first is the bias, which is not penalised.
        gave: What both sides gave there.
        values: (n,) how much each position counts; sum 1.
        penalty: Of the squared weights, >= 0.
    """
    bound = np.full(features.shape[1], penalty)
    bound[0] = 0

    def slope(weights: FloatArray) -> tuple[float, FloatArray]:
        share = shares(weights, features)
        value = float(values @ log_likelihood(share, gave) - bound @ weights**2)
        change = values * _change(share, gave)
        return value, change @ features - 2 * bound * weights

    return climb(slope, np.zeros(features.shape[1]))


def _change(share: FloatArray, gave: Gave) -> FloatArray:
    """Return (n,) the derivative of the log-likelihoods by what the sigmoid is taken of."""
    spread = share * (1 - share)
    root = np.sqrt(spread)
    lean = (1 - 2 * share) * root
    above = share * gave.history + (1 - share) * gave.others + 2 * root * gave.both
    up = (spread * (gave.history - gave.others) + lean * gave.both) / np.maximum(above, TINY)
    result: FloatArray = up - lean * gave.all_both / (1 + 2 * root * gave.all_both)
    return result
