# SPDX-License-Identifier: Apache-2.0
"""What is made small: surprise at the text, and distance from a teacher."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["NONE_GIVEN", "distillation_loss", "hard_loss", "soft_loss"]

NONE_GIVEN: Final = -100
"""For `given`: every token of the vocabulary is to be guessed."""


def hard_loss(logits: Tensor, ids: Tensor, given: int = NONE_GIVEN) -> Tensor:
    """Return the mean surprise at the next token, in nats.

    Args:
        logits: (batch, length, vocabulary).
        ids: (batch, length) the tokens themselves; the first is given, not guessed.
        given: A token that is never guessed either, such as the one that begins a text.
    """
    from torch.nn import functional

    said = logits[:, :-1].flatten(0, 1).float()
    return functional.cross_entropy(said, ids[:, 1:].flatten().long(), ignore_index=given)


def soft_loss(
    student: Tensor, teacher: Tensor, ids: Tensor, temperature: float, given: int = NONE_GIVEN
) -> Tensor:
    """Return how far a student's next tokens are from its teacher's: T² KL(teacher ‖ student).

    Args:
        student: (batch, length, vocabulary) logits.
        teacher: The same of the teacher.
        ids: (batch, length) the tokens that they were said of.
        temperature: T, by which both are divided; T² keeps the size of the gradient.
        given: A token that is never guessed.

    Source: Hinton et al. 2015, arXiv:1503.02531, section 2.
    """
    from torch.nn import functional

    guessed = ids[:, 1:].flatten() != given
    ours, theirs = (
        functional.log_softmax(each[:, :-1].flatten(0, 1)[guessed].float() / temperature, dim=-1)
        for each in (student, teacher)
    )
    return temperature**2 * functional.kl_div(ours, theirs, reduction="batchmean", log_target=True)


def distillation_loss(
    student: Tensor,
    teacher: Tensor,
    ids: Tensor,
    alpha: float,
    temperature: float,
    given: int = NONE_GIVEN,
) -> Tensor:
    """Weigh both losses: (1 - alpha) hard + alpha soft; shapes as in the two."""
    hard = hard_loss(student, ids, given)
    return (1 - alpha) * hard + alpha * soft_loss(student, teacher, ids, temperature, given)
