# SPDX-License-Identifier: Apache-2.0
"""Opens a model folder: checks it, chooses where it runs, hands out its parts.

<folder>/manifest.json   what it is, digest of every file
         model.onnx      the graph (contract: `runtime.graph_model`)
         tokenizer.json  Hugging Face tokenizers
         config.json, model.safetensors   weights for torch, where it was built with them
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ime_engine.errors import ModelMismatchError, ModelNotFoundError
from ime_engine.runtime import devices
from ime_engine.runtime.base import LanguageModel
from ime_engine.runtime.devices import Device, Runtime
from ime_engine.runtime.fallback import FallbackModel, Place
from ime_engine.runtime.heap import bound_heap, give_back_heap
from ime_engine.runtime.manifest import Manifest, read_manifest, verify_folder
from ime_engine.runtime.pieces import is_byte_level, texts
from ime_engine.runtime.torch_backend import TORCH_FILES
from ime_engine.runtime.turns import ALONE, Batch

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["Device", "LoadedModel", "load_model"]


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

    where: Callable[[], str]
    """Tells where it runs now: cpu or cuda."""

    alone: LanguageModel
    """The same model, whose passes are read by themselves, beside no other text."""

    searching: Callable[[], AbstractContextManager[None]]
    """A block in which a thread searches: others wait a moment for its passes, to read them as one
    with theirs."""

    @property
    def device(self) -> str:
        """Where it runs now: cpu or cuda."""
        return self.where()


def load_model(
    folder: Path,
    device: Device = "auto",
    threads: int = 2,
    batch: Batch = ALONE,
    runtime: Runtime = "auto",
) -> LoadedModel:
    """Open a model folder.

    Args:
        folder: The model's own folder.
        device: cuda insists; auto takes a card where one can be used.
        threads: Threads of a pass on the CPU, >= 1.
        batch: How many searches' passes are read as one.
        runtime: torch insists on it, to compare with.

    Raises:
        ModelNotFoundError: the folder or a file of it is missing.
        ModelMismatchError: a file differs from the manifest, or the parts from each other.
        ModelError: the device is not there, or the model cannot be opened.
    """
    bound_heap()
    manifest = _verified(folder)
    pieces, special, tokenizer = _open_tokenizer(folder / "tokenizer.json", manifest)
    place = _placed(folder, manifest, device, threads, batch, runtime)
    model = place.model if isinstance(place, Place) else place
    if model.vocab_size != manifest.vocab_size:
        raise ModelMismatchError(_other_than_manifest("model.onnx"))
    give_back_heap()

    # Some tokenizers find a control token in text that spells one, whatever they are told.
    borders = {manifest.bos_id, *manifest.eos_ids}

    def encode(text: str) -> list[int]:
        token_ids = tokenizer.encode(text, add_special_tokens=False).ids
        return [token for token in token_ids if token not in borders]

    return LoadedModel(
        model,
        manifest,
        pieces,
        special,
        encode,
        lambda: place.device,
        model.by_itself(),
        model.searching,
    )


def _verified(folder: Path) -> Manifest:
    """Check every digest; add to a complaint what helps."""
    try:
        # Torch's files are compared when they are opened, which they seldom are.
        verify_folder(folder, but=TORCH_FILES)
        return read_manifest(folder)
    except (ModelNotFoundError, ModelMismatchError) as error:
        if _REMEDY in str(error):
            raise
        raise type(error)(f"{str(error).rstrip('.')}; run `{_REMEDY}`.") from error


def _placed(
    folder: Path, manifest: Manifest, device: Device, threads: int, batch: Batch, runtime: Runtime
) -> Place | FallbackModel:
    """Open the model where it is to run."""
    told = (folder, manifest, threads, batch)
    if runtime == "torch":
        return devices.open_in_torch(*told, "cuda" if device == "cuda" else "cpu")
    cards = devices.open_cards(*told) if device != "cpu" else []
    return devices.choose(device, cards, lambda: devices.open_cpu(*told))


_REMEDY: Final = "ieum model build --force"


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
