# SPDX-License-Identifier: Apache-2.0
"""The history as the rest of the daemon, and the command, use it. Safe from any thread.

    learn ──► writer (one thread) ──► history.sqlite3 ◄── recall (a connection for each thread)

Nothing here waits for the disk but what says so, and nothing fails because of it: what cannot be
written is dropped, what cannot be read is not recalled, and `problem` says why.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from ime_engine.errors import HistoryError
from ime_engine.hangul.eojeol import normalised
from ime_engine.history import removal
from ime_engine.history.documents import bytes_read, note_read
from ime_engine.history.faults import is_damage, sentence_of
from ime_engine.history.files import is_foreign
from ime_engine.history.heat import DAY_S
from ime_engine.history.lesson import Lesson, storable
from ime_engine.history.limits import Limits, prune
from ime_engine.history.merge import merge
from ime_engine.history.policy import never_kept
from ime_engine.history.readers import Readers
from ime_engine.history.recall import NOTHING, Recall, recall
from ime_engine.history.rows import Row, read_rows
from ime_engine.history.store import Store
from ime_engine.history.tallies import Tally, adding, read_tallies
from ime_engine.history.totals import Totals, read_totals
from ime_engine.history.writer import Writer

__all__ = ["History", "Limits", "Row", "Tally", "Totals"]

log = logging.getLogger(__name__)

T = TypeVar("T")


class History:
    """What the user taught; made by `open`."""

    def __init__(
        self, store: Store, problem: str, limits: Limits, clock: Callable[[], float]
    ) -> None:
        self._store = store
        self._limits = limits
        self._clock = clock
        self._readers = Readers(store.path, lambda: store.opened)
        self._writer = Writer(store, problem, self._warm)

    @classmethod
    def open(
        cls, folder: Path, limits: Limits | None = None, *, clock: Callable[[], float] = time.time
    ) -> History:
        """Open the history of a folder; make it where there is none.

        Where the folder cannot be written to, the history opens all the same, recalls what it can
        read, and `problem` tells.

        Args:
            folder: Usually `paths.state_dir()`.
            limits: How much is kept.
            clock: Seconds since 1970.

        Raises:
            HistoryError: something that is no folder lies there, or it is somebody else's.
        """
        limits = limits or Limits()
        store, problem = Store(folder, limits, clock), ""
        try:
            store.open()
        except (OSError, sqlite3.Error) as error:
            if isinstance(error, NotADirectoryError) or is_foreign(folder):
                raise HistoryError(
                    f"{folder} is no folder of yours; move away what lies there."
                ) from error
            problem = sentence_of(error)
        if problem:
            log.warning("%s", problem)
        return cls(store, problem, limits, clock)

    @property
    def path(self) -> Path:
        """The file."""
        return self._store.path

    @property
    def notice(self) -> str:
        """One sentence to tell the user once, such as that a damaged file was set aside."""
        return self._store.notice

    @property
    def problem(self) -> str:
        """One sentence while nothing can be kept, else empty."""
        return self._writer.problem

    @property
    def version(self) -> int:
        """Changes whenever what `recall` answers may have changed, by other programs too."""
        with contextlib.suppress(OSError, sqlite3.Error):
            return self._readers.version()
        return -1

    @property
    def epoch(self) -> tuple[int, float]:
        """Changes whenever more happened to the file than lessons, whoever did it."""
        with contextlib.suppress(OSError, sqlite3.Error):
            return self._readers.epoch()
        return -1, 0.0

    def learn(self, lesson: Lesson) -> None:
        """Take a lesson, which is on disk half a second later; never waits.

        At most 10,000 lessons wait; whoever has more of them at once calls `flush` in between.
        """
        if storable(lesson.eojeol) and not never_kept(lesson.eojeol):
            self._writer.learn(lesson)

    def teach(self, lessons: Sequence[Lesson], document: str, end: int) -> None:
        """Take what a part of a document teaches; waits until it is on disk.

        The lessons and how far the document was read are written together or not at all, so that
        whoever is stopped at any moment can go on at `read_up_to`.

        Args:
            lessons: In the order of the document, as `lesson_of` gives them.
            document: Digest of its content.
            end: Bytes of it up to the end of this part.

        Raises:
            HistoryError: the history is closed, or cannot be written to.
        """

        def noted(connection: sqlite3.Connection) -> None:
            note_read(connection, document, end)

        self._writer.run(lambda c: self._store.take(c, lessons, noted))
        # On its own, for what fails on a damaged file is done once more.
        self._writer.run(self._store.prune)

    def read_up_to(self, document: str) -> int:
        """Return how many bytes of a document were read by `teach`; 0 for an unknown one.

        Raises:
            HistoryError: the file cannot be read.
        """
        return self._read(lambda c: bytes_read(c, document))

    def recall(
        self,
        context: Sequence[str],
        strokes: str = "",
        others: Sequence[str] = (),
        limit: int = 12,
    ) -> Recall:
        """Return what is expected next; `NOTHING` where the file cannot be read.

        Args:
            context: Words before, the nearest last, as `context_of` gives them.
            strokes: Keys typed of the eojeol, as `strokes_of` gives them.
            others: Words whose probability is wanted too.
            limit: Most words offered, >= 1.
        """
        now_s = self._clock()
        try:
            return self._readers.run(
                lambda reader: recall(
                    reader, self._store.decay, now_s, context, strokes, others, limit
                )
            )
        except (OSError, sqlite3.Error) as error:
            if is_damage(error):
                self._writer.check()
            nothing = dict.fromkeys(others, 0.0)
            return replace(NOTHING, probabilities=nothing, typed_mass=float(not strokes))

    def clear_memory(self) -> None:
        """Keep nothing in memory of what was recalled."""
        self._readers.drop()

    def forget(self, eojeol: str) -> int:
        """Drop an eojeol, what came after it and what it came after; waits until it is gone.

        Returns:
            How many words, pairs and triples went.

        Raises:
            HistoryError: the history is closed, or cannot be written to.
        """
        word, decay = normalised(eojeol), self._store.decay
        gone = self._writer.run(lambda c: removal.forget(c, self.path, word, decay))
        self._readers.drop()
        return gone

    def clear(self) -> int:
        """Drop everything, counts by day and files that were set aside included.

        Returns:
            How many words, pairs and triples went.

        Raises:
            HistoryError: the history is closed, or cannot be written to.
        """
        gone = self._writer.run(lambda c: removal.clear(c, self.path))
        self._readers.drop()
        return gone

    def flush(self) -> None:
        """Wait until every lesson that was given is on disk, or dropped (`problem` tells)."""
        self._writer.flush()

    def close(self) -> None:
        """Write what waits and close; what comes after it is dropped, and recalls nothing."""
        self._readers.close()
        self._writer.close()

    def rows(self, search: str = "", limit: int | None = None) -> Iterator[Row]:
        """Return words, then pairs, then triples.

        Args:
            search: Only rows whose eojeol or context holds this text.
            limit: Most rows, and then those that weigh most; else all, as they were taught.

        Raises:
            HistoryError: the file cannot be read.
        """

        def ask(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
            return self._read(lambda c: c.execute(statement, values).fetchall())

        return read_rows(ask, self._store.decay, search, limit)

    def merge(self, rows: Iterable[Row]) -> int:
        """Take rows of an export; the same rows may come twice. Waits until they are on disk.

        Returns:
            How many rows were fit to be taken.

        Raises:
            HistoryError: the history is closed, or cannot be written to.
        """
        chosen = list(rows)

        def merged(connection: sqlite3.Connection) -> int:
            connection.execute("BEGIN IMMEDIATE")
            taken = merge(connection, chosen, self._clock(), self._store.decay)
            connection.execute("COMMIT")
            prune(connection, self._limits, self._clock() / DAY_S)
            return taken

        return self._writer.run(merged)

    def totals(self) -> Totals:
        """Return how much is kept.

        Raises:
            HistoryError: the file cannot be read.
        """
        return self._read(lambda c: read_totals(c, self.path))

    def tally(self, day: str, counts: Mapping[str, int]) -> None:
        """Add to the counts of a day; never waits.

        Args:
            day: YYYY-MM-DD.
            counts: By name, of small letters and _.

        Raises:
            ValueError: that is no day, or no count.
        """
        self._writer.add(adding(day, counts))

    def tallies(self) -> list[Tally]:
        """Return the counts of all days, oldest first.

        Raises:
            HistoryError: the file cannot be read.
        """
        return self._read(read_tallies)

    def _warm(self) -> None:
        """Have readers take what was learned before anybody asks."""
        decay, now_s = self._store.decay, self._clock()
        self._readers.warm(lambda reader: recall(reader, decay, now_s, ()))

    def _read(self, operation: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return self._readers.run(lambda reader: operation(reader.connection))
        except (OSError, sqlite3.Error) as error:
            raise HistoryError("The history cannot be read.") from error
