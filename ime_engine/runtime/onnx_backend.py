# SPDX-License-Identifier: Apache-2.0
"""A language model in ONNX Runtime.

Graph contract (T new, P past tokens, N logits wanted; see `model_tools.families.graph`):

    input_ids        int64   (1, T)
    positions        int64   (1, T)              place of each new token in its text
    attention_bias   float32 (1, 1, T, P + T)    0 where a new token sees another, else `HIDDEN`
    wanted           int64   (1,)                N: the last N new tokens get logits
    past.{i}.key     float32 (1, kv_heads, P, head_dim)      P may be 0
    past.{i}.value   float32 (1, kv_heads, P, head_dim)
    logits           float32 (N, V)
    present.{i}.key  float32 (1, kv_heads, P + T, head_dim)
    present.{i}.value

A KV cache is some rows of a `TokenTree`, which all searches after one prompt share. Passes
that are wanted at the same time are read as one (`runtime.passes`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime

from ime_engine.errors import ModelError, ModelMismatchError
from ime_engine.runtime.base import FloatArray, Forward, IntArray
from ime_engine.runtime.passes import Pass, merged, parted
from ime_engine.runtime.tree import Read, Rows, TokenTree, trunk_step
from ime_engine.runtime.turns import ALONE, Batch, Turns

__all__ = ["OnnxModel", "OnnxOptions", "open_session", "waiting"]

QUIET: Final = 3
"""Log errors only; the runtime's warnings are about graphs, not about users."""


SPIN_US: Final = 60
"""Threads that slept through a rest wake late; longer gains nothing, shorter a millisecond a pass
less."""

SPIN_SINCE: Final = (1, 26)
"""First version of ONNX Runtime that reads `spin_duration_us`; others would spin on."""


@dataclass(frozen=True, slots=True)
class OnnxOptions:
    """How ONNX Runtime runs."""

    providers: tuple[str, ...] = ("CPUExecutionProvider",)
    threads: int = 2
    """Threads within an operator, >= 1."""

    spinning: bool = False
    """Whether idle threads burn their core all the time; other programs pay for it."""


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
    settings.enable_mem_pattern = False
    for key, value in waiting(options.spinning, onnxruntime.__version__).items():
        settings.add_session_config_entry(key, value)
    try:
        return onnxruntime.InferenceSession(str(path), settings, providers=list(options.providers))
    except Exception as error:
        # The binding raises many classes without a common one of their own.
        raise ModelError(
            f"ONNX Runtime {onnxruntime.__version__} cannot open {path.name}: "
            "rebuild it with `ieum model build --force`."
        ) from error


def waiting(spinning: bool, version: str) -> dict[str, str]:
    """Return how idle threads wait.

    Most operators take less time than it takes to wake a thread. So a thread waits busily
    for `SPIN_US`, and only while the model runs, where ONNX Runtime can count that time.
    """
    if spinning:
        return {"session.intra_op.allow_spinning": "1"}
    if tuple(map(int, re.findall(r"\d+", version)[:2])) < SPIN_SINCE:
        return {"session.intra_op.allow_spinning": "0"}
    return {
        "session.intra_op.allow_spinning": "1",
        "session.intra_op.spin_duration_us": str(SPIN_US),
        "session.force_spinning_stop": "1",
    }


