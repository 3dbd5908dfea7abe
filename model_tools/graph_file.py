# SPDX-License-Identifier: Apache-2.0
"""Writing a graph to a file; what stands in the way is told in words that people know."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

import onnx
from google.protobuf.message import EncodeError

from model_tools.errors import WorkshopError

__all__ = ["save_graph"]

MOST_BYTES: Final = (1 << 31) - 1
"""Of one protobuf message."""


def save_graph(graph: onnx.ModelProto, path: Path) -> None:
    """Write a graph.

    Raises:
        MemoryError: there is no room for its bytes beside itself.
        WorkshopError: it is larger than a file of this format may be.
    """
    try:
        onnx.save(graph, path)
    except (EncodeError, ValueError) as error:
        # Protobuf says no more than that it failed.
        if _constant_bytes(graph) > MOST_BYTES:
            raise WorkshopError(
                "the graph is larger than 2 GB, which one file cannot hold; "
                "choose a precision of fewer bits, or a smaller model."
            ) from error
        raise MemoryError from error


def _constant_bytes(graph: onnx.ModelProto) -> int:
    """Return how much the constants of a graph take, without a look at them."""
    return sum(
        math.prod(each.dims) * onnx.helper.tensor_dtype_to_np_dtype(each.data_type).itemsize
        for each in graph.graph.initializer
    )
