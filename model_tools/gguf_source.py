# SPDX-License-Identifier: Apache-2.0
"""A model in a GGUF file: its numbers, its vocabulary and its weights.

Weights are dequantised one at a time, and of the embedding only the rows that
are asked for, so that memory stays far below the size of the whole model.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np

from model_tools.errors import SourceError
from model_tools.families.gemma3 import Gemma3Shape
from model_tools.families.graph import FloatArray
from model_tools.gguf_file import GgufFile
from model_tools.source import Selection, Source, Tokens
from model_tools.trim import WORD_MARKER, Vocabulary, korean_ids, tokenizer_json

__all__ = ["open_gguf", "read_vocabulary"]

NORMAL: Final = 1
USER_DEFINED: Final = 4
BYTE: Final = 6

GLOBAL_EVERY: Final = 6
"""In Gemma 3, each sixth layer sees the whole context."""

LOCAL_ROTARY_BASE: Final = 10_000.0
"""In Gemma 3, of the other layers; the file does not tell."""

HEAD: Final = "output.weight"
EMBEDDING: Final = "token_embd.weight"

Value = TypeVar("Value")


def open_gguf(path: Path, selection: Selection) -> Source:
    """Open a GGUF file of a family that can be built.

    Raises:
        SourceError: it is no whole GGUF file, or of another family.
    """
    file = GgufFile(path)
    architecture = _field(file, "general.architecture", str)
    if architecture != "gemma3":
        raise SourceError(
            f"{path.name} holds a model of the architecture {architecture}, "
            "and from this format only gemma3 can be built."
        )
    vocabulary = read_vocabulary(file)
    ids = korean_ids(vocabulary) if selection == "korean" else list(range(len(vocabulary.pieces)))
    tokens = Tokens(
        json=tokenizer_json(vocabulary, ids),
        kept_ids=tuple(ids),
        bos_id=ids.index(vocabulary.bos_id),
        eos_ids=(ids.index(vocabulary.eos_id),),
    )
    return Source(_gemma3_shape(file), _GgufTensors(file), tokens)


def read_vocabulary(file: GgufFile) -> Vocabulary:
    """Read the SentencePiece vocabulary of a file.

    Raises:
        SourceError: the file's tokenizer is of another kind.
    """
    if _field(file, "tokenizer.ggml.model", str) != "llama":
        raise SourceError(f"the tokenizer in {file.name} is no SentencePiece one.")
    kinds = np.array(_list(file, "tokenizer.ggml.token_type"))
    texts: list[str] = _list(file, "tokenizer.ggml.tokens")
    whitespace = [
        index
        for index in np.flatnonzero(kinds == USER_DEFINED).tolist()
        if texts[index].strip(" ") == "" or texts[index].strip("\n") == ""
    ]
    for index in whitespace:
        texts[index] = texts[index].replace(" ", WORD_MARKER)
    return Vocabulary(
        pieces=tuple(texts),
        scores=tuple(_list(file, "tokenizer.ggml.scores")),
        bytes_from=int(np.argmax(kinds == BYTE)),
        whitespace=frozenset(whitespace),
        merged=frozenset(np.flatnonzero(kinds == NORMAL).tolist()),
        pad_id=_field(file, "tokenizer.ggml.padding_token_id", int),
        bos_id=_field(file, "tokenizer.ggml.bos_token_id", int),
        eos_id=_field(file, "tokenizer.ggml.eos_token_id", int),
        unk_id=_field(file, "tokenizer.ggml.unknown_token_id", int),
    )


class _GgufTensors:
    """The weights, whose names are the canonical ones already."""

    def __init__(self, file: GgufFile) -> None:
        self._file = file

    def tensor(self, name: str) -> FloatArray:
        return self._file.tensor(self._stored(name))

    def rows(self, name: str, ids: Sequence[int]) -> FloatArray:
        return self._file.tensor(self._stored(name), ids)

    def _stored(self, name: str) -> str:
        """Take the embedding for the head where there is no other."""
        return EMBEDDING if name == HEAD and HEAD not in self._file else name


def _gemma3_shape(file: GgufFile) -> Gemma3Shape:
    layers = _field(file, "gemma3.block_count", int)
    head_dim = _field(file, "gemma3.attention.key_length", int)
    return Gemma3Shape(
        layers=layers,
        hidden=_field(file, "gemma3.embedding_length", int),
        heads=_field(file, "gemma3.attention.head_count", int),
        kv_heads=_field(file, "gemma3.attention.head_count_kv", int),
        head_dim=head_dim,
        global_layers=frozenset(range(GLOBAL_EVERY - 1, layers, GLOBAL_EVERY)),
        window=_field(file, "gemma3.attention.sliding_window", int),
        epsilon=_field(file, "gemma3.attention.layer_norm_rms_epsilon", float),
        rotary_base=_field(file, "gemma3.rope.freq_base", float),
        local_rotary_base=LOCAL_ROTARY_BASE,
        query_scale=head_dim**-0.5,
    )


def _field(file: GgufFile, name: str, kind: type[Value]) -> Value:
    value = file.fields.get(name)
    if not isinstance(value, kind):
        raise SourceError(f"{file.name} lacks {name}.")
    return value


def _list(file: GgufFile, name: str) -> list[Any]:
    return list(_field(file, name, list))
