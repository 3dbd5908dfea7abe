# SPDX-License-Identifier: Apache-2.0
"""The ONNX backend on the tiny model: the protocol, to the letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

from ime_engine.errors import ModelError, ModelMismatchError
from ime_engine.runtime.base import IntArray
from ime_engine.runtime.graph_model import GraphModel
from ime_engine.runtime.onnx_backend import OnnxOptions, open_session, waiting


@pytest.fixture(scope="module")
def model(tiny_model_dir: Path) -> GraphModel:
    session = open_session(tiny_model_dir / "tiny" / "model.onnx", OnnxOptions(threads=1))
    return GraphModel(session, context_length=256)


def test_a_prompt_is_read_in_one_or_several_parts(model: GraphModel) -> None:
    whole = model.prefill([4, 5, 6, 7])
    part = model.prefill([4, 5, 9, 9, 9])
    again = model.prefill([4, 5, 6, 7], part.kv, 2)

    assert whole.logits.shape == (1, model.vocab_size)
    np.testing.assert_allclose(again.logits, whole.logits, atol=1e-5)


def test_the_past_matters(model: GraphModel) -> None:
    assert not np.allclose(model.prefill([4, 5, 6]).logits, model.prefill([5, 4, 6]).logits)


def test_rows_part_and_multiply(model: GraphModel) -> None:
    one = model.prefill([4, 5])
    three = model.extend(one.kv, np.zeros(3, dtype=np.int64), np.array([6, 7, 8]))
    turned = model.extend(three.kv, np.array([2, 0]), np.array([9, 9]))

    assert turned.logits.shape == (2, model.vocab_size)
    for row, third in enumerate([8, 6]):
        whole = model.prefill([4, 5, third, 9])
        np.testing.assert_allclose(turned.logits[row], whole.logits[0], atol=1e-5)


class CountingSession:
    """Hands every pass on and counts the tokens it reads."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self.session = session
        self.read: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.session, name)

    def run(self, outputs: Sequence[str], feed: Mapping[str, Any]) -> Any:
        self.read.append(feed["input_ids"].shape[1])
        return self.session.run(outputs, feed)


@pytest.fixture
def counted(tiny_model_dir: Path) -> tuple[GraphModel, list[int]]:
    session = open_session(tiny_model_dir / "tiny" / "model.onnx", OnnxOptions(threads=1))
    counting = CountingSession(session)
    return GraphModel(counting, context_length=256), counting.read


def rows(*numbers: int) -> IntArray:
    return np.array(numbers, dtype=np.int64)


def test_what_was_read_after_a_prompt_is_not_read_again(
    counted: tuple[GraphModel, list[int]],
) -> None:
    model, read = counted
    one = model.prefill([4, 5])
    first = model.extend(one.kv, rows(0, 0), rows(6, 7))
    again = model.extend(one.kv, rows(0, 0, 0), rows(7, 8, 6))
    model.extend(again.kv, rows(2, 0), rows(9, 9))
    model.extend(first.kv, rows(0, 1), rows(9, 9))

    assert read == [2, 2, 1, 2]
    np.testing.assert_array_equal(first.logits, again.logits[[2, 0]])


def test_a_prompt_that_goes_on_as_a_search_did_is_read_already(
    counted: tuple[GraphModel, list[int]],
) -> None:
    model, read = counted
    one = model.prefill([4, 5])
    two = model.extend(one.kv, rows(0, 0), rows(6, 7))
    model.extend(two.kv, rows(1), rows(8))
    whole = model.prefill([4, 5, 7, 8], one.kv, 2)
    more = model.prefill([4, 5, 7, 8, 9, 9], whole.kv, 4)

    assert read == [2, 2, 1, 2]
    fresh = model.prefill([4, 5, 7, 8, 9, 9])
    np.testing.assert_allclose(more.logits, fresh.logits, atol=1e-5)


def test_a_thin_cache_stands_for_the_same_prompt_and_holds_little(
    counted: tuple[GraphModel, list[int]],
) -> None:
    model, read = counted
    one = model.prefill([4, 5])
    before = model.extend(one.kv, rows(0, 0, 0), rows(6, 7, 8))

    assert model.thin(one.kv, 3) is one.kv
    thin = model.thin(one.kv, 2)
    assert (thin.tree.columns, one.kv.tree.columns) == (2, 5)
    after = model.extend(thin, rows(0, 0, 0), rows(6, 7, 8))
    np.testing.assert_allclose(after.logits, before.logits, atol=1e-5)
    assert read == [2, 3, 3]


def test_what_is_handed_out_may_be_overwritten(model: GraphModel) -> None:
    one = model.prefill([4, 5])
    two = model.extend(one.kv, rows(0), rows(6))
    kept = two.logits.copy()
    two.logits[:] = 0

    np.testing.assert_array_equal(model.extend(one.kv, rows(0), rows(6)).logits, kept)


@pytest.mark.parametrize(
    ("spinning", "version", "spins", "limited"),
    [(True, "1.32.0", "1", False), (False, "1.32.0", "1", True), (False, "1.22.1", "0", False)],
)
def test_idle_threads_spin_for_a_moment_where_the_moment_can_be_set(
    spinning: bool, version: str, spins: str, limited: bool
) -> None:
    entries = waiting(spinning, version)

    assert entries["session.intra_op.allow_spinning"] == spins
    assert ("session.intra_op.spin_duration_us" in entries) is limited


@pytest.mark.parametrize(("token_ids", "reuse"), [([], 0), ([4], 1), ([4] * 257, 0)])
def test_a_prompt_that_cannot_be_read_is_refused(
    model: GraphModel, token_ids: list[int], reuse: int
) -> None:
    with pytest.raises(ValueError, match="context length"):
        model.prefill(token_ids, None, reuse)


def test_a_failing_run_is_a_model_error_without_the_text(model: GraphModel) -> None:
    with pytest.raises(ModelError, match="ieum model build --force"):
        model.prefill([10_000])


def test_a_graph_of_another_contract_is_refused(tmp_path: Path) -> None:
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["B", "T"])
    logits = helper.make_tensor_value_info("logits", TensorProto.INT64, ["B", "T"])
    graph = helper.make_graph(
        [helper.make_node("Identity", ["input_ids"], ["logits"])], "other", [ids], [logits]
    )
    opset = [helper.make_opsetid("", 17)]
    path = tmp_path / "model.onnx"
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=8), path)

    with pytest.raises(ModelMismatchError, match="other inputs and outputs"):
        GraphModel(open_session(path, OnnxOptions(threads=1)), 256)
