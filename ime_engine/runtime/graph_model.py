# SPDX-License-Identifier: Apache-2.0
"""A language model over a session, whatever runs it: ONNX Runtime or torch.

The contract of a session (T new, P past tokens, N logits wanted, V tokens in the vocabulary):

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

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from ime_engine.errors import ModelError, ModelMismatchError
from ime_engine.runtime.base import FloatArray, Forward, IntArray
from ime_engine.runtime.passes import Pass, merged, parted
from ime_engine.runtime.tree import Read, Rows, TokenTree, trunk_step
from ime_engine.runtime.turns import ALONE, Batch, Turns

__all__ = ["TOLD", "GraphModel", "Port", "Session"]

TOLD: Final = ("input_ids", "positions", "attention_bias", "wanted")
"""What a pass is told of the new tokens."""


class Port(Protocol):
    """An input or an output."""

    @property
    def name(self) -> str:
        """As the contract has it."""
        ...

    @property
    def shape(self) -> Sequence[int | str]:
        """Its dimensions, those by name that differ from pass to pass."""
        ...


class Session(Protocol):
    """What keeps the contract above; the part of ONNX Runtime's `InferenceSession` that is used."""

    def get_inputs(self) -> Sequence[Port]:
        """List what `run` is fed."""
        ...

    def get_outputs(self) -> Sequence[Port]:
        """List what `run` can give, the logits first."""
        ...

    def run(self, outputs: Sequence[str], feed: Mapping[str, NDArray[Any]]) -> Sequence[FloatArray]:
        """Read the new tokens; return the outputs of these names."""
        ...


class GraphModel:
    """`LanguageModel` over a session that keeps the contract above."""

    def __init__(
        self,
        session: Session,
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
        empty = np.zeros((1, int(kv_heads), 0, int(head_dim)), dtype=np.float32)
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

    def by_itself(self) -> GraphModel:
        """Return the same model, whose passes are read beside no other text."""
        return GraphModel(self._session, self.context_length)

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
        feed: dict[str, NDArray[Any]] = {
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


def _check(session: Session, wanted: Sequence[str]) -> None:
    inputs = {each.name for each in session.get_inputs()}
    outputs = {each.name for each in session.get_outputs()}
    if not inputs.issuperset(TOLD) or len(wanted) == 1 or not outputs.issuperset(wanted):
        raise ModelMismatchError(
            "The model's graph has other inputs and outputs than this version reads; "
            "rebuild it with `ieum model build --force`."
        )
