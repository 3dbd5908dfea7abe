# SPDX-License-Identifier: Apache-2.0
"""Probabilities and counts in eight bits on a logarithmic scale.

    probability = exp(-code / 15), 255 is none     1 down to 4e-8, steps of 7 %
    count       = exp( code / 15)                  1 up to 24 million

Probabilities are rounded down, so that those of one context still add up to
one at most.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "COUNTS",
    "NONE",
    "PROBABILITIES",
    "Codes",
    "encode_counts",
    "encode_probabilities",
]

Codes = NDArray[np.uint8]

STEPS: Final = 15.0
"""Codes to a factor of e."""

NONE: Final = 255
"""Code of probability zero."""

ROUNDING: Final = 1e-9
"""Codes that are whole but for floating point stay as they are."""

PROBABILITIES: Final[NDArray[np.float64]] = np.append(np.exp(-np.arange(NONE) / STEPS), 0.0)
"""(256,) value of each code of a probability."""

COUNTS: Final[NDArray[np.float64]] = np.exp(np.arange(NONE + 1) / STEPS)
"""(256,) value of each code of a count."""


def encode_probabilities(values: NDArray[np.float64]) -> Codes:
    """Return the codes of probabilities, rounded down.

    Args:
        values: (n,) from 0 to 1; what is below the scale becomes its smallest step, 0 stays 0.
    """
    with np.errstate(divide="ignore"):
        steps = np.ceil(-np.log(values) * STEPS - ROUNDING)
    return np.where(values > 0, np.clip(steps, 0, NONE - 1), NONE).astype(np.uint8)


def encode_counts(values: NDArray[np.float64]) -> Codes:
    """Return the codes of counts (n,) >= 1, rounded to the nearest."""
    steps = np.rint(np.log(np.maximum(values, 1.0)) * STEPS)
    return np.clip(steps, 0, NONE).astype(np.uint8)
