# SPDX-License-Identifier: Apache-2.0
"""Keystroke savings: what an ideal typist spends who watches the list.

The typist looks at the list before the eojeol and after each key, and accepts
as soon as the target is in it and at least one key is saved.

    typed in full   k keys + 1 for the space
    accepted after n keys   n + 2 (Alt and a digit), which bring the space

    KSR = 1 - spent / typed in full, keys summed over all positions

Keys are those of the dubeolsik layout; a shifted jamo is one. Punctuation
after the target is typed either way and is left out of both sums.

Source: Trnka and McCoy 2008, Evaluating Word Prediction: Framing Keystroke
Savings, ACL 2008 short papers; costs as defined in docs/evaluation.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from model_tools.evaluation.accuracy import CUTOFFS, rank_of

__all__ = ["ACCEPT_KEYS", "SPACE_KEYS", "Cost", "type_eojeol"]

ACCEPT_KEYS: Final = 2
SPACE_KEYS: Final = 1

Offer = Callable[[str], Sequence[str]]
"""From what is typed of the eojeol to the list of candidates."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Keys of one eojeol and its space."""

    full: int
    """Typed without a list."""

    spent: int
    """Typed and accepted by the ideal typist; never above `full`."""


def type_eojeol(target: str, prefixes: Sequence[str], offer: Offer) -> Cost:
    """Type one eojeol and accept it as soon as that pays.

    Args:
        target: Eojeol without trailing punctuation.
        prefixes: (k,) what stands in the text after 1 … k keys, all of them at last.
        offer: Asked only while accepting would save a key.
    """
    full = len(prefixes) + SPACE_KEYS
    for typed, prefix in enumerate(["", *prefixes]):
        if typed + ACCEPT_KEYS >= full:
            break
        if rank_of(target, offer(prefix)[: CUTOFFS[-1]]) is not None:
            return Cost(full, typed + ACCEPT_KEYS)
    return Cost(full, full)
