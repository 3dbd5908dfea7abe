# SPDX-License-Identifier: Apache-2.0
"""What the decoder asks of a language model, whatever runs it.

The ONNX Runtime session and the table used in tests stand behind this one
protocol; nothing above this module knows which it has. A model keeps no state
between calls: the KV cache is a value that the caller holds, so that clients
may be interleaved and a prefix may be reused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["FloatArray", "Forward", "IntArray", "KVCache", "LanguageModel"]

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]

KVCache = Any
"""Keys and values of the tokens read so far; opaque. What it stands for never changes."""


@dataclass(frozen=True, slots=True)
class Forward:
    """What one forward pass gives."""

    logits: FloatArray
    """(n, vocab_size) next-token logits of each row, the caller's to overwrite."""

    kv: KVCache
    """KV cache of the n rows, the tokens just read included."""


class LanguageModel(Protocol):
    """A causal language model."""

    vocab_size: int
    context_length: int
    """Most tokens a row may hold, prompt and continuation together."""

    def prefill(
        self, token_ids: Sequence[int], kv: KVCache | None = None, reuse: int = 0
    ) -> Forward:
        """Read a prompt of one row, n = 1.

        Args:
            token_ids: (p,) the whole prompt, p >= 1.
            kv: KV cache of an earlier prompt whose first `reuse` tokens are the same.
            reuse: Tokens of `kv` to keep, 0 <= reuse < p; only the rest is read.
        """
        ...

    def extend(self, kv: KVCache, rows: IntArray, token_ids: IntArray) -> Forward:
        """Advance the chosen rows by one token each.

        Args:
            kv: KV cache of the rows to choose from.
            rows: (n,) index of the row that each new row continues.
            token_ids: (n,) token appended to that row.
        """
        ...

    def thin(self, kv: KVCache, most: int) -> KVCache:
        """Return the same prompt with little else, so that what is not used can be freed.

        Args:
            kv: KV cache of a prompt, as `prefill` gave it. A model may keep with it what
                was read after it, and need not read that again.
            most: Most tokens kept in that way.
        """
        ...
