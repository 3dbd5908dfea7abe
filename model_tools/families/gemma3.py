# SPDX-License-Identifier: Apache-2.0
"""Gemma 3, text only: a decoder with local and global attention layers.

    ids → embedding × √hidden
      ┌ RMS norm → q k v → q/k norm, rotary, grouped attention → o → RMS norm → + ┐ × layers
      └ RMS norm → gate, up → GELU(gate) × up → down → RMS norm → + ──────────────┘
    tokens wanted → RMS norm → logits (the embedding again)

The last layer needs keys and values of every token, and everything else of those
whose logits are wanted only: it is cut down to them right after its attention.

Source: Gemma Team 2025, arXiv:2503.19786; tested against transformers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import onnx

from model_tools.families.attention import Attention, add_attention
from model_tools.families.graph import CONTRIB, GraphWriter, Precision, Tensors
from model_tools.families.layers import RmsLayers
from model_tools.families.rotary import add_rotary, rotary_speeds

__all__ = ["Gemma3Shape", "build_gemma3"]


@dataclass(frozen=True, slots=True)
class Gemma3Shape:
    """The numbers of one Gemma 3 model."""

    layers: int
    hidden: int
    heads: int
    kv_heads: int
    head_dim: int
    global_layers: frozenset[int]
    """Indices of the layers that see the whole context."""

    window: int
    """Keys a query of the other layers sees, itself included."""

    epsilon: float
    rotary_base: float
    """Base of the rotary angles in global layers."""

    local_rotary_base: float
    query_scale: float
    """What products of query and key are multiplied by; 1 / √head_dim in the small models."""


def build_gemma3(
    shape: Gemma3Shape,
    tensors: Tensors,
    token_ids: Sequence[int],
    context_length: int,
    precision: Precision,
) -> onnx.ModelProto:
    """Build the graph of the contract in `model_tools.families.graph`.

    Args:
        shape: Numbers of the model.
        tensors: Its weights; RMS norm weights as multiplied, 1 already added.
        token_ids: Rows of the embedding to keep, in the order of the new ids.
        context_length: Most positions, past and new together, in tokens.
        precision: How matrices are stored and multiplied.
    """
    graph = GraphWriter(precision)
    table = tensors.rows("token_embd.weight", token_ids)
    looked_up = graph.embedding("input_ids", "token_embd", table)
    scale = graph.constant("embedding_scale", np.array(shape.hidden**0.5, dtype=np.float32))
    residual = graph.node("Mul", [looked_up, scale])
    return _Layers(shape, tensors, graph, context_length).finish(residual, token_ids)


class _Layers(RmsLayers):
    def __init__(
        self, shape: Gemma3Shape, tensors: Tensors, graph: GraphWriter, context_length: int
    ) -> None:
        super().__init__(tensors, graph, shape.layers, shape.epsilon)
        self._shape = shape
        self._window = shape.window if shape.window < context_length else 0
        self._rotary = {
            is_global: add_rotary(graph, name, rotary_speeds(shape.head_dim, base), context_length)
            for is_global, name, base in (
                (True, "global", shape.rotary_base),
                (False, "local", shape.local_rotary_base),
            )
        }

    def attention(self, layer: int, hidden: str) -> str:
        shape = self._shape
        is_global = layer in shape.global_layers
        numbers = Attention(
            heads=shape.heads,
            kv_heads=shape.kv_heads,
            head_dim=shape.head_dim,
            scale=shape.query_scale,
            window=0 if is_global else self._window,
            norm_epsilon=shape.epsilon,
        )
        return add_attention(
            self._graph,
            layer,
            self.linear(hidden, layer, "attn_q", "attn_k", "attn_v"),
            numbers,
            self._lengths,
            rotary=self._rotary[is_global],
            norms=self.head_norms(layer),
        )

    def after_attention(self, layer: int, x: str) -> str:
        return self.norm(x, f"blk.{layer}.post_attention_norm")

    def after_feed_forward(self, layer: int, x: str) -> str:
        return self.norm(x, f"blk.{layer}.post_ffw_norm")

    def activation(self, x: str) -> str:
        return self._graph.node("FastGelu", [x], domain=CONTRIB)
