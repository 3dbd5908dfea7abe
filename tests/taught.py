# SPDX-License-Identifier: Apache-2.0
"""Histories that were taught a few sentences, at a clock that the test sets."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ime_engine.history.history import History, Limits
from ime_engine.history.policy import lesson_of

__all__ = ["DAY_S", "Clock", "history_of", "teach"]

DAY_S = 86_400


@dataclass
class Clock:
    """Seconds since 1970, as the test wants them."""

    now_s: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now_s

    def forward(self, days: float) -> None:
        self.now_s += days * DAY_S


def teach(history: History, *sentences: str, accepted: bool = False) -> None:
    """Type sentences, each on a line of its own, and wait until they are learned."""
    for sentence in sentences:
        before = ""
        for eojeol in sentence.split():
            lesson = lesson_of(before, eojeol, accepted=accepted, allowed=bool)
            if lesson is not None:
                history.learn(lesson)
            before += eojeol + " "
    history.flush()


@contextlib.contextmanager
def history_of(
    folder: Path,
    sentences: Iterable[str] = (),
    *,
    clock: Clock | None = None,
    limits: Limits | None = None,
) -> Iterator[History]:
    """An open history of these sentences."""
    history = History.open(folder, limits, clock=clock or Clock())
    try:
        teach(history, *sentences)
        yield history
    finally:
        history.close()
