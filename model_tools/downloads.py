# SPDX-License-Identifier: Apache-2.0
"""The folder of downloads: what is whole in it has its final name, what is not lies aside.

downloads/
model.gguf           whole, its digest checked
.incoming-x7f3/      what somebody is fetching; of a process that was killed, it is removed
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ime_engine.runtime.manifest import file_entry
from model_tools.errors import FetchError

__all__ = ["AGAIN", "Fetched", "check_digest", "incoming"]

AGAIN: Final = "run the command again, what is complete is kept"
PREFIX: Final = ".incoming-"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A source on this machine."""

    path: Path
    """The GGUF file, or the folder."""

    notice: str
    """Licence notice that came with it; empty for none."""

    digests: dict[str, str]
    """SHA-256 of each file, by name."""


def check_digest(path: Path, sha256: str) -> None:
    """Compare a file with what a recipe says of it.

    Raises:
        FetchError: it is damaged, or another one.
    """
    if file_entry(path).sha256 != sha256:
        raise FetchError(f"{path.name} is damaged or another one: its digest is not the recipe's.")


@contextlib.contextmanager
def incoming(downloads: Path) -> Iterator[Path]:
    """Make a folder for what is not whole yet; it goes again, whatever happens."""
    with _locked(downloads):
        for left in downloads.glob(f"{PREFIX}*"):
            _remove_forsaken(left)
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=downloads))
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(held, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold a folder's lock; the lock dies with the process."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _remove_forsaken(folder: Path) -> None:
    """Remove a folder unless the process that made it is still there."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        return
    finally:
        os.close(descriptor)
