# SPDX-License-Identifier: Apache-2.0
"""The three tables of words as the other modules address them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["PAIRS", "TABLES", "TRIPLES", "WORDS", "Table"]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of eojeols after no, one or two words."""

    name: str
    context: tuple[str, ...]
    """Columns of the words before, the nearest last."""

    word: str
    """Column of the eojeol's number."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Columns that tell one row from all others."""
        return (*self.context, self.word)

    @property
    def here(self) -> str:
        """Condition of SQL: the rows of one context."""
        return " AND ".join(f"{column} = :{column}" for column in self.context)


WORDS: Final = Table("words", (), "id")
PAIRS: Final = Table("pairs", ("second",), "word")
TRIPLES: Final = Table("triples", ("first", "second"), "word")
TABLES: Final = (WORDS, PAIRS, TRIPLES)
"""By the number of words before."""
