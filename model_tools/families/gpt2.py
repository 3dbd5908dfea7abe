# SPDX-License-Identifier: Apache-2.0
"""GPT-2, of which KoGPT2 is one: a decoder with learned positions.

    ids → embedding + position
      ┌ layer norm → q k v → attention → o → + ┐ × layers
      └ layer norm → up → GELU → down → + ─────┘
    tokens wanted → layer norm → logits (the embedding again)

Source: Radford et al. 2019, "Language models are unsupervised multitask
learners"; tested against transformers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import onnx

from model_tools.families.attention import Attention, add_attention, add_lengths
from model_tools.families.graph import CONTRIB, GraphWriter, Precision, Tensors

__all__ = ["Gpt2Shape", "build_gpt2"]


@dataclass(frozen=True, slots=True)
class Gpt2Shape:
    """The numbers of one GPT-2 model."""

    layers: int
    hidden: int
    heads: int
    positions: int
    """Most positions the model was trained for, in tokens."""

    epsilon: float

    @property
    def kv_heads(self) -> int:
        """Heads of the KV cache."""
        return self.heads

    @property
    def head_dim(self) -> int:
        """Channels of a head."""
        return self.hidden // self.heads


def build_gpt2(
    shape: Gpt2Shape,
    tensors: Tensors,
    token_ids: Sequence[int],
    context_length: int,
    precision: Precision,
) -> onnx.ModelProto:
    """Build the graph of the contract in `model_tools.families.graph`.

    Args:
        shape: Numbers of the model.
        tensors: Its weights; matrices are (out, in).
        token_ids: Rows of the embedding to keep, in the order of the new ids.
        context_length: Most positions, past and new together, in tokens; at
            most `shape.positions`.
        precision: How matrices are stored and multiplied.
    """
    graph = GraphWriter(precision)
    table = tensors.rows("token_embd.weight", token_ids)
    layers = _Layers(shape, tensors, graph)
    residual = layers.embed(table, context_length)
    hidden = layers.norm(residual, "blk.0.attn_norm")
    for layer in range(shape.layers):
        hidden, residual = layers.add(layer, hidden, residual)
    head = tensors.rows("output.weight", token_ids)
    return graph.finish(graph.linear(hidden, "output", head), len(token_ids))


class _Layers:
    """Writes the layers; holds what they share."""

    def __init__(self, shape: Gpt2Shape, tensors: Tensors, graph: GraphWriter) -> None:
        self._shape = shape
        self._tensors = tensors
        self._graph = graph
        self._lengths = add_lengths(graph)

    def embed(self, table: np.ndarray, context_length: int) -> str:
        """Add the sum of the tokens' and the positions' embeddings, (1, T, hidden)."""
        places = self._tensors.rows("position_embd.weight", range(context_length))
        looked_up = self._graph.embedding("input_ids", "token_embd", table)
        stored = self._graph.constant("position_embd", places)
        place = self._graph.node("Gather", [stored, "positions"])
        return self._graph.node("Add", [looked_up, place])

    def add(self, layer: int, hidden: str, residual: str) -> tuple[str, str]:
        """Add one layer.

        Args:
            layer: Its index.
            hidden: Name of its normed input.
            residual: Name of its input.

        Returns:
            Names of the same two for what follows it.
        """
        attended = self._attention(layer, hidden)
        is_last = layer == self._shape.layers - 1
        if is_last:
            attended, residual = map(self._graph.wanted, (attended, residual))
        attended = self._linear(attended, layer, "attn_output")
        hidden, residual = self._add_and_norm(attended, residual, f"blk.{layer}.ffn_norm")
        up = self._linear(hidden, layer, "ffn_up")
        gelu = self._graph.node("FastGelu", [up], domain=CONTRIB)
        following = "output_norm" if is_last else f"blk.{layer + 1}.attn_norm"
        return self._add_and_norm(self._linear(gelu, layer, "ffn_down"), residual, following)

    def norm(self, x: str, name: str) -> str:
        """Add the layer norm of x over its last axis."""
        inputs = [x, *self._weight_and_bias(name)]
        return self._graph.node("LayerNormalization", inputs, axis=-1, epsilon=self._shape.epsilon)

    def _add_and_norm(self, x: str, residual: str, name: str) -> tuple[str, str]:
        """Add x + residual and its layer norm; return the norm, then the sum."""
        normed, total = f"{name}.normed", f"{name}.sum"
        self._graph.nodes(
            "SkipLayerNormalization",
            [x, residual, *self._weight_and_bias(name)],
            [normed, "", "", total],
            domain=CONTRIB,
            epsilon=self._shape.epsilon,
        )
        return normed, total

    def _attention(self, layer: int, hidden: str) -> str:
        heads, head_dim = self._shape.heads, self._shape.head_dim
        numbers = Attention(heads, heads, head_dim, scale=head_dim**-0.5)
        qkv = self._linear(hidden, layer, "attn_qkv")
        return add_attention(self._graph, layer, qkv, numbers, self._lengths)

    def _linear(self, x: str, layer: int, name: str) -> str:
        full = f"blk.{layer}.{name}"
        weight, bias = (self._tensors.tensor(f"{full}.{part}") for part in ("weight", "bias"))
        return self._graph.linear(x, full, weight, bias)

    def _weight_and_bias(self, name: str) -> list[str]:
        return [
            self._graph.constant(f"{name}.{part}", self._tensors.tensor(f"{name}.{part}"))
            for part in ("weight", "bias")
        ]
