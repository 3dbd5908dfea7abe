# SPDX-License-Identifier: Apache-2.0
"""How fast is learned at each step, and when enough has been learned."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import msgspec

__all__ = ["LOWEST", "Best", "Schedule", "rate_factor"]

LOWEST: Final = 0.1
"""What the rate ends at, as a share of the highest."""


class Schedule(msgspec.Struct, frozen=True):
    """How long and how fast is learned."""

    steps: int
    batch: int
    """Rows read at once."""

    accumulate: int
    """Batches whose gradients are added up for one step."""

    rate: float
    """Highest learning rate."""

    warm_up: int
    """Steps until it is reached."""

    decay: float
    """Weight decay of matrices."""

    clip: float
    """Largest norm of the gradient."""

    seed: int
    eval_every: int
    """Steps between two looks at what is held out."""

    save_every: int
    """Steps between two states to go on from."""

    patience: int
    """Looks without a better loss after which it stops; 0 for never."""


def rate_factor(step: int, warm_up: int, steps: int) -> float:
    """Return the learning rate of a step as a share of the highest.

    It rises in a line over the first steps, then falls as half a cosine to `LOWEST`.

    Args:
        step: Its number, from 0.
        warm_up: Steps of the rise; less than `steps`.
        steps: Of the whole run.

    Source: Loshchilov and Hutter 2017, arXiv:1608.03983, equation 5, without restarts.
    """
    if step < warm_up:
        return (step + 1) / (warm_up + 1)
    done = min((step - warm_up) / max(steps - warm_up, 1), 1.0)
    return LOWEST + (1 - LOWEST) * (1 + math.cos(math.pi * done)) / 2


@dataclass(frozen=True, slots=True)
class Best:
    """The best state so far by its loss on text that is not learned from."""

    step: int = 0
    loss: float = math.inf
    """In nats a token."""

    worse: int = 0
    """How many times in a row it has been no better since."""

    def after(self, step: int, loss: float) -> Best:
        """Return the best once another state has been measured; NaN is never better."""
        if loss < self.loss:
            return Best(step, loss)
        return Best(self.step, self.loss, self.worse + 1)

    def is_final(self, patience: int) -> bool:
        """Whether to stop; `patience` 0 never does."""
        return 0 < patience <= self.worse
