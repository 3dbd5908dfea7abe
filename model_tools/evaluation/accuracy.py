# SPDX-License-Identifier: Apache-2.0
"""Next-eojeol accuracy: which eojeol was meant, and where in the list it stands.

    sentence ──split at spaces──► positions (before, target) ──predict──► list ──► rank
                                                                                    │
                                    NEA@k = share of positions with rank <= k ◄─────┘

One definition for the whole project (docs/evaluation.md): every eojeol of a
sentence but the first is a position; its target is the eojeol without
trailing punctuation; candidates are stripped in the same way.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ime_engine.hangul.eojeol import without_trailing

__all__ = ["CUTOFFS", "Position", "positions_in", "rank_of", "sample", "stream"]

CUTOFFS: Final = (1, 3, 5)
"""The k of NEA@k; the last is also the length of the list that is asked for."""


@dataclass(frozen=True, slots=True)
class Position:
    """One place in a text at which the next eojeol is asked for."""

    register: str
    """Kind of text: the stem of the file it stands in."""

    sentence: int
    """Index of the sentence in that file; positions of one sentence are no independent trials."""

    before: str
    """Text before the eojeol, spaces as in the sentence, the last one included."""

    target: str
    """The eojeol without trailing punctuation; empty when it is nothing else."""


def positions_in(sentence: str, register: str, index: int) -> list[Position]:
    """Every eojeol of a sentence but the first.

    Args:
        sentence: One sentence, eojeols separated by spaces.
        register: Kind of text.
        index: Number of the sentence in its file.
    """
    eojeols = list(re.finditer(r"\S+", sentence))
    return [
        Position(register, index, sentence[: found.start()], without_trailing(found.group()))
        for found in eojeols[1:]
    ]


def rank_of(target: str, candidates: Sequence[str]) -> int | None:
    """Place of the target in the list, from 1; None when it is not there.

    An empty target (an eojeol of punctuation only) is never found: the list
    offers words.
    """
    if not target:
        return None
    for place, candidate in enumerate(candidates, start=1):
        if without_trailing(candidate) == target:
            return place
    return None


def stream(seed: int, name: str) -> np.random.Generator:
    """Random numbers of one purpose, so that a register more changes no other one's sample."""
    digest = hashlib.sha256(name.encode()).digest()
    return np.random.default_rng([seed, int.from_bytes(digest[:8], "big")])


def sample(positions: Sequence[Position], count: int, seed: int) -> list[Position]:
    """Choose positions of one register without replacement, in text order.

    Args:
        positions: All of one register.
        count: How many to keep; all of them when there are fewer. 0 keeps all.
        seed: The same seed chooses the same positions.
    """
    if not positions or not 0 < count < len(positions):
        return list(positions)
    draw = stream(seed, positions[0].register).choice(len(positions), count, replace=False)
    return [positions[at] for at in sorted(draw.tolist())]
