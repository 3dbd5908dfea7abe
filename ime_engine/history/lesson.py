# SPDX-License-Identifier: Apache-2.0
"""One thing that the user taught: an eojeol, and what stood before it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

from ime_engine.hangul.eojeol import normalised

__all__ = ["UNREADABLE", "Lesson", "storable"]

MAX_CHARS: Final = 64
"""Longest eojeol that is stored, in characters."""

REFUSED: Final = frozenset({"Cc", "Cs", "Zl", "Zp", "Zs"})
"""Categories of characters that no eojeol holds: controls, lone surrogates, blanks."""

UNREADABLE: Final = "\ufffd"
"""What stands for bytes that are no text."""

TYPED: Final = 1.0
ACCEPTED: Final = 0.5
"""Less than one that was typed: what was offered is partly our own echo."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """An eojeol that was typed or picked."""

    context: tuple[str, ...]
    """Words before it as `ngram.context.context_of` gives them: at most 2, the nearest last."""

    eojeol: str
    """Without the punctuation around it."""

    accepted: bool = False
    """Picked from a list rather than typed."""

    everyday: frozenset[str] = frozenset()
    """Words of the context that everybody uses: they count as context although not taught."""

    @property
    def weight(self) -> float:
        """What it adds to the weight of its words."""
        return ACCEPTED if self.accepted else TYPED


def storable(text: str) -> bool:
    """Tell whether a text can be stored as an eojeol, whatever language it is of.

    >>> storable("민준이가"), storable("café"), storable("두 말"), storable("")
    (True, True, False, False)
    """
    if not 0 < len(text) <= MAX_CHARS or normalised(text) != text:
        return False
    return UNREADABLE not in text and not any(
        unicodedata.category(char) in REFUSED for char in text
    )
