# SPDX-License-Identifier: Apache-2.0
"""A text and its probability: what every predictor of the daemon hands to the ranking."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Scored"]


@dataclass(frozen=True, slots=True)
class Scored:
    """A text and its probability."""

    text: str
    probability: float
