# SPDX-License-Identifier: Apache-2.0
"""What the decoders of all families share: norm, attention, sum, norm, products, sum, again.

    hidden, residual ─► attention ─► output ─(norm)─► + residual ─► norm
                     ─► feed-forward ────────(norm)─► + residual ─► norm of the next layer

Of the last layer only the tokens that get logits go further than attention.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
import onnx

from model_tools.families.attention import add_lengths
from model_tools.families.graph import FloatArray, GraphWriter, Tensors
from model_tools.families.norms import add_and_rms_norm, rms_norm

__all__ = ["Layers", "RmsLayers"]


class Layers(ABC):
    """Writes the layers of one model; holds what they share.

    Args:
        tensors: Weights of the model.
        graph: Where the layers are written.
        count: Of layers.
        epsilon: Of the norms.
    """

    def __init__(self, tensors: Tensors, graph: GraphWriter, count: int, epsilon: float) -> None:
        self._tensors = tensors
        self._graph = graph
        self._count = count
        self._epsilon = epsilon
        self._lengths = add_lengths(graph)

    def finish(self, residual: str, token_ids: Sequence[int]) -> onnx.ModelProto:
        """Add every layer and the logits; return the whole graph.

        Args:
            residual: Name of the embedded tokens, (1, T, hidden).
            token_ids: Rows of the output to keep, in the order of the new ids.
        """
        hidden = self.norm(residual, "blk.0.attn_norm")
        for layer in range(self._count):
            hidden, residual = self._add(layer, hidden, residual)
        head = self._tensors.rows("output.weight", token_ids)
        return self._graph.finish(self._graph.linear(hidden, "output", head), len(token_ids))

    def _add(self, layer: int, hidden: str, residual: str) -> tuple[str, str]:
        """Add one layer; take and return the names of its normed input and of its input."""
        attended = self.attention(layer, hidden)
        is_last = layer == self._count - 1
        if is_last:
            attended, residual = map(self._graph.wanted, (attended, residual))
        attended = self.after_attention(layer, self.linear(attended, layer, "attn_output"))
        hidden, residual = self.add_and_norm(attended, residual, f"blk.{layer}.ffn_norm")
        forward = self.after_feed_forward(layer, self.feed_forward(layer, hidden))
        following = "output_norm" if is_last else f"blk.{layer + 1}.attn_norm"
        return self.add_and_norm(forward, residual, following)

    @abstractmethod
    def norm(self, x: str, name: str) -> str:
        """Add the norm of x over its last axis."""

    @abstractmethod
    def add_and_norm(self, x: str, residual: str, name: str) -> tuple[str, str]:
        """Add x + residual and its norm; return the norm, then the sum."""

    @abstractmethod
    def attention(self, layer: int, hidden: str) -> str:
        """Add the attention of one layer, without its last product."""

    @abstractmethod
    def feed_forward(self, layer: int, hidden: str) -> str:
        """Add what follows attention in one layer."""

    def after_attention(self, layer: int, x: str) -> str:
        """Add what stands between attention and the sum; nothing, in most families."""
        return x

    def after_feed_forward(self, layer: int, x: str) -> str:
        """Add what stands between the feed-forward part and the sum; mostly nothing."""
        return x

    def linear(self, x: str, layer: int, *names: str, bias: bool = False) -> str:
        """Add one multiplication by several matrices of a layer laid side by side."""
        added = self._beside(layer, names, "bias") if bias else None
        weight = self._beside(layer, names, "weight")
        return self._graph.linear(x, f"blk.{layer}.{'+'.join(names)}", weight, added)

    def _beside(self, layer: int, names: Sequence[str], kind: str) -> FloatArray:
        parts = [self._tensors.tensor(f"blk.{layer}.{name}.{kind}") for name in names]
        return np.concatenate(parts)


class RmsLayers(Layers):
    """Layers with RMS norms and a gated feed-forward part."""

    def norm(self, x: str, name: str) -> str:
        """Add the RMS norm of x over its last axis."""
        return rms_norm(self._graph, x, self.weight(name), self._epsilon)

    def add_and_norm(self, x: str, residual: str, name: str) -> tuple[str, str]:
        """Add x + residual and its RMS norm; return the norm, then the sum."""
        weight = self.weight(name)
        return add_and_rms_norm(self._graph, name, (x, residual), weight, self._epsilon)

    def feed_forward(self, layer: int, hidden: str) -> str:
        """Add (activation of gate · up) · down."""
        both = self.linear(hidden, layer, "ffn_gate", "ffn_up")
        gate, up = f"gate.{layer}", f"up.{layer}"
        self._graph.nodes("Split", [both], [gate, up], axis=-1)
        active = self.activation(gate)
        return self.linear(self._graph.node("Mul", [active, up]), layer, "ffn_down")

    @abstractmethod
    def activation(self, x: str) -> str:
        """Add what the gate goes through."""

    def head_norms(self, layer: int) -> tuple[str, ...]:
        """Return the weights of the norms of queries' and keys' heads."""
        return tuple(self.weight(f"blk.{layer}.attn_{which}_norm") for which in "qk")

    def weight(self, name: str) -> str:
        """Store a weight of the model; return its name."""
        return self._graph.constant(name, self._tensors.tensor(f"{name}.weight"))
