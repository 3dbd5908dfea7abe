# SPDX-License-Identifier: Apache-2.0
"""Writing an ONNX graph node by node.

What goes in and comes out is the same for every family: the contract of
`ime_engine.runtime.graph_model`, with V tokens in the vocabulary.

The tokens may be one text, or a tree of texts that share their beginnings: positions
and bias say which. A token never sees one that comes after it, whatever the bias says.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

__all__ = ["CONTRIB", "FloatArray", "GraphWriter", "Precision", "Tensors"]

FloatArray = NDArray[np.float32]
Attribute = int | float | str | list[int]
Dimension = int | str

CONTRIB: Final = "com.microsoft"
OPSET: Final = 17
IR_VERSION: Final = 8

SLACK: Final = 1 << 24
"""Bytes that are wanted free besides, so that the small things have room as well."""

NEW_TOKENS: Final = (
    ("input_ids", TensorProto.INT64, [1, "T"]),
    ("positions", TensorProto.INT64, [1, "T"]),
    ("attention_bias", TensorProto.FLOAT, [1, 1, "T", "P + T"]),
    ("wanted", TensorProto.INT64, [1]),
)
"""What a pass is told of the new tokens: names, types, shapes."""


class Tensors(Protocol):
    """The weights of a model under canonical names, such as ``blk.0.attn_q.weight``."""

    def tensor(self, name: str) -> FloatArray:
        """Return a whole tensor; matrices are (out, in)."""
        ...

    def rows(self, name: str, ids: Sequence[int]) -> FloatArray:
        """Return the chosen rows of a matrix, (len(ids), in), in that order."""
        ...


class Precision(Protocol):
    """How matrices are stored and multiplied."""

    def linear(self, graph: GraphWriter, x: str, name: str, weight: FloatArray, bias: str) -> str:
        """Add x (…, in) times weight (out, in) transposed, plus bias unless it is "".

        Returns:
            Name of the (…, out) output.
        """
        ...

    def embedding(self, graph: GraphWriter, ids: str, name: str, table: FloatArray) -> str:
        """Add the look-up of ids (1, T) in table (V, hidden); return the (1, T, hidden) output."""
        ...


class GraphWriter:
    """Collects the nodes and constants of one graph."""

    def __init__(self, precision: Precision) -> None:
        """Begin a graph that has the inputs of `NEW_TOKENS` and nothing else."""
        self._precision = precision
        self._nodes: list[onnx.NodeProto] = []
        # Constants lie in the model itself from the start: they are most of the memory.
        self._model = onnx.ModelProto(ir_version=IR_VERSION, producer_name="ieum")
        self._constants: set[str] = set()
        self._inputs = [
            helper.make_tensor_value_info(name, kind, shape) for name, kind, shape in NEW_TOKENS
        ]
        self._outputs: list[onnx.ValueInfoProto] = []
        self._first_wanted = ""

    def node(
        self, op: str, inputs: Sequence[str], *, domain: str = "", **attributes: Attribute
    ) -> str:
        """Add a node with one output; return that output's name."""
        output = f"{op}.{len(self._nodes)}"
        self.nodes(op, inputs, [output], domain=domain, **attributes)
        return output

    def nodes(
        self,
        op: str,
        inputs: Sequence[str],
        outputs: Sequence[str],
        *,
        domain: str = "",
        **attributes: Attribute,
    ) -> None:
        """Add a node with named outputs, "" for one that nobody reads."""
        name = f"{op}.{len(self._nodes)}"
        self._nodes.append(
            helper.make_node(op, inputs, outputs, name=name, domain=domain, **attributes)
        )

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """Store an array in the graph, once a name; return its name.

        Raises:
            MemoryError: there is no room for it.
        """
        if name not in self._constants:
            _need_room(2 * value.nbytes)
            tensor = numpy_helper.from_array(np.ascontiguousarray(value), name)
            self._model.graph.initializer.append(tensor)
            self._constants.add(name)
        return name

    def integers(self, *values: int) -> str:
        """Store (len(values),) int64 once for all who need it; return its name."""
        name = "integers." + ".".join(map(str, values))
        return self.constant(name, np.array(values, dtype=np.int64))

    def input(self, name: str, shape: Sequence[Dimension]) -> str:
        """Declare a float32 input; return its name."""
        self._inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
        return name

    def output(self, name: str, shape: Sequence[Dimension]) -> str:
        """Declare a float32 output, which some node must write; return its name."""
        self._outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
        return name

    def linear(self, x: str, name: str, weight: FloatArray, bias: FloatArray | None = None) -> str:
        """Add x (…, in) times weight (out, in) transposed, in the graph's precision."""
        added = "" if bias is None else self.constant(f"{name}.bias", bias)
        return self._precision.linear(self, x, name, weight, added)

    def embedding(self, ids: str, name: str, table: FloatArray) -> str:
        """Add the look-up of ids (1, T) in table (V, hidden), in the graph's precision."""
        return self._precision.embedding(self, ids, name, table)

    def wanted(self, x: str) -> str:
        """Add the cut of x (1, T, …) down to the tokens that get logits, (1, N, …)."""
        if not self._first_wanted:
            self._first_wanted = self.node("Neg", ["wanted"])
        ends = self.integers(int(np.iinfo(np.int64).max))
        return self.node("Slice", [x, self._first_wanted, ends, self.integers(1)])

    def finish(self, logits: str, vocab_size: int) -> onnx.ModelProto:
        """Make `logits`, (1, N, V), the first output as (N, V); return the whole model."""
        self.nodes("Squeeze", [logits, self.integers(0)], ["logits"])
        first = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", vocab_size])
        graph = self._model.graph
        graph.name = "ieum"
        graph.node.extend(self._nodes)
        graph.input.extend(self._inputs)
        graph.output.extend([first, *self._outputs])
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)]
        self._model.opset_import.extend(opsets)
        return self._model


def _need_room(size: int) -> None:
    """Fail as Python does where there is no memory for `size` bytes: protobuf would crash."""
    np.empty(size + SLACK, dtype=np.uint8)
