# SPDX-License-Identifier: Apache-2.0
"""What the daemon is asked while it is timed, and the naive peer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest

from ime_engine.errors import ConfigError
from ime_engine.runtime.base import Forward, IntArray, KVCache
from model_tools.benchmarks.contexts import keys_between, new_contexts, typed_in_order
from model_tools.benchmarks.naive_beam import naive_beam
from model_tools.evaluation.registers import Register, default_folder, read_folder


def test_new_contexts_never_begin_alike_and_have_one_to_twelve_eojeols_equally() -> None:
    contexts = new_contexts(read_folder(default_folder()), 240, seed=1)
    assert len({context.split()[0] for context in contexts}) == 240
    assert Counter(len(context.split()) for context in contexts) == dict.fromkeys(range(1, 13), 20)
    assert all(context.endswith(" ") and not context.endswith("  ") for context in contexts)


def test_the_seed_decides_the_contexts() -> None:
    registers = read_folder(default_folder())
    assert new_contexts(registers, 24, seed=1) == new_contexts(registers, 24, seed=1)
    assert new_contexts(registers, 24, seed=1) != new_contexts(registers, 24, seed=2)


def test_too_little_text_is_said_rather_than_repeated() -> None:
    with pytest.raises(ConfigError, match="only 1 beginnings that differ, 2 are needed"):
        new_contexts([Register("chat", (" ".join(["가"] * 40),))], 2, seed=1)


def test_typed_in_order_a_sentence_grows_eojeol_by_eojeol() -> None:
    chat = [Register("chat", ("나는 오늘 학교에 갔다",))]
    assert typed_in_order(chat, 99, seed=1) == ["나는 ", "나는 오늘 ", "나는 오늘 학교에 "]
    assert typed_in_order(chat, 2, seed=1) == ["나는 ", "나는 오늘 "]


def test_between_two_contexts_the_first_keys_of_an_eojeol_are_typed() -> None:
    contexts = ["나는 ", "나는 오늘 ", "나는 오늘 학교에 ", "다른 "]
    assert keys_between(contexts) == [
        ("나는 ", ["ㅇ", "오", "온"]),
        ("나는 오늘 ", ["ㅎ", "하", "학"]),
        ("나는 오늘 학교에 ", []),
        ("다른 ", []),
    ]


class Counting:
    """A model of three tokens whose next one depends on the last; counts the tokens it reads."""

    vocab_size = 3
    context_length = 64
    after = np.log(np.array([[0.1, 0.6, 0.3], [0.2, 0.3, 0.5], [0.7, 0.2, 0.1]], dtype=np.float32))

    def __init__(self) -> None:
        self.read: list[int] = []

    def prefill(
        self, token_ids: Sequence[int], kv: KVCache | None = None, reuse: int = 0
    ) -> Forward:
        assert kv is None
        assert reuse == 0
        self.read.append(len(token_ids))
        return Forward(self.after[[token_ids[-1]]].copy(), None)

    def extend(self, kv: KVCache, rows: IntArray, token_ids: IntArray) -> Forward:
        raise AssertionError("the naive peer reuses nothing")

    def thin(self, kv: KVCache, most: int) -> KVCache:
        return kv


def test_the_naive_peer_reads_the_whole_prompt_for_every_hypothesis_and_step() -> None:
    model = Counting()
    naive_beam(model, [0, 1, 0], width=2, steps=3)
    assert model.read == [3, 4, 4, 5, 5]


def test_the_naive_peer_finds_the_likeliest_sequences() -> None:
    # After 0: 1 (.6), 2 (.3). Then 1→2 .30, 2→0 .21, 1→1 .18, 2→1 .06.
    assert naive_beam(Counting(), [0], width=2, steps=2) == [(1, 2), (2, 0)]
    assert naive_beam(Counting(), [0], width=3, steps=2) == [(1, 2), (2, 0), (1, 1)]
