# SPDX-License-Identifier: Apache-2.0
"""Which tokens a Korean input method needs, and a tokenizer of those alone.

    262,144 pieces ── korean_ids ──► about 9,500 ids ── tokenizer_json ──► tokenizer.json

A piece is kept for what it is made of; then every piece that the original
merges pass through on the way to a kept one is kept too. Korean text is
therefore cut exactly as before; Latin words come in shorter pieces, Chinese
characters and emoji in bytes.
"""

from __future__ import annotations

import itertools
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

__all__ = ["WORD_MARKER", "Vocabulary", "is_wanted", "korean_ids", "merge_path", "tokenizer_json"]

WORD_MARKER: Final = "▁"

_HANGUL: Final = re.compile("[\uac00-\ud7a3\u3131-\u318e\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb]")
_LATIN: Final = re.compile(r"[A-Za-z]{1,2}")
_RUN: Final = re.compile(
    r"[.,!?~\"'()\-:;^…‘’“”]{2,4}|[.,!?~\"'()\-:;^…‘’“”\[\]_/<>%+*=&#@·《》「」『』]{2}"
)
"""Punctuation that meets in prose, such as an ellipsis or a closing quotation."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The pieces of a SentencePiece model, by token id."""

    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    """Merge order: of two possible merges, the one with the greater score is made."""

    bytes_from: int
    """Id of the piece for byte 0; those of the other 255 follow."""

    whitespace: frozenset[int]
    """Ids of runs of spaces or newlines, which are matched before any merge."""

    merged: frozenset[int]
    """Ids of the pieces that merges make, single characters included."""

    pad_id: int
    bos_id: int
    eos_id: int
    unk_id: int
    begins_marked: bool = False
    """Whether a text begins with a word marker although no space comes before it."""


def korean_ids(vocabulary: Vocabulary) -> list[int]:
    """Return the ids to keep, ascending: the new id of a token is its place in this list."""
    special = {vocabulary.pad_id, vocabulary.bos_id, vocabulary.eos_id, vocabulary.unk_id}
    octets = range(vocabulary.bytes_from, vocabulary.bytes_from + 256)
    wanted = {index for index in vocabulary.merged if is_wanted(vocabulary.pieces[index])}
    by_piece = {vocabulary.pieces[index]: index for index in vocabulary.merged}
    scores = {piece: vocabulary.scores[index] for piece, index in by_piece.items()}
    parents = {
        by_piece[part]
        for index in wanted
        for part in merge_path(vocabulary.pieces[index], scores)
        if part in by_piece
    }
    return sorted(special.union(octets, vocabulary.whitespace, wanted, parents))


def merge_path(piece: str, scores: Mapping[str, float]) -> list[str]:
    """Return every symbol there is while `piece` is merged from its characters.

    Args:
        piece: Text in the form that the tokenizer sees, spaces as word markers.
        scores: Merge order by piece.

    Returns:
        Characters first, then each merge in its turn.
    """
    symbols = list(piece)
    seen = list(symbols)
    while True:
        pairs = [first + second for first, second in itertools.pairwise(symbols)]
        known = [(-scores[pair], at) for at, pair in enumerate(pairs) if pair in scores]
        if not known:
            return seen
        at = min(known)[1]
        symbols[at : at + 2] = [pairs[at]]
        seen.append(pairs[at])


def tokenizer_json(vocabulary: Vocabulary, ids: Sequence[int]) -> str:
    """Write the kept tokens as a ``tokenizer.json`` of the `tokenizers` library.

    It adds neither a first nor a last token.
    """
    pieces = [vocabulary.pieces[index] for index in ids]
    special = {vocabulary.pad_id, vocabulary.eos_id, vocabulary.bos_id, vocabulary.unk_id}
    document = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            _special(ids.index(index), vocabulary.pieces[index]) for index in sorted(special)
        ],
        "normalizer": _normalizer(vocabulary),
        "pre_tokenizer": None,
        "post_processor": None,
        "decoder": {
            "type": "Sequence",
            "decoders": [
                {"type": "Replace", "pattern": {"String": WORD_MARKER}, "content": " "},
                {"type": "ByteFallback"},
                {"type": "Fuse"},
            ],
        },
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": vocabulary.pieces[vocabulary.unk_id],
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": True,
            "byte_fallback": True,
            "ignore_merges": False,
            "vocab": {piece: index for index, piece in enumerate(pieces)},
            "merges": _merges(vocabulary, ids),
        },
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


def _normalizer(vocabulary: Vocabulary) -> dict[str, object]:
    marked: dict[str, object]
    marked = {"type": "Replace", "pattern": {"String": " "}, "content": WORD_MARKER}
    if not vocabulary.begins_marked:
        return marked
    return {
        "type": "Sequence",
        "normalizers": [{"type": "Prepend", "prepend": WORD_MARKER}, marked],
    }


def _special(index: int, piece: str) -> dict[str, object]:
    """Describe a control token: never made from text, never part of one."""
    flags = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    return {"id": index, "content": piece, "special": True, **flags}


def is_wanted(piece: str) -> bool:
    """Whether a merged piece is of use in Korean text."""
    if _HANGUL.search(piece):
        return True
    body = piece.removeprefix(WORD_MARKER)
    if len(body) <= 1:
        return not body or body.isascii() or _is_korean_symbol(body)
    return bool(_LATIN.fullmatch(body) or _RUN.fullmatch(body))


def _is_korean_symbol(character: str) -> bool:
    """Whether a character is punctuation, a symbol or a number of KS X 1001."""
    try:
        character.encode("euc_kr")
    except UnicodeEncodeError:
        return character in "–—•"
    return unicodedata.category(character)[0] in "PSN"


def _merges(vocabulary: Vocabulary, ids: Sequence[int]) -> list[tuple[str, str]]:
    """List every pair of kept pieces that makes a kept piece, in the order of merging."""
    whitespace = [vocabulary.pieces[index] for index in ids if index in vocabulary.whitespace]
    merged = [index for index in ids if index in vocabulary.merged]
    merged.sort(key=lambda index: (-vocabulary.scores[index], index))
    order = sorted(whitespace, key=len) + [vocabulary.pieces[index] for index in merged]
    places = {vocabulary.pieces[index]: place for place, index in enumerate(ids)}
    known = {piece: places[piece] for piece in order}
    return [pair for piece in order for pair in _pairs(piece, known)]


def _pairs(piece: str, known: Mapping[str, int]) -> Iterable[tuple[str, str]]:
    """List the ways to cut a piece into two known ones, those of the lowest ids first."""
    cuts = ((piece[:at], piece[at:]) for at in range(1, len(piece)))
    pairs = [cut for cut in cuts if cut[0] in known and cut[1] in known]
    return sorted(pairs, key=lambda pair: (known[pair[0]], known[pair[1]]))
