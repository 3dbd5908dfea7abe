# SPDX-License-Identifier: Apache-2.0
"""Waiting for facts: never for a span of time, always with an end."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable
from typing import Final, TypeVar

__all__ = ["DemoError", "Lines", "wait_until"]

T = TypeVar("T")

POLL_S: Final = 0.01


class DemoError(Exception):
    """The demo cannot go on; the message is one sentence for the person at the terminal."""


def wait_until(
    ready: Callable[[], T | None],
    missing: str,
    timeout_s: float = 10.0,
    pause: Callable[[float], object] = time.sleep,
) -> T:
    """Ask again and again until the answer is true.

    Args:
        ready: Returns the fact, or something false while there is none.
        missing: The sentence to fail with, without a full stop.
        timeout_s: Span after which to give up.
        pause: How to pass the span between two questions; a condition's
            `wait` returns as soon as there is news.

    Raises:
        DemoError: The fact did not come in time.
    """
    deadline = time.monotonic() + timeout_s
    while not (fact := ready()):
        if time.monotonic() > deadline:
            raise DemoError(f"{missing} (waited {timeout_s:g} s).")
        pause(POLL_S)
    return fact


class Lines:
    """Reads a process's standard output in the background, a line at a time.

    `heed` runs under `news`; whoever waits for a fact made by it waits on `news`.
    """

    def __init__(self, process: subprocess.Popen[str], heed: Callable[[str], None]) -> None:
        self.news = threading.Condition()
        self.ended = False
        self._process = process
        self._heed = heed
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def wait(self, ready: Callable[[], T | None], missing: str, timeout_s: float = 10.0) -> T:
        """Like `wait_until`, woken by each line; fails at once when the process has ended."""

        def fact() -> T | None:
            found = ready()
            if not found and self.ended:
                raise DemoError(f"{missing}: its program has ended.")
            return found

        with self.news:
            return wait_until(fact, missing, timeout_s, self.news.wait)

    def close(self) -> None:
        """Wait for the end of the output; the process must have been ended before."""
        self._thread.join(timeout=5)

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as stream:
            for line in stream:
                with self.news:
                    self._heed(line)
                    self.news.notify_all()
        with self.news:
            self.ended = True
            self.news.notify_all()
