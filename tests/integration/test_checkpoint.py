# SPDX-License-Identifier: Apache-2.0
"""A checkpoint is what transformers opens, and what is read back is what was written."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import onnx
import pytest
import torch
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM, AutoTokenizer

from model_tools.calibrate import first_pass, open_session
from model_tools.checkpoint import stored_names, write_checkpoint
from model_tools.convert import build_graph
from model_tools.errors import SourceError
from model_tools.families.graph import FloatArray
from model_tools.gguf.source import open_gguf
from model_tools.hub.source import open_folder
from model_tools.quantize import Float32
from model_tools.safetensors_file import Dtype, SafetensorsFile, write_safetensors
from model_tools.source import Source
from tests.integration.models import write_gemma3_gguf, write_gpt2_folder

Family = Literal["gemma3", "gpt2"]

POSITIONS = 32
TOKENS = 24
"""More than the window of the tiny Gemma 3, which is 8."""


def source_of(family: Family, folder: Path) -> Source:
    if family == "gpt2":
        return open_folder(write_gpt2_folder(folder), "</s>", ["</s>"])
    folder.mkdir(parents=True, exist_ok=True)
    write_gemma3_gguf(folder / "tiny.gguf")
    return open_gguf(folder / "tiny.gguf", "korean")


def written(source: Source, folder: Path, dtype: Dtype = "float32") -> Path:
    folder.mkdir()
    write_checkpoint(source, folder, dtype, POSITIONS)
    return folder


def logits_of(folder: Path, token_ids: list[int]) -> FloatArray:
    model = AutoModelForCausalLM.from_pretrained(folder, dtype="float32").eval()
    with torch.inference_mode():
        return np.asarray(model(torch.tensor([token_ids])).logits[0, -1].numpy())


@pytest.mark.parametrize("family", ["gemma3", "gpt2"])
def test_transformers_says_of_a_checkpoint_what_the_graph_says(
    family: Family, tmp_path: Path
) -> None:
    source = source_of(family, tmp_path / "source")
    folder = written(source, tmp_path / "checkpoint")
    onnx.save(build_graph(source, POSITIONS, Float32()), tmp_path / "model.onnx")
    session = open_session(tmp_path / "model.onnx", threads=1)
    ids = np.random.default_rng(1).integers(4, len(source.tokens.kept_ids), TOKENS).tolist()

    (ours,) = session.run(["logits"], first_pass(session, ids))
    assert logits_of(folder, ids) == pytest.approx(ours[0], abs=1e-4)


@pytest.mark.parametrize("family", ["gemma3", "gpt2"])
def test_the_tokenizer_of_a_checkpoint_cuts_as_before(family: Family, tmp_path: Path) -> None:
    source = source_of(family, tmp_path / "source")
    tokenizer = AutoTokenizer.from_pretrained(written(source, tmp_path / "checkpoint"))

    assert tokenizer.bos_token_id == source.tokens.bos_id
    assert tokenizer.eos_token_id == source.tokens.eos_ids[0]
    cut = Tokenizer.from_str(source.tokens.json).encode("가나 다라", add_special_tokens=False)
    assert tokenizer("가나 다라", add_special_tokens=False).input_ids == cut.ids


def test_a_gpt2_that_is_read_back_is_the_same(tmp_path: Path) -> None:
    before = source_of("gpt2", tmp_path / "source")
    after = open_folder(written(before, tmp_path / "checkpoint"), None, [])

    assert after.shape == before.shape
    assert after.tokens.kept_ids == before.tokens.kept_ids
    assert (after.tokens.bos_id, after.tokens.eos_ids) == (1, (1,))
    for name in stored_names(before).values():
        np.testing.assert_array_equal(after.tensors.tensor(name), before.tensors.tensor(name))


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_a_checkpoint_is_half_as_large_and_not_far(dtype: Dtype, tmp_path: Path) -> None:
    source = source_of("gemma3", tmp_path / "source")
    whole = written(source, tmp_path / "float32")
    half = written(source, tmp_path / dtype, dtype)
    ids = [2, 5, 9, 260, 265, 270]

    sizes = [(each / "model.safetensors").stat().st_size for each in (whole, half)]
    assert sizes[1] < 0.6 * sizes[0]
    assert np.corrcoef(logits_of(whole, ids), logits_of(half, ids))[0, 1] > 0.999


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_numbers_are_rounded_as_torch_rounds_them(dtype: Dtype, tmp_path: Path) -> None:
    values = np.random.default_rng(2).standard_normal((7, 33)).astype(np.float32)
    values[0, :3] = 0, 1 + 2**-8, -(1 + 3 * 2**-8)
    path = tmp_path / "model.safetensors"
    write_safetensors(path, ["one", "two"], {"one": values, "two": values.T}.__getitem__, dtype)

    expected = torch.from_numpy(values).to(getattr(torch, dtype)).float().numpy()
    file = SafetensorsFile(path)
    np.testing.assert_array_equal(file.tensor("one"), expected)
    np.testing.assert_array_equal(file.tensor("two"), expected.T)


def test_what_is_too_large_for_float16_is_told(tmp_path: Path) -> None:
    values = np.array([1.0, 70_000.0], dtype=np.float32)
    path = tmp_path / "model.safetensors"
    with pytest.raises(SourceError, match=r"^large holds numbers too large for float16"):
        write_safetensors(path, ["large"], lambda _: values, "float16")


def test_a_checkpoint_in_int8_is_smaller_and_says_nearly_the_same(tmp_path: Path) -> None:
    source = source_of("gemma3", tmp_path / "source")
    whole, small = written(source, tmp_path / "whole"), written(source, tmp_path / "int8", "int8")
    sizes = [sum(path.stat().st_size for path in each.glob("*.saf*")) for each in (whole, small)]
    assert sizes[1] < 0.5 * sizes[0]

    read = open_folder(small, "<bos>", [])
    again = written(read, tmp_path / "again")
    ids = [2, 5, 9, 260, 265, 270]
    assert np.corrcoef(logits_of(whole, ids), logits_of(again, ids))[0, 1] > 0.999
    with pytest.raises(OSError, match=r"no file named .*model\.safetensors"):
        AutoModelForCausalLM.from_pretrained(small)


def test_vectors_and_odd_matrices_stay_as_they_are_in_int8(tmp_path: Path) -> None:
    values = {
        "odd": np.random.default_rng(1).standard_normal((3, 65)).astype(np.float32),
        "row": np.random.default_rng(2).standard_normal(64).astype(np.float32),
        "whole": np.random.default_rng(3).standard_normal((3, 128)).astype(np.float32),
    }
    path = tmp_path / "model.safetensors"
    write_safetensors(path, list(values), values.__getitem__, "int8")

    file = SafetensorsFile(path)
    assert file.names() == list(values)
    for name in ("odd", "row"):
        np.testing.assert_array_equal(file.tensor(name), values[name])
    assert np.abs(file.tensor("whole") - values["whole"]).max() < 0.02


def test_what_is_too_large_for_int8_is_told(tmp_path: Path) -> None:
    values = np.full((1, 64), 1e8, dtype=np.float32)
    path = tmp_path / "model.safetensors"
    with pytest.raises(SourceError, match=r"^large holds numbers too large for int8"):
        write_safetensors(path, ["large"], lambda _: values, "int8")
