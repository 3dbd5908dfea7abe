# SPDX-License-Identifier: Apache-2.0
"""What SQLite and the system report, as one sentence for the user."""

from __future__ import annotations

import errno
import sqlite3
from typing import Final

__all__ = ["is_damage", "sentence_of"]

DAMAGE: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}
BUSY: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
REFUSED: Final = {
    *(sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH)
}
REFUSED_OS: Final = {errno.EACCES, errno.EPERM, errno.EROFS}
FULL_OS: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

FULL: Final = "Nothing new is learned: the disk is full."
NO_ACCESS: Final = "Nothing new is learned: the history's folder cannot be written to."
HELD: Final = "Nothing new is learned: another program holds the history."
DAMAGED: Final = "Nothing new is learned: the history is damaged, and cannot be set aside."
OTHER: Final = "Nothing new is learned: the disk that the history is on reports an error."


def is_damage(error: BaseException) -> bool:
    """Tell whether an error means that the file is damaged, or never was one of ours."""
    if not isinstance(error, sqlite3.DatabaseError):
        return False
    # Text that is no UTF-8 is reported without a code.
    code = getattr(error, "sqlite_errorcode", None)
    return "decode" in str(error) if code is None else code & 0xFF in DAMAGE


def sentence_of(error: BaseException) -> str:
    """Return the sentence that tells the user; it never quotes the error."""
    if isinstance(error, OSError):
        if error.errno in FULL_OS:
            return FULL
        return NO_ACCESS if error.errno in REFUSED_OS else OTHER
    if is_damage(error):
        return DAMAGED
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return FULL
    if code in REFUSED:
        return NO_ACCESS
    return HELD if code in BUSY else OTHER
