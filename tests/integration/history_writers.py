# SPDX-License-Identifier: Apache-2.0
"""Processes that write to a history as fast as they can, and may be killed at any moment."""

from __future__ import annotations

import multiprocessing
import time
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from ime_engine.history.history import History
from ime_engine.history.lesson import Lesson

__all__ = ["Writing", "word_of"]

SYLLABLES = [chr(0xAC00 + 28 * number) for number in range(300)]
PACE_S = 0.01
"""Between two lessons: fifty times what a typist does."""

FORGETS_AFTER = 20
"""Lessons after which one is forgotten, by writers that forget."""

FORGOTTEN = 299
"""In place of the writer: of words that are forgotten."""

SPAWNING = multiprocessing.get_context("forkserver")
# What the processes import is imported once, before they are.
SPAWNING.set_forkserver_preload([__name__])


def word_of(writer: int, number: int) -> str:
    """An eojeol for each number of each writer."""
    high, low = divmod(number, 300)
    return f"뷁{SYLLABLES[writer]}{SYLLABLES[high]}{SYLLABLES[low]}"


class Writing:
    """A process that teaches, and tells what it taught.

    Args:
        folder: Of the history.
        writer: Its number, from 0 to 299.
        lessons: How many; else until it is killed.
        forgets: Whether it also forgets; then it tells only of what it forgot.
    """

    def __init__(
        self, folder: Path, writer: int, lessons: int | None = None, *, forgets: bool = False
    ) -> None:
        self.folder = folder
        self._told, telling = SPAWNING.Pipe(duplex=False)
        self.process: ForkServerProcess = SPAWNING.Process(
            target=_write, args=(folder, writer, lessons, forgets, telling)
        )
        self.process.start()
        telling.close()
        # The first message says that it has begun.
        self._told.recv()

    def kill(self, older_s: float = 0.0) -> list[str]:
        """Kill it, and return what it told of at least some seconds before."""
        killed_s = time.monotonic()
        self.process.kill()
        self.process.join()
        return [word for word, told_s in self._heard() if told_s <= killed_s - older_s]

    def wait(self) -> list[str]:
        """Wait for its end, and return all that it taught."""
        self.process.join()
        assert self.process.exitcode == 0
        return [word for word, _ in self._heard()]

    def _heard(self) -> list[tuple[str, float]]:
        heard = []
        try:
            while self._told.poll():
                heard.append(self._told.recv())
        except EOFError:
            pass
        self._told.close()
        self.process.close()
        return heard


def _write(
    folder: Path, writer: int, lessons: int | None, forgets: bool, telling: Connection
) -> None:
    history = History.open(folder)
    telling.send(("", 0.0))
    number, before = 0, word_of(writer, 0)
    while lessons is None or number < lessons:
        word = word_of(writer, number)
        history.learn(Lesson((before,), word))
        history.learn(Lesson((), "함께"))
        if not forgets:
            telling.send((word, time.monotonic()))
        elif number % FORGETS_AFTER == 0:
            secret = word_of(FORGOTTEN, number)
            history.learn(Lesson((word,), secret))
            history.forget(secret)
            telling.send((secret, time.monotonic()))
        before, number = word, number + 1
        if lessons is None:
            time.sleep(PACE_S)
    history.close()
