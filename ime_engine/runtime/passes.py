# SPDX-License-Identifier: Apache-2.0
"""Several searches' passes as one, and what it gave as theirs.

    columns          past of a │ past of b │ a1 a2 │ b1 a3 b2
    a3 sees          ■ ■ ■     │           │ ■ ■   │    ■
    b2 sees                    │ ■ ■ ■ ■   │       │ ■     ■

All columns of all texts lie side by side; a token sees those of its own text alone, so
what comes out is what each pass would have given by itself (up to the rounding of 8-bit
activations, which share a scale). The weights are read once for all of them, which is most of what
a pass costs. Tokens whose logits are wanted come last, as the graph has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ime_engine.runtime.base import FloatArray, IntArray
from ime_engine.runtime.tree import HIDDEN, Read, Step

__all__ = ["Pass", "merged", "parted"]


@dataclass(frozen=True, slots=True)
class Pass:
    """What the graph is asked at once."""

    step: Step
    """The new tokens."""

    past: tuple[FloatArray, ...]
    """(1, kv_heads, past, head_dim) each: keys and values read before."""

    wanted: int
    """Logits of the last so many new tokens are wanted, >= 1."""

    @property
    def known(self) -> int:
        """Columns read before."""
        return int(self.past[0].shape[2])

    @property
    def new(self) -> int:
        """Tokens to read."""
        return len(self.step.token_ids)

    @property
    def columns(self) -> int:
        """Columns that there are after it."""
        return self.known + self.new


def merged(passes: Sequence[Pass]) -> Pass:
    """Return one pass that reads the tokens of all, >= 1 of them."""
    if len(passes) == 1:
        return passes[0]
    known, new = sum(each.known for each in passes), sum(each.new for each in passes)
    bias = np.full((new, known + new), HIDDEN, dtype=np.float32)
    token_ids, positions = np.empty((2, new), dtype=np.int64)
    for each, (rows, columns) in zip(passes, _places(passes), strict=True):
        bias[np.ix_(rows, columns)] = each.step.bias
        token_ids[rows], positions[rows] = each.step.token_ids, each.step.positions
    past = tuple(np.concatenate(arrays, axis=2) for arrays in zip(*_pasts(passes), strict=True))
    return Pass(Step(token_ids, positions, bias), past, sum(each.wanted for each in passes))


def parted(passes: Sequence[Pass], read: Read) -> list[Read]:
    """Return what `merged(passes)` gave as what each of them gives."""
    if len(passes) == 1:
        return [read]
    ends = np.cumsum([each.wanted for each in passes])
    logits = np.split(read.logits, ends[:-1])
    return [
        Read(own, tuple(array[:, :, columns] for array in read.keys_values))
        for own, (_, columns) in zip(logits, _places(passes), strict=True)
    ]


def _pasts(passes: Sequence[Pass]) -> Iterator[tuple[FloatArray, ...]]:
    return (each.past for each in passes)


def _places(passes: Sequence[Pass]) -> Iterator[tuple[IntArray, IntArray]]:
    """Say where each pass's tokens lie: rows among the new ones, columns past ones included."""
    known = sum(each.known for each in passes)
    past, head = 0, 0
    tail = sum(each.new - each.wanted for each in passes)
    for each in passes:
        quiet = each.new - each.wanted
        rows = np.r_[head : head + quiet, tail : tail + each.wanted]
        yield rows, np.r_[past : past + each.known, known + rows]
        past, head, tail = past + each.known, head + quiet, tail + each.wanted
