# SPDX-License-Identifier: Apache-2.0
"""Building a folder aside and putting it in its place all at once.

Whoever opens the folder sees the old one or the new one, never half of one. A
build that is killed leaves a hidden folder behind, which the next one removes.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from model_tools.errors import WorkshopError

__all__ = ["check_replaceable", "staged"]

AT_FDCWD: Final = -100
RENAME_EXCHANGE: Final = 2


@contextlib.contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """Yield an empty folder that takes the place of `folder` when the block succeeds.

    Raises:
        WorkshopError: another build of the same folder is under way.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        _restore(folder)
        aside = Path(tempfile.mkdtemp(prefix=_prefix(folder), dir=folder.parent))
        try:
            yield aside
            aside.chmod(0o755)
            _sync(aside)
            _put_in_place(aside, folder)
            _sync_folder(folder.parent)
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def check_replaceable(folder: Path, mark: str) -> None:
    """Refuse to take the place of a folder that is something else.

    Args:
        folder: That is going to be replaced as a whole.
        mark: File that every folder of the kind to be written holds.

    Raises:
        WorkshopError: it is no folder, or holds files but not that one.
    """
    if folder.is_dir() and ((folder / mark).is_file() or not any(folder.iterdir())):
        return
    if folder.exists():
        raise WorkshopError(f"{folder} is something else (it holds no {mark}); name a new folder.")


def _prefix(folder: Path) -> str:
    return f".{folder.name}.building-"


def _retired(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.old")


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the lock of one model folder; the lock dies with the process."""
    with folder.with_name(f".{folder.name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise WorkshopError(f"another build of {folder.name} is under way.") from error
        yield


def _restore(folder: Path) -> None:
    """Clear up after a build that was killed."""
    for left in folder.parent.glob(f"{_prefix(folder)}*"):
        shutil.rmtree(left, ignore_errors=True)
    retired = _retired(folder)
    if retired.exists() and not folder.exists():
        retired.rename(folder)
    shutil.rmtree(retired, ignore_errors=True)


def _put_in_place(aside: Path, folder: Path) -> None:
    """Rename; where there is a folder already, exchange the two."""
    if not folder.exists():
        aside.rename(folder)
    elif not _exchange(aside, folder):
        folder.rename(_retired(folder))
        aside.rename(folder)
        shutil.rmtree(_retired(folder), ignore_errors=True)


def _exchange(first: Path, second: Path) -> bool:
    """Let two names change places in one step; False where the system cannot."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    names = os.fsencode(first), os.fsencode(second)
    return bool(call(AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE) == 0)


def _sync(folder: Path) -> None:
    """Have the system write a folder and its files to the disk."""
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
