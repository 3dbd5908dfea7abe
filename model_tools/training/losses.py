# SPDX-License-Identifier: Apache-2.0
"""What is made small: surprise at the text, and distance from a teacher."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["distillation_loss", "hard_loss", "soft_loss"]


def hard_loss(logits: Tensor, ids: Tensor) -> Tensor:
    """Return the mean surprise at the next token, in nats.

    Args:
        logits: (batch, length, vocabulary).
        ids: (batch, length) the tokens themselves; the first is given, not guessed.
    """
    from torch.nn import functional

    return functional.cross_entropy(
        logits[:, :-1].flatten(0, 1).float(), ids[:, 1:].flatten().long()
    )


def soft_loss(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """Return how far a student's next tokens are from its teacher's: T² KL(teacher ‖ student).

    Args:
        student: (batch, length, vocabulary) logits.
        teacher: The same of the teacher.
        temperature: T, by which both are divided; T² keeps the size of the gradient.

    Source: Hinton et al. 2015, arXiv:1503.02531, section 2.
    """
    from torch.nn import functional

    ours, theirs = (
        functional.log_softmax(each[:, :-1].flatten(0, 1).float() / temperature, dim=-1)
        for each in (student, teacher)
    )
    return temperature**2 * functional.kl_div(ours, theirs, reduction="batchmean", log_target=True)


def distillation_loss(
    student: Tensor, teacher: Tensor, ids: Tensor, alpha: float, temperature: float
) -> Tensor:
    """Weigh both losses: (1 - alpha) hard + alpha soft; shapes as in the two."""
    hard = hard_loss(student, ids)
    return (1 - alpha) * hard + alpha * soft_loss(student, teacher, temperature)
