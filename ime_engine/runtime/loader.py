# SPDX-License-Identifier: Apache-2.0
"""Opens a model folder: checks it, chooses where it runs, hands out its parts.

<folder>/manifest.json   what it is, digest of every file
         model.onnx      the graph (contract: `runtime.onnx_backend`)
         tokenizer.json  Hugging Face tokenizers
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from ime_engine.errors import ModelError, ModelMismatchError, ModelNotFoundError
from ime_engine.runtime.base import LanguageModel
from ime_engine.runtime.heap import bound_heap, give_back_heap
from ime_engine.runtime.manifest import Manifest, read_manifest, verify_folder
from ime_engine.runtime.pieces import is_byte_level, texts
from ime_engine.runtime.turns import ALONE, Batch

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from ime_engine.runtime.onnx_backend import OnnxModel

__all__ = ["Device", "LoadedModel", "load_model"]

Device = Literal["auto", "cpu", "cuda"]

CPU: Final = "CPUExecutionProvider"
CUDA: Final = "CUDAExecutionProvider"


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model that is ready to be asked."""

    model: LanguageModel
    manifest: Manifest
    pieces: tuple[str, ...]
    """(vocab_size,) text of each token; empty where the tokenizer has none."""

    special: frozenset[int]
    """Ids of control tokens."""

    encode: Callable[[str], list[int]]
    """Text to token ids, control tokens neither added nor recognised."""

    device: str
    """Where it runs: cpu or cuda."""

    alone: LanguageModel
    """The same model, whose passes are read by themselves, beside no other text."""

    searching: Callable[[], AbstractContextManager[None]]
    """A block in which a thread searches: others wait a moment for its passes, to read them as one
    with theirs."""


def load_model(
    folder: Path,
    device: Device = "auto",
    threads: int = 2,
    batch: Batch = ALONE,
) -> LoadedModel:
    """Open a model folder.

    Args:
        folder: The model's own folder.
        device: cuda insists; auto takes it when ONNX Runtime offers it.
        threads: Threads of the CPU backend, >= 1.
        batch: How many searches' passes are read as one.

    Raises:
        ModelNotFoundError: the folder or a file of it is missing.
        ModelMismatchError: a file differs from the manifest, or the parts from each other.
        ModelError: the device is not there, or the graph cannot be opened.
    """
    bound_heap()
    manifest = _verified(folder)
    pieces, special, tokenizer = _open_tokenizer(folder / "tokenizer.json", manifest)
    model, used = _open_graph(folder / "model.onnx", manifest, device, threads, batch)
    if model.vocab_size != manifest.vocab_size:
        raise ModelMismatchError(_other_than_manifest("model.onnx"))
    give_back_heap()

    # Some tokenizers find a control token in text that spells one, whatever they are told.
    borders = {manifest.bos_id, *manifest.eos_ids}

    def encode(text: str) -> list[int]:
        token_ids = tokenizer.encode(text, add_special_tokens=False).ids
        return [token for token in token_ids if token not in borders]

    return LoadedModel(
        model, manifest, pieces, special, encode, used, model.by_itself(), model.searching
    )


def _verified(folder: Path) -> Manifest:
    """Check every digest; add to a complaint what helps."""
    try:
        verify_folder(folder)
        return read_manifest(folder)
    except (ModelNotFoundError, ModelMismatchError) as error:
        if _REMEDY in str(error):
            raise
        raise type(error)(f"{str(error).rstrip('.')}; run `{_REMEDY}`.") from error


def _open_graph(
    path: Path, manifest: Manifest, device: Device, threads: int, batch: Batch
) -> tuple[OnnxModel, str]:
    import onnxruntime

    from ime_engine.runtime.onnx_backend import OnnxModel, OnnxOptions, open_session

    providers = choose_providers(device, onnxruntime.get_available_providers())
    session = open_session(path, OnnxOptions(providers, threads))
    used = "cuda" if CUDA in session.get_providers() else "cpu"
    if device == "cuda" and used != "cuda":
        raise ModelError(_NO_CUDA)
    return OnnxModel(session, manifest.context_length, batch), used


_REMEDY: Final = "ieum model build --force"

_NO_CUDA: Final = (
    "ONNX Runtime finds no CUDA here; install onnxruntime-gpu and the driver, "
    "or set device to auto or cpu."
)


def choose_providers(device: Device, available: list[str]) -> tuple[str, ...]:
    """Return the execution providers to ask for, the preferred one first.

    Raises:
        ModelError: cuda is asked for and not available.
    """
    if device == "cuda" and CUDA not in available:
        raise ModelError(_NO_CUDA)
    return (CUDA, CPU) if device != "cpu" and CUDA in available else (CPU,)


def _open_tokenizer(
    path: Path, manifest: Manifest
) -> tuple[tuple[str, ...], frozenset[int], Tokenizer]:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:
        # tokenizers raises bare Exception for a file it cannot read.
        raise ModelMismatchError(_other_than_manifest(path.name)) from error
    tokenizer.encode_special_tokens = True
    tokenizer.no_truncation()
    by_piece = tokenizer.get_vocab(with_added_tokens=True)
    if max(by_piece.values(), default=0) >= manifest.vocab_size:
        raise ModelMismatchError(_other_than_manifest(path.name))
    pieces = [""] * manifest.vocab_size
    for piece, token in by_piece.items():
        pieces[token] = piece
    added = tokenizer.get_added_tokens_decoder()
    special = frozenset(token for token, each in added.items() if each.special)
    if is_byte_level(tokenizer):
        return texts(pieces, added, manifest.word_marker), special, tokenizer
    return tuple(pieces), special, tokenizer


def _other_than_manifest(name: str) -> str:
    return f"{name} does not fit the manifest beside it; run `{_REMEDY}`."
