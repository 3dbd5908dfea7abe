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

import numpy as np
import onnx

from model_tools.families.attention import Attention, add_attention, add_lengths
from model_tools.families.graph import CONTRIB, FloatArray, GraphWriter, Precision, Tensors
from model_tools.families.norms import add_and_rms_norm, rms_norm
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
    layers = _Layers(shape, tensors, graph, context_length)
    hidden = layers.norm(residual, "blk.0.attn_norm")
    for layer in range(shape.layers):
        hidden, residual = layers.add(layer, hidden, residual)
    head = tensors.rows("output.weight", token_ids)
    return graph.finish(graph.linear(hidden, "output", head), len(token_ids))


class _Layers:
    """Writes the layers; holds what they share."""

    def __init__(
        self, shape: LlamaShape, tensors: Tensors, graph: GraphWriter, context_length: int
    ) -> None:
        self._shape = shape
        self._tensors = tensors
        self._graph = graph
        self._lengths = add_lengths(graph)
        speeds = rotary_speeds(shape.head_dim, shape.rotary_base, shape.scaling)
        self._rotary = add_rotary(graph, "all", speeds, context_length)
        self._numbers = Attention(
            heads=shape.heads,
            kv_heads=shape.kv_heads,
            head_dim=shape.head_dim,
            scale=shape.head_dim**-0.5,
            norm_epsilon=shape.epsilon,
        )

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
        following = "output_norm" if is_last else f"blk.{layer + 1}.attn_norm"
        return self._add_and_norm(self._feed_forward(layer, hidden), residual, following)

    def norm(self, x: str, name: str) -> str:
        """Add the RMS norm of x over its last axis."""
        return rms_norm(self._graph, x, self._weight(name), self._shape.epsilon)

    def _add_and_norm(self, x: str, residual: str, name: str) -> tuple[str, str]:
        weight = self._weight(name)
        return add_and_rms_norm(self._graph, name, (x, residual), weight, self._shape.epsilon)

    def _attention(self, layer: int, hidden: str) -> str:
        normed = "qk" if self._shape.head_norms else ""
        return add_attention(
            self._graph,
            layer,
            self._linear(hidden, layer, *QKV, bias=self._shape.qkv_bias),
            self._numbers,
            self._lengths,
            rotary=self._rotary,
            norms=tuple(self._weight(f"blk.{layer}.attn_{which}_norm") for which in normed),
        )

    def _feed_forward(self, layer: int, hidden: str) -> str:
        both = self._linear(hidden, layer, "ffn_gate", "ffn_up")
        gate, up = f"gate.{layer}", f"up.{layer}"
        self._graph.nodes("Split", [both], [gate, up], axis=-1)
        # x · sigmoid(alpha · x), which is SiLU where alpha is 1.
        silu = self._graph.node("QuickGelu", [gate], domain=CONTRIB, alpha=1.0)
        return self._linear(self._graph.node("Mul", [silu, up]), layer, "ffn_down")

    def _linear(self, x: str, layer: int, *names: str, bias: bool = False) -> str:
        """Add one multiplication by several matrices laid side by side."""
        weight = self._beside(layer, names, "weight")
        added = self._beside(layer, names, "bias") if bias else None
        return self._graph.linear(x, f"blk.{layer}.{'+'.join(names)}", weight, added)

    def _beside(self, layer: int, names: Sequence[str], kind: str) -> FloatArray:
        parts = [self._tensors.tensor(f"blk.{layer}.{name}.{kind}") for name in names]
        return np.concatenate(parts)

    def _weight(self, name: str) -> str:
        return self._graph.constant(name, self._tensors.tensor(f"{name}.weight"))
