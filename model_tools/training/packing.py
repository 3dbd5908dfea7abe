# SPDX-License-Identifier: Apache-2.0
"""Text as rows of tokens without a gap, and which rows a step reads.

    documents ─ ids, last, first, ids … ─► one long row ─ cut, first before each ─► (rows, length)
    step ─► places in one shuffled row after the other ─► (batch,) rows

A row may hold the end of one document and the beginning of others: nothing is
padded, so that no step is spent on nothing. As a text at typing does, each begins
with the token that begins one: models that have always seen it are lost without.
What a step reads follows from its number alone, and so a run that goes on reads
what it would have read.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["TokenRows", "pack", "rows_of_batch"]

TokenRows = NDArray[np.int32]
"""(rows, length) token ids."""


def pack(
    documents: Iterable[Sequence[int]], length: int, first: Sequence[int], last: Sequence[int]
) -> TokenRows:
    """Join documents and cut them to rows; what fills no row at the end is left out.

    Args:
        documents: Token ids of each.
        length: Of a row, in tokens, more than `first` has.
        first: Put before each document and each row; may be empty.
        last: Put after each document; may be empty.

    Returns:
        (rows, length), rows may be 0.
    """
    parts = itertools.chain.from_iterable((ids, last, first) for ids in documents)
    joined = np.fromiter(itertools.chain.from_iterable(parts), dtype=np.int32)
    rest = length - len(first)
    rows = max(len(joined) - len(first), 0) // rest
    begins = np.tile(np.array(first, dtype=np.int32), (rows, 1))
    return np.concatenate([begins, joined[: rows * rest].reshape(rows, rest)], axis=1)


def rows_of_batch(batch: int, size: int, rows: int, seed: int) -> NDArray[np.int64]:
    """Say which rows a batch reads: each row once, in random order, then each once more …

    Args:
        batch: Its number since the beginning, from 0.
        size: Rows in a batch.
        rows: How many there are, >= 1.
        seed: Of the orders.

    Returns:
        (size,) places of rows.
    """
    places = np.arange(batch * size, (batch + 1) * size)
    rounds, at = np.divmod(places, rows)
    orders = {int(n): np.random.default_rng((seed, int(n))).permutation(rows) for n in set(rounds)}
    return np.array([orders[int(n)][place] for n, place in zip(rounds, at, strict=True)])
