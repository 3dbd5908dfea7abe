# SPDX-License-Identifier: Apache-2.0
"""Rotary positions: how fast each pair of channels turns, and the tables of a graph.

Sources: Su et al. 2021, arXiv:2104.09864, section 3.4.2 (rotary positions); Grattafiori et al.
2024, arXiv:2407.21783, and its reference code (`Llama3Scaling`); tested against transformers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model_tools.families.graph import GraphWriter

__all__ = ["Llama3Scaling", "add_rotary", "rotary_speeds"]

Speeds = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Llama3Scaling:
    """Slows the pairs that turn slowly, as Llama 3.1 and later do for long texts."""

    factor: float
    """How much slower the slowest pairs turn."""

    low: float
    """Pairs that turn fewer times than this within `positions` are the slowest."""

    high: float
    """Pairs that turn more often than this stay as they are; between the two is a slope."""

    positions: int
    """Positions the model was trained for at first."""

    def slowed(self, speeds: Speeds) -> Speeds:
        """Return the speeds, radians a position, as this scaling has them."""
        turns = self.positions * speeds / (2 * math.pi)
        kept = np.clip((turns - self.low) / (self.high - self.low), 0.0, 1.0)
        return np.asarray(speeds * (kept + (1 - kept) / self.factor))


def rotary_speeds(head_dim: int, base: float, scaling: Llama3Scaling | None = None) -> Speeds:
    """Return (head_dim / 2,) radians that each pair of channels turns from place to place."""
    half = head_dim // 2
    speeds = base ** (-np.arange(half, dtype=np.float64) / half)
    return np.asarray(speeds if scaling is None else scaling.slowed(speeds))


def add_rotary(graph: GraphWriter, name: str, speeds: Speeds, positions: int) -> tuple[str, str]:
    """Store the cosines and sines of (head_dim / 2,) speeds, (positions, head_dim / 2) each."""
    angles = np.arange(positions, dtype=np.float64)[:, np.newaxis] * speeds
    return (
        graph.constant(f"cos.{name}", np.cos(angles).astype(np.float32)),
        graph.constant(f"sin.{name}", np.sin(angles).astype(np.float32)),
    )
