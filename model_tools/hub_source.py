# SPDX-License-Identifier: Apache-2.0
"""Reading a model from a folder in the layout of the Hugging Face hub.

    config.json   tokenizer.json   *.safetensors  (or pytorch_model.bin, which needs torch)

Tensor names of either family become the canonical ones of `families`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import numpy as np

from model_tools.errors import SourceError
from model_tools.families.gpt2 import Gpt2Shape
from model_tools.families.graph import FloatArray
from model_tools.families.hub_names import EMBEDDING, GPT2_NAMES, HEAD, STORED_HEAD, HubNames
from model_tools.safetensors_file import SafetensorsFile
from model_tools.source import Source, Tokens

__all__ = ["FolderTensors", "open_folder"]

Read = Callable[[str], FloatArray]


class _Config(msgspec.Struct, frozen=True):
    """What is read of ``config.json``."""

    model_type: str
    n_layer: int = 0
    n_embd: int = 0
    n_head: int = 0
    n_positions: int = 0
    vocab_size: int = 0
    layer_norm_epsilon: float = 1e-5
    activation_function: str = "gelu_new"


class FolderTensors:
    """Weights of a folder under canonical names."""

    def __init__(self, table: HubNames, names: Sequence[str], read: Read) -> None:
        """Wrap a way to read the tensors called `names`, which `table` explains."""
        self._table = table
        self._read = read
        self._names = frozenset(names)
        self._bare = not any(name.startswith(table.base) for name in names)
        """Files of the model without its head leave out what all names begin with."""

    def tensor(self, name: str) -> FloatArray:
        """Return a whole tensor; see `Tensors`."""
        if name == HEAD and STORED_HEAD not in self._names:
            name = EMBEDDING
        stored = self._table.stored(name)
        if self._bare:
            stored = stored.removeprefix(self._table.base)
        if stored not in self._names:
            raise SourceError(f"the weights lack {stored}.")
        return np.asarray(self._table.taken(name, self._read(stored)))

    def rows(self, name: str, ids: Sequence[int]) -> FloatArray:
        """Return the chosen rows of a matrix; see `Tensors`."""
        return np.asarray(self.tensor(name)[np.asarray(ids)])


def open_folder(folder: Path, bos_token: str | None, eos_tokens: Sequence[str]) -> Source:
    """Open a folder that holds a model of a family that can be built.

    Args:
        folder: Folder with the configuration, the tokenizer and the weights.
        bos_token: Piece that begins every text; None for none.
        eos_tokens: Pieces that end a text.

    Raises:
        SourceError: a file is missing or damaged, or the architecture unknown.
    """
    config = _read_config(folder / "config.json")
    shape = Gpt2Shape(
        layers=config.n_layer,
        hidden=config.n_embd,
        heads=config.n_head,
        positions=config.n_positions,
        epsilon=config.layer_norm_epsilon,
    )
    content = _read_text(folder / "tokenizer.json")
    ids = _piece_ids(content)
    for token in filter(None, (bos_token, *eos_tokens)):
        if token not in ids:
            raise SourceError(f"the tokenizer does not know the token {token}.")
    tokens = Tokens(
        json=content,
        kept_ids=tuple(range(config.vocab_size)),
        bos_id=ids[bos_token] if bos_token else None,
        eos_ids=tuple(ids[token] for token in eos_tokens),
    )
    return Source(shape, _open_weights(folder), tokens)


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SourceError(f"{path} is missing.") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path.name} is damaged: it is no text.") from error


def _read_config(path: Path) -> _Config:
    try:
        config = msgspec.json.decode(_read_text(path).encode(), type=_Config)
    except msgspec.DecodeError as error:
        raise SourceError(f"{path.name} cannot be read: {error}.") from error
    if config.model_type != "gpt2":
        raise SourceError(
            f"{path.name} names the architecture {config.model_type}, "
            "and from this format only gpt2 can be built."
        )
    if config.activation_function != "gelu_new":
        raise SourceError(f"the activation {config.activation_function} cannot be built.")
    return config


def _piece_ids(tokenizer: str) -> dict[str, int]:
    """Read the ids of all pieces out of a ``tokenizer.json``, added ones included."""
    try:
        document = json.loads(tokenizer)
        ids: dict[str, int] = dict(document["model"]["vocab"])
        ids.update({each["content"]: each["id"] for each in document["added_tokens"]})
    except (ValueError, KeyError, TypeError) as error:
        raise SourceError("tokenizer.json cannot be read: it has no vocabulary.") from error
    return ids


def _open_weights(folder: Path) -> FolderTensors:
    paths = sorted(folder.glob("*.safetensors"))
    if paths:
        files = [SafetensorsFile(path) for path in paths]
        places = {name: file for file in files for name in file.names()}
        return FolderTensors(GPT2_NAMES, list(places), lambda name: places[name].tensor(name))
    path = folder / "pytorch_model.bin"
    if not path.exists():
        raise SourceError(f"{folder} holds no weights.")
    return _open_pickle(path)


def _open_pickle(path: Path) -> FolderTensors:
    """Open weights that only torch can read; nothing in them is executed."""
    try:
        import torch
    except ModuleNotFoundError as error:
        raise SourceError(f"reading {path.name} needs torch: pip install ieum[torch].") from error
    try:
        state = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except (OSError, RuntimeError, ValueError, EOFError) as error:
        raise SourceError(f"{path.name} is no whole file of weights.") from error
    return FolderTensors(GPT2_NAMES, list(state), lambda name: state[name].float().numpy())
