# SPDX-License-Identifier: Apache-2.0
"""Connections that read, one for each thread that asks."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from ime_engine.history.connect import connect, lenient
from ime_engine.history.kept import Kept
from ime_engine.history.sums import COUNTED

__all__ = ["Reader", "Readers"]

T = TypeVar("T")

COUNTED_ANEW: Final = f"SELECT value FROM facts WHERE name = '{COUNTED}'"

UNDECODED: Final = "Could not decode to UTF-8"
"""What sqlite3 says of text that is none."""


class Reader:
    """One thread's connection, and what it has read.

    Args:
        connection: To read from.
        opened: How often the file had been opened for writing.
    """

    def __init__(self, connection: sqlite3.Connection, opened: int) -> None:
        self.connection = connection
        self.opened = opened
        self.kept: Kept | None = None
        self.lock = threading.Lock()
        # A thread that ends takes its reader with it, and the reader its connection.
        self.finish = weakref.finalize(self, connection.close)


class Readers:
    """Reads a file from any thread.

    Args:
        path: Of the file.
        opened: Tells how often the file was opened for writing: it may be another one then.
    """

    def __init__(self, path: Path, opened: Callable[[], int]) -> None:
        self._path = path
        self._opened = opened
        self._local = threading.local()
        self._all: weakref.WeakSet[Reader] = weakref.WeakSet()
        self._guard = threading.Lock()
        self._watcher: Reader | None = None
        self._watching = threading.Lock()
        self._epoch: tuple[int, float] = (0, 0.0)
        self._epoch_of = -1
        self._closed = False

    def run(self, operation: Callable[[Reader], T]) -> T:
        """Do something with the calling thread's reader, as of one moment.

        Raises:
            OSError, sqlite3.Error: the file cannot be read, or all is closed.
        """
        reader = getattr(self._local, "reader", None)
        if reader is None or reader.opened != self._opened():
            self._local.reader = reader = self._new()
        with reader.lock:
            return _as_of_one_moment(operation, reader)

    def warm(self, operation: Callable[[Reader], object]) -> None:
        """Do something with every reader that has read, and that nobody uses now."""
        with self._guard:
            readers = list(self._all)
        for reader in readers:
            if reader.kept is not None and reader.lock.acquire(blocking=False):
                try:
                    _as_of_one_moment(operation, reader)
                except (OSError, sqlite3.Error):
                    reader.kept = None  # whoever reads next will tell
                finally:
                    reader.lock.release()

    def version(self) -> int:
        """Return a number that changes with every transaction of whatever program.

        Raises:
            sqlite3.Error: the file cannot be read, or all is closed.
        """
        with self._watching:
            if self._watcher is None or self._watcher.opened != self._opened():
                self._watcher = self._new()
            watcher = self._watcher
            (number,) = watcher.connection.execute("PRAGMA data_version").fetchone()
            return (watcher.opened << 32) + int(number)

    def epoch(self) -> tuple[int, float]:
        """Return what changes whenever more happened to the file than lessons.

        Raises:
            sqlite3.Error: the file cannot be read, or all is closed.
        """
        version = self.version()
        with self._watching:
            if version != self._epoch_of and self._watcher is not None:
                counted = self._watcher.connection.execute(COUNTED_ANEW).fetchone()
                self._epoch = (self._watcher.opened, counted[0] if counted else 0.0)
                self._epoch_of = version
            return self._epoch

    def drop(self) -> None:
        """Keep nothing in memory of what was read."""
        with self._guard:
            readers = list(self._all)
        for reader in readers:
            with reader.lock:
                reader.kept = None

    def close(self) -> None:
        """Close every connection, each when its thread is done with it."""
        with self._guard:
            self._closed = True
            readers = list(self._all)
        for reader in readers:
            with reader.lock:
                reader.finish()

    def _new(self) -> Reader:
        opened = self._opened()
        with self._guard:
            if self._closed:
                raise sqlite3.ProgrammingError("the history is closed")
            reader = Reader(_readable(self._path), opened)
            reader.connection.text_factory = str
            self._all.add(reader)
            return reader


def _as_of_one_moment(operation: Callable[[Reader], T], reader: Reader) -> T:
    if reader.connection.in_transaction:
        reader.connection.execute("ROLLBACK")
    reader.connection.execute("BEGIN")
    try:
        return _done(operation, reader)
    finally:
        with contextlib.suppress(sqlite3.Error):
            reader.connection.execute("COMMIT")


def _done(operation: Callable[[Reader], T], reader: Reader) -> T:
    """Read text as it is, which is faster, and only where some is none with more patience."""
    try:
        return operation(reader)
    except sqlite3.OperationalError as error:
        if UNDECODED not in str(error) or reader.connection.text_factory is lenient:
            raise
        reader.connection.text_factory = lenient
        return operation(reader)


def _readable(path: Path) -> sqlite3.Connection:
    """Open a file to read; also one in a folder that nothing can be made in."""
    try:
        connection = connect(path, "ro")
    except sqlite3.OperationalError:
        return connect(path, "immutable")
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        return connect(path, "immutable")
    return connection
