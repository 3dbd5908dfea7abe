# SPDX-License-Identifier: Apache-2.0
"""Forgetting, so that no byte of what was forgotten stays in any file.

SQLite overwrites deleted rows (`secure_delete`), and the write-ahead log is cut to nothing. What a
page once held may still lie in its unused part after rows were moved, so the file is searched,
and written anew when the word is found in it.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from ime_engine.errors import HistoryError
from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.history.files import set_aside_files
from ime_engine.history.heat import DAY_S, Decay
from ime_engine.history.sums import count_anew
from ime_engine.history.tables import TABLES
from ime_engine.history.teach import newest_s

__all__ = ["clear", "forget"]

PATIENCE_S: Final = 10.0
"""Seconds that readers in other programs are waited for."""

CHUNK_BYTES: Final = 1 << 20

FORGET: Final = (
    "DELETE FROM triples WHERE word = :id",
    "DELETE FROM triples WHERE second = :id",
    "DELETE FROM triples WHERE first = :id",
    "DELETE FROM pairs WHERE word = :id",
    "DELETE FROM pairs WHERE second = :id",
    "DELETE FROM words WHERE id = :id",
)


def forget(connection: sqlite3.Connection, path: Path, eojeol: str, decay: Decay) -> int:
    """Drop an eojeol, with what came after it and what it came after.

    Args:
        connection: Outside of a transaction.
        path: Of its file.
        eojeol: As it was taught.
        decay: How weights fall.

    Returns:
        How many rows went.

    Raises:
        HistoryError: another program kept reading the log; the rows are gone all the same.
    """
    row = connection.execute("SELECT id FROM words WHERE text = ?", (eojeol,)).fetchone()
    gone = 0
    if row:
        connection.execute("BEGIN IMMEDIATE")
        gone = sum(connection.execute(each, {"id": row[0]}).rowcount for each in FORGET)
        count_anew(connection, newest_s(connection) / DAY_S, decay)
        connection.execute("COMMIT")
    traces = [eojeol.encode(), strokes_of(eojeol).encode()]
    _cut_log(connection)
    if row and holds_any(path, traces):
        connection.execute("VACUUM")
        _cut_log(connection)
    for aside in set_aside_files(path):
        if ".damaged-" in aside.name and holds_any(aside, traces):
            aside.unlink()
    return gone


def clear(connection: sqlite3.Connection, path: Path) -> int:
    """Drop everything, the files that were set aside included; return how many rows went."""
    connection.execute("BEGIN IMMEDIATE")
    gone = sum(connection.execute(f"DELETE FROM {table.name}").rowcount for table in TABLES)
    connection.execute("DELETE FROM tallies")
    # With the words goes what tells which documents they came from.
    connection.execute("DELETE FROM facts WHERE name <> 'half_life'")
    count_anew(connection, 0.0, Decay(1.0))
    connection.execute("COMMIT")
    connection.execute("VACUUM")
    _cut_log(connection)
    for aside in set_aside_files(path):
        aside.unlink()
    return gone


def holds_any(path: Path, traces: Iterable[bytes]) -> bool:
    """Tell whether a file holds one of these runs of bytes."""
    wanted = [trace for trace in traces if trace]
    overlap = max(map(len, wanted), default=1) - 1
    tail = b""
    with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            piece = tail + chunk
            if any(trace in piece for trace in wanted):
                return True
            tail = piece[-overlap:] if overlap else b""
    return False


def _cut_log(connection: sqlite3.Connection) -> None:
    """Move the log into the file and cut it to nothing, as soon as nobody reads it any more."""
    end = time.monotonic() + PATIENCE_S
    while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        if time.monotonic() > end:
            raise HistoryError(
                "It is forgotten, but another program still reads the history's log; "
                "close it and forget once more."
            )
        time.sleep(0.02)
