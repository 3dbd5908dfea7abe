# SPDX-License-Identifier: Apache-2.0
"""Answers given a moment ago: bounded in number and in age, kept in memory only."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable

from cachetools import TTLCache

from ime_engine.protocol import Candidate

__all__ = ["AnswerCache"]

Answer = tuple[Candidate, ...]


class AnswerCache:
    """Least recently used answers go first, old ones in any case.

    Args:
        entries: Most answers kept, >= 0; 0 keeps none.
        ttl_s: Age in seconds at which an answer is dropped.
        clock: Seconds, monotonic.
    """

    def __init__(
        self, entries: int, ttl_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._lock = threading.Lock()
        self._answers: TTLCache[Hashable, Answer] = TTLCache(entries, ttl_s, clock)
        self._entries = entries

    def __len__(self) -> int:
        with self._lock:
            return len(self._answers)

    def get(self, key: Hashable) -> Answer | None:
        """Return the answer kept under `key`, or None."""
        with self._lock:
            return self._answers.get(key)

    def put(self, key: Hashable, answer: Answer) -> None:
        """Keep an answer."""
        if self._entries:
            with self._lock:
                self._answers[key] = answer

    def forget(self, text: str) -> int:
        """Drop every answer that offers `text`; return how many went."""
        with self._lock:
            doomed = [
                key
                for key, answer in self._answers.items()
                if any(candidate.text == text for candidate in answer)
            ]
            for key in doomed:
                self._answers.pop(key, None)
        return len(doomed)

    def clear(self) -> None:
        """Drop everything."""
        with self._lock:
            self._answers.clear()