class OnnxModel:
    """`LanguageModel` over a session that keeps the contract above."""

    def __init__(
        self,
        session: onnxruntime.InferenceSession,
        context_length: int,
        batch: Batch = ALONE,
    ) -> None:
        """Check the graph against the contract.

        Args:
            session: The graph, opened.
            context_length: Most columns that it takes, past and new ones together.
            batch: How many passes are read as one, and how long they wait for each other.

        Raises:
            ModelMismatchError: its inputs or outputs are others.
        """
        shapes = {each.name: each.shape for each in session.get_inputs()}
        self._session = session
        self._past = [name for name in shapes if name.startswith("past.")]
        self._outputs = ["logits", *(name.replace("past.", "present.") for name in self._past)]
        _check(session, self._outputs)
        _, kv_heads, _, head_dim = shapes[self._past[0]]
        empty = np.zeros((1, kv_heads, 0, head_dim), dtype=np.float32)
        self._empty = (empty,) * len(self._past)
        self.vocab_size = int(session.get_outputs()[0].shape[-1])
        self.context_length = context_length
        self._turns = Turns(self.read, self._fits, batch)

    def prefill(self, token_ids: Sequence[int], kv: Rows | None = None, reuse: int = 0) -> Forward:
        """Read a prompt; see `LanguageModel.prefill`."""
        if not 0 <= reuse < len(token_ids) <= self.context_length:
            raise ValueError("Need 0 <= reuse < tokens <= context length.")
        if kv is None or not reuse:
            return self._read_on(token_ids, self._empty)
        tree = kv.tree
        with tree.lock:
            # Reading on from the whole prompt, the search may have read some of the rest.
            after = tree.path(token_ids[reuse:]) if reuse == tree.trunk else []
            past = tree.text(reuse, after)
            if reuse + len(after) == len(token_ids):
                return _planted(len(token_ids), Read(tree.logits(after[-1:]), past))
        return self._read_on(token_ids, past)

    def extend(self, kv: Rows, rows: IntArray, token_ids: IntArray) -> Forward:
        """Advance rows by one token each; see `LanguageModel.extend`."""
        tree = kv.tree
        columns = [kv.columns[row] for row in rows.tolist()]
        pairs = list(zip(columns, token_ids.tolist(), strict=True))
        with tree.lock:
            unread = [pair for pair in dict.fromkeys(pairs) if tree.child(*pair) is None]
            if unread:
                step = tree.step(unread)
                tree.add(unread, step, self._turns.take(Pass(step, tree.keys_values, len(unread))))
            reached = tuple(tree.column(*pair) for pair in pairs)
            return Forward(tree.logits(reached), Rows(tree, reached))

    def thin(self, kv: Rows, most: int) -> Rows:
        """Let go of what searches read; see `LanguageModel.thin`."""
        tree = kv.tree
        if tree.columns - tree.trunk <= most or kv.columns != tree.root().columns:
            return kv
        with tree.lock:
            read = Read(tree.logits(kv.columns), tree.text(tree.trunk))
        return TokenTree(tree.trunk, read).root()

    def by_itself(self) -> OnnxModel:
        """Return the same model, whose passes are read beside no other text."""
        return OnnxModel(self._session, self.context_length)

    def searching(self) -> AbstractContextManager[None]:
        """Return a block in which this thread searches: passes of others may wait for its own."""
        return self._turns.member()

    def read(self, passes: Sequence[Pass]) -> list[Read]:
        """Read the tokens of several passes, >= 1, as one pass of the graph.

        Raises:
            ModelError: the graph failed.
        """
        return parted(passes, self._run(merged(passes)))

    def _read_on(self, token_ids: Sequence[int], past: tuple[FloatArray, ...]) -> Forward:
        """Read the rest of a prompt whose first tokens are read."""
        known = past[0].shape[2]
        read = self._turns.take(Pass(trunk_step(token_ids[known:], known), past, 1))
        return _planted(len(token_ids), read)

    def _fits(self, passes: Sequence[Pass]) -> bool:
        """Tell whether the graph has room for all their columns side by side."""
        return sum(each.columns for each in passes) <= self.context_length

    def _run(self, one: Pass) -> Read:
        step = one.step
        feed = {
            "input_ids": step.token_ids[np.newaxis],
            "positions": step.positions[np.newaxis],
            "attention_bias": step.bias[np.newaxis, np.newaxis],
            "wanted": np.array([one.wanted], dtype=np.int64),
            **dict(zip(self._past, one.past, strict=True)),
        }
        try:
            logits, *present = self._session.run(self._outputs, feed)
        except Exception as error:
            raise ModelError(
                "The model failed while it ran; restart the daemon, or rebuild the model "
                "with `ieum model build --force`."
            ) from error
        return Read(logits, tuple(present))


def _planted(tokens: int, read: Read) -> Forward:
    """Begin a tree with a prompt of `tokens` tokens."""
    tree = TokenTree(tokens, read)
    return Forward(read.logits.copy(), tree.root())


def _check(session: onnxruntime.InferenceSession, wanted: Sequence[str]) -> None:
    inputs = {each.name for each in session.get_inputs()}
    outputs = {each.name for each in session.get_outputs()}
    told = {"input_ids", "positions", "attention_bias", "wanted"}
    if not told <= inputs or len(wanted) == 1 or not outputs.issuperset(wanted):
        raise ModelMismatchError(
            "The model's graph has other inputs and outputs than this version reads; "
            "rebuild it with `ieum model build --force`."
        )
