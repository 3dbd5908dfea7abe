# SPDX-License-Identifier: Apache-2.0
"""Disks that run full and folders that cannot be written to, by what the machine allows.

Root mounts a small file system in memory, and mounts a folder read-only. Anybody else bounds the
size of a file, and takes the right to write away: SQLite meets the same errors.
"""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

__all__ = ["SmallDisk", "bounded_files", "read_only", "tmpfs"]

SIZE_BYTES = 3 << 20
CHUNK = b"\0" * 4096


class SmallDisk(Protocol):
    """A folder whose disk runs full when the test wants."""

    folder: Path
    sentence: str
    """What the user is told."""

    def fill(self) -> None:
        """From now on nothing can be written."""

    def free(self) -> None:
        """There is room again."""


class Tmpfs:
    """A file system in memory."""

    sentence = "Nothing new is learned: the disk is full."

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self) -> None:
        with self._filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(CHUNK)

    def free(self) -> None:
        self._filler.unlink()


class BoundedFiles:
    """No file may be longer than some bytes."""

    # SQLite does not tell this from other errors.
    sentence = "Nothing new is learned: the disk that the history is on reports an error."

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, self._before[1]))

    def free(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self._before)


@contextlib.contextmanager
def tmpfs(folder: Path) -> Iterator[Tmpfs]:
    """Mount a small file system."""
    folder.mkdir()
    if not _mount("-t", "tmpfs", "-o", f"size={SIZE_BYTES}", "none", str(folder)):
        pytest.skip("only root may mount")
    try:
        yield Tmpfs(folder)
    finally:
        _unmount(folder)


@contextlib.contextmanager
def bounded_files(folder: Path) -> Iterator[BoundedFiles]:
    """Bound the size of files for a while."""
    folder.mkdir()
    disk = BoundedFiles(folder)
    try:
        yield disk
    finally:
        disk.free()


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Let nothing in a folder be written."""
    if os.geteuid() != 0:
        folder.chmod(0o500)
        try:
            yield
        finally:
            folder.chmod(0o700)
        return
    if not _mount("--bind", str(folder), str(folder)):
        pytest.skip("this root may not mount")
    try:
        assert _mount("-o", "remount,ro,bind", str(folder))
        yield
    finally:
        _unmount(folder)


def _mount(*arguments: str) -> bool:
    return _worked("mount", *arguments)


def _unmount(folder: Path) -> None:
    _worked("umount", "-l", str(folder))


def _worked(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
