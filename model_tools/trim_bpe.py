# SPDX-License-Identifier: Apache-2.0
"""The tokens of Korean text of a ``tokenizer.json`` that merges pairs, and a tokenizer of those.

    tokenizer.json ─► pieces wanted ─► and those on the way to them ─► ids kept, tokenizer.json

The order of merging is that of the file's list of merges. Where pieces are bytes, those of
parts of Hangul stay as well, so that a syllable is put together as before.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from ime_engine.runtime.pieces import BYTE_CHARACTERS
from model_tools.errors import SourceError
from model_tools.source import Tokens
from model_tools.trim import WORD_MARKER, is_wanted

__all__ = ["korean_bpe", "korean_tokens", "wanted_bytes"]

Document = dict[str, Any]
Pair = tuple[str, str]

HANGUL_LEADS: Final = frozenset({0xE1, 0xE3, 0xEA, 0xEB, 0xEC, 0xED})
"""First bytes of Hangul in UTF-8."""

MOST_LEFT: Final = 2
"""Bytes that a syllable may lack at its beginning."""

_FALLBACK: Final = re.compile(r"<0x[0-9A-F]{2}>")
_PARTS: Final = re.compile(rb"([\x80-\xbf]*)(.*?)([\xc0-\xff][\x80-\xbf]*)?", re.DOTALL)
"""What is left of a character, whole characters, the last one, which may be cut short."""


def korean_tokens(whole: Tokens) -> Tokens:
    """Cut the tokenizer of a model down to the tokens that Korean text needs.

    Raises:
        SourceError: the tokenizer is of a kind that cannot be cut.
    """
    borders = [*whole.eos_ids, *(() if whole.bos_id is None else (whole.bos_id,))]
    content, ids = korean_bpe(whole.json, borders)
    return Tokens(
        json=content,
        kept_ids=tuple(whole.kept_ids[index] for index in ids),
        bos_id=None if whole.bos_id is None else ids.index(whole.bos_id),
        eos_ids=tuple(map(ids.index, whole.eos_ids)),
    )


def korean_bpe(content: str, special: Collection[int]) -> tuple[str, list[int]]:
    """Cut a tokenizer down to the tokens that Korean text needs.

    Args:
        content: Of the ``tokenizer.json``.
        special: Ids to keep whatever they are, such as those that begin and end a text.

    Returns:
        Content of the new file, which puts no token before a text, and the ids kept,
        ascending: the new id of a token is its place in the list.

    Raises:
        SourceError: the tokenizer is of another kind.
    """
    document: Document = json.loads(content)
    kind = document["model"].get("type")
    if kind != "BPE":
        raise SourceError(
            f"the vocabulary of a tokenizer of the kind {kind} cannot be cut: "
            "say `vocabulary: whole` in the recipe."
        )
    merges = [_pair(merge) for merge in document["model"]["merges"]]
    ids = _kept_ids(document, merges, special)
    cut = _cut(document, merges, {index: place for place, index in enumerate(ids)})
    return json.dumps(cut, ensure_ascii=False, separators=(",", ":")) + "\n", ids


def wanted_bytes(data: bytes) -> bool:
    """Whether a piece of bytes is of use in Korean text: as text, or as a part of Hangul."""
    if len(data) == 1:
        return True
    found = _PARTS.fullmatch(data)
    assert found is not None, "the expression takes any bytes"
    left, middle, last = found[1], found[2], found[3] or b""
    if _text(last) is not None:
        middle, last = middle + last, b""
    text = _text(middle)
    if text is None or len(left) > MOST_LEFT or (last and last[0] not in HANGUL_LEADS):
        return False
    if not text:
        return True
    return text.isspace() or is_wanted(text.replace(" ", WORD_MARKER))


def _kept_ids(document: Document, merges: Sequence[Pair], special: Collection[int]) -> list[int]:
    vocabulary: dict[str, int] = document["model"]["vocab"]
    in_bytes = "ByteLevel" in json.dumps([document["pre_tokenizer"], document["decoder"]])
    stays = _stays_in_bytes if in_bytes else _stays
    ranks = {pair: rank for rank, pair in enumerate(merges)}
    pieces = {piece for piece in vocabulary if stays(piece)}
    pieces |= {part for piece in pieces for part in _path(piece, ranks)}
    pieces.add(document["model"].get("unk_token"))
    ids = {vocabulary[piece] for piece in pieces if piece in vocabulary}
    return sorted(ids.union(special, (each["id"] for each in _spaces(document))))


def _cut(document: Document, merges: Sequence[Pair], places: Mapping[int, int]) -> Document:
    """Return the tokenizer with the kept tokens alone, under their new ids."""
    whole = document["model"]["vocab"]
    vocabulary = {piece: places[index] for piece, index in whole.items() if index in places}
    kept = [pair for pair in merges if {*pair, "".join(pair)} <= vocabulary.keys()]
    return document | {
        "added_tokens": [
            each | {"id": places[each["id"]]}
            for each in document["added_tokens"]
            if each["id"] in places
        ],
        "post_processor": None,
        "model": document["model"] | {"vocab": vocabulary, "merges": kept},
    }


def _path(piece: str, ranks: Mapping[Pair, int]) -> list[str]:
    """Return every symbol there is while `piece` is merged from its characters."""
    symbols = list(piece)
    seen = list(symbols)
    while True:
        pairs = [
            (ranks[pair], at)
            for at, pair in enumerate(itertools.pairwise(symbols))
            if pair in ranks
        ]
        if not pairs:
            return seen
        at = min(pairs)[1]
        symbols[at : at + 2] = ["".join(symbols[at : at + 2])]
        seen.append(symbols[at])


def _spaces(document: Document) -> list[dict[str, Any]]:
    """List the added tokens that are runs of spaces or line ends."""
    return [
        each
        for each in document["added_tokens"]
        if not each["content"].replace(WORD_MARKER, " ").strip()
    ]


def _stays(piece: str) -> bool:
    body = piece.replace(WORD_MARKER, " ")
    return body.isspace() or is_wanted(piece) or _FALLBACK.fullmatch(piece) is not None


def _stays_in_bytes(piece: str) -> bool:
    try:
        return wanted_bytes(bytes(BYTE_CHARACTERS[character] for character in piece))
    except KeyError:
        return False


def _text(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def _pair(merge: str | Sequence[str]) -> Pair:
    """Read a merge, which older files write as one string."""
    first, second = merge.split(" ") if isinstance(merge, str) else merge
    return first, second
