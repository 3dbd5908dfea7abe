# SPDX-License-Identifier: Apache-2.0
"""The one thread that writes: lessons in batches, other work in between, in the order given.

    learn ─► queue (bounded) ─► batch, at most half a second old ─► one transaction

Whoever teaches never waits for the disk. While nothing can be written, batches are dropped and one
sentence says why; every few seconds a batch tries again.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, Final, TypeVar

from ime_engine.errors import HistoryError
from ime_engine.history.faults import sentence_of
from ime_engine.history.lesson import Lesson
from ime_engine.history.store import Store

__all__ = ["Writer"]

log = logging.getLogger(__name__)

T = TypeVar("T")

Operation = Callable[[sqlite3.Connection], object]

BATCH_S: Final = 0.25
"""Seconds that the first lesson of a batch waits for others; half a second with its transaction."""

MOST_WAITING: Final = 10_000
"""Lessons that wait at most; a typist needs hours for so many."""

RETRY_S: Final = 5.0
"""Seconds after which writing is tried again."""

CLOSED: Final = "The history is closed."


@dataclass(slots=True)
class _Job:
    """Work that is none of learning."""

    operation: Operation | None
    """None only waits."""

    patient: bool = False
    """Dropped while nothing can be written, as lessons are."""

    done: Future[Any] = field(default_factory=Future)


class Writer:
    """Writes to a store.

    Args:
        store: Open already, or to be opened by the first batch.
        problem: Why it is not open, in one sentence.
        after: Called by the thread once lessons are written.
    """

    def __init__(
        self, store: Store, problem: str = "", after: Callable[[], None] = lambda: None
    ) -> None:
        self.problem = problem
        self._after = after
        self._store = store
        self._waiting: deque[Lesson | _Job] = deque()
        self._hurry = False
        self._closed = False
        self._changed = threading.Condition()
        self._next_try_s = time.monotonic() + RETRY_S if problem else 0.0
        self._next_check_s = 0.0
        self._thread = threading.Thread(target=self._work, name="ieum-history", daemon=True)
        self._thread.start()

    def learn(self, lesson: Lesson) -> None:
        """Take a lesson; it is dropped after the end, or when too many wait."""
        with self._changed:
            if self._closed or len(self._waiting) >= MOST_WAITING:
                return
            self._waiting.append(lesson)
            if len(self._waiting) == 1:
                self._changed.notify_all()

    def run(self, operation: Callable[[sqlite3.Connection], T]) -> T:
        """Have the thread do something after all that was given before, and wait for it.

        Raises:
            HistoryError: the history is closed, or nothing can be written.
        """
        job = _Job(operation)
        if not self._give(job):
            raise HistoryError(CLOSED)
        result: T = job.done.result()
        return result

    def add(self, operation: Operation) -> None:
        """Have the thread do something later; it is dropped where a lesson would be."""
        if len(self._waiting) < MOST_WAITING:
            self._give(_Job(operation, patient=True))

    def check(self) -> None:
        """Have the thread look whether the file is damaged; at most once in a while."""
        if time.monotonic() > self._next_check_s:
            self._next_check_s = time.monotonic() + RETRY_S
            self._give(_Job(lambda _: self._store.open(), patient=True))

    def flush(self) -> None:
        """Wait until all that was given is done."""
        job = _Job(None)
        if self._give(job):
            job.done.result()

    def close(self) -> None:
        """Write what waits, close the store and end; again does nothing."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()

    def _give(self, job: _Job) -> bool:
        with self._changed:
            if self._closed:
                return False
            self._waiting.append(job)
            self._hurry |= not job.patient
            self._changed.notify_all()
        return True

    def _work(self) -> None:
        while batch := self._next_batch():
            while batch:
                first = batch[0]
                if isinstance(first, _Job):
                    self._do(first)
                    batch.popleft()
                    continue
                lessons = [*takewhile(lambda each: isinstance(each, Lesson), batch)]
                self._write([each for each in lessons if isinstance(each, Lesson)])
                for _ in lessons:
                    batch.popleft()
        self._store.close()

    def _next_batch(self) -> deque[Lesson | _Job]:
        """Wait for a batch; empty at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            self._changed.wait_for(lambda: self._hurry or self._closed, BATCH_S)
            batch, self._waiting, self._hurry = self._waiting, deque(), False
            return batch

    def _write(self, lessons: list[Lesson]) -> None:
        if self._rests:
            return
        try:
            self._store.write(lessons)
            self._after()
        except (OSError, sqlite3.Error) as error:
            self._failed(error)
        except Exception as error:
            # Nothing that one lesson holds may end the thread that writes all others; a traceback
            # might quote it.
            log.error("unexpected %s", type(error).__name__)  # noqa: TRY400
        else:
            self._works()

    def _do(self, job: _Job) -> None:
        if job.operation is None or (job.patient and self._rests):
            job.done.set_result(None)
            return
        try:
            result = self._store.run(job.operation)
        except (OSError, sqlite3.Error) as error:
            self._failed(error)
            job.done.set_exception(HistoryError(self.problem))
        except Exception as error:
            job.done.set_exception(error)
        else:
            if self._store.wrote:
                self._works()
            job.done.set_result(result)

    @property
    def _rests(self) -> bool:
        """Whether it is too early to try again."""
        return bool(self.problem) and time.monotonic() < self._next_try_s

    def _failed(self, error: Exception) -> None:
        sentence = sentence_of(error)
        if sentence != self.problem:
            log.warning("%s", sentence)
        self.problem = sentence
        self._next_try_s = time.monotonic() + RETRY_S

    def _works(self) -> None:
        if self.problem:
            log.info("the history is written to again")
        self.problem = ""
