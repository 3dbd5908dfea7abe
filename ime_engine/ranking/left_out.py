# SPDX-License-Identifier: Apache-2.0
"""Words that are never offered to anybody, by the stems that they hold.

The list is data/ngram/left_out.txt; the n-gram is counted without these words, and what the
model says is held against the same list.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

__all__ = ["Allowed", "any_word", "read_left_out"]

Allowed = Callable[[str], bool]
"""Tells whether a word may be offered."""

COMMENT: Final = "#"
HARMLESS: Final = "+"


def any_word(word: str) -> bool:
    """Allow every word."""
    return bool(word)


def read_left_out(text: str) -> Allowed:
    r"""Return what tells whether a word may be offered.

    Args:
        text: One stem a line; `#` begins a comment, `+` a harmless word that holds a stem.

    Raises:
        ValueError: it names no stem.

    >>> allowed = read_left_out("꺼져\n+꺼져서")
    >>> allowed("꺼져라"), allowed("꺼져서"), allowed("불이")
    (False, True, True)
    """
    entries = [line.strip().lower() for line in text.splitlines()]
    stems = [one for one in entries if one and not one.startswith((COMMENT, HARMLESS))]
    if not stems:
        raise ValueError("The list of words that are never offered names no stem.")
    harmless = [one.removeprefix(HARMLESS) for one in entries if one.startswith(HARMLESS)]
    stem, spared = _any_of(stems), _any_of(harmless)

    def allowed(word: str) -> bool:
        lower = word.lower()
        return not stem.search(lower) or not stem.search(spared.sub(" ", lower))

    return allowed


def _any_of(texts: list[str]) -> re.Pattern[str]:
    """Matches the longest of several texts; nothing when there is none."""
    if not texts:
        return re.compile(r"(?!)")
    return re.compile("|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True)))
