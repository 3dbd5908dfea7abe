# SPDX-License-Identifier: Apache-2.0
"""What a model has read after one prompt: a tree of tokens, each read once.

    columns   <bos> 오늘 날씨 가 │ ▁좋 ▁추  네 │ 아 워 …
              └───── trunk ─────┘ └──── one pass ───┘

The keys and values of all tokens lie side by side in one row. Each token sees the
trunk, the tokens that it continues, and itself; its place in the text is its depth.
So a level of a search costs one pass over its new tokens and copies no prompt, and
a search that comes to the same token again, because one more key was typed, finds
its logits here.

Source: Miao et al. 2024, SpecInfer, arXiv:2305.09781, section 4 (tree attention).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ime_engine.runtime.base import FloatArray, IntArray

__all__ = ["HIDDEN", "Read", "Rows", "Step", "TokenTree", "trunk_step"]

HIDDEN: Final = np.float32(-1e4)
"""Added to the score of a token that is not seen: nothing is left of it after softmax."""


@dataclass(frozen=True, slots=True)
class Step:
    """New tokens for one pass of the graph."""

    token_ids: IntArray
    """(t,)"""

    positions: IntArray
    """(t,) place of each in its text."""

    bias: FloatArray
    """(t, past + t) 0 where a token sees another, else `HIDDEN`."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a pass gave."""

    logits: FloatArray
    """(n, vocab_size)"""

    keys_values: tuple[FloatArray, ...]
    """(1, kv_heads, past + t, head_dim) each."""


def trunk_step(token_ids: Sequence[int], past: int) -> Step:
    """Return the pass that reads `token_ids` as one text after `past` tokens of it."""
    new = len(token_ids)
    bias = np.triu(np.full((new, past + new), HIDDEN, dtype=np.float32), past + 1)
    return Step(np.array(token_ids, dtype=np.int64), np.arange(past, past + new), bias)


class TokenTree:
    """Tokens read after one prompt; only grows. Hold `lock` while looking up and adding.

    Args:
        trunk: Tokens of the prompt, >= 1.
        read: The pass that read the last of them, with the logits after it.
    """

    def __init__(self, trunk: int, read: Read) -> None:
        self.lock = threading.Lock()
        self.trunk = trunk
        self.keys_values = read.keys_values
        self._logits = {trunk - 1: read.logits[-1]}
        self._children: dict[tuple[int, int], int] = {}
        self._sees = {trunk - 1: np.zeros(trunk, dtype=np.float32)}
        """By column: its row of the bias, as long as the row was when it was read."""

        self._depth = {trunk - 1: trunk - 1}

    @property
    def columns(self) -> int:
        """Tokens held, those of the trunk included."""
        return int(self.keys_values[0].shape[2])

    def root(self) -> Rows:
        """Return the one row that ends with the prompt."""
        return Rows(self, (self.trunk - 1,))

    def child(self, column: int, token: int) -> int | None:
        """Return the column of a token read after another, or None."""
        return self._children.get((column, token))

    def column(self, column: int, token: int) -> int:
        """Return the column of a token that was read after another."""
        return self._children[column, token]

    def logits(self, columns: Sequence[int]) -> FloatArray:
        """Return a copy of what was said after some tokens, (n, vocab_size)."""
        return np.stack([self._logits[column] for column in columns])

    def step(self, pairs: Sequence[tuple[int, int]]) -> Step:
        """Return the pass that reads tokens not held yet.

        Args:
            pairs: (column, token): the token, and the column that it continues.
        """
        past = self.columns
        bias = np.full((len(pairs), past + len(pairs)), HIDDEN, dtype=np.float32)
        for at, (column, _) in enumerate(pairs):
            seen = self._sees[column]
            bias[at, : len(seen)] = seen
            bias[at, past + at] = 0
        positions = [self._depth[column] + 1 for column, _ in pairs]
        token_ids = np.array([token for _, token in pairs], dtype=np.int64)
        return Step(token_ids, np.array(positions, dtype=np.int64), bias)

    def add(self, pairs: Sequence[tuple[int, int]], step: Step, read: Read) -> None:
        """Take in what the pass of `step(pairs)` gave, logits for every pair."""
        past = self.columns
        self.keys_values = read.keys_values
        for at, pair in enumerate(pairs):
            column = past + at
            self._children[pair] = column
            self._logits[column] = read.logits[at]
            self._sees[column] = step.bias[at, : column + 1]
            self._depth[column] = int(step.positions[at])

    def path(self, token_ids: Sequence[int]) -> list[int]:
        """Return the columns of the longest beginning of `token_ids` read after the trunk."""
        column, found = self.trunk - 1, []
        for token in token_ids:
            after = self.child(column, token)
            if after is None:
                break
            column = after
            found.append(column)
        return found

    def text(self, first: int, after: Sequence[int] = ()) -> tuple[FloatArray, ...]:
        """Return a copy of the keys and values of the first columns and of those after them."""
        if not after:
            return tuple(array[:, :, :first].copy() for array in self.keys_values)
        columns = np.array([*range(first), *after], dtype=np.int64)
        return tuple(array[:, :, columns] for array in self.keys_values)


@dataclass(frozen=True, slots=True)
class Rows:
    """A KV cache: texts that end in some tokens of a tree."""

    tree: TokenTree
    columns: tuple[int, ...]
    """(n,) column of the last token of each row."""
