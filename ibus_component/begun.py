# SPDX-License-Identifier: Apache-2.0
"""The eojeol that is being typed, and what may complete it.

    text before the caret   "오늘 안녕하"    in the document
    being composed                     "ㅅ"   not yet
    then                    before "오늘 ", committed "안녕하", composing "ㅅ"
    안녕하세요 lacks                   "세요"  which replaces the ㅅ

What is committed stays: a candidate that begins otherwise cannot be reached
without taking text out of the document, and is none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ime_engine.protocol import Candidate

__all__ = ["LONGEST", "OPENING", "Begun", "begun_of"]

OPENING: Final = "([{<'\"“‘「『《〈"
"""After these an eojeol follows without a space."""

LONGEST: Final = 20
"""Syllables beyond which nothing is completed: no eojeol is that long."""


@dataclass(frozen=True, slots=True)
class Begun:
    """An eojeol in the making."""

    before: str
    """The text before it."""

    committed: str
    """Its part in the document already, an opening bracket or quote included."""

    composing: str
    """Its part that is still being composed; never empty."""

    @property
    def prefix(self) -> str:
        """All that is typed of it."""
        return self.committed + self.composing

    @property
    def syllables(self) -> int:
        """Its length, a syllable in the making counted."""
        return len(self.prefix.lstrip(OPENING))

    def completions(self, candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
        """Those that add something and leave what is committed as it is."""
        return tuple(
            candidate
            for candidate in candidates
            if self.missing(candidate.text) and candidate.text != self.prefix
        )

    def missing(self, eojeol: str) -> str:
        """What to commit in place of the part being composed; empty when that cannot be."""
        return eojeol[len(self.committed) :] if eojeol.startswith(self.committed) else ""


def begun_of(before: str, composing: str) -> Begun | None:
    """The eojeol in the making; None when it is none that can be completed.

    It must be Hangul throughout, with a whole syllable in it: digits, Latin letters and
    strings of jamo such as ㅋㅋㅋ are left alone.

    Args:
        before: The text before the caret.
        composing: What is being composed there.
    """
    if not composing:
        return None
    start = len(before)
    while start and not before[start - 1].isspace():
        start -= 1
    begun = Begun(before[:start], before[start:], composing)
    letters = begun.prefix.lstrip(OPENING)
    if not 1 <= len(letters) <= LONGEST or not _is_syllable(letters[0]):
        return None
    return begun if all(map(_is_syllable, letters[:-1])) else None


def _is_syllable(character: str) -> bool:
    return "가" <= character <= "힣"
