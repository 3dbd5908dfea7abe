# SPDX-License-Identifier: Apache-2.0
"""The list of hanja: pages of nine rows, and the row that is highlighted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

__all__ = ["ROWS", "Choice", "HanjaList"]

ROWS: Final = 9
"""Rows of a page: one for each digit."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A row: what it shows, and what it does to the text."""

    row: str
    """The hanja or the symbol."""

    about: str
    """Its meaning, or else its reading."""

    text: str
    """What to commit in place of what is composed or selected."""

    remove: int = 0
    """Characters before that which the text replaces too."""


@dataclass(frozen=True, slots=True)
class HanjaList:
    """Choices, never none; passive while the cursor is None, as the lock shows them."""

    choices: tuple[Choice, ...]
    cursor: int | None = 0
    """Highlighted choice, counted from the first of all pages."""

    @property
    def page(self) -> int:
        """The page on the screen, from 0."""
        return (self.cursor or 0) // ROWS

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return -(-len(self.choices) // ROWS)

    @property
    def rows(self) -> tuple[str, ...]:
        """The rows of the page."""
        return tuple(choice.row for choice in self._shown)

    @property
    def highlighted(self) -> int | None:
        """Highlighted row of the page."""
        return None if self.cursor is None else self.cursor % ROWS

    @property
    def hint(self) -> str:
        """Meaning of the highlighted one, and the page: 나라 국 · 1/7."""
        about = "" if self.cursor is None else self.choices[self.cursor].about
        place = f"{self.page + 1}/{self.pages}" if self.pages > 1 else ""
        return " · ".join(part for part in (about, place) if part)

    def row(self, index: int) -> Choice | None:
        """The choice in a row of the page; None beyond its end."""
        return self._shown[index] if 0 <= index < len(self._shown) else None

    def moved(self, step: int) -> HanjaList:
        """Highlight another one that many rows away, round and round."""
        if self.cursor is None:
            return replace(self, cursor=0)
        return replace(self, cursor=(self.cursor + step) % len(self.choices))

    def paged(self, step: int) -> HanjaList:
        """Highlight the first one of another page, no further than the first and the last."""
        page = max(0, min(self.page + step, self.pages - 1))
        return replace(self, cursor=page * ROWS)

    def at(self, index: int) -> HanjaList:
        """Highlight that one, or the nearest."""
        return replace(self, cursor=max(0, min(index, len(self.choices) - 1)))

    @property
    def _shown(self) -> tuple[Choice, ...]:
        return self.choices[self.page * ROWS : (self.page + 1) * ROWS]
