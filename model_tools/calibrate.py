# SPDX-License-Identifier: Apache-2.0
"""How large the input of each layer grows on real sentences.

The fp32 graph is built with one more output per layer, the largest magnitude
of each input channel, and run once over the recipe's sentences.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

from ime_engine.runtime.tree import trunk_step
from model_tools.families.graph import FloatArray, GraphWriter, Precision
from model_tools.graph_file import save_graph
from model_tools.quantize import Float32

__all__ = ["empty_cache", "first_pass", "input_peaks", "open_session", "text_inputs"]

PREFIX: Final = "peak/"


@dataclass(frozen=True, slots=True)
class _Observing:
    """Float32 that also tells the peaks of each layer's input."""

    plain: Float32 = field(default_factory=Float32)

    def linear(self, graph: GraphWriter, x: str, name: str, weight: FloatArray, bias: str) -> str:
        magnitude = graph.node("Abs", [x])
        flat = graph.node("Reshape", [magnitude, graph.integers(-1, weight.shape[1])])
        peak = graph.output(f"{PREFIX}{name}", [weight.shape[1]])
        graph.nodes("ReduceMax", [flat], [peak], axes=[0], keepdims=0)
        return self.plain.linear(graph, x, name, weight, bias)

    def embedding(self, graph: GraphWriter, ids: str, name: str, table: FloatArray) -> str:
        return self.plain.embedding(graph, ids, name, table)


def input_peaks(
    build: Callable[[Precision], onnx.ModelProto],
    sentences: Sequence[Sequence[int]],
    scratch: Path,
) -> dict[str, FloatArray]:
    """Measure the inputs of every layer.

    Args:
        build: Builds the graph in a given precision.
        sentences: Token ids of each sentence, its first token included; run one by one.
        scratch: File to keep the graph in while it runs; removed again.

    Returns:
        (in,) largest magnitude of each input channel, by layer.

    Raises:
        MemoryError: the graph does not fit.
    """
    try:
        save_graph(build(_Observing()), scratch)
        with _memory_told():
            session = open_session(scratch)
            names = [each.name for each in session.get_outputs() if each.name.startswith(PREFIX)]
            runs = [session.run(names, first_pass(session, ids)) for ids in sentences]
    finally:
        scratch.unlink(missing_ok=True)
    layers = (name.removeprefix(PREFIX) for name in names)
    return {
        name: np.max(peaks, axis=0)
        for name, peaks in zip(layers, zip(*runs, strict=True), strict=True)
    }


@contextlib.contextmanager
def _memory_told() -> Iterator[None]:
    """Raise MemoryError where ONNX Runtime says in words that there is none."""
    try:
        yield
    except Exception as error:
        # ONNX Runtime has no class of errors for it.
        if "alloc" in str(error).lower():
            raise MemoryError from error
        raise


def open_session(path: Path, threads: int = 2) -> onnxruntime.InferenceSession:
    """Open a graph on the CPU, silent but for errors."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def empty_cache(session: onnxruntime.InferenceSession) -> dict[str, FloatArray]:
    """Make the past inputs of a first pass, all of length 0."""
    return {
        each.name: np.zeros((1, each.shape[1], 0, each.shape[3]), dtype=np.float32)
        for each in session.get_inputs()
        if each.name.startswith("past.")
    }


def first_pass(
    session: onnxruntime.InferenceSession, token_ids: Sequence[int]
) -> dict[str, NDArray[Any]]:
    """Make the inputs of a pass that reads a text from its start."""
    return {**text_inputs(token_ids, 0), **empty_cache(session)}


def text_inputs(token_ids: Sequence[int], past: int) -> dict[str, NDArray[Any]]:
    """Make the inputs that tell of one text's next tokens, logits wanted after the last.

    Args:
        token_ids: (t,) the new tokens.
        past: Tokens read before.
    """
    step = trunk_step(token_ids, past)
    return {
        "input_ids": step.token_ids[np.newaxis],
        "positions": step.positions[np.newaxis],
        "attention_bias": step.bias[np.newaxis, np.newaxis],
        "wanted": np.array([1], dtype=np.int64),
    }
