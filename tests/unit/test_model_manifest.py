# SPDX-License-Identifier: Apache-2.0
"""A model folder is read as it was written, or refused in one sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ime_engine.errors import ModelMismatchError, ModelNotFoundError
from ime_engine.runtime.manifest import file_entry, read_manifest, verify_folder


def folder_with(path: Path, **changes: Any) -> Path:
    path.mkdir(exist_ok=True)
    for name in ("model.onnx", "tokenizer.json", "NOTICE.md"):
        (path / name).write_text(f"content of {name}")
    entries = {each.name: file_entry(each) for each in sorted(path.iterdir())}
    document = {
        "format": 2,
        "name": "small",
        "family": "gpt2",
        "precision": "int8",
        "source": {"from": "nowhere"},
        "licence": "CC0",
        "created": "2026-11-23",
        "vocab_size": 5,
        "context_length": 16,
        "layers": 1,
        "kv_heads": 1,
        "head_dim": 8,
        "bos_id": None,
        "eos_ids": [1],
        "word_marker": "▁",
        "files": {name: {"sha256": e.sha256, "bytes": e.bytes} for name, e in entries.items()},
    }
    (path / "manifest.json").write_text(json.dumps(document | changes))
    return path


def test_a_whole_folder_is_read(tmp_path: Path) -> None:
    manifest = verify_folder(folder_with(tmp_path / "small"))
    assert manifest == read_manifest(tmp_path / "small")
    assert manifest.bos_id is None
    assert manifest.digest == manifest.files["model.onnx"].sha256


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"format": 3}, "is of format 3, and this program reads format 2"),
        ({"surprise": 1}, "unknown field `surprise`"),
        ({"layers": 0}, r"`int` >= 1 - at `\$.layers`"),
        ({"files": {}}, "does not name model.onnx"),
    ],
)
def test_a_strange_manifest_is_refused(
    tmp_path: Path, changes: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ModelMismatchError, match=complaint):
        read_manifest(folder_with(tmp_path / "small", **changes))


def test_a_way_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    entry = {"sha256": "0" * 64, "bytes": 1}
    files = dict.fromkeys(("model.onnx", "tokenizer.json", "../secret"), entry)
    with pytest.raises(ModelMismatchError, match="outside its folder"):
        read_manifest(folder_with(tmp_path / "small", files=files))


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFoundError, match="there is no model in"):
        read_manifest(tmp_path / "small")
    folder = folder_with(tmp_path / "small")
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelNotFoundError, match=r"tokenizer\.json is missing"):
        read_manifest(folder)


def test_damage_is_seen(tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "small")
    content = (folder / "model.onnx").read_text()
    (folder / "model.onnx").write_text(content.upper())
    with pytest.raises(ModelMismatchError, match="its digest is another"):
        verify_folder(folder)
    (folder / "model.onnx").write_text(content[:-1])
    with pytest.raises(ModelMismatchError, match="damaged: 20 bytes"):
        read_manifest(folder)
    (folder / "manifest.json").write_text("{")
    with pytest.raises(ModelMismatchError, match="cannot be read"):
        read_manifest(folder)
