# SPDX-License-Identifier: Apache-2.0
"""Reading a model from a folder in the layout of the Hugging Face hub.

    config.json   tokenizer.json   *.safetensors  (or pytorch_model.bin, which needs torch)

Tensor names of every family become the canonical ones of `families`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from model_tools.errors import SourceError
from model_tools.families.graph import FloatArray
from model_tools.families.hub_names import EMBEDDING, HEAD, STORED_HEAD, HubNames, names_of
from model_tools.families.llama import LlamaShape
from model_tools.hub.config import parse_config
from model_tools.hub.tokens import open_tokens
from model_tools.safetensors_file import SafetensorsFile
from model_tools.source import Selection, Source
from model_tools.trim_bpe import korean_tokens

__all__ = ["FolderTensors", "open_folder"]

Read = Callable[[str], FloatArray]


class FolderTensors:
    """Weights of a folder under canonical names."""

    def __init__(self, table: HubNames, names: Sequence[str], read: Read) -> None:
        """Wrap a way to read the tensors called `names`, which `table` explains."""
        self._table = table
        self._read = read
        self._names = frozenset(names)
        self._bare = not any(name.startswith(table.base) for name in names)
        """Files of the model without its head leave out what all names begin with."""

    def __contains__(self, stored: str) -> bool:
        """Whether there is a tensor of that name in the files."""
        return stored in self._names

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


def open_folder(
    folder: Path,
    bos_token: str | None,
    eos_tokens: Sequence[str],
    selection: Selection = "whole",
) -> Source:
    """Open a folder that holds a model of a family that can be built.

    Args:
        folder: Folder with the configuration, the tokenizer and the weights.
        bos_token: Piece that begins every text; None for what the tokenizer puts there itself.
        eos_tokens: Pieces that end a text; none for those of the configuration.
        selection: Which tokens are kept.

    Raises:
        SourceError: a file is missing or damaged, or the architecture unknown.
    """
    config = parse_config(_read_text(folder / "config.json").encode())
    tokens = open_tokens(_read_text(folder / "tokenizer.json"), config, bos_token, eos_tokens)
    if selection == "korean":
        tokens = korean_tokens(tokens)
    tensors = _open_weights(folder, names_of(config.shape))
    shape = config.shape
    if isinstance(shape, LlamaShape):
        shape = dataclasses.replace(shape, tied=STORED_HEAD not in tensors)
    return Source(shape, tensors, tokens)


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SourceError(f"{path} is missing.") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path.name} is damaged: it is no text.") from error


def _open_weights(folder: Path, table: HubNames) -> FolderTensors:
    paths = sorted(folder.glob("*.safetensors"))
    if paths:
        files = [SafetensorsFile(path) for path in paths]
        places = {name: file for file in files for name in file.names()}
        return FolderTensors(table, list(places), lambda name: places[name].tensor(name))
    path = folder / "pytorch_model.bin"
    if not path.exists():
        raise SourceError(f"{folder} holds no weights.")
    return _open_pickle(path, table)


def _open_pickle(path: Path, table: HubNames) -> FolderTensors:
    """Open weights that only torch can read; nothing in them is executed."""
    try:
        import torch
    except ModuleNotFoundError as error:
        raise SourceError(f"reading {path.name} needs torch: pip install ieum[torch].") from error
    try:
        state = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except (OSError, RuntimeError, ValueError, EOFError) as error:
        raise SourceError(f"{path.name} is no whole file of weights.") from error
    return FolderTensors(table, list(state), lambda name: state[name].float().numpy())
