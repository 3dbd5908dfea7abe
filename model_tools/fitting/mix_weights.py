# SPDX-License-Identifier: Apache-2.0
"""Fits the function that says how far to trust the model: a few numbers, by maximum likelihood.

    Σ_i v_i log(s_i a_i + (1 − s_i) b_i) − penalty · |w|²          s_i = sigmoid(w · f_i)

a_i and b_i are what the model and the n-gram gave to what came at position i, or to everything
unlisted when it was on neither list; v_i weighs each register the same. The gradient is exact
and the climb is BFGS with backtracking, so that the same positions give the same weights.

Source: Nocedal and Wright 2006, Numerical Optimization, algorithms 3.1 and 6.1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

__all__ = ["FloatArray", "balanced", "climb", "fit", "log_likelihood", "shares"]

FloatArray = np.ndarray

TINY: Final = 1e-12
STEPS: Final = 200
ENOUGH: Final = 1e-7
"""Length of the gradient at which the top is reached."""

Slope = Callable[[FloatArray], tuple[float, FloatArray]]
"""From weights to a value and its gradient."""


def shares(weights: FloatArray, features: FloatArray) -> FloatArray:
    """Return (n,) the model's share at each position."""
    share: FloatArray = 1 / (1 + np.exp(-np.clip(features @ weights, -40, 40)))
    return share


def log_likelihood(share: FloatArray | float, model: FloatArray, ngram: FloatArray) -> FloatArray:
    """Return (n,) the logarithm of the mixed probability of what came."""
    result: FloatArray = np.log(np.maximum(share * model + (1 - share) * ngram, TINY))
    return result


def balanced(registers: Sequence[str]) -> FloatArray:
    """Return (n,) values that sum to 1, each register's to the same."""
    names, index, counts = np.unique(np.array(registers), return_inverse=True, return_counts=True)
    values: FloatArray = 1 / (len(names) * counts[index])
    return values


def fit(
    features: FloatArray, model: FloatArray, ngram: FloatArray, values: FloatArray, penalty: float
) -> FloatArray:
    """Return (k,) the weights of the likeliest mixture.

    Args:
        features: (n, k) of each position; the first is the bias, which is not penalised.
        model: (n,) the model's probability of what came.
        ngram: (n,) the n-gram's.
        values: (n,) how much each position counts; sum 1.
        penalty: Of the squared weights, >= 0.
    """
    bound = np.full(features.shape[1], penalty)
    bound[0] = 0

    def slope(weights: FloatArray) -> tuple[float, FloatArray]:
        share = shares(weights, features)
        probability = np.maximum(share * model + (1 - share) * ngram, TINY)
        change = values * share * (1 - share) * (model - ngram) / probability
        value = float(values @ np.log(probability) - bound @ weights**2)
        return value, change @ features - 2 * bound * weights

    return climb(slope, np.zeros(features.shape[1]))


def climb(slope: Slope, start: FloatArray) -> FloatArray:
    """Walk uphill until it is flat.

    Args:
        slope: Value and gradient at a point.
        start: Where to begin.
    """
    at, inverse = start, np.eye(len(start))
    value, gradient = slope(at)
    for _ in range(STEPS):
        if np.linalg.norm(gradient) < ENOUGH:
            break
        step = _step(slope, at, value, gradient, inverse @ gradient)
        if step is None:
            break
        now, new_gradient = slope(at + step)
        inverse = _updated(inverse, step, gradient - new_gradient)
        at, value, gradient = at + step, now, new_gradient
    return at


def _step(
    slope: Slope, at: FloatArray, value: float, gradient: FloatArray, way: FloatArray
) -> FloatArray | None:
    """Halve the way until it leads up far enough (Armijo); None when none does."""
    for _ in range(40):
        if slope(at + way)[0] >= value + 1e-4 * float(gradient @ way):
            return way
        way = way / 2
    return None


def _updated(inverse: FloatArray, step: FloatArray, fall: FloatArray) -> FloatArray:
    """Correct the inverse curvature by what one step has shown."""
    curvature = float(step @ fall)
    if curvature <= TINY:
        return inverse
    identity = np.eye(len(step))
    left = identity - np.outer(step, fall) / curvature
    corrected: FloatArray = left @ inverse @ left.T + np.outer(step, step) / curvature
    return corrected
