# SPDX-License-Identifier: Apache-2.0
"""A model folder is opened whole or not at all, and the refusal says what helps."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ime_engine.errors import ModelError, ModelMismatchError, ModelNotFoundError
from ime_engine.runtime.loader import load_model
from ime_engine.runtime.manifest import file_entry


@pytest.fixture
def folder(tiny_model_dir: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(tiny_model_dir / "tiny", tmp_path / "copy"))


def sign(folder: Path, **changes: object) -> None:
    """Write the digests of the files as they lie, and other fields, into the manifest."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for name in manifest["files"]:
        entry = file_entry(folder / name)
        manifest["files"][name] = {"sha256": entry.sha256, "bytes": entry.bytes}
    (folder / "manifest.json").write_text(json.dumps(manifest | changes), encoding="utf-8")


def test_a_whole_folder_loads(folder: Path) -> None:
    loaded = load_model(folder, "cpu", threads=1)

    assert loaded.device == "cpu"
    assert loaded.manifest.name == "tiny"
    assert len(loaded.pieces) == loaded.model.vocab_size == loaded.manifest.vocab_size
    assert [loaded.pieces[token] for token in loaded.encode("안녕하세요. 저")] == [
        "안녕", "하세요", ".", "▁저",
    ]  # fmt: skip
    assert {loaded.pieces[token] for token in loaded.special} == {
        "<pad>",
        "<eos>",
        "<bos>",
        "<unk>",
    }


def test_control_tokens_in_the_text_are_just_text(folder: Path) -> None:
    loaded = load_model(folder, "cpu", threads=1)

    assert loaded.manifest.eos_ids[0] not in loaded.encode("안녕<eos>")


@pytest.mark.parametrize("name", ["manifest.json", "model.onnx", "tokenizer.json", "NOTICE.md"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()

    with pytest.raises(ModelNotFoundError, match=r"`ieum model build --force`\.$"):
        load_model(folder)


def test_no_folder_at_all(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFoundError, match="ieum model build"):
        load_model(tmp_path / "none")


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("damage", [flip, cut])
@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_an_altered_file_is_refused(
    folder: Path, name: str, damage: Callable[[Path], None]
) -> None:
    damage(folder / name)

    with pytest.raises(ModelMismatchError, match=r"`ieum model build --force`\.$"):
        load_model(folder)


@pytest.mark.parametrize("vocab_size", [10, 1000])
def test_parts_that_do_not_fit_are_refused(folder: Path, vocab_size: int) -> None:
    sign(folder, vocab_size=vocab_size)

    with pytest.raises(ModelMismatchError, match="does not fit the manifest"):
        load_model(folder, "cpu")


@pytest.mark.parametrize(
    ("name", "error"), [("model.onnx", ModelError), ("tokenizer.json", ModelMismatchError)]
)
def test_a_file_that_is_something_else_is_refused(
    folder: Path, name: str, error: type[ModelError]
) -> None:
    (folder / name).write_text("{}", encoding="utf-8")
    sign(folder)

    with pytest.raises(error, match="ieum model build --force"):
        load_model(folder, "cpu")
