# SPDX-License-Identifier: Apache-2.0
"""How the matrices of a graph are stored and multiplied.

    fp32     as they are: for comparison and for calibration
    int8     one scale per output; the input is quantised as a whole when it runs.
             Fastest, and fit for inputs without outliers (see `smoothing`).
    int8,    the input is turned by a Hadamard matrix in runs of 64 channels and each
    rotated  token scaled to its own peak, so that an outlier is spread and troubles no
             other token; the weights are turned alike beforehand, so that the product
             is the same. For the layers named in the recipe.
    int8-weights, int4
             one scale per 32 weights, the input in int8 by 32 as well: weights alone
             decide the size, and no outlier reaches beyond its 32 channels.
    fp16     weights in half the bytes, turned to float32 before they are used.

But for fp32 and fp16, the embedding is stored as int8 in blocks; its rows are turned to
float32 as they are looked up.

Sources: Jacob et al. 2018, arXiv:1712.05877 (integer products, one scale per
channel); Ashkboos et al. 2024, QuaRot, arXiv:2404.00456, section 4 (rotation);
measurements in docs/design/model-folder.md.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from model_tools.families.graph import CONTRIB, FloatArray, GraphWriter

__all__ = [
    "BLOCK",
    "TURNED",
    "Blocks",
    "Float16",
    "Float32",
    "Int8",
    "hadamard",
    "largest_weight",
    "matches",
    "quantize_rows",
]

BLOCK: Final = 32
"""Weights that share a scale, where they are kept in blocks."""

INT8_ACTIVATIONS: Final = 4
"""Accuracy level at which the operator of blocks quantises its input to int8 as well."""

TURNED: Final = 64
"""Channels that are turned together, or as many as the input allows."""

SMALLEST_PEAK: Final = 1e-9
"""A token whose input is smaller counts as this, so that zeros stay zeros."""

LARGEST: Final = 127
"""Integer for the largest weight of a whole channel, on processors with VNNI."""

LARGEST_WITHOUT_VNNI: Final = 105
"""The same for processors without VNNI. They add two products of 8 bits in 16, which overflow where
a large weight meets a large input twice. With 105 that hardly ever happens; with less, rounding
costs more."""

VNNI: Final = frozenset({"avx512_vnni", "avx_vnni"})
"""What Linux calls it."""


def quantize_rows(
    weight: FloatArray, block: int, largest: int = 127
) -> tuple[NDArray[np.int8], FloatArray]:
    """Quantise each run of `block` weights symmetrically.

    Args:
        weight: (out, in) with in a multiple of `block`.
        block: Weights that share a scale.
        largest: Integer that stands for the largest of them, 1 to 127.

    Returns:
        (out, in / block, block) integers in -largest…largest, and their (out, in / block)
        scales: integer times scale is the weight, to half a scale.
    """
    out, inner = weight.shape
    blocks = weight.reshape(out, inner // block, block)
    scales = np.abs(blocks).max(axis=-1) / np.float32(largest)
    divisors = np.where(scales > 0, scales, np.float32(1))[..., np.newaxis]
    return np.rint(blocks / divisors).astype(np.int8), scales


def largest_weight(instructions: Collection[str]) -> int:
    """Return the integer for the largest weight of a channel.

    Args:
        instructions: What the processor knows beyond its basic instructions, as Linux calls it;
            one that is not told of, as on other architectures, is taken to add in 32 bits.
    """
    return LARGEST if not instructions or VNNI & set(instructions) else LARGEST_WITHOUT_VNNI


def hadamard(size: int) -> FloatArray:
    """Return the (size, size) Hadamard matrix of Sylvester, its own inverse.

    Args:
        size: A power of two.
    """
    matrix = np.ones((1, 1), dtype=np.float32)
    while len(matrix) < size:
        matrix = np.block([[matrix, matrix], [matrix, -matrix]])
    return np.asarray(matrix / np.sqrt(size), dtype=np.float32)


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

    rotated: tuple[str, ...] = ()
    """Patterns of the layers whose input is turned and scaled token by token."""

    largest: int = LARGEST
    """Integer for the largest weight of a channel; see `largest_weight`."""

    def linear(self, graph: GraphWriter, x: str, name: str, weight: FloatArray, bias: str) -> str:
        """Add a product in integers; see `Precision`."""
        if matches(name, self.rotated):
            return _rotated_product(graph, x, name, weight, bias, self.largest)
        return _product(graph, x, name, weight, bias, self.largest)

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


@dataclass(frozen=True, slots=True)
class Blocks:
    """Matrices in blocks of few bits; the embedding as `Int8` has it."""

    bits: Literal[4, 8]

    def linear(self, graph: GraphWriter, x: str, name: str, weight: FloatArray, bias: str) -> str:
        """Add a product in blocks; see `Precision`."""
        if weight.shape[1] % BLOCK:
            return _product(graph, x, name, weight, bias, LARGEST)
        middle = 1 << (self.bits - 1)
        values, scales = quantize_rows(weight, BLOCK, largest=middle - 1)
        shifted = (values.astype(np.int16) + middle).astype(np.uint8)
        packed = shifted if self.bits == 8 else shifted[..., ::2] | (shifted[..., 1::2] << 4)
        inputs = [x, graph.constant(name, packed), graph.constant(f"{name}.scale", scales)]
        return graph.node(
            "MatMulNBits",
            [*inputs, "", "", bias] if bias else inputs,
            domain=CONTRIB,
            N=weight.shape[0],
            K=weight.shape[1],
            bits=self.bits,
            block_size=BLOCK,
            accuracy_level=INT8_ACTIVATIONS,
        )

    def embedding(self, graph: GraphWriter, ids: str, name: str, table: FloatArray) -> str:
        """Add a look-up that turns int8 to float32 as it goes; see `Precision`."""
        return Int8().embedding(graph, ids, name, table)


@dataclass(frozen=True, slots=True)
class Float16:
    """Weights as float16, products in float32."""

    def linear(self, graph: GraphWriter, x: str, name: str, weight: FloatArray, bias: str) -> str:
        """Add a product in float32; see `Precision`. The runtime widens the weights once."""
        stored = graph.constant(name, _halved(weight.T))
        wide = graph.node("Cast", [stored], to=TensorProto.FLOAT)
        product = graph.node("MatMul", [x, wide])
        return graph.node("Add", [product, bias]) if bias else product

    def embedding(self, graph: GraphWriter, ids: str, name: str, table: FloatArray) -> str:
        """Add a look-up that widens the rows as it goes; see `Precision`."""
        rows = graph.node("Gather", [graph.constant(name, _halved(table)), ids])
        return graph.node("Cast", [rows], to=TensorProto.FLOAT)


def _halved(weight: FloatArray) -> NDArray[np.float16]:
    """Round to float16; what is too large for it becomes its largest."""
    most = float(np.finfo(np.float16).max)
    return np.clip(weight, -most, most).astype(np.float16)


def _product(
    graph: GraphWriter, x: str, name: str, weight: FloatArray, bias: str, largest: int
) -> str:
    """Add a product whose input is quantised as a whole."""
    values, scales = quantize_rows(weight, weight.shape[1], largest)
    inputs = [
        x,
        graph.constant(name, values[:, 0].T),
        graph.constant(f"{name}.scale", scales[:, 0]),
        "",
        bias,
    ]
    return graph.node("DynamicQuantizeMatMul", inputs, domain=CONTRIB)


def _rotated_product(
    graph: GraphWriter, x: str, name: str, weight: FloatArray, bias: str, largest: int
) -> str:
    """Add a product whose input is turned in runs, each token scaled to its peak before it."""
    out, inner = weight.shape
    size = math.gcd(inner, TURNED)
    matrix = hadamard(size)
    turned = (weight.reshape(out, inner // size, size) @ matrix).reshape(out, inner)
    runs = graph.node("Reshape", [x, graph.integers(0, -1, inner // size, size)])
    runs = graph.node("MatMul", [runs, graph.constant(f"hadamard.{size}", matrix)])
    flat = graph.node("Reshape", [runs, graph.integers(0, -1, inner)])
    highest = graph.node("ReduceMax", [graph.node("Abs", [flat])], axes=[-1], keepdims=1)
    smallest = graph.constant("smallest_peak", np.array(SMALLEST_PEAK, dtype=np.float32))
    peak = graph.node("Max", [highest, smallest])
    product = _product(graph, graph.node("Div", [flat, peak]), name, turned, "", largest)
    scaled = graph.node("Mul", [product, peak])
    return graph.node("Add", [scaled, bias]) if bias else scaled
