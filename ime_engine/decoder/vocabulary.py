# SPDX-License-Identifier: Apache-2.0
r"""What each token of a model may do in an eojeol.

    "▁안녕"  begins a word         "하세요"  continues one
    "▁", "▁(", ".", "\n", <eos>     end it: whatever follows is not part of it
    <0xEA>, <pad>, "▁ह"            neither: never offered, never an end

"▁" alone begins a word without giving any of its text. At the start of a text
the pieces without the marker begin it, unless the tokenizer writes a marker
there too.

Prefix masks: a token fits what is left of the typed keys when one begins the
other. Sorted keys make both cases cheap: tokens that reach beyond the rest are
one slice, tokens within it are found by its own beginnings.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.runtime.base import FloatArray, IntArray

__all__ = ["Allowed", "Vocabulary"]

WORD_PIECE: Final = re.compile(r"[가-힣ㄱ-ㅣA-Za-z0-9]+")
CONTROL_PIECE: Final = re.compile(r"<[^<>\s]+>|")
"""Bytes such as <0xEA>, control tokens such as <pad>, and rows without a piece."""

BEYOND: Final = "\U0010ffff"
"""Sorts after every stroke."""

KEPT_PREFIXES: Final = 512


@dataclass(frozen=True, slots=True)
class Allowed:
    """Tokens that may come next in one hypothesis."""

    ids: IntArray
    """(n,) token ids, the covering ones first."""

    covering: int
    """How many of them complete the typed prefix."""


class _Pieces:
    """Tokens of one kind, sorted by their strokes."""

    def __init__(self, strokes: Sequence[str], ids: Iterable[int]) -> None:
        ordered = sorted(ids, key=lambda token: (strokes[token], token))
        self._keys = [strokes[token] for token in ordered]
        self._ids = np.array(ordered, dtype=np.int64)

    def allowed(self, remaining: str) -> Allowed:
        if not remaining:
            return Allowed(self._ids, len(self._ids))
        covering = self._slice(remaining, remaining + BEYOND)
        within = [self._exactly(remaining[:end]) for end in range(len(remaining))]
        return Allowed(np.concatenate([covering, *within]), len(covering))

    def _exactly(self, key: str) -> IntArray:
        return self._slice(key, key + "\0")

    def _slice(self, low: str, high: str) -> IntArray:
        return self._ids[bisect_left(self._keys, low) : bisect_left(self._keys, high)]


class Vocabulary:
    """The tokens of a model, sorted by what they may do.

    Args:
        pieces: (vocab_size,) text of each token, the word marker included.
        special: Ids of control tokens, which have no text.
        eos: Ids that end a text.
        marker: How a piece shows the space before it.
        marks_start: Whether the tokenizer writes a marker at the start of a text.
    """

    def __init__(
        self,
        pieces: Sequence[str],
        *,
        special: Iterable[int] = (),
        eos: Iterable[int] = (),
        marker: str = "▁",
        marks_start: bool = False,
    ) -> None:
        silent = set(special) | {i for i, p in enumerate(pieces) if CONTROL_PIECE.fullmatch(p)}
        self._pieces = tuple(pieces)
        self._marker = marker
        self.silent = frozenset(silent | set(eos))
        """Ids of tokens without text of their own."""

        self.marks_start = marks_start
        self.texts: tuple[str, ...] = tuple(piece.removeprefix(marker) for piece in pieces)
        """(vocab_size,) text of each token, the word marker taken away."""

        self.strokes: tuple[str, ...] = tuple(map(strokes_of, self.texts))
        """(vocab_size,) keys that type that text."""

        heard = [i for i in range(len(pieces)) if i not in self.silent]
        begin = [i for i in heard if pieces[i].startswith(marker) and self._is_word(i)]
        begin += [i for i in heard if pieces[i] == marker]
        inside = [i for i in heard if not pieces[i].startswith(marker) and self._is_word(i)]
        self._marked = _Pieces(self.strokes, begin)
        self._bare = _Pieces(self.strokes, inside)
        self._openers = {
            marked: np.array([i for i in ids if not self._is_latin(i)], dtype=np.int64)
            for marked, ids in ((True, begin), (False, inside))
        }
        self.ends: FloatArray = np.zeros(len(pieces), dtype=np.float32)
        """(vocab_size,) 1 where a token ends the eojeol before it, else 0."""

        self.ends[[*eos, *(i for i in heard if self._is_end(i))]] = 1
        self._cached = lru_cache(maxsize=KEPT_PREFIXES)(self._compute)

    def allowed(self, remaining: str, *, marked: bool) -> Allowed:
        """Return the tokens that may come next.

        Args:
            remaining: Strokes of the typed prefix that are still to be covered.
            marked: Whether the token opens a word after a space; False inside
                a word and where a text opens without a marker.
        """
        return self._cached(remaining, marked) if remaining else self._compute("", marked)

    def openers(self, *, marked: bool, latin: bool) -> IntArray:
        """Return the tokens that may open a word, with or without those in Latin letters."""
        return self.allowed("", marked=marked).ids if latin else self._openers[marked]

    def begins_word(self, token: int) -> bool:
        """Tell whether a token opens a word, or is the space or line end before one."""
        piece = self._pieces[token]
        return piece.startswith(self._marker) or piece.isspace()

    def shown(self, token: int) -> str:
        """Return the text a token adds, a space where it has the marker; empty when it has none."""
        return "" if token in self.silent else self._pieces[token].replace(self._marker, " ")

    def _compute(self, remaining: str, marked: bool) -> Allowed:
        return (self._marked if marked else self._bare).allowed(remaining)

    def _is_word(self, token: int) -> bool:
        return WORD_PIECE.fullmatch(self.texts[token]) is not None

    def _is_latin(self, token: int) -> bool:
        return self.texts[token][:1].isascii() and self.texts[token][:1].isalpha()

    def _is_end(self, token: int) -> bool:
        piece = self._pieces[token]
        return piece.startswith(self._marker) or (
            piece != "" and unicodedata.category(piece[0])[0] in "PSZC"
        )
