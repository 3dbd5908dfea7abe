# SPDX-License-Identifier: Apache-2.0
"""Answers given or prepared a moment ago: bounded in number and age, in memory only."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import NamedTuple

from cachetools import TTLCache

from ime_engine.protocol import Candidate

__all__ = ["Answer", "AnswerCache", "Kept", "Listed"]

Answer = tuple[Candidate, ...]


class Listed(NamedTuple):
    """The list that was made of an answer for this user."""

    candidates: Answer
    version: Hashable
    """Of the history that had a say in it."""


@dataclass(slots=True)
class Kept:
    """An answer in the cache."""

    answer: Answer
    """What anybody may say."""

    prepared: bool = False
    """Whether it was made before anybody asked, and nobody has asked since."""

    listed: Listed | None = None

    def offers(self, text: str) -> bool:
        """Tell whether a candidate is this text."""
        listed = self.listed.candidates if self.listed else ()
        return any(candidate.text == text for candidate in (*self.answer, *listed))


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
        self._answers: TTLCache[Hashable, Kept] = TTLCache(entries, ttl_s, clock)
        self._entries = entries

    def __len__(self) -> int:
        with self._lock:
            return len(self._answers)

    def peek(self, key: Hashable) -> Answer | None:
        """Return the answer kept under `key`, or None; it does not count as asked for."""
        with self._lock:
            kept = self._answers.get(key)
        return kept.answer if kept else None

    def get(self, key: Hashable) -> Kept | None:
        """Return what is kept under `key`, or None; it counts as asked for from now on."""
        with self._lock:
            kept = self._answers.get(key)
            return _asked(kept) if kept else None

    def get_listed(self, key: Hashable, version: Hashable) -> Kept | None:
        """Return the same, but only where its list was made with this version of the history."""
        with self._lock:
            kept = self._answers.get(key)
            if kept is None or kept.listed is None or kept.listed.version != version:
                return None
            return _asked(kept)

    def list_as(self, key: Hashable, listed: Listed) -> None:
        """Keep the list that was made of an answer, where that is still kept."""
        with self._lock:
            kept = self._answers.get(key)
            if kept is not None:
                kept.listed = listed

    def put(self, key: Hashable, answer: Answer, *, prepared: bool = False) -> None:
        """Keep an answer.

        Args:
            key: What it answers.
            answer: The candidates.
            prepared: Whether nobody has asked yet.
        """
        if self._entries:
            with self._lock:
                self._answers[key] = Kept(answer, prepared)

    def forget(self, text: str) -> int:
        """Drop every answer that offers `text`; return how many went."""
        with self._lock:
            doomed = [key for key, kept in self._answers.items() if kept.offers(text)]
            for key in doomed:
                self._answers.pop(key, None)
        return len(doomed)

    def clear(self) -> None:
        """Drop everything."""
        with self._lock:
            self._answers.clear()


def _asked(kept: Kept) -> Kept:
    """Return it as it was when it was asked for."""
    asked = replace(kept)
    kept.prepared = False
    return asked
