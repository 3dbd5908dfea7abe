# SPDX-License-Identifier: Apache-2.0
"""A checkpoint of each architecture says as a graph what it says in torch."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from tokenizers import Tokenizer

from ime_engine.runtime.graph_model import GraphModel
from ime_engine.runtime.onnx_backend import OnnxOptions, open_session
from model_tools.checkpoint import write_checkpoint
from model_tools.convert import build_graph
from model_tools.errors import SourceError
from model_tools.families.graph import FloatArray
from model_tools.families.llama import LlamaShape
from model_tools.families.rotary import Llama3Scaling, rotary_speeds
from model_tools.gguf.source import open_gguf
from model_tools.hub.source import open_folder
from model_tools.quantize import Float32
from model_tools.source import Selection, Source
from tests.integration.gguf_models import write_llama_gguf
from tests.integration.hub_models import ARCHITECTURES, BEGIN, save_model
from tests.integration.models import PIECES

TOLERANCE = 1e-4
POSITIONS = 40
TEXT = np.random.default_rng(2).integers(0, 420, 30).tolist()
"""Longer than the window of the tiny Gemma 3, which is 26."""

SHORT = TEXT[:18]
"""The window counts the columns of a tree, so that within it rows are as in torch."""


UNUSED = 420 - (3 + 256 + len(PIECES))
TEXTS = ("안녕하세요. 오늘은", "회의 시간 12,345\n\n 둘", "It's   그래요!! ")


@pytest.fixture(scope="module", params=ARCHITECTURES)
def saved(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[torch.nn.Module, Path]:
    folder = tmp_path_factory.mktemp(request.param)
    return save_model(request.param, folder), folder


def model_of(source: Source, scratch: Path) -> GraphModel:
    onnx.save(build_graph(source, POSITIONS, Float32()), scratch / "model.onnx")
    return GraphModel(open_session(scratch / "model.onnx", OnnxOptions(threads=1)), POSITIONS)


def expected(model: torch.nn.Module, ids: list[int]) -> FloatArray:
    with torch.inference_mode():
        return np.asarray(model(torch.tensor([ids])).logits[0, -1].numpy())


def test_logits_are_those_of_torch(saved: tuple[torch.nn.Module, Path], tmp_path: Path) -> None:
    peer, folder = saved
    model = model_of(open_folder(folder, None, []), tmp_path)

    whole = model.prefill(TEXT)
    assert whole.logits[0] == pytest.approx(expected(peer, TEXT), abs=TOLERANCE)

    half = model.prefill(TEXT[:9])
    assert half.logits[0] == pytest.approx(expected(peer, TEXT[:9]), abs=TOLERANCE)
    rest = model.prefill(TEXT, half.kv, 9)
    assert rest.logits[0] == pytest.approx(expected(peer, TEXT), abs=TOLERANCE)


def test_a_tree_of_rows_says_what_each_text_says(
    saved: tuple[torch.nn.Module, Path], tmp_path: Path
) -> None:
    peer, folder = saved
    model = model_of(open_folder(folder, None, []), tmp_path)

    two = model.extend(model.prefill(SHORT).kv, np.array([0, 0]), np.array([7, 8]))
    three = model.extend(two.kv, np.array([1, 0, 1]), np.array([9, 9, 6]))
    for got, read in zip(three.logits, ([8, 9], [7, 9], [8, 6]), strict=True):
        assert got == pytest.approx(expected(peer, SHORT + read), abs=TOLERANCE)


def test_a_checkpoint_that_is_written_again_is_the_same(
    saved: tuple[torch.nn.Module, Path], tmp_path: Path
) -> None:
    peer, folder = saved
    before = open_folder(folder, None, [])
    (tmp_path / "again").mkdir()
    write_checkpoint(before, tmp_path / "again", context_length=POSITIONS)
    after = open_folder(tmp_path / "again", None, [])

    assert after.tokens.bos_id == before.tokens.bos_id
    assert after.tokens.eos_ids == before.tokens.eos_ids == (1,)
    got = model_of(after, tmp_path).prefill(TEXT).logits[0]
    assert got == pytest.approx(expected(peer, TEXT), abs=TOLERANCE)


@pytest.mark.parametrize("name", ["llama", "qwen2", "qwen3"])
def test_a_gguf_file_says_what_the_folder_says(name: str, tmp_path: Path) -> None:
    peer = save_model(name, tmp_path / "folder")
    folder = open_folder(tmp_path / "folder", None, [])
    write_llama_gguf(tmp_path / "tiny.gguf", name, folder)
    file = open_gguf(tmp_path / "tiny.gguf", "whole")

    assert file.shape == folder.shape
    assert file.tokens.bos_id == folder.tokens.bos_id
    assert file.tokens.eos_ids == folder.tokens.eos_ids
    assert "[PAD" not in file.tokens.json
    got = model_of(file, tmp_path).prefill(TEXT).logits[0]
    assert got == pytest.approx(expected(peer, TEXT), abs=TOLERANCE)
    for text in TEXTS:
        cut = [Tokenizer.from_str(each.tokens.json).encode(text).tokens for each in (file, folder)]
        assert [piece for piece in cut[1] if piece != BEGIN] == cut[0]


@pytest.mark.parametrize("selection", ["korean", "whole"])
def test_a_gguf_file_of_llama_may_have_pieces_with_scores(
    selection: Selection, tmp_path: Path
) -> None:
    save_model("llama", tmp_path / "folder")
    folder = open_folder(tmp_path / "folder", None, [])
    write_llama_gguf(tmp_path / "tiny.gguf", "llama", folder, scored=True)
    source = open_gguf(tmp_path / "tiny.gguf", selection)
    tokenizer = Tokenizer.from_str(source.tokens.json)

    assert tokenizer.encode("가나 다라.").tokens == ["▁", "가나", "▁다라", "."]
    assert source.tokens.bos_id == tokenizer.token_to_id("<s>")
    assert source.tokens.eos_ids == (tokenizer.token_to_id("</s>"),)
    gone = 0 if selection == "whole" else UNUSED + len(["the"])
    assert len(source.tokens.kept_ids) == 420 - gone
    assert model_of(source, tmp_path).prefill([1, 5, 9]).logits.shape[1] == len(
        source.tokens.kept_ids
    )


def test_positions_scaled_as_in_llama3_are_known_by_what_they_do(tmp_path: Path) -> None:
    save_model("llama", tmp_path / "folder")
    source = open_folder(tmp_path / "folder", None, [])
    assert isinstance(source.shape, LlamaShape)
    shape = dataclasses.replace(source.shape, rotary_base=500_000.0)
    source = dataclasses.replace(source, shape=shape)
    speeds, scaling = rotary_speeds(16, 500_000.0), Llama3Scaling(8.0, 1.0, 4.0, 8192)
    divisors = (speeds / scaling.slowed(speeds)).astype(np.float32)
    write_llama_gguf(tmp_path / "tiny.gguf", "llama", source, divisors)
    read = open_gguf(tmp_path / "tiny.gguf", "whole").shape
    assert read == dataclasses.replace(shape, scaling=scaling)

    write_llama_gguf(tmp_path / "other.gguf", "llama", source, divisors[::-1].copy())
    with pytest.raises(SourceError, match="scales positions in a way that cannot be built"):
        open_gguf(tmp_path / "other.gguf", "whole")
