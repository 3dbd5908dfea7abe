# SPDX-License-Identifier: Apache-2.0
"""The graph of the tiny model, written with onnx.helper alone.

input_ids ─► keys, values of the new positions ─► after the past ones ─► present
wanted ids ──► bigram rows + Σ layers: attention(queries of these ids) × W = logits
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from model_tools.families.graph import NEW_TOKENS

__all__ = ["LAYERS", "TinyShape", "build_graph"]

LAYERS: Final = 2
LOUDNESS: Final = 0.15
"""Spread of what attention adds to the logits; the bigrams differ by far more."""


@dataclass(frozen=True, slots=True)
class TinyShape:
    """The numbers of the tiny model."""

    vocab_size: int
    kv_heads: int = 2
    head_dim: int = 4
    context_length: int = 256

    @property
    def width(self) -> int:
        """Numbers of one position in one layer."""
        return self.kv_heads * self.head_dim


class _Graph:
    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def add(self, op: str, inputs: list[str], output: str, **attributes: object) -> str:
        self.nodes.append(helper.make_node(op, inputs, [output], **attributes))
        return output

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        self.constants.append(numpy_helper.from_array(value, name))
        return name


def build_graph(shape: TinyShape, bigrams: NDArray[np.float32], seed: int) -> onnx.ModelProto:
    """Return the model; `bigrams` is (vocab_size, vocab_size)."""
    random = np.random.default_rng(seed)
    graph = _Graph()
    heads = [0, 0, shape.kv_heads, shape.head_dim]
    graph.constant("as_heads", np.array(heads, dtype=np.int64))
    graph.constant("as_row", np.array([0, 0, shape.width], dtype=np.int64))
    for name, number in (("the_end", 2**62), ("first_axis", 0), ("tokens", 1), ("rows", 2)):
        graph.constant(name, np.array([number], dtype=np.int64))
    angles = np.arange(shape.context_length)[:, np.newaxis] / 3.0 ** np.arange(shape.width)
    graph.constant("angles", np.sin(angles).astype(np.float32))
    graph.add("Gather", ["angles", "positions"], "here")
    graph.add("Neg", ["wanted"], "first")
    graph.add("Slice", ["input_ids", "first", "the_end", "tokens"], "last")
    graph.add("Slice", ["attention_bias", "first", "the_end", "rows"], "bias")
    logits = graph.add("Gather", [graph.constant("bigrams", bigrams), "last"], "bigram")
    for layer in range(LAYERS):
        logits = _layer(graph, shape, layer, logits, random)
    graph.add("Squeeze", [logits, "first_axis"], "logits")
    return _model(graph, shape)


def _layer(
    graph: _Graph, shape: TinyShape, layer: int, logits: str, random: np.random.Generator
) -> str:
    def table(name: str, spread: float, size: tuple[int, int]) -> str:
        values = random.normal(0.0, spread, size).astype(np.float32)
        return graph.constant(f"{name}.{layer}", values)

    by_token = (shape.vocab_size, shape.width)
    for what in ("key", "value"):
        looked_up = graph.add("Gather", [table(what, 1.0, by_token), "input_ids"], f"{what}{layer}")
        placed = graph.add("Add", [looked_up, "here"], f"{what}{layer}.placed")
        split = graph.add("Reshape", [placed, "as_heads"], f"{what}{layer}.split")
        fresh = graph.add("Transpose", [split], f"{what}{layer}.new", perm=[0, 2, 1, 3])
        graph.add("Concat", [f"past.{layer}.{what}", fresh], f"present.{layer}.{what}", axis=2)
    asked = graph.add("Gather", [table("query", 1.0, by_token), "last"], f"query{layer}")
    split = graph.add("Reshape", [asked, "as_heads"], f"query{layer}.split")
    query = graph.add("Transpose", [split], f"query{layer}.heads", perm=[0, 2, 1, 3])
    turned = graph.add("Transpose", [f"present.{layer}.key"], f"turned{layer}", perm=[0, 1, 3, 2])
    scores = graph.add("MatMul", [query, turned], f"scores{layer}")
    biased = graph.add("Add", [scores, "bias"], f"biased{layer}")
    weights = graph.add("Softmax", [biased], f"weights{layer}", axis=-1)
    mixed = graph.add("MatMul", [weights, f"present.{layer}.value"], f"mixed{layer}")
    turned_back = graph.add("Transpose", [mixed], f"mixed{layer}.tokens", perm=[0, 2, 1, 3])
    row = graph.add("Reshape", [turned_back, "as_row"], f"row{layer}")
    out = table("out", LOUDNESS, (shape.width, shape.vocab_size))
    added = graph.add("MatMul", [row, out], f"added{layer}")
    return graph.add("Add", [logits, added], f"sum{layer}")


def _model(graph: _Graph, shape: TinyShape) -> onnx.ModelProto:
    inputs = [helper.make_tensor_value_info(name, kind, size) for name, kind, size in NEW_TOKENS]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", shape.vocab_size])]
    for layer in range(LAYERS):
        for what in ("key", "value"):
            for side, length, infos in (("past", "P", inputs), ("present", "P + T", outputs)):
                size = [1, shape.kv_heads, length, shape.head_dim]
                infos.append(
                    helper.make_tensor_value_info(f"{side}.{layer}.{what}", TensorProto.FLOAT, size)
                )
    built = helper.make_graph(graph.nodes, "tiny", inputs, outputs, graph.constants)
    opset = [helper.make_opsetid("", 17)]
    return helper.make_model(built, opset_imports=opset, ir_version=8, producer_name="ieum")
