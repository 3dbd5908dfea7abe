# SPDX-License-Identifier: Apache-2.0
"""Llama and its kin, Qwen 2, Qwen 3 and Mistral among them: a decoder with gated layers.

    ids → embedding
      ┌ RMS norm → q k v (→ q/k norm) → rotary, grouped attention → o → + ┐ × layers
      └ RMS norm → gate, up → SiLU(gate) × up → down → + ─────────────────┘
    tokens wanted → RMS norm → logits (the embedding again, or a matrix of their own)

Qwen 2 adds biases to queries, keys and values; Qwen 3 norms the heads of queries and keys.

Sources: Touvron et al. 2023, arXiv:2302.13971; Yang et al. 2024, arXiv:2407.10671; Yang et al.
2025, arXiv:2505.09388; tested against transformers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import onnx

from model_tools.families.attention import Attention, add_attention
from model_tools.families.graph import CONTRIB, GraphWriter, Precision, Tensors
from model_tools.families.layers import RmsLayers
from model_tools.families.rotary import Llama3Scaling, add_rotary, rotary_speeds

__all__ = ["LlamaShape", "build_llama"]

QKV: Final = ("attn_q", "attn_k", "attn_v")


@dataclass(frozen=True, slots=True)
class LlamaShape:
    """The numbers of one model of this family."""

    layers: int
    hidden: int
    heads: int
    kv_heads: int
    head_dim: int
    positions: int
    """Most positions the model was trained for, in tokens."""

    epsilon: float
    rotary_base: float
    scaling: Llama3Scaling | None = None
    qkv_bias: bool = False
    """Whether queries, keys and values have biases, as in Qwen 2."""

    head_norms: bool = False
    """Whether the heads of queries and keys are normed, as in Qwen 3."""

    tied: bool = True
    """Whether logits come from the embedding rather than from a matrix of their own."""


def build_llama(
    shape: LlamaShape,
    tensors: Tensors,
    token_ids: Sequence[int],
    context_length: int,
    precision: Precision,
) -> onnx.ModelProto:
    """Build the graph of the contract in `model_tools.families.graph`.

    Args:
        shape: Numbers of the model.
        tensors: Its weights; the first half of a head's channels is turned against the second.
        token_ids: Rows of the embedding to keep, in the order of the new ids.
        context_length: Most positions, past and new together, in tokens.
        precision: How matrices are stored and multiplied.
    """
    graph = GraphWriter(precision)
    table = tensors.rows("token_embd.weight", token_ids)
    residual = graph.embedding("input_ids", "token_embd", table)
    return _Layers(shape, tensors, graph, context_length).finish(residual, token_ids)


class _Layers(RmsLayers):
    def __init__(
        self, shape: LlamaShape, tensors: Tensors, graph: GraphWriter, context_length: int
    ) -> None:
        super().__init__(tensors, graph, shape.layers, shape.epsilon)
        self._shape = shape
        speeds = rotary_speeds(shape.head_dim, shape.rotary_base, shape.scaling)
        self._rotary = add_rotary(graph, "all", speeds, context_length)
        self._numbers = Attention(
            heads=shape.heads,
            kv_heads=shape.kv_heads,
            head_dim=shape.head_dim,
            scale=shape.head_dim**-0.5,
            norm_epsilon=shape.epsilon,
        )

    def attention(self, layer: int, hidden: str) -> str:
        return add_attention(
            self._graph,
            layer,
            self.linear(hidden, layer, *QKV, bias=self._shape.qkv_bias),
            self._numbers,
            self._lengths,
            rotary=self._rotary,
            norms=self.head_norms(layer) if self._shape.head_norms else (),
        )

    def activation(self, x: str) -> str:
        # x · sigmoid(alpha · x), which is SiLU where alpha is 1.
        return self._graph.node("QuickGelu", [x], domain=CONTRIB, alpha=1.0)
