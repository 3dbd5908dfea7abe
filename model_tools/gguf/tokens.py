# SPDX-License-Identifier: Apache-2.0
"""The tokenizer in a GGUF file: of the SentencePiece kind, or one of bytes.

    tokenizer.ggml.model   "llama": pieces with scores, spaces as word markers
                           "gpt2": pieces of bytes with merges, cut before by an expression that
                           tokenizer.ggml.pre names

Source of the expressions: the tokenizers of Llama 3, Qwen 2 and GPT-2 as they were published.
"""

from __future__ import annotations

import json
from typing import Final

import numpy as np

from model_tools.errors import SourceError
from model_tools.gguf.fields import field, items, optional
from model_tools.gguf.file import GgufFile
from model_tools.source import Selection, Tokens
from model_tools.trim import WORD_MARKER, Vocabulary, korean_ids, tokenizer_json
from model_tools.trim_bpe import korean_tokens

__all__ = ["read_tokens", "read_vocabulary"]

NORMAL: Final = 1
CONTROL: Final = 3
USER_DEFINED: Final = 4
UNUSED: Final = 5
BYTE: Final = 6
"""Kinds of pieces in the format."""

_CONTRACTIONS: Final = "'s|'t|'re|'ve|'m|'ll|'d"
_LATER: Final = (
    f"(?i:{_CONTRACTIONS})|[^\\r\\n\\p{{L}}\\p{{N}}]?\\p{{L}}+|\\p{{N}}%s"
    "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
)
CUTS: Final = {
    "gpt-2": f"{_CONTRACTIONS}| ?\\p{{L}}+| ?\\p{{N}}+| ?[^\\s\\p{{L}}\\p{{N}}]+|\\s+(?!\\S)|\\s+",
    "llama-bpe": _LATER % "{1,3}",
    "qwen2": _LATER % "",
}
"""What cuts a text before its bytes are merged, by name."""

KNOWS_WHOLE_WORDS: Final = "llama-bpe"
"""A piece of the vocabulary is taken whole, whatever merges would make of it."""


def read_tokens(file: GgufFile, selection: Selection) -> Tokens:
    """Read the tokenizer of a file.

    Raises:
        SourceError: it is of a kind that cannot be read, or whose vocabulary cannot be cut.
    """
    model = field(file, "tokenizer.ggml.model", str)
    if model == "gpt2":
        return _tokens_of_bytes(file, selection)
    vocabulary = read_vocabulary(file)
    ids = korean_ids(vocabulary) if selection == "korean" else list(range(len(vocabulary.pieces)))
    return Tokens(
        json=tokenizer_json(vocabulary, ids),
        kept_ids=tuple(ids),
        bos_id=ids.index(vocabulary.bos_id) if _begins(file, otherwise=True) else None,
        eos_ids=(ids.index(vocabulary.eos_id),),
    )


def read_vocabulary(file: GgufFile) -> Vocabulary:
    """Read the SentencePiece vocabulary of a file.

    Raises:
        SourceError: the file's tokenizer is of another kind.
    """
    if field(file, "tokenizer.ggml.model", str) != "llama":
        raise SourceError(f"the tokenizer in {file.name} is no SentencePiece one.")
    kinds = np.array(items(file, "tokenizer.ggml.token_type"))
    texts: list[str] = items(file, "tokenizer.ggml.tokens")
    whitespace = [
        index
        for index in np.flatnonzero(kinds == USER_DEFINED).tolist()
        if texts[index].strip(" ") == "" or texts[index].strip("\n") == ""
    ]
    for index in whitespace:
        texts[index] = texts[index].replace(" ", WORD_MARKER)
    unk_id = optional(file, "tokenizer.ggml.unknown_token_id", 0)
    return Vocabulary(
        pieces=tuple(texts),
        scores=tuple(items(file, "tokenizer.ggml.scores")),
        bytes_from=int(np.argmax(kinds == BYTE)),
        whitespace=frozenset(whitespace),
        merged=frozenset(np.flatnonzero(kinds == NORMAL).tolist()),
        pad_id=optional(file, "tokenizer.ggml.padding_token_id", unk_id),
        bos_id=field(file, "tokenizer.ggml.bos_token_id", int),
        eos_id=field(file, "tokenizer.ggml.eos_token_id", int),
        unk_id=unk_id,
        begins_marked=optional(file, "tokenizer.ggml.add_space_prefix", _is_llama(file)),
    )


def _is_llama(file: GgufFile) -> bool:
    """Tell of files that do not say it whether a text begins with a word marker."""
    return field(file, "general.architecture", str) == "llama"


def _begins(file: GgufFile, *, otherwise: bool) -> bool:
    """Whether a token comes before every text."""
    return optional(file, "tokenizer.ggml.add_bos_token", otherwise)


def _tokens_of_bytes(file: GgufFile, selection: Selection) -> Tokens:
    kind = optional(file, "tokenizer.ggml.pre", "")
    if kind not in CUTS:
        raise SourceError(f"{file.name} cuts text in a way that is not known: {kind or 'untold'}.")
    pieces: list[str] = items(file, "tokenizer.ggml.tokens")
    begins = _begins(file, otherwise=kind == KNOWS_WHOLE_WORDS)
    whole = Tokens(
        json=_json_of_bytes(file, kind, pieces),
        kept_ids=tuple(range(len(pieces))),
        bos_id=field(file, "tokenizer.ggml.bos_token_id", int) if begins else None,
        eos_ids=(field(file, "tokenizer.ggml.eos_token_id", int),),
    )
    return korean_tokens(whole) if selection == "korean" else whole


def _json_of_bytes(file: GgufFile, kind: str, pieces: list[str]) -> str:
    kinds: list[int] = items(file, "tokenizer.ggml.token_type")
    flags = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    by_bytes = {"type": "ByteLevel", "add_prefix_space": False, "use_regex": False}
    by_bytes |= {"trim_offsets": False}
    cut = {"type": "Split", "pattern": {"Regex": CUTS[kind]}, "behavior": "Isolated"}
    document = {
        "version": "1.0",
        "added_tokens": [
            {"id": at, "content": piece, "special": kinds[at] == CONTROL, **flags}
            for at, piece in enumerate(pieces)
            if kinds[at] in (CONTROL, USER_DEFINED)
        ],
        "normalizer": {"type": "NFC"} if kind == "qwen2" else None,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [cut | {"invert": False}, by_bytes]},
        "post_processor": None,
        "decoder": by_bytes,
        "model": {
            "type": "BPE",
            "ignore_merges": kind == KNOWS_WHOLE_WORDS,
            "vocab": {piece: at for at, piece in enumerate(pieces) if kinds[at] != UNUSED},
            "merges": [merge.split(" ") for merge in items(file, "tokenizer.ggml.merges")],
        },
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"
