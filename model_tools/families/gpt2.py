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

import onnx

from model_tools.families.attention import Attention, add_attention
from model_tools.families.graph import CONTRIB, FloatArray, GraphWriter, Precision, Tensors
from model_tools.families.layers import Layers

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
    return layers.finish(layers.embed(table, context_length), token_ids)


class _Layers(Layers):
    def __init__(self, shape: Gpt2Shape, tensors: Tensors, graph: GraphWriter) -> None:
        super().__init__(tensors, graph, shape.layers, shape.epsilon)
        self._shape = shape

    def embed(self, table: FloatArray, context_length: int) -> str:
        """Add the sum of the tokens' and the positions' embeddings, (1, T, hidden)."""
        places = self._tensors.rows("position_embd.weight", range(context_length))
        looked_up = self._graph.embedding("input_ids", "token_embd", table)
        stored = self._graph.constant("position_embd", places)
        place = self._graph.node("Gather", [stored, "positions"])
        return self._graph.node("Add", [looked_up, place])

    def norm(self, x: str, name: str) -> str:
        inputs = [x, *self._weight_and_bias(name)]
        return self._graph.node("LayerNormalization", inputs, axis=-1, epsilon=self._epsilon)

    def add_and_norm(self, x: str, residual: str, name: str) -> tuple[str, str]:
        normed, total = f"{name}.normed", f"{name}.sum"
        self._graph.nodes(
            "SkipLayerNormalization",
            [x, residual, *self._weight_and_bias(name)],
            [normed, "", "", total],
            domain=CONTRIB,
            epsilon=self._epsilon,
        )
        return normed, total

    def attention(self, layer: int, hidden: str) -> str:
        heads, head_dim = self._shape.heads, self._shape.head_dim
        numbers = Attention(heads, heads, head_dim, scale=head_dim**-0.5)
        qkv = self.linear(hidden, layer, "attn_qkv")
        return add_attention(self._graph, layer, qkv, numbers, self._lengths)

    def feed_forward(self, layer: int, hidden: str) -> str:
        up = self.linear(hidden, layer, "ffn_up")
        return self.linear(self._graph.node("FastGelu", [up], domain=CONTRIB), layer, "ffn_down")

    def linear(self, x: str, layer: int, *names: str, bias: bool = True) -> str:
        """Every matrix of this family has a bias."""
        return super().linear(x, layer, *names, bias=bias)

    def _weight_and_bias(self, name: str) -> list[str]:
        return [
            self._graph.constant(f"{name}.{part}", self._tensors.tensor(f"{name}.{part}"))
            for part in ("weight", "bias")
        ]
