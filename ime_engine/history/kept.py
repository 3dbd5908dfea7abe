# SPDX-License-Identifier: Apache-2.0
"""What several recalls have in common: read once, then at hand; each connection has its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ime_engine.history.habits import Habits
    from ime_engine.history.vocabulary import Word

__all__ = ["Kept"]


@dataclass(slots=True)
class Kept:
    """What was read of one version of the file, at one moment."""

    version: int
    """Of the file."""

    counted: float
    """Another one where more has happened to the file than lessons."""

    newest_s: float
    """Moment of the last lesson, in seconds since 1970."""

    now_s: float
    """Moment of the first question."""

    day: float
    """Since 1970, as of which things weigh what they weigh."""

    words: dict[int, Word] = field(default_factory=dict)
    """By number."""

    named: dict[str, Word] = field(default_factory=dict)
    """By text, also words that were never taught."""

    stems: dict[str, float] = field(default_factory=dict)
    """Weight of all forms of a stem, by its keys."""

    sums: dict[tuple[int, str], tuple[float, int]] = field(default_factory=dict)
    """Weight and number of words, by context and first keys."""

    last: list[tuple[int, str]] | None = None
    """Number and keys of the words used last, the last one first."""

    places: dict[int, int] | None = None
    """Of those by number, how many were used later."""

    ranks: dict[str, int] = field(default_factory=dict)
    """The same of the last one that begins with some keys."""

    habits: Habits | None = None

    @property
    def size(self) -> int:
        """Words kept."""
        return len(self.words) + len(self.named)
