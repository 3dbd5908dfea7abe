# SPDX-License-Identifier: Apache-2.0
"""The graphs say what transformers says: at once, step by step, in rows, past the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from numpy.typing import NDArray
from transformers import Gemma3ForCausalLM, Gemma3TextConfig, GPT2Config, GPT2LMHeadModel

from model_tools.calibrate import empty_cache, input_peaks, open_session, text_inputs
from model_tools.families.gemma3 import Gemma3Shape, build_gemma3
from model_tools.families.gpt2 import Gpt2Shape, build_gpt2
from model_tools.families.graph import FloatArray, Precision
from model_tools.families.hub_names import GEMMA3_NAMES, GPT2_NAMES, HubNames
from model_tools.hub.source import FolderTensors
from model_tools.machine import instructions
from model_tools.quantize import Blocks, Float16, Float32, Int8, largest_weight
from model_tools.smoothing import smooth, smoothing_links

VOCAB = 97
WINDOW = 6
TOLERANCE = 1e-4
IDS = np.random.default_rng(2).integers(0, VOCAB, (3, 20))

Build = Callable[[Precision], onnx.ModelProto]


def tensors_of(model: torch.nn.Module, table: HubNames) -> FolderTensors:
    """Weights of a model in torch under canonical names."""
    state = model.state_dict()
    return FolderTensors(table, list(state), lambda name: state[name].numpy())


def randomised(new_model: Callable[[], torch.nn.Module]) -> torch.nn.Module:
    """A model with the same random weights each time, none of them a neat zero or one."""
    torch.manual_seed(4)
    model = new_model()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.15)
    return model.eval()


@pytest.fixture(scope="module")
def gemma3() -> tuple[torch.nn.Module, Gemma3Shape, FolderTensors]:
    kinds = ["sliding_attention", "full_attention", "sliding_attention"]
    config = Gemma3TextConfig(
        vocab_size=VOCAB,
        hidden_size=64,
        intermediate_size=96,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=16,
        query_pre_attn_scalar=32,
        sliding_window=WINDOW,
        layer_types=kinds,
        pad_token_id=0,
        attn_implementation="eager",
    )
    model = randomised(lambda: Gemma3ForCausalLM(config))
    shape = Gemma3Shape(
        layers=3,
        hidden=64,
        heads=4,
        kv_heads=2,
        head_dim=16,
        global_layers=frozenset({1}),
        window=WINDOW,
        epsilon=config.rms_norm_eps,
        rotary_base=1e6,
        local_rotary_base=1e4,
        query_scale=32**-0.5,
    )
    return model, shape, tensors_of(model, GEMMA3_NAMES)


@pytest.fixture(scope="module")
def build_of_gemma3(gemma3: tuple[torch.nn.Module, Gemma3Shape, FolderTensors]) -> Build:
    _, shape, tensors = gemma3
    return lambda precision: build_gemma3(shape, tensors, range(VOCAB), 32, precision)


@pytest.fixture(scope="module")
def gpt2() -> tuple[torch.nn.Module, Build]:
    config = GPT2Config(
        vocab_size=VOCAB,
        n_positions=40,
        n_embd=64,
        n_layer=3,
        n_head=4,
        bos_token_id=0,
        eos_token_id=1,
    )
    model = randomised(lambda: GPT2LMHeadModel(config))
    tensors = tensors_of(model, GPT2_NAMES)
    shape = Gpt2Shape(layers=3, hidden=64, heads=4, positions=40, epsilon=1e-5)
    return model, lambda precision: build_gpt2(shape, tensors, range(VOCAB), 32, precision)


def session_of(model: onnx.ModelProto, folder: Path) -> onnxruntime.InferenceSession:
    onnx.save(model, folder / "model.onnx")
    return open_session(folder / "model.onnx", threads=1)


def stepwise(
    session: onnxruntime.InferenceSession, ids: NDArray[np.int64], cuts: Sequence[int]
) -> FloatArray:
    """Feed each row of `ids` in pieces that end at `cuts`; return the last logits of each."""
    names = [each.name for each in session.get_outputs()]
    last = []
    for row in ids.tolist():
        cache, begin = empty_cache(session), 0
        for end in cuts:
            feed = {**text_inputs(row[begin:end], begin), **cache}
            logits, *present = session.run(names, feed)
            cache = dict(zip(cache, present, strict=True))
            begin = end
        assert [value.shape[2] for value in cache.values()] == [begin] * len(cache)
        last.append(logits[0])
    return np.array(last)


def expected(model: torch.nn.Module, ids: NDArray[np.int64]) -> FloatArray:
    with torch.no_grad():
        return np.asarray(model(torch.from_numpy(ids)).logits[:, -1].numpy())


@pytest.mark.parametrize(
    ("rows", "cuts"),
    [
        *((rows, cuts) for rows in (1, 3) for cuts in ([20], [1], [3], [*range(1, 21)], [19, 20])),
        (1, [12, 20]),
        (1, [1, 2, 3, 20]),
    ],
)
@pytest.mark.parametrize("family", ["gemma3", "gpt2"])
def test_logits_are_those_of_transformers(
    family: str,
    rows: int,
    cuts: list[int],
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    model, build = request.getfixturevalue(family)[:2]
    if family == "gemma3":
        build = request.getfixturevalue("build_of_gemma3")
    ids = IDS[:rows]
    got = stepwise(session_of(build(Float32()), tmp_path), ids, cuts)
    assert got.shape == (rows, VOCAB)
    assert got == pytest.approx(expected(model, ids[:, : cuts[-1]]), abs=TOLERANCE)


def test_smoothed_graph_says_the_same(
    gemma3: tuple[torch.nn.Module, Gemma3Shape, FolderTensors],
    build_of_gemma3: Build,
    tmp_path: Path,
) -> None:
    model, shape, tensors = gemma3
    peaks = input_peaks(build_of_gemma3, IDS.tolist(), tmp_path / "scratch.onnx")
    assert not (tmp_path / "scratch.onnx").exists()
    smoothed = smooth(tensors, smoothing_links(shape), peaks, 0.6, range(VOCAB))
    graph = build_gemma3(shape, smoothed, range(VOCAB), 32, Float32())
    got = stepwise(session_of(graph, tmp_path), IDS, [20])
    assert got == pytest.approx(expected(model, IDS), abs=3 * TOLERANCE)


@pytest.mark.parametrize(
    ("precision", "least"), [(Blocks(4), 0.9), (Blocks(8), 0.999), (Float16(), 0.999_99)], ids=repr
)
def test_fewer_bits_are_not_far(
    precision: Precision, least: float, build_of_gemma3: Build, tmp_path: Path
) -> None:
    exact = stepwise(session_of(build_of_gemma3(Float32()), tmp_path), IDS, [20])
    got = stepwise(session_of(build_of_gemma3(precision), tmp_path), IDS, [20])
    correlation = [np.corrcoef(*pair)[0, 1] for pair in zip(exact, got, strict=True)]
    assert min(correlation) > least


@pytest.mark.parametrize("rotated", [(), ("*",), ("*.ffn_down", "blk.0.*")])
@pytest.mark.parametrize("family", ["build_of_gemma3", "gpt2"])
def test_int8_is_near(
    family: str, rotated: tuple[str, ...], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    found = request.getfixturevalue(family)
    build = found[1] if family == "gpt2" else found
    exact = stepwise(session_of(build(Float32()), tmp_path), IDS, [20])
    # Without VNNI two products of larger weights overflow their sum, and models are built by that.
    precision = Int8(rotated, largest_weight(instructions()))
    got = stepwise(session_of(build(precision), tmp_path), IDS, [20])
    correlation = [np.corrcoef(*pair)[0, 1] for pair in zip(exact, got, strict=True)]
    assert min(correlation) > 0.99
