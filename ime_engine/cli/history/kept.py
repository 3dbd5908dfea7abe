# SPDX-License-Identifier: Apache-2.0
"""What `ieum doctor` sees of the history: looked at without being changed or made."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = ["Kept", "probe_history"]

DAMAGED: Final = "The file of what was learned is damaged."
SET_ASIDE: Final = "The predictor sets it aside when it next starts, and keeps what can be read."
NEWER: Final = "What was learned was written by a newer version of ieum."
UNREADABLE: Final = "The file of what was learned cannot be opened."


@dataclass(frozen=True, slots=True)
class Kept:
    """The history's folder and file at one moment."""

    folder: str = ""
    folder_mode: int = 0
    """Its permissions; 0 when there is no folder."""

    file_mode: int = 0
    """What any of its files permits; 0 when nothing is kept."""

    problem: str = ""
    """Why it cannot be used, as a sentence; empty when it can."""

    remedy: str = ""
    writable: bool = True
    """Whether something can be added."""


def probe_history() -> Kept:
    """Look at the history of this user."""
    try:
        from ime_engine.history.files import NAME, family
        from ime_engine.history.schema import VERSION
        from ime_engine.paths import state_dir
    except ImportError as error:
        problem = f"It cannot be checked without the package {error.name}."
        return Kept(problem=problem, remedy="Run `make setup`.")
    folder = state_dir()
    file = folder / NAME
    mode = 0
    for one in family(file):
        mode |= permissions(one)
    problem, remedy = trouble(file, VERSION) if file.exists() else ("", "")
    return Kept(
        folder=str(folder),
        folder_mode=permissions(folder),
        file_mode=mode,
        problem=problem,
        remedy=remedy,
        writable=can_write(folder, file),
    )


def trouble(file: Path, version: int) -> tuple[str, str]:
    """Why the file cannot be used, and what to do; both empty when it can.

    Args:
        file: The store, which is there.
        version: Newest that this program can read.
    """
    try:
        with contextlib.closing(sqlite3.connect(address(file), uri=True)) as store:
            (found,) = store.execute("PRAGMA user_version").fetchone()
            (health,) = store.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            return UNREADABLE, f"Make it yours: `chmod 600 {file}`, or `chown` it."
        return DAMAGED, SET_ASIDE
    if found > version:
        return NEWER, "Use that version; this one sets the file aside when it next starts."
    return ("", "") if health == "ok" else (DAMAGED, SET_ASIDE)


def address(file: Path) -> str:
    """How to open a store to look at it.

    Where nobody has it open it cannot change; SQLite is told so, or it would make files beside it.
    """
    in_use = file.with_name(file.name + "-wal").exists()
    return f"{file.absolute().as_uri()}?{'mode=ro' if in_use else 'immutable=1'}"


def permissions(path: Path) -> int:
    """Its permissions; 0 when it is not there."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0


def can_write(folder: Path, file: Path) -> bool:
    """Whether something can be added; also where there is nothing yet and it can be made."""
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    if not os.access(nearest, os.W_OK | os.X_OK):
        return False
    return not file.exists() or os.access(file, os.W_OK)
