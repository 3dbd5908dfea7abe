# SPDX-License-Identifier: Apache-2.0
"""Moving outliers from a layer's input, where int8 suffers from them, into its weights.

    peaks of each input channel          (one pass of the fp32 graph over a few sentences)
      └► factor per channel ─► weights of the layer × factor
                            └► what makes the channel ÷ factor      (a norm, or the layer before)

The product stays the same; when it runs it costs nothing. A channel with peak
a and largest weight w gets the factor a^s / w^(1 - s).

Source: Xiao et al. 2023, SmoothQuant, arXiv:2211.10438, equation 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from model_tools.families.gemma3 import Gemma3Shape
from model_tools.families.graph import FloatArray, Tensors
from model_tools.families.llama import LlamaShape

__all__ = ["Link", "SmoothedTensors", "smooth", "smoothing_links"]

SMALLEST: Final = 1e-5
"""Peaks and weights below this count as this, so that no factor is infinite."""


@dataclass(frozen=True, slots=True)
class Link:
    """A layer, and what makes the channels of its input."""

    layer: str
    """Name of the layer in the graph."""

    weights: tuple[str, ...]
    """Its matrices, (out, in) each."""

    maker: str
    """The norm's weight, (in,), or the matrix, (channels, …), that makes the input."""

    channels: tuple[int, ...] = ()
    """(in,) row of the maker that makes each channel; empty for the same order."""


def smoothing_links(shape: Gemma3Shape | LlamaShape) -> list[Link]:
    """List the layers of a model whose input can be scaled at no cost."""
    group = shape.heads // shape.kv_heads
    values = tuple(
        (head // group) * shape.head_dim + place
        for head in range(shape.heads)
        for place in range(shape.head_dim)
    )
    links = [Link("output", ("output.weight",), "output_norm.weight")]
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        names = {
            name: f"{block}{name}.weight"
            for name in ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up")
        }
        qkv = (names["attn_q"], names["attn_k"], names["attn_v"])
        links += [
            Link(f"{block}attn_q+attn_k+attn_v", qkv, f"{block}attn_norm.weight"),
            Link(
                f"{block}ffn_gate+ffn_up",
                (names["ffn_gate"], names["ffn_up"]),
                f"{block}ffn_norm.weight",
            ),
        ]
        if not (isinstance(shape, LlamaShape) and shape.qkv_bias):
            # A bias of the values would have to be scaled with them.
            output = (names["attn_output"],)
            links.append(Link(f"{block}attn_output", output, names["attn_v"], values))
    return links


class SmoothedTensors:
    """Weights with rows and columns scaled as they are read."""

    def __init__(
        self, tensors: Tensors, rows: Mapping[str, FloatArray], columns: Mapping[str, FloatArray]
    ) -> None:
        """Wrap `tensors`; factors are by tensor name, (out,) for rows, (in,) for columns."""
        self._tensors = tensors
        self._rows = rows
        self._columns = columns

    def tensor(self, name: str) -> FloatArray:
        """Return a whole tensor, scaled; see `Tensors`."""
        value = self._tensors.tensor(name)
        if name in self._rows:
            factors = self._rows[name]
            value = value * (factors if value.ndim == 1 else factors[:, np.newaxis])
        return self._scaled_columns(name, value)

    def rows(self, name: str, ids: Sequence[int]) -> FloatArray:
        """Return the chosen rows of a matrix, their columns scaled; see `Tensors`."""
        return self._scaled_columns(name, self._tensors.rows(name, ids))

    def _scaled_columns(self, name: str, value: FloatArray) -> FloatArray:
        return value * self._columns[name] if name in self._columns else value


def smooth(
    tensors: Tensors,
    links: Sequence[Link],
    peaks: Mapping[str, FloatArray],
    strength: float,
    token_ids: Sequence[int],
) -> SmoothedTensors:
    """Scale the weights so that the links' inputs have few outliers.

    Args:
        tensors: Weights as they are.
        links: Layers to smooth.
        peaks: (in,) largest magnitude of each input channel, by layer.
        strength: s of the formula, 0 to 1.
        token_ids: Rows of the head that count.
    """
    rows: dict[str, FloatArray] = {}
    columns: dict[str, FloatArray] = {}
    for link in links:
        matrices = [
            tensors.rows(name, token_ids) if name == "output.weight" else tensors.tensor(name)
            for name in link.weights
        ]
        weights = np.max([np.abs(matrix).max(axis=0) for matrix in matrices], axis=0)
        channels = np.array(link.channels or range(len(weights)))
        factors = _factors(peaks[link.layer], weights, channels, strength)
        rows[link.maker] = np.reciprocal(factors)
        columns.update(dict.fromkeys(link.weights, factors[channels]))
    return SmoothedTensors(tensors, rows, columns)


def _factors(
    peaks: FloatArray, weights: FloatArray, channels: np.ndarray, strength: float
) -> FloatArray:
    """Return one factor per row of the maker, their geometric mean 1."""
    made = int(channels.max()) + 1
    largest = np.full((2, made), SMALLEST)
    for row, values in zip(largest, (peaks, weights), strict=True):
        np.maximum.at(row, channels, values)
    logarithms = strength * np.log(largest[0]) - (1 - strength) * np.log(largest[1])
    return np.asarray(np.exp(logarithms - logarithms.mean()), dtype=np.float32)
