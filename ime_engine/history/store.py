# SPDX-License-Identifier: Apache-2.0
"""The connection that writes: opens the file, keeps it within its limits, opens it again.

Used by one thread at a time. Other programs may write to the same file; SQLite's lock puts their
transactions one after the other, and every change is relative to what is there.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

from ime_engine.history.connect import connect
from ime_engine.history.faults import is_damage
from ime_engine.history.files import NAME, make_folder
from ime_engine.history.heat import DAY_S, Decay
from ime_engine.history.lesson import Lesson
from ime_engine.history.limits import Limits, prune
from ime_engine.history.rescue import make_fit
from ime_engine.history.settle import moment_of, settle
from ime_engine.history.teach import teach

__all__ = ["Store"]

log = logging.getLogger(__name__)

T = TypeVar("T")

BETWEEN_PRUNINGS: Final = 256
"""Lessons after which the limits are looked at."""


def _nothing(_: sqlite3.Connection) -> None:
    """What belongs to most transactions besides their lessons."""


class Store:
    """A history's file, open for writing or not yet.

    Args:
        folder: Where it lies.
        limits: How much is kept.
        clock: Seconds since 1970.
    """

    def __init__(self, folder: Path, limits: Limits, clock: Callable[[], float]) -> None:
        self.path = folder / NAME
        self.decay = Decay(limits.half_life_days)
        self.notice = ""
        self.opened = 0
        """How often it was opened; readers open anew when this changes."""

        self.wrote = False
        """Whether the last operation changed anything."""

        self._limits = limits
        self._clock = clock
        self._connection: sqlite3.Connection | None = None
        self._file = (0, 0)
        self._since_pruning = BETWEEN_PRUNINGS

    def open(self) -> None:
        """Make the file fit and open it.

        Raises:
            OSError: the folder cannot be written to, or the disk is full.
            sqlite3.Error: likewise, as SQLite tells it.
        """
        self.close()
        make_folder(self.path.parent)
        notice = make_fit(self.path, self._clock(), self.decay)
        if notice:
            self.notice = notice
            log.warning("%s", notice)
        self._connection = connect(self.path, "rw")
        self._file = self._identity()
        self.opened += 1

    def close(self) -> None:
        """Close the connection; the last one of all programs moves the log into the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def write(self, lessons: Sequence[Lesson]) -> None:
        """Write lessons in one transaction.

        Raises:
            OSError, sqlite3.Error: nothing of it was written.
        """
        self.run(lambda connection: self.take(connection, lessons))
        self._since_pruning += len(lessons)
        if self._since_pruning >= BETWEEN_PRUNINGS:
            self._since_pruning = 0
            self.run(self.prune)

    def take(
        self,
        connection: sqlite3.Connection,
        lessons: Sequence[Lesson],
        also: Callable[[sqlite3.Connection], None] = _nothing,
    ) -> None:
        """Write lessons, and what belongs to the same transaction.

        Args:
            connection: The one that `run` gives.
            lessons: In the order in which they were given.
            also: Writes the rest.
        """
        connection.execute("BEGIN IMMEDIATE")
        now_s = self._clock()
        settle(connection, now_s, self.decay)
        teach(connection, lessons, moment_of(connection, now_s), self.decay)
        also(connection)
        connection.execute("COMMIT")

    def prune(self, connection: sqlite3.Connection) -> None:
        """Keep the file within its limits."""
        prune(connection, self._limits, self._clock() / DAY_S)

    def run(self, operation: Callable[[sqlite3.Connection], T]) -> T:
        """Do something with the connection; once more on a file that had to be rescued.

        Raises:
            OSError, sqlite3.Error: it failed, and no transaction is open.
        """
        if self._connection is None or self._identity() != self._file:
            self.open()
        try:
            return self._attempt(operation)
        except sqlite3.Error as error:
            if not is_damage(error):
                raise
        self.open()
        return self._attempt(operation)

    def _attempt(self, operation: Callable[[sqlite3.Connection], T]) -> T:
        if self._connection is None:
            raise sqlite3.ProgrammingError("the history is not open")
        before = self._connection.total_changes
        try:
            return operation(self._connection)
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        finally:
            self.wrote = self._connection.total_changes > before

    def _identity(self) -> tuple[int, int]:
        """Which file lies there now; another program may have set ours aside."""
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return (0, 0)
        return status.st_dev, status.st_ino
