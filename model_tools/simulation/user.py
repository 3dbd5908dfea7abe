# SPDX-License-Identifier: Apache-2.0
"""Somebody who types, and whom the history learns from by the daemon's own rules.

    eojeol ─► policy (what is never kept) ─► History in a folder that goes away

Time passes by the sentence, so that weights fade as they would. At some eojeols it is known whether
the list was used; at the others a coin says so, since what is accepted counts for less.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np

from ime_engine.history.foregoing import Foregoing
from ime_engine.history.history import History
from ime_engine.history.policy import Allowed, lesson_of
from ime_engine.history.recall import Recall

__all__ = ["ACCEPTED", "FIELD", "Clock", "Remembered", "User", "new_user"]

START_S: Final = 1_700_000_000.0
"""Moment of the first sentence, in seconds since 1970."""

SENTENCE_S: Final = 30.0
"""Seconds from one sentence to the next."""

ACCEPTED: Final = 0.5
"""Share of eojeols that are accepted from the list where nobody looked."""

FIELD: Final = "chat"
"""Where all of it is typed: it is empty again after each sentence."""

AT_ONCE: Final = 1000
"""Lessons after which the history is given time to write."""


class Clock:
    """Time that passes when it is told to."""

    def __init__(self, now_s: float = START_S) -> None:
        self.now_s = now_s

    def __call__(self) -> float:
        """Seconds since 1970."""
        return self.now_s


class Remembered:
    """What somebody taught, and wrote last, as the daemon remembers it; notes how long it takes."""

    def __init__(self, history: History, foregoing: Foregoing) -> None:
        self._history = history
        self._foregoing = foregoing
        self.waits_ms: list[float] = []

    @property
    def version(self) -> int:
        """Changes with every lesson."""
        return self._history.version

    def clear_memory(self) -> None:
        """Keep nothing of what was asked."""
        self._history.clear_memory()

    def recall(
        self, context: Sequence[str], strokes: str = "", others: Sequence[str] = ()
    ) -> Recall:
        """What the history says; see `ranking.ranker.Remembering`."""
        started = time.perf_counter()
        said = self._history.recall(context, strokes, others)
        self.waits_ms.append((time.perf_counter() - started) * 1000)
        return said

    def foregoing(self, before: str, field: str = FIELD) -> str:
        """What was written before a text."""
        return self._foregoing.text(before, field)


class User:
    """Types eojeol by eojeol.

    Args:
        history: What it teaches.
        allowed: Tells which words may be offered, and so kept.
        clock: Moved by each sentence.
        rng: Of the coin.
    """

    def __init__(
        self, history: History, allowed: Allowed, clock: Clock, rng: np.random.Generator
    ) -> None:
        self.history = history
        self.foregoing = Foregoing(lambda: history.epoch)
        self.taught = 0
        self._allowed = allowed
        self._clock = clock
        self._rng = rng
        self._sentence: int | None = None

    def types(
        self, sentence: int, before: str, eojeol: str, *, accepted: bool | None = None
    ) -> None:
        """Type one eojeol.

        Args:
            sentence: Number of its sentence; another one than before lets time pass.
            before: Text of the sentence before it.
            eojeol: With the punctuation around it.
            accepted: Whether it was taken from the list; None lets a coin say so.
        """
        if sentence != self._sentence:
            self._sentence = sentence
            self._clock.now_s += SENTENCE_S
        coin = bool(self._rng.random() < ACCEPTED)
        lesson = lesson_of(
            before,
            eojeol,
            accepted=coin if accepted is None else accepted,
            allowed=self._allowed,
        )
        if lesson is None:
            return
        self.history.learn(lesson)
        self.foregoing.learned(lesson.eojeol, before, FIELD)
        self.taught += 1
        if self.taught % AT_ONCE == 0:
            self.history.flush()


@contextmanager
def new_user(allowed: Allowed, rng: np.random.Generator) -> Iterator[User]:
    """Somebody with an empty history, which is gone when the block is left."""
    with tempfile.TemporaryDirectory(prefix="ieum-simulated-") as folder:
        clock = Clock()
        history = History.open(Path(folder), clock=clock)
        try:
            yield User(history, allowed, clock, rng)
        finally:
            history.close()
