# SPDX-License-Identifier: Apache-2.0
"""Causal attention with a KV cache, as one fused operator, for every family.

packed q k v ─┬─────────────────────────────► GroupQueryAttention ─► (1, T, heads × head_dim)
              └─ split ─► RMS norm of q, k ─►   │          ▲
                 (where a family norms heads)   ▼          │
                                     present.{i}       past.{i}
"""

from __future__ import annotations

from dataclasses import dataclass

from onnx import TensorProto

from model_tools.families.graph import CONTRIB, Attribute, GraphWriter
from model_tools.families.norms import rms_norm

__all__ = ["Attention", "Lengths", "add_attention", "add_lengths"]


@dataclass(frozen=True, slots=True)
class Attention:
    """The numbers of one attention layer."""

    heads: int
    kv_heads: int
    head_dim: int
    scale: float
    """What products of query and key are multiplied by."""

    window: int = 0
    """Keys a query sees, itself included, counted in the cache; 0 for all of them."""

    norm_epsilon: float = 0.0
    """Of the q and k norms, where there are any."""


@dataclass(frozen=True, slots=True)
class Lengths:
    """Names of what attention needs to know of the shapes."""

    last: str
    """(1,) int32: past + new - 1."""

    total: str
    """Scalar int32: past + new."""


def add_lengths(graph: GraphWriter) -> Lengths:
    """Add what every attention layer needs to know of the shapes, once a graph."""
    total = graph.node("Shape", ["attention_bias"], start=3, end=4)
    last = graph.node("Sub", [total, graph.integers(1)])
    return Lengths(
        graph.node("Cast", [last], to=TensorProto.INT32),
        graph.node("Cast", [graph.node("Squeeze", [total])], to=TensorProto.INT32),
    )


def add_attention(
    graph: GraphWriter,
    layer: int,
    qkv: str,
    numbers: Attention,
    lengths: Lengths,
    *,
    rotary: tuple[str, ...] = (),
    norms: tuple[str, ...] = (),
) -> str:
    """Add one layer's attention with its cache inputs and outputs.

    Args:
        graph: Graph to add to.
        layer: Index i of ``past.{i}`` and ``present.{i}``.
        qkv: Name of the (1, T, (heads + 2 * kv_heads) * head_dim) queries, keys, values.
        numbers: Heads and window.
        lengths: What `add_lengths` returned.
        rotary: Names of the (positions, head_dim / 2) cosines and sines; empty for none.
        norms: Names of the (head_dim,) weights of the q and k norms; empty for none.

    Returns:
        Name of the (1, T, heads * head_dim) output.
    """
    past, present = (
        [
            declare(f"{side}.{layer}.{part}", [1, numbers.kv_heads, length, numbers.head_dim])
            for part in ("key", "value")
        ]
        for side, length, declare in (
            ("past", "P", graph.input),
            ("present", "P + T", graph.output),
        )
    )
    heads = _normed_heads(graph, layer, qkv, numbers, norms) if norms else [qkv, "", ""]
    attributes: dict[str, Attribute] = {
        "num_heads": numbers.heads,
        "kv_num_heads": numbers.kv_heads,
        "scale": numbers.scale,
        "do_rotary": int(bool(rotary)),
    }
    if numbers.window:
        attributes["local_window_size"] = numbers.window
    output = f"attention.{layer}"
    placed = [*rotary, "positions"] if rotary else ["", "", ""]
    graph.nodes(
        "GroupQueryAttention",
        [*heads, *past, lengths.last, lengths.total, *placed, "attention_bias"],
        [output, *present],
        domain=CONTRIB,
        **attributes,
    )
    return output


def _normed_heads(
    graph: GraphWriter, layer: int, qkv: str, numbers: Attention, norms: tuple[str, ...]
) -> list[str]:
    """Add the split of queries, keys and values, and the norms of the first two."""
    counts = (numbers.heads, numbers.kv_heads)
    widths = [count * numbers.head_dim for count in (*counts, numbers.kv_heads)]
    query, key, value = (f"{part}.{layer}" for part in ("query", "key", "value"))
    graph.nodes("Split", [qkv, graph.integers(*widths)], [query, key, value], axis=-1)
    normed = [
        _head_norm(graph, part, weight, count, numbers)
        for part, weight, count in zip((query, key), norms, counts, strict=True)
    ]
    return [*normed, value]


def _head_norm(graph: GraphWriter, x: str, weight: str, count: int, numbers: Attention) -> str:
    """Add the RMS norm of each of `count` heads that lie side by side."""
    if count > 1:
        x = graph.node("Reshape", [x, graph.integers(0, 0, count, numbers.head_dim)])
    x = rms_norm(graph, x, weight, numbers.norm_epsilon)
    return graph.node("Reshape", [x, graph.integers(0, 0, -1)]) if count > 1 else x
