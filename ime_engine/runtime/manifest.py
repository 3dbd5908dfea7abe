# SPDX-License-Identifier: Apache-2.0
"""What a model folder says of itself: ``manifest.json``, read and verified.

    <models dir>/<name>/
        manifest.json     this description, with a digest of each other file
        model.onnx        the graph; its contract is in docs/design/model-folder.md
        tokenizer.json    for the `tokenizers` library
        NOTICE.md         the terms under which the weights may be used
        config.json       where it was built with weights for torch: their numbers,
        model.safetensors and the weights

`read_manifest` costs a fraction of a millisecond and looks at no weights;
`verify_folder` reads every file once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Final

import msgspec

from ime_engine.errors import ModelMismatchError, ModelNotFoundError

__all__ = [
    "FORMAT",
    "MANIFEST_NAME",
    "FileEntry",
    "Manifest",
    "file_entry",
    "read_manifest",
    "verify_files",
    "verify_folder",
]

FORMAT: Final = 2
"""Of the folder and of the graph's contract."""

MANIFEST_NAME: Final = "manifest.json"
CHUNK_BYTES: Final = 1 << 20

Count = Annotated[int, msgspec.Meta(ge=1)]
TokenId = Annotated[int, msgspec.Meta(ge=0)]
Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class FileEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of the folder."""

    sha256: Digest
    bytes: Annotated[int, msgspec.Meta(ge=0)]


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Description of one model folder."""

    format: int
    name: str
    family: str
    """Architecture: ``gemma3`` or ``gpt2``."""

    precision: str
    source: dict[str, str]
    """Where the weights came from, with digests; for people."""

    licence: str
    created: str
    """Day of the build, YYYY-MM-DD."""

    vocab_size: Count
    context_length: Count
    """Most positions the graph can hold, past and new together, in tokens."""

    layers: Count
    kv_heads: Count
    head_dim: Count
    bos_id: TokenId | None
    """Token that begins every text, or None where the model wants none."""

    eos_ids: list[TokenId]
    """Tokens that end a text."""

    word_marker: str
    """What a piece that begins a word begins with."""

    files: dict[str, FileEntry]
    """By file name; the manifest itself is not among them."""

    @property
    def digest(self) -> str:
        """SHA-256 of the graph: names the model in reports."""
        return self.files["model.onnx"].sha256


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a model folder.

    Raises:
        ModelNotFoundError: there is no such folder, or a file it names is missing.
        ModelMismatchError: the manifest is damaged, of another format, or a
            file's size differs.
    """
    path = folder / MANIFEST_NAME
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ModelNotFoundError(f"there is no model in {folder}.") from error
    manifest = _decoded(content, path)
    for name, entry in manifest.files.items():
        _check_size(folder / name, entry)
    return manifest


def verify_folder(folder: Path, but: Collection[str] = ()) -> Manifest:
    """Compare every file of a model folder with its digest; return the manifest.

    Args:
        folder: The model's own folder.
        but: Names of files whose size alone is looked at.

    Raises:
        ModelNotFoundError: there is no such folder, or a file it names is missing.
        ModelMismatchError: the manifest is damaged or of another format, or a
            file differs from it.
    """
    manifest = read_manifest(folder)
    verify_files(folder, manifest, [name for name in manifest.files if name not in but])
    return manifest


def verify_files(folder: Path, manifest: Manifest, names: Iterable[str]) -> None:
    """Compare files that the manifest names with their digests.

    Raises:
        ModelMismatchError: one differs.
    """
    for name in names:
        if file_entry(folder / name).sha256 != manifest.files[name].sha256:
            raise ModelMismatchError(f"{folder / name} is damaged: its digest is another.")


def file_entry(path: Path) -> FileEntry:
    """Measure one file as it lies."""
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
    return FileEntry(sha256=digest.hexdigest(), bytes=size)


def _decoded(content: bytes, path: Path) -> Manifest:
    """Read the format first, so that a newer manifest is named as such."""
    try:
        version = msgspec.json.decode(content, type=Mapping[str, object]).get("format")
        if version != FORMAT:
            raise ModelMismatchError(
                f"{path} is of format {version}, and this program reads format {FORMAT}."
            )
        manifest = msgspec.json.decode(content, type=Manifest)
    except msgspec.DecodeError as error:
        raise ModelMismatchError(f"{path} cannot be read: {error}.") from error
    _check_names(manifest, path)
    return manifest


def _check_names(manifest: Manifest, path: Path) -> None:
    """Refuse a manifest without the two files every model has, or with a way out of the folder."""
    for name in ("model.onnx", "tokenizer.json"):
        if name not in manifest.files:
            raise ModelMismatchError(f"{path} does not name {name}.")
    for name in manifest.files:
        if name != Path(name).name:
            raise ModelMismatchError(f"{path} names a file outside its folder: {name!r}.")


def _check_size(path: Path, entry: FileEntry) -> None:
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise ModelNotFoundError(f"{path} is missing.") from error
    if size != entry.bytes:
        raise ModelMismatchError(f"{path} is damaged: {size} bytes instead of {entry.bytes}.")
