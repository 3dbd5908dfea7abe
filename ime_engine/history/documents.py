# SPDX-License-Identifier: Apache-2.0
"""How far documents of the user were read: a number of bytes for the digest of a content.

Kept among the `facts`, so that it is written in the transaction that writes what was learned.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from ime_engine.history.teach import set_fact

__all__ = ["bytes_read", "note_read"]

PREFIX: Final = "document "
"""Before the digest, in the name of the fact."""


def note_read(connection: sqlite3.Connection, digest: str, end: int) -> None:
    """Note that a document was read up to a byte, within a transaction."""
    set_fact(connection, PREFIX + digest, end)


def bytes_read(connection: sqlite3.Connection, digest: str) -> int:
    """Return up to which byte a document was read; 0 for one that is not known."""
    row = connection.execute(
        "SELECT value FROM facts WHERE name = ?", (PREFIX + digest,)
    ).fetchone()
    return int(row[0]) if row else 0
