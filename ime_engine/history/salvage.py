# SPDX-License-Identifier: Apache-2.0
"""Reads what can still be read of a damaged file.

Rows are read in the order of their keys. Where a page cannot be read, the search goes on behind
it, by leaps that double until there is something again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from ime_engine.history.connect import connect
from ime_engine.history.heat import DAY_S, Decay
from ime_engine.history.lesson import UNREADABLE
from ime_engine.history.rows import Row
from ime_engine.history.sums import START_ID
from ime_engine.history.tables import TABLES, WORDS, Table
from ime_engine.history.tallies import check_tally
from ime_engine.ngram.context import START

__all__ = ["surviving_rows", "surviving_tallies"]

FARTHEST: Final = 1 << 40
"""Greater than any number of a word."""

PAGE: Final = 500

MAGIC: Final = b"SQLite format 3\0"
PAGE_SIZE_AT: Final = 16
PAGES_AT: Final = 28
"""Where the header tells the size of a page, and their number."""

LARGEST: Final = 1 << 34
"""Bytes that no history has."""


def surviving_rows(path: Path, decay: Decay) -> Iterator[Row]:
    """Return every row that can be read; nothing for a file that is no database at all.

    Args:
        path: Of the damaged file; only its length is mended.
        decay: As it is set now; the file's own is used where that can be read.
    """
    _fill_up(path)
    try:
        connection = connect(path, "ro")
    except sqlite3.Error:
        return
    with closing(connection):
        texts: dict[int, str] = {START_ID: START}
        decay = _decay_of(connection) or decay
        for table in TABLES:
            for values in _surviving(connection, table):
                row = _row(table, values, texts, decay)
                if row is not None:
                    yield row


def surviving_tallies(path: Path) -> dict[str, dict[str, int]]:
    """Return the counts by day that can be read."""
    days: dict[str, dict[str, int]] = {}
    try:
        with closing(connect(path, "ro")) as connection:
            for day, name, count in connection.execute("SELECT day, name, count FROM tallies"):
                check_tally(day, {name: count})
                days.setdefault(day, {})[name] = count
    except (sqlite3.Error, TypeError, ValueError):
        pass
    return days


def _fill_up(path: Path) -> None:
    """Make a file that was cut short as long as it says it is.

    SQLite refuses to read anything of it otherwise; the missing pages are then empty ones.
    """
    with path.open("r+b") as file:
        header = file.read(PAGES_AT + 4)
        page = int.from_bytes(header[PAGE_SIZE_AT : PAGE_SIZE_AT + 2], "big")
        whole = page * int.from_bytes(header[PAGES_AT:], "big")
        if header.startswith(MAGIC) and file.seek(0, 2) < whole <= LARGEST:
            file.truncate(whole)


def _decay_of(connection: sqlite3.Connection) -> Decay | None:
    try:
        row = connection.execute("SELECT value FROM facts WHERE name = 'half_life'").fetchone()
        return Decay(float(row[0])) if row and float(row[0]) > 0 else None
    except (sqlite3.Error, TypeError, ValueError):
        return None


def _surviving(connection: sqlite3.Connection, table: Table) -> Iterator[tuple[Any, ...]]:
    """Return the rows of a table: their keys, then the rest."""
    keys = ", ".join(table.keys)
    marks = ", ".join("?" * len(table.keys))
    text = "text" if table is WORDS else "strokes"
    statement = (
        f"SELECT {keys}, {text}, heat, uses, accepted, last FROM {table.name} NOT INDEXED "
        f"WHERE ({keys}) > ({marks}) ORDER BY {keys} LIMIT {PAGE}"
    )
    last: list[int] | None = [-1] * len(table.keys)
    leap = 1
    while last is not None:
        found = 0
        try:
            for values in connection.execute(statement, last):
                last, leap, found = _onward(last, values[: len(table.keys)]), 1, found + 1
                yield values
            if found < PAGE:
                return
        except sqlite3.Error:
            last, leap = _leapt(last, leap), leap * 2


def _onward(last: list[int], keys: tuple[int, ...]) -> list[int]:
    """Return the keys of the next row; a damaged tree may lead back to where it was before."""
    if list(keys) <= last:
        raise sqlite3.DatabaseError("rows out of order")
    return list(keys)


def _leapt(keys: list[int], leap: int) -> list[int] | None:
    """Return keys further on: by the last column, and where that is far, by the one before it."""
    for place in reversed(range(len(keys))):
        if keys[place] + leap <= FARTHEST:
            return [*keys[:place], keys[place] + leap, *[-1] * (len(keys) - place - 1)]
    return None


def _row(table: Table, values: tuple[Any, ...], texts: dict[int, str], decay: Decay) -> Row | None:
    """Return a row as text, or None when a part of it is not what it should be."""
    size = len(table.keys)
    *context, word = values[:size]
    text, heat, uses, accepted, last = values[size:]
    try:
        if table is WORDS:
            if UNREADABLE in text:
                return None
            texts[word] = text
        if last <= 0:  # an empty page may read as rows of nothing but zeros
            return None
        names = tuple(texts[number] for number in (*context, word))
        weight = decay.weight(heat, last / DAY_S)
        return Row(names[-1], names[:-1], weight, int(uses), int(accepted), float(last))
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
