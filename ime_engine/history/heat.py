# SPDX-License-Identifier: Apache-2.0
"""How often and how lately, as one number that time need not touch.

    weight(day) = 2 ^ ((heat - day) / half_life)          heat = the day on which the weight is 1

A use adds to the weight of that day, and the heat says when the sum will have fallen to one. All
weights fall alike, so the order by heat is the order by weight on every day, and the weight of
several words together has a heat of its own. In SQL, with :day, :rate and :added:

    exp((heat - :day) * :rate)                                       the weight
    :day + ln(exp((heat - :day) * :rate) + :added) / :rate           the heat after a use

Source: the "frecency" of Firefox's places in its form with exponential decay, where the moment of
decay to one is stored in place of the score.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

__all__ = ["ADDED", "DAY_S", "SUM", "WEIGHT", "Decay"]

DAY_S: Final = 86_400.0

WEIGHT: Final = "exp((heat - :day) * :rate)"
"""Weight of a row on :day."""

ADDED: Final = f":day + ln({WEIGHT} + :added) / :rate"
"""Heat of a row after :added was added to its weight on :day."""

SUM: Final = f":day + ln(max(sum({WEIGHT}), 1e-300)) / :rate"
"""Heat of several rows together."""


@dataclass(frozen=True, slots=True)
class Decay:
    """How fast what is not used fades."""

    half_life_days: float
    """Days in which a weight falls to a half, > 0."""

    @property
    def rate(self) -> float:
        """Decay a day, as the exponent of e."""
        return math.log(2) / self.half_life_days

    def weight(self, heat: float, day: float) -> float:
        """Return the weight that a heat stands for on a day."""
        return math.exp(min((heat - day) * self.rate, 700.0))

    def heat(self, weight: float, day: float) -> float:
        """Return the heat of a weight > 0 that was reached on a day."""
        return day + math.log(weight) / self.rate

    def together(self, heats: Iterable[float], day: float) -> float:
        """Return the weight of several heats together on a day."""
        return math.fsum(self.weight(heat, day) for heat in heats)
