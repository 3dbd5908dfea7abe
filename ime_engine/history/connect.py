# SPDX-License-Identifier: Apache-2.0
"""Connections to the history's file, all with the same manners.

Deleted content is overwritten (`secure_delete`), nothing that SQLite sorts is written to a
temporary file (`temp_store`), transactions are begun by hand (`isolation_level`).
"""

from __future__ import annotations

import math
import os
import sqlite3
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote

__all__ = ["BUSY_MS", "connect", "lenient"]

BUSY_MS: Final = 10_000
"""Milliseconds for which a writer waits for another program's."""

CACHE_KIB: Final = 4096
"""Memory of a connection for pages, in KiB."""

LOG_BYTES: Final = 1 << 20
"""To which the write-ahead log is cut back when it was longer."""


def connect(path: Path, mode: Literal["rw", "ro", "immutable"]) -> sqlite3.Connection:
    """Open a file that is there.

    Args:
        path: Of the file.
        mode: To write, to read, or to read what nobody writes and no folder can be written for.

    Raises:
        sqlite3.Error: it cannot be opened, or is no database.
    """
    query = "immutable=1" if mode == "immutable" else f"mode={mode}"
    connection = sqlite3.connect(
        f"file:{quote(os.fsencode(path))}?{query}",
        uri=True,
        timeout=BUSY_MS / 1000,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        _prepare(connection, writes=mode == "rw")
    except BaseException:
        connection.close()
        raise
    return connection


def lenient(content: bytes) -> str:
    """Read text that may be none: one damaged word must not hide all others."""
    return content.decode(errors="replace")


def _prepare(connection: sqlite3.Connection, *, writes: bool) -> None:
    pragmas = ["temp_store = MEMORY", f"cache_size = -{CACHE_KIB}", "trusted_schema = OFF"]
    if writes:
        # Works only before the first table is made, and writes to the file later on.
        if not connection.execute("PRAGMA page_count").fetchone()[0]:
            pragmas += ["auto_vacuum = INCREMENTAL"]
        pragmas += ["journal_mode = WAL", "synchronous = NORMAL", "secure_delete = ON"]
        pragmas += [f"journal_size_limit = {LOG_BYTES}"]
    else:
        pragmas += ["query_only = ON"]
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")
    connection.text_factory = lenient
    _add_functions(connection)


def _add_functions(connection: sqlite3.Connection) -> None:
    """Give an SQLite that was built without mathematics the two functions that heat needs."""
    try:
        connection.execute("SELECT ln(exp(1.0))")
    except sqlite3.OperationalError:
        connection.create_function("exp", 1, lambda x: math.exp(min(x, 700.0)), deterministic=True)
        connection.create_function("ln", 1, math.log, deterministic=True)
