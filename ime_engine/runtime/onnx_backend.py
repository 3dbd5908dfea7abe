# SPDX-License-Identifier: Apache-2.0
"""A language model in ONNX Runtime.

Graph contract (B rows, T new, P past tokens; no mask, positions start at P):

    input_ids        int64   (B, T)
    past.{i}.key     float32 (B, kv_heads, P, head_dim)      P may be 0
    past.{i}.value   float32 (B, kv_heads, P, head_dim)
    logits           float32 (B, V)          of the last position only
    present.{i}.key  float32 (B, kv_heads, P + T, head_dim)
    present.{i}.value

A KV cache is the tuple of the `present` arrays, in the order of the `past` inputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime

from ime_engine.errors import ModelError, ModelMismatchError
from ime_engine.runtime.base import FloatArray, Forward, IntArray, KVCache

__all__ = ["OnnxModel", "OnnxOptions", "open_session"]

QUIET: Final = 3
"""Log errors only; the runtime's warnings are about graphs, not about users."""


@dataclass(frozen=True, slots=True)
class OnnxOptions:
    """How ONNX Runtime runs."""

    providers: tuple[str, ...] = ("CPUExecutionProvider",)
    threads: int = 2
    """Threads within an operator, >= 1."""

    spinning: bool = False
    """Whether idle threads burn their core to start faster; other programs pay for it."""


def open_session(path: Path, options: OnnxOptions) -> onnxruntime.InferenceSession:
    """Open a graph.

    Raises:
        ModelError: ONNX Runtime cannot read it.
    """
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = options.threads
    settings.inter_op_num_threads = 1
    settings.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    settings.log_severity_level = QUIET
    # The arena keeps the largest pass it ever served; here every pass has another shape.
    settings.enable_cpu_mem_arena = False
    settings.add_session_config_entry(
        "session.intra_op.allow_spinning", "1" if options.spinning else "0"
    )
    try:
        return onnxruntime.InferenceSession(str(path), settings, providers=list(options.providers))
    except Exception as error:
        # The binding raises many classes without a common one of their own.
        raise ModelError(
            f"ONNX Runtime {onnxruntime.__version__} cannot open {path.name}: "
            "rebuild it with `ieum model build --force`."
        ) from error


class OnnxModel:
    """`LanguageModel` over a session that keeps the contract above."""

    def __init__(self, session: onnxruntime.InferenceSession, context_length: int) -> None:
        """Check the graph against the contract.

        Raises:
            ModelMismatchError: its inputs or outputs are others.
        """
        shapes = {each.name: each.shape for each in session.get_inputs()}
        self._session = session
        self._past = [name for name in shapes if name.startswith("past.")]
        self._outputs = ["logits", *(name.replace("past.", "present.") for name in self._past)]
        _check(session, self._outputs)
        _, kv_heads, _, head_dim = shapes[self._past[0]]
        self._empty = np.zeros((1, kv_heads, 0, head_dim), dtype=np.float32)
        self.vocab_size = int(session.get_outputs()[0].shape[-1])
        self.context_length = context_length

    def prefill(
        self, token_ids: Sequence[int], kv: KVCache | None = None, reuse: int = 0
    ) -> Forward:
        """Read a prompt; see `LanguageModel.prefill`."""
        if not 0 <= reuse < len(token_ids) <= self.context_length:
            raise ValueError("Need 0 <= reuse < tokens <= context length.")
        if kv is None or not reuse:
            reuse, past = 0, [self._empty] * len(self._past)
        else:
            past = [np.ascontiguousarray(array[:, :, :reuse]) for array in kv]
        return self._run(np.array([token_ids[reuse:]], dtype=np.int64), past)

    def extend(self, kv: KVCache, rows: IntArray, token_ids: IntArray) -> Forward:
        """Advance rows by one token each; see `LanguageModel.extend`."""
        as_they_are = len(rows) == len(kv[0]) and bool((rows == np.arange(len(rows))).all())
        past = kv if as_they_are else [array[rows] for array in kv]
        return self._run(token_ids.reshape(-1, 1), past)

    def _run(self, token_ids: IntArray, past: Sequence[FloatArray]) -> Forward:
        feed = {"input_ids": token_ids, **dict(zip(self._past, past, strict=True))}
        try:
            logits, *present = self._session.run(self._outputs, feed)
        except Exception as error:
            raise ModelError(
                "The model failed while it ran; restart the daemon, or rebuild the model "
                "with `ieum model build --force`."
            ) from error
        return Forward(logits, tuple(present))


def _check(session: onnxruntime.InferenceSession, wanted: Sequence[str]) -> None:
    inputs = {each.name for each in session.get_inputs()}
    outputs = {each.name for each in session.get_outputs()}
    if "input_ids" not in inputs or len(wanted) == 1 or not outputs.issuperset(wanted):
        raise ModelMismatchError(
            "The model's graph has other inputs and outputs than this version reads; "
            "rebuild it with `ieum model build --force`."
        )
