# SPDX-License-Identifier: Apache-2.0
"""How much the history holds."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from ime_engine.history.files import family
from ime_engine.history.tables import TABLES

__all__ = ["Totals", "read_totals"]


@dataclass(frozen=True, slots=True)
class Totals:
    """How much is kept."""

    words: int
    pairs: int
    triples: int
    bytes: int
    """Of the file and what belongs to it; not of files that were set aside."""

    oldest: float | None
    """When what was not used for longest was last used, in seconds since 1970; None without any."""

    newest: float | None
    """When a word was last used."""


def read_totals(connection: sqlite3.Connection, path: Path) -> Totals:
    """Count what a file holds."""
    words, pairs, triples = (
        int(connection.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0])
        for table in TABLES
    )
    oldest, newest = connection.execute("SELECT min(last), max(last) FROM words").fetchone()
    size = sum(each.stat().st_size for each in family(path))
    return Totals(words, pairs, triples, size, oldest, newest)
