# SPDX-License-Identifier: Apache-2.0
"""What is learned: the text alone, or what a teacher says of it too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from model_tools.training.losses import NONE_GIVEN, distillation_loss, hard_loss

if TYPE_CHECKING:
    from torch import Tensor, nn

__all__ = ["Distilled", "Plain"]


@dataclass(frozen=True, slots=True)
class Plain:
    """Learns the next token of the text."""

    model: nn.Module
    given: int = NONE_GIVEN
    """A token that is never guessed, such as the one that begins a text."""

    def loss(self, ids: Tensor) -> Tensor:
        """Return the mean surprise at (batch, length) tokens; see `Learner`."""
        return hard_loss(self.model(ids, use_cache=False).logits, ids, self.given)


@dataclass(frozen=True, slots=True)
class Distilled:
    """Learns the next token and how likely a teacher finds every other one."""

    model: nn.Module
    teacher: nn.Module
    """With the same vocabulary; never changed."""

    alpha: float
    """How much the teacher counts, 0 to 1."""

    temperature: float
    given: int = NONE_GIVEN

    def loss(self, ids: Tensor) -> Tensor:
        """Return the mixed loss on (batch, length) tokens; see `Learner`."""
        import torch

        with torch.no_grad():
            taught = self.teacher(ids, use_cache=False).logits
        said = self.model(ids, use_cache=False).logits
        return distillation_loss(said, taught, ids, self.alpha, self.temperature, self.given)
