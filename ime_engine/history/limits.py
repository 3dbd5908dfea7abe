# SPDX-License-Identifier: Apache-2.0
"""How much is kept, and what goes when it is more: whatever weighs least.

A little more than necessary goes at a time, so that it happens once in thousands of lessons.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Final

from ime_engine.history.heat import Decay
from ime_engine.history.sums import START_ID, count_anew
from ime_engine.history.tables import TABLES, Table

__all__ = ["Limits", "prune"]

KEPT: Final = 0.98
"""Share of a limit that is left when it was passed."""

ROUNDS: Final = 4
"""How often rows are dropped for the sake of bytes at a time."""

KNOWN: Final = f"(SELECT id FROM words UNION ALL SELECT {START_ID})"
ORPHANS: Final = (
    f"DELETE FROM pairs WHERE word NOT IN {KNOWN} OR second NOT IN {KNOWN}",
    f"DELETE FROM triples WHERE word NOT IN {KNOWN} OR second NOT IN {KNOWN} "
    f"OR first NOT IN {KNOWN}",
)
"""Rows of words that are gone."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is kept, and how fast it fades."""

    entries: int = 100_000
    """Words, and as many pairs, and as many triples."""

    bytes: int = 64 << 20
    """Of the file, but for its log."""

    half_life_days: float = 60.0
    """Days without use in which a weight falls to a half."""


def prune(connection: sqlite3.Connection, limits: Limits, day: float) -> int:
    """Drop what weighs least where a limit is passed, and return how many rows went.

    Args:
        connection: Outside of a transaction.
        limits: How much is kept.
        day: Today, since 1970.
    """
    before = _counts(connection)
    most = int(limits.entries * KEPT)
    surplus = {each: n - most for each, n in before.items() if n > limits.entries}
    if surplus:
        _drop(connection, surplus, limits, day)
    for _ in range(ROUNDS):
        # Pages that are half empty count in full, so that they are filled first.
        if _used(connection) > limits.bytes:
            _pack(connection)
        if (used := _used(connection)) <= limits.bytes:
            break
        share = 1 - KEPT * limits.bytes / used
        counts = _counts(connection)
        _drop(connection, {each: ceil(n * share) for each, n in counts.items()}, limits, day)
    after = _counts(connection)
    return sum(before.values()) - sum(after.values())


def _drop(
    connection: sqlite3.Connection, surplus: Mapping[Table, int], limits: Limits, day: float
) -> None:
    """Drop the coldest rows, so many of each table, and what hangs on them."""
    connection.execute("BEGIN IMMEDIATE")
    for table, number in surplus.items():
        _drop_coldest(connection, table, number)
    for statement in ORPHANS:
        connection.execute(statement)
    count_anew(connection, day, Decay(limits.half_life_days))
    connection.execute("COMMIT")
    # A script, because each page that is given back is a step of the statement.
    connection.executescript("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint")


def _pack(connection: sqlite3.Connection) -> None:
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _counts(connection: sqlite3.Connection) -> dict[Table, int]:
    return {table: _count(connection, table) for table in TABLES}


def _drop_coldest(connection: sqlite3.Connection, table: Table, number: int) -> None:
    keys = ", ".join(table.keys)
    coldest = f"SELECT {keys} FROM {table.name} ORDER BY heat, last LIMIT ?"
    connection.execute(f"DELETE FROM {table.name} WHERE ({keys}) IN ({coldest})", (number,))


def _count(connection: sqlite3.Connection, table: Table) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0])


def _used(connection: sqlite3.Connection) -> int:
    """Bytes of the file's pages that hold something."""
    size, pages, free = (
        int(connection.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_size", "page_count", "freelist_count")
    )
    return size * (pages - free)
