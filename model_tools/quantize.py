# SPDX-License-Identifier: Apache-2.0
"""How the matrices of a graph are stored and multiplied.

    fp32     as they are: for comparison and for calibration
    int8     one scale per output; the input is quantised as a whole when it runs.
             Fastest, and fit for inputs without outliers (see `smoothing`).
    int8 in  one scale per 32 weights, and the input quantised by 32 too: slower,
    blocks   and as good as exact. For the layers named in the recipe.

The embedding is stored as int8 in blocks and turned to float32 row by row, as
its rows are looked up.

Source: Jacob et al. 2018, arXiv:1712.05877 (integer products, one scale per
channel); measurements in docs/design/model-folder.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from model_tools.families.graph import CONTRIB, FloatArray, GraphWriter

__all__ = ["BLOCK", "Float32", "Int8", "matches", "quantize_rows"]

BLOCK: Final = 32
"""Weights that share a scale, where they are kept in blocks."""

INT8_ACTIVATIONS: Final = 4
"""Accuracy level at which the operator quantises its input to int8, block by block."""


def quantize_rows(weight: FloatArray, block: int) -> tuple[NDArray[np.int8], FloatArray]:
    """Quantise each run of `block` weights symmetrically.

    Args:
        weight: (out, in) with in a multiple of `block`.
        block: Weights that share a scale.

    Returns:
        (out, in / block, block) integers in -127…127, and their (out, in / block)
        scales: integer times scale is the weight, to half a scale.
    """
    out, inner = weight.shape
    blocks = weight.reshape(out, inner // block, block)
    scales = np.abs(blocks).max(axis=-1) / np.float32(127)
    divisors = np.where(scales > 0, scales, np.float32(1))[..., np.newaxis]
    return np.rint(blocks / divisors).astype(np.int8), scales


def matches(name: str, patterns: Sequence[str]) -> bool:
    """Whether a layer's name fits one of the patterns, as file names do."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


@dataclass(frozen=True, slots=True)
class Float32:
    """Matrices as they are."""

    def linear(self, graph: GraphWriter, x: str, name: str, weight: FloatArray, bias: str) -> str:
        """Add a product in float32; see `Precision`."""
        product = graph.node("MatMul", [x, graph.constant(name, weight.T)])
        return graph.node("Add", [product, bias]) if bias else product

    def embedding(self, graph: GraphWriter, ids: str, name: str, table: FloatArray) -> str:
        """Add a look-up in float32; see `Precision`."""
        return graph.node("Gather", [graph.constant(name, table), ids])


@dataclass(frozen=True, slots=True)
class Int8:
    """Matrices as int8, products in integers."""

    in_blocks: tuple[str, ...] = ()
    """Patterns of the layers to quantise in blocks, input and weights."""

    def linear(self, graph: GraphWriter, x: str, name: str, weight: FloatArray, bias: str) -> str:
        """Add a product in integers; see `Precision`."""
        if matches(name, self.in_blocks) and weight.shape[1] % BLOCK == 0:
            return _product_in_blocks(graph, x, name, weight, bias)
        values, scales = quantize_rows(weight, weight.shape[1])
        inputs = [
            x,
            graph.constant(name, values[:, 0].T),
            graph.constant(f"{name}.scale", scales[:, 0]),
            "",
            bias,
        ]
        return graph.node("DynamicQuantizeMatMul", inputs, domain=CONTRIB)

    def embedding(self, graph: GraphWriter, ids: str, name: str, table: FloatArray) -> str:
        """Add a look-up that turns int8 to float32 as it goes; see `Precision`."""
        hidden = table.shape[1]
        values, scales = quantize_rows(table, BLOCK if hidden % BLOCK == 0 else hidden)
        rows = graph.node("Gather", [graph.constant(name, values), ids])
        stored = graph.constant(f"{name}.scale", scales[..., np.newaxis])
        factors = graph.node("Gather", [stored, ids])
        numbers = graph.node("Cast", [rows], to=TensorProto.FLOAT)
        product = graph.node("Mul", [numbers, factors])
        return graph.node("Reshape", [product, graph.integers(0, 0, hidden)])


def _product_in_blocks(graph: GraphWriter, x: str, name: str, weight: FloatArray, bias: str) -> str:
    """Add a product whose weights and input share a scale by blocks."""
    values, scales = quantize_rows(weight, BLOCK)
    shifted = values.view(np.uint8) ^ np.uint8(0x80)
    inputs = [x, graph.constant(name, shifted), graph.constant(f"{name}.scale", scales)]
    return graph.node(
        "MatMulNBits",
        [*inputs, "", "", bias] if bias else inputs,
        domain=CONTRIB,
        N=weight.shape[0],
        K=weight.shape[1],
        bits=8,
        block_size=BLOCK,
        accuracy_level=INT8_ACTIVATIONS,
    )
