# SPDX-License-Identifier: Apache-2.0
"""A model in a GGUF file: its numbers, its vocabulary and its weights.

Weights are dequantised one at a time, and of the embedding only the rows that
are asked for, so that memory stays far below the size of the whole model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from model_tools.families.graph import FloatArray
from model_tools.gguf.file import GgufFile
from model_tools.gguf.shape import HEAD, INTERLEAVED, architecture_of, shape_of
from model_tools.gguf.tokens import read_tokens
from model_tools.source import Selection, Shape, Source

__all__ = ["halved", "open_gguf"]

EMBEDDING: Final = "token_embd.weight"

_TURNED: Final = re.compile(r"blk\.\d+\.attn_([qk])\.(?:weight|bias)")
"""What makes the channels that turn with the position."""


def open_gguf(path: Path, selection: Selection) -> Source:
    """Open a GGUF file of a family that can be built.

    Raises:
        SourceError: it is no whole GGUF file, or of another family.
    """
    file = GgufFile(path)
    shape = shape_of(file)
    return Source(shape, _GgufTensors(file, shape), read_tokens(file, selection))


class _GgufTensors:
    """The weights, whose names are the canonical ones already."""

    def __init__(self, file: GgufFile, shape: Shape) -> None:
        self._file = file
        self._heads = (
            {"q": shape.heads, "k": shape.kv_heads} if architecture_of(file) in INTERLEAVED else {}
        )

    def tensor(self, name: str) -> FloatArray:
        value = self._file.tensor(self._stored(name))
        turned = _TURNED.fullmatch(name)
        return halved(value, self._heads[turned[1]]) if turned and self._heads else value

    def rows(self, name: str, ids: Sequence[int]) -> FloatArray:
        return self._file.tensor(self._stored(name), ids)

    def _stored(self, name: str) -> str:
        """Take the embedding for the head where there is no other."""
        return EMBEDDING if name == HEAD and HEAD not in self._file else name


def halved(value: FloatArray, heads: int) -> FloatArray:
    """Lay the pairs of channels that turn, neighbours in each head, a half of the head apart.

    Args:
        value: (heads × head_dim, …).
        heads: How many there are.
    """
    pairs = value.reshape(heads, -1, 2, *value.shape[1:])
    return np.ascontiguousarray(pairs.swapaxes(1, 2)).reshape(value.shape)
