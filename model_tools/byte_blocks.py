# SPDX-License-Identifier: Apache-2.0
"""A weight in a quarter of its size: whole numbers of eight bits, a scale for each run of 64.

    w ≈ q · s        q = round(w / s), −127 … 127        s = largest |w| of the run / 127, float16

So a weight comes along in a file; what a graph multiplies with is made from it (`quantize`).

Source: Dettmers et al. 2022, 8-bit optimizers via block-wise quantization, arXiv:2110.02861,
section 2.1, with evenly spaced numbers, as Q8_0 of the GGUF format has them.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model_tools.families.graph import FloatArray

__all__ = ["RUN", "fits", "from_blocks", "to_blocks"]

RUN: Final = 64
"""Weights that share a scale."""

LARGEST: Final = 127


def fits(weight: FloatArray) -> bool:
    """Whether a weight is a matrix whose rows are whole runs."""
    return weight.ndim == 2 and weight.shape[1] % RUN == 0


def to_blocks(weight: FloatArray) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """Round a weight that `fits`.

    Returns:
        (rows, columns) numbers, (rows, columns / 64) scales; infinite where float16 ends.
    """
    runs = np.asarray(weight, dtype=np.float32).reshape(len(weight), -1, RUN)
    with np.errstate(over="ignore"):
        scales = (np.abs(runs).max(axis=-1) / LARGEST).astype("<f2")
    # A scale that was rounded down to nothing divides by one; a smaller one leaves no room above.
    divisors = np.where(scales > 0, scales, 1).astype(np.float32)[..., np.newaxis]
    numbers = np.clip(np.rint(runs / divisors), -LARGEST, LARGEST).astype(np.int8)
    return numbers.reshape(weight.shape), scales


def from_blocks(numbers: NDArray[np.int8], scales: NDArray[np.floating[Any]]) -> FloatArray:
    """Return the weight that `to_blocks` rounded, as float32."""
    runs = numbers.reshape(len(numbers), -1, RUN).astype(np.float32)
    weight: FloatArray = runs * scales.astype(np.float32)[..., np.newaxis]
    return weight.reshape(numbers.shape)
