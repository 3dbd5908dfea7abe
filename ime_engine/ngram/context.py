# SPDX-License-Identifier: Apache-2.0
"""From text to what an n-gram knows of it: words, and where a sentence starts.

    "네, 감사합니다. 앞으로도 "   →   네 감사합니다 <s> 앞으로도   →   ("<s>", "앞으로도")

A word is an eojeol without the punctuation around it. After one that ends its
sentence, and where a line or a text begins, stands `START`, so that the word
before it still counts, yet apart: 감사합니다. 앞으로도 is another thing than 감사합니다 앞으로도.
What may not be offered (a run of lone jamo, a long number, an address) is no
word; nothing before it is context.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from ime_engine.hangul.eojeol import is_eojeol, normalised, split_opening, without_trailing

__all__ = ["ORDER", "START", "Token", "context_of", "read_token"]

START: Final = "<s>"
"""Stands before the first word of a sentence; no eojeol holds a bracket."""

ORDER: Final = 3
"""Words of an n-gram, the predicted one included."""

MAX_CHARS: Final = 160
"""More of a text is never looked at: two eojeols and what may stand around them."""

MAX_DIGITS: Final = 4
"""Longest number in a word: a year. Longer ones are somebody's."""

ENDING: Final = re.compile(r"[?!。]|(?<!\.)\.(?!\.)")
"""Ends a sentence when it follows a word; dots in a row are a pause."""

LONG_NUMBER: Final = re.compile(rf"\d{{{MAX_DIGITS + 1}}}")
LINE_END: Final = re.compile(r"[\n\r\u2028\u2029]")


class Token(NamedTuple):
    """An eojeol as it stands in a text."""

    word: str | None
    """Without the punctuation around it; None when it is no word."""

    ends: bool
    """Whether it ends its sentence."""


def read_token(eojeol: str) -> Token:
    """Take an eojeol apart.

    >>> read_token("“그래!”"), read_token("010-1234-5678,")
    (Token(word='그래', ends=True), Token(word=None, ends=False))
    """
    kept = without_trailing(eojeol)
    word = split_opening(kept)[1]
    fine = is_eojeol(word) and not LONG_NUMBER.search(word)
    return Token(word if fine else None, bool(ENDING.search(eojeol, len(kept))))


def context_of(before: str) -> tuple[str, ...]:
    """Return what an n-gram needs of the text before an eojeol.

    Args:
        before: Text before the eojeol, of any length.

    Returns:
        The last words and `START`s, at most `ORDER` - 1, the nearest last; empty when
        the eojeol right before is no word.

    >>> context_of("안녕하세요. 잘 "), context_of("정말 고마워. "), context_of("")
    (('<s>', '잘'), ('고마워', '<s>'), ('<s>',))
    """
    wanted = ORDER - 1
    tail = before[-MAX_CHARS:]
    line = LINE_END.split(tail)[-1]
    whole = len(line) == len(before) or len(line) < len(tail)
    context: list[str] = []
    for eojeol in reversed(normalised(line).split()):
        word, ends = read_token(eojeol)
        if ends:
            context.append(START)
        if word is None or len(context) >= wanted:
            return tuple(reversed(context[:wanted]))
        context.append(word)
    if whole:
        context.append(START)
    return tuple(reversed(context[:wanted]))
