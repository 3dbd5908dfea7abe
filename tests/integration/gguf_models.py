# SPDX-License-Identifier: Apache-2.0
"""Tiny models of Llama's kin as GGUF files, their tensors laid out as the converters lay them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import gguf
import numpy as np
from numpy.typing import NDArray

from model_tools.checkpoint import stored_names
from model_tools.families.graph import FloatArray
from model_tools.families.llama import LlamaShape
from model_tools.source import Source
from tests.integration.models import PIECES

__all__ = ["write_llama_gguf"]

PRE: Final = {"llama": "llama-bpe", "qwen2": "qwen2", "qwen3": "qwen2"}


def write_llama_gguf(
    path: Path,
    architecture: str,
    source: Source,
    divisors: NDArray[np.float32] | None = None,
    *,
    scored: bool = False,
) -> None:
    """Write a model that was opened from a folder.

    Args:
        path: Of the file.
        architecture: That the file names.
        source: What is written, with its tokenizer of bytes.
        divisors: Of the speeds of its positions; None for none.
        scored: Whether the tokenizer is one of pieces with scores instead, as Llama 2 has it.
    """
    shape = source.shape
    assert isinstance(shape, LlamaShape)
    writer = gguf.GGUFWriter(str(path), architecture)
    for name, number in (
        ("block_count", shape.layers),
        ("context_length", shape.positions),
        ("embedding_length", shape.hidden),
        ("attention.head_count", shape.heads),
        ("attention.head_count_kv", shape.kv_heads),
        ("attention.key_length", shape.head_dim),
    ):
        writer.add_uint32(f"{architecture}.{name}", number)
    writer.add_float32(f"{architecture}.attention.layer_norm_rms_epsilon", shape.epsilon)
    writer.add_float32(f"{architecture}.rope.freq_base", shape.rotary_base)
    if scored:
        _add_pieces(writer, len(source.tokens.kept_ids))
    else:
        _add_tokens(writer, source, PRE[architecture])
    for name in stored_names(source).values():
        value = source.tensors.tensor(name)
        if architecture == "llama" and name.split(".")[-2] in ("attn_q", "attn_k"):
            heads = shape.heads if "attn_q" in name else shape.kv_heads
            value = _beside(value, heads)
        writer.add_tensor(name, value)
    if divisors is not None:
        writer.add_tensor("rope_freqs.weight", divisors)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _beside(value: FloatArray, heads: int) -> FloatArray:
    """Lay the two halves of each head into each other, as the converter of Llama does."""
    rows = value.shape[0] // heads // 2
    halves = value.reshape(heads, 2, rows, *value.shape[1:])
    return np.ascontiguousarray(halves.swapaxes(1, 2)).reshape(value.shape)


def _add_tokens(writer: gguf.GGUFWriter, source: Source, pre: str) -> None:
    document = json.loads(source.tokens.json)
    special = {each["id"] for each in document["added_tokens"]}
    vocabulary = document["model"]["vocab"]
    pieces = sorted(vocabulary, key=vocabulary.get)
    empty = [f"[PAD{at}]" for at in range(len(pieces), len(source.tokens.kept_ids))]
    kinds = [3 if at in special else 1 for at in range(len(pieces))]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list([*pieces, *empty])
    writer.add_token_types([*kinds, *(5 for _ in empty)])
    writer.add_token_merges([" ".join(pair) for pair in document["model"]["merges"]])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(1)


def _add_pieces(writer: gguf.GGUFWriter, count: int) -> None:
    octets = [f"<0x{byte:02X}>" for byte in range(256)]
    pieces = ["<unk>", "<s>", "</s>", *octets, *PIECES]
    empty = count - len(pieces)
    writer.add_tokenizer_model("llama")
    writer.add_token_list([*pieces, *(f"[PAD{at}]" for at in range(empty))])
    writer.add_token_scores([-float(place) for place in range(count)])
    writer.add_token_types([2, 3, 3, *[6] * 256, *[1] * len(PIECES), *[5] * empty])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
