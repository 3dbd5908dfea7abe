# SPDX-License-Identifier: Apache-2.0
"""Pieces of bytes become text where they are whole characters."""

from __future__ import annotations

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from ime_engine.runtime.pieces import BYTE_CHARACTERS, is_byte_level, text_of, texts

CHARACTER = {byte: character for character, byte in BYTE_CHARACTERS.items()}


def disguised(content: bytes) -> str:
    return "".join(CHARACTER[byte] for byte in content)


def test_the_table_is_the_one_of_the_tokenizers() -> None:
    assert set(BYTE_CHARACTERS) == set(pre_tokenizers.ByteLevel.alphabet())
    assert sorted(BYTE_CHARACTERS.values()) == list(range(256))


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (" 안".encode(), "▁안"),
        ("하세요".encode(), "하세요"),
        (b" ", "▁"),
        (b"\n\n", "\n\n"),
        ("안".encode()[:2], ""),
        ("안".encode()[1:], ""),
        (" 안".encode()[:-1], ""),
        ("▁".encode(), ""),
    ],
)
def test_whole_characters_are_text(content: bytes, text: str) -> None:
    piece = disguised(content)
    (pair,) = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False).pre_tokenize_str(
        content.decode("utf-8", "ignore") or " "
    )
    assert text_of(piece, "▁") == text
    assert not text or pair[0] == piece


def test_added_tokens_are_text_already() -> None:
    assert texts(["ìķĪ", "<|끝|>", "中"], {1}, "▁") == ("안", "<|끝|>", "")


def test_byte_level_is_found_wherever_it_is_said() -> None:
    tokenizer = Tokenizer(models.BPE())
    assert not is_byte_level(tokenizer)
    tokenizer.decoder = decoders.Metaspace()
    assert not is_byte_level(tokenizer)
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Digits(), byte_level])
    assert is_byte_level(tokenizer)
