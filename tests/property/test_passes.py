# SPDX-License-Identifier: Apache-2.0
"""Passes that are read as one give what each gives alone."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ime_engine.engine import Engine, EngineOptions
from ime_engine.protocol import Candidate, Query
from ime_engine.runtime.base import LanguageModel
from ime_engine.runtime.graph_model import GraphModel
from ime_engine.runtime.loader import LoadedModel, load_model
from ime_engine.runtime.onnx_backend import OnnxOptions, open_session
from ime_engine.runtime.passes import Pass, merged
from ime_engine.runtime.tree import Read, TokenTree, trunk_step
from ime_engine.runtime.turns import Batch

tokens = st.integers(4, 50)
texts = st.lists(tokens, min_size=1, max_size=12)
levels = st.lists(tokens, min_size=0, max_size=5, unique=True)
WORDS = ["오늘 날씨가 ", "회의는 ", "감사합니다 ", "내일 오후에 ", "정말 ", "그 회의 "]


@pytest.fixture(scope="module")
def model(tiny_model_dir: Path) -> GraphModel:
    session = open_session(tiny_model_dir / "tiny" / "model.onnx", OnnxOptions(threads=1))
    return GraphModel(session, context_length=256)


def one_pass(model: GraphModel, text: list[int], level: list[int]) -> Pass:
    """A pass that reads a whole text, or a level of hypotheses after it when there are some."""
    nothing = tuple(array[:, :, :0] for array in model.prefill([4]).kv.tree.keys_values)
    whole = Pass(trunk_step(text, 0), nothing, 1)
    if not level:
        return whole
    (read,) = model.read([whole])
    tree = TokenTree(len(text), Read(read.logits, read.keys_values))
    step = tree.step([(len(text) - 1, token) for token in level])
    return Pass(step, tree.keys_values, len(level))


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(texts, levels), min_size=1, max_size=5))
def test_what_is_read_together_is_what_is_read_alone(
    model: GraphModel, asked: Sequence[tuple[list[int], list[int]]]
) -> None:
    passes = [one_pass(model, *each) for each in asked]
    together = model.read(passes)

    for each, read in zip(passes, together, strict=True):
        (alone,) = model.read([each])
        np.testing.assert_allclose(read.logits, alone.logits, rtol=1e-4, atol=1e-4)
        for ours, theirs in zip(read.keys_values, alone.keys_values, strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4)


@given(st.integers(1, 9), st.integers(1, 9))
def test_one_pass_is_left_as_it_is(known: int, new: int) -> None:
    past = (np.zeros((1, 1, known, 4), dtype=np.float32),)
    alone = Pass(trunk_step(list(range(new)), known), past, 1)

    assert merged([alone]) is alone
    assert alone.columns == known + new


def watched(model: LanguageModel) -> list[int]:
    """Note how many passes are read as one, each time."""
    assert isinstance(model, GraphModel)
    sizes: list[int] = []
    read = model._turns._compute

    def noting(passes: Sequence[Pass]) -> Sequence[Read]:
        sizes.append(len(passes))
        return read(passes)

    model._turns._compute = noting
    return sizes


def asked_at_once(engine: Engine, befores: Sequence[str]) -> list[list[Candidate]]:
    ready = threading.Barrier(len(befores))

    def ask(before: str) -> list[Candidate]:
        ready.wait()
        return engine.predict(Query(before))

    with ThreadPoolExecutor(len(befores)) as pool:
        return list(pool.map(ask, befores))


def test_searches_that_share_passes_find_what_each_finds_alone(tiny_model_dir: Path) -> None:
    """Six programs ask at once; each list is that of a daemon which nobody else asks."""

    def opened(batch: Batch) -> LoadedModel:
        return load_model(tiny_model_dir / "tiny", "cpu", 1, batch)

    options = EngineOptions(deadline_ms=60_000)
    alone = [Engine(opened(Batch()), options).predict(Query(before)) for before in WORDS]
    loaded = opened(Batch(4, wait_s=0.05))
    engine, sizes = Engine(loaded, options), watched(loaded.model)
    together = asked_at_once(engine, WORDS)

    assert max(sizes) > 1, "no two passes were read as one"
    for ours, theirs in zip(together, alone, strict=True):
        assert [each.text for each in ours] == [each.text for each in theirs]
        np.testing.assert_allclose(
            [each.probability for each in ours], [each.probability for each in theirs], rtol=1e-4
        )
