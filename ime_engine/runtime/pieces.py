# SPDX-License-Identifier: Apache-2.0
r"""What the pieces of a tokenizer say, where it writes each byte as a character of its own.

    "Ġìķ"     part of a character      → ""        never offered, never an end
    "ĠìķĪ"    the bytes of " 안"        → "▁안"
    "Ċ"       the byte of a line end   → "\n"

A character whose bytes lie in several pieces is read, but not offered: what the decoder looks
for are pieces that are text.

Source of the table: Radford et al. 2019, `bytes_to_unicode` of the code of GPT-2.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["BYTE_CHARACTERS", "is_byte_level", "text_of", "texts"]

_PLAIN: Final = (*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100))
"""Bytes that stand for themselves; the others come in order from U+0100 on."""

_OTHERS: Final = [byte for byte in range(256) if byte not in _PLAIN]

BYTE_CHARACTERS: Final = {chr(byte): byte for byte in _PLAIN} | {
    chr(0x100 + place): byte for place, byte in enumerate(_OTHERS)
}
"""Byte by the character that stands for it."""


def is_byte_level(tokenizer: Tokenizer) -> bool:
    """Tell whether the pieces of a tokenizer are bytes in disguise."""
    parts = (tokenizer.decoder, tokenizer.pre_tokenizer)
    return any(b'"ByteLevel"' in part.__getstate__() for part in parts if part is not None)


def text_of(piece: str, marker: str) -> str:
    """Return the text of a piece of bytes, its spaces as word markers.

    Args:
        piece: As the tokenizer writes it.
        marker: Sign for a space.

    Returns:
        "" where the bytes are no whole characters, or hold the sign itself.
    """
    try:
        text = bytes(BYTE_CHARACTERS[character] for character in piece).decode()
    except (KeyError, UnicodeDecodeError):
        return ""
    return "" if marker in text else text.replace(" ", marker)


def texts(pieces: Sequence[str], added: Collection[int], marker: str) -> tuple[str, ...]:
    """Return the text of every piece of bytes; those that were `added` are text already.

    Args:
        pieces: (vocab_size,) as the tokenizer writes them.
        added: Ids of tokens that stand beside the bytes, such as control tokens.
        marker: Sign for a space.
    """
    return tuple(
        piece if token in added else text_of(piece, marker) for token, piece in enumerate(pieces)
    )
