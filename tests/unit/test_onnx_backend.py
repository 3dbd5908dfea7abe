# SPDX-License-Identifier: Apache-2.0
"""The ONNX backend on the tiny model: the protocol, to the letter."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from ime_engine.errors import ModelError, ModelMismatchError
from ime_engine.runtime.onnx_backend import OnnxModel, OnnxOptions, open_session


@pytest.fixture(scope="module")
def model(tiny_model_dir: Path) -> OnnxModel:
    session = open_session(tiny_model_dir / "tiny" / "model.onnx", OnnxOptions(threads=1))
    return OnnxModel(session, context_length=256)


def test_a_prompt_is_read_in_one_or_several_parts(model: OnnxModel) -> None:
    whole = model.prefill([4, 5, 6, 7])
    part = model.prefill([4, 5, 9, 9, 9])
    again = model.prefill([4, 5, 6, 7], part.kv, 2)

    assert whole.logits.shape == (1, model.vocab_size)
    np.testing.assert_allclose(again.logits, whole.logits, atol=1e-5)


def test_the_past_matters(model: OnnxModel) -> None:
    assert not np.allclose(model.prefill([4, 5, 6]).logits, model.prefill([5, 4, 6]).logits)


def test_rows_part_and_multiply(model: OnnxModel) -> None:
    one = model.prefill([4, 5])
    three = model.extend(one.kv, np.zeros(3, dtype=np.int64), np.array([6, 7, 8]))
    turned = model.extend(three.kv, np.array([2, 0]), np.array([9, 9]))

    assert turned.logits.shape == (2, model.vocab_size)
    for row, third in enumerate([8, 6]):
        whole = model.prefill([4, 5, third, 9])
        np.testing.assert_allclose(turned.logits[row], whole.logits[0], atol=1e-5)


def test_a_kv_cache_is_never_changed(model: OnnxModel) -> None:
    one = model.prefill([4, 5])
    before = [array.copy() for array in one.kv]
    model.extend(one.kv, np.zeros(1, dtype=np.int64), np.array([6]))
    model.prefill([4, 5, 6], one.kv, 2)

    for kept, now in zip(before, one.kv, strict=True):
        np.testing.assert_array_equal(kept, now)


@pytest.mark.parametrize(("token_ids", "reuse"), [([], 0), ([4], 1), ([4] * 257, 0)])
def test_a_prompt_that_cannot_be_read_is_refused(
    model: OnnxModel, token_ids: list[int], reuse: int
) -> None:
    with pytest.raises(ValueError, match="context length"):
        model.prefill(token_ids, None, reuse)


def test_a_failing_run_is_a_model_error_without_the_text(model: OnnxModel) -> None:
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
        OnnxModel(open_session(path, OnnxOptions(threads=1)), 256)
