# SPDX-License-Identifier: Apache-2.0
"""The history's folder and files: whose they are, who may read them, and how one is set aside.

SQLite gives its log and shared memory (-wal, -shm) the mode of the file itself, so a file that
is made 0600 before SQLite sees it keeps all three private, whatever the umask.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

__all__ = [
    "NAME",
    "family",
    "give_private_modes",
    "is_foreign",
    "locked",
    "make_folder",
    "make_private",
    "set_aside",
    "set_aside_files",
]

NAME: Final = "history.sqlite3"
FAMILY: Final = ("", "-wal", "-shm")
"""What SQLite makes beside a file."""

FOLDER_MODE: Final = 0o700
FILE_MODE: Final = 0o600


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each for its owner alone; tighten one that is there.

    Raises:
        OSError: it cannot be made, is no folder, or is somebody else's.
    """
    for each in (*reversed(folder.parents), folder):
        if not each.exists():
            with contextlib.suppress(FileExistsError):
                each.mkdir(FOLDER_MODE)
                # The umask may have taken more than it should.
                each.chmod(FOLDER_MODE)
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    if stat.S_IMODE(folder.stat().st_mode) != FOLDER_MODE:
        folder.chmod(FOLDER_MODE)


def make_private(path: Path) -> None:
    """Make an empty file that its owner alone may read.

    Raises:
        OSError: it cannot be made, or is there already.
    """
    file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE)
    try:
        os.fchmod(file, FILE_MODE)
    finally:
        os.close(file)


def family(path: Path) -> list[Path]:
    """Return the files that belong to a database and are there."""
    return [each for end in FAMILY if (each := path.with_name(path.name + end)).exists()]


def give_private_modes(path: Path) -> None:
    """Take a database's files away from all but their owner."""
    for each in family(path):
        if stat.S_IMODE(each.stat().st_mode) != FILE_MODE:
            each.chmod(FILE_MODE)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other programs from opening or setting aside the file at the same time.

    Raises:
        OSError: the folder cannot be opened.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def set_aside(path: Path, why: str, now_s: float) -> Path:
    """Give a database another name, with what belongs to it; nothing of it is changed.

    Args:
        path: Of the file.
        why: A word of the new name.
        now_s: Moment of the new name, in seconds since 1970.

    Returns:
        The new path.

    Raises:
        OSError: the folder cannot be written to.
    """
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now_s))
    named = aside = path.with_name(f"{path.name}.{why}-{moment}")
    number = 1
    while aside.exists():
        number += 1
        aside = named.with_name(f"{named.name}-{number}")
    give_private_modes(path)
    # The log goes first: beside a file that is not its own it would be played into that.
    for each in reversed(family(path)):
        end = each.name.removeprefix(path.name)
        if end == "-shm" or (end == "-wal" and not each.stat().st_size):
            each.unlink()
        else:
            each.rename(aside.with_name(aside.name + end))
    return aside


def set_aside_files(path: Path) -> list[Path]:
    """Return all files that were set aside, oldest first."""
    return sorted(path.parent.glob(f"{path.name}.*-*"))


def is_foreign(folder: Path) -> bool:
    """Tell whether somebody else's folder lies there."""
    try:
        return folder.stat().st_uid != os.getuid()
    except OSError:
        return False
