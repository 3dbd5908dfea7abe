# SPDX-License-Identifier: Apache-2.0
"""Makes a history fit to be used, whatever lies where it should be.

nothing                        → a new file
an older version               → migrated
a newer version                → set aside, a new file
damaged, or no database        → what can be read of it in a new file, the old one set aside
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from ime_engine.history.connect import connect
from ime_engine.history.faults import is_damage
from ime_engine.history.files import (
    family,
    give_private_modes,
    locked,
    make_private,
    set_aside,
)
from ime_engine.history.heat import Decay
from ime_engine.history.merge import merge
from ime_engine.history.salvage import surviving_rows, surviving_tallies
from ime_engine.history.schema import VERSION, migrate, tables_of_version, version_of
from ime_engine.history.settle import settle
from ime_engine.history.tallies import add_tally

__all__ = ["make_fit"]

NEWER: Final = (
    "Your history is of a newer version of this program. It was kept as {name}, and a new one "
    "was begun."
)
DAMAGED: Final = (
    "Your history was damaged. The old file was kept as {name}; {rows} entries could be read and "
    "are still known."
)


def make_fit(path: Path, now_s: float, decay: Decay) -> str:
    """Leave a sound file of the present version.

    Args:
        path: Of the file; its folder is there.
        now_s: In seconds since 1970.
        decay: How weights fall.

    Returns:
        One sentence for the user where something was set aside, else nothing.

    Raises:
        OSError: the folder cannot be written to, or the disk is full.
        sqlite3.Error: likewise, as SQLite tells it.
    """
    fresh = path.with_name(path.name + ".new")
    with locked(path.parent):
        if not path.exists() and fresh.exists():
            # The program ended between setting the old file aside and putting this in its place.
            fresh.rename(path)
        if not path.exists():
            make_private(path)
        give_private_modes(path)
        state = _state(path)
        if state == "newer":
            notice = NEWER.format(name=set_aside(path, "newer", now_s).name)
            make_private(path)
        else:
            notice = _rescued(path, fresh, now_s, decay) if state == "damaged" else ""
        _bring_up(path, now_s, decay)
        return notice


def _state(path: Path) -> str:
    """Tell a sound file from a damaged one and one of a newer version."""
    try:
        with closing(connect(path, "rw")) as connection:
            version = version_of(connection)
            if version > VERSION:
                return "newer"
            found = connection.execute("SELECT name FROM sqlite_master").fetchall()
            if not {name for (name,) in found} >= tables_of_version(version):
                return "damaged"
            if not version and found:
                return "damaged"
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            return "sound" if verdict == "ok" else "damaged"
    except sqlite3.Error as error:
        if is_damage(error):
            return "damaged"
        raise


def _rescued(path: Path, fresh: Path, now_s: float, decay: Decay) -> str:
    """Put a new file with all that can be read in place of a damaged one."""
    for each in family(fresh):
        each.unlink()
    make_private(fresh)
    with closing(connect(fresh, "rw")) as connection:
        migrate(connection)
        connection.execute("BEGIN IMMEDIATE")
        settle(connection, now_s, decay)
        rows = merge(connection, surviving_rows(path, decay), now_s, decay)
        for day, counts in surviving_tallies(path).items():
            add_tally(connection, day, counts)
        connection.execute("COMMIT")
    aside = set_aside(path, "damaged", now_s)
    fresh.rename(path)
    return DAMAGED.format(name=aside.name, rows=rows)


def _bring_up(path: Path, now_s: float, decay: Decay) -> None:
    """Migrate a sound file, and bring it in line with clock and settings."""
    with closing(connect(path, "rw")) as connection:
        migrate(connection)
        connection.execute("BEGIN IMMEDIATE")
        settle(connection, now_s, decay)
        connection.execute("COMMIT")
