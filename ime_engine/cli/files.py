# SPDX-License-Identifier: Apache-2.0
"""Files that are named on the command line: read, or written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

from ime_engine.errors import InputError

__all__ = ["check_destination", "readable", "written_whole"]


def readable(path: Path) -> BinaryIO:
    """A file, open.

    Raises:
        InputError: It is missing, no plain file, or may not be read.
    """
    if path.exists() and not path.is_file():
        raise InputError(f"{path} is no plain file; name one that is.")
    try:
        return path.open("rb")
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}).") from None


def check_destination(path: Path, *, force: bool) -> None:
    """Refuse a place that could not be written to, before any work is done for it.

    Args:
        path: The file to be.
        force: Whether a file that is there may go.

    Raises:
        InputError: It is there already, or its folder cannot be written to.
    """
    folder = path.absolute().parent
    if path.is_dir():
        raise InputError(f"{path} is a folder; name a file.")
    if not folder.is_dir():
        raise InputError(f"There is no folder {folder}; create it first.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise InputError(f"{folder} may not be written to; name a file elsewhere.")
    if path.exists() and not force:
        raise InputError(f"{path} is there already; --force writes over it.")


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[TextIO]:
    """Yield a stream beside the destination; it takes its place when the block is done.

    Only its owner may read the file. A block that fails leaves the destination as it was.

    Raises:
        InputError: The disk is full, or cannot be written to.
    """
    # Of a link, what it points to is replaced, as writing into it would do.
    goal = path.absolute().resolve()
    aside = None
    try:
        handle, aside = tempfile.mkstemp(prefix=".ieum-", dir=goal.parent)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(aside).replace(goal)
    except OSError as error:
        raise InputError(f"{path} could not be written ({error.strerror}).") from None
    finally:
        if aside is not None:
            Path(aside).unlink(missing_ok=True)  # there only when something went wrong
