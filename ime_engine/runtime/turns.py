# SPDX-License-Identifier: Apache-2.0
"""One computes at a time, and takes those along who wait.

    thread a  ──take──► computes a ───────────┐
    thread b  ────take──► waits ······ computes b, c, d ──► all three have theirs
    thread c  ──────take──► waits ·············┘
    thread d  ───────take──► waits ············┘

Nobody hands over to a thread of its own: whoever finds the place free computes, at once and for
all who wait. Who is the only member waits for nobody; beside others it waits up to `wait_s` for
those who have not asked yet.

Source: Hendler et al. 2010, Flat combining, SPAA '10.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

__all__ = ["ALONE", "Batch", "Turns"]

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Batch:
    """How many at a time."""

    size: int = 1
    """Most items that are computed together, >= 1."""

    wait_s: float = 0.0
    """Longest wait for other members, in seconds, >= 0."""


ALONE: Final = Batch()


@dataclass(slots=True, eq=False)
class _Ticket(Generic[T, R]):
    item: T
    result: R | None = None
    error: BaseException | None = None
    done: bool = False


class Turns(Generic[T, R]):
    """Combines what threads want computed at the same time.

    Args:
        compute: Takes items, gives a result for each in their order.
        fits: Whether so many items may be computed together; one always may.
        batch: How many at a time, and how long they are waited for.
    """

    def __init__(
        self,
        compute: Callable[[Sequence[T]], Sequence[R]],
        fits: Callable[[Sequence[T]], bool] = lambda _: True,
        batch: Batch = ALONE,
    ) -> None:
        self._compute = compute
        self._fits = fits
        self._batch = batch
        self._turn = threading.Condition()
        self._waiting: list[_Ticket[T, R]] = []
        self._computing = False
        self._members = 0

    @contextmanager
    def member(self) -> Iterator[None]:
        """Be expected to ask within this block: others wait a moment for what it asks."""
        with self._turn:
            self._members += 1
        try:
            yield
        finally:
            with self._turn:
                self._members -= 1
                self._turn.notify_all()

    def take(self, item: T) -> R:
        """Return the result for an item; raises what `compute` raised for it or its company."""
        ticket: _Ticket[T, R] = _Ticket(item)
        with self._turn:
            self._waiting.append(ticket)
            self._turn.notify_all()
            while not ticket.done:
                if self._computing:
                    self._turn.wait()
                else:
                    self._serve()
        if ticket.error is not None:
            raise ticket.error
        assert ticket.result is not None
        return ticket.result

    def _serve(self) -> None:
        """Compute for the first who wait; the lock is held before and after, not meanwhile."""
        self._computing = True
        self._await_company()
        tickets = self._company()
        self._turn.release()
        try:
            results = self._compute([each.item for each in tickets])
            for ticket, result in zip(tickets, results, strict=True):
                ticket.result = result
        except BaseException as error:
            for ticket in tickets:
                ticket.error = error
        finally:
            self._turn.acquire()
            self._computing = False
            for ticket in tickets:
                ticket.done = True
            self._turn.notify_all()

    def _company(self) -> list[_Ticket[T, R]]:
        """Take from those who wait as many as fit, in their order."""
        many = 1
        while many < min(self._batch.size, len(self._waiting)) and self._fits(
            [each.item for each in self._waiting[: many + 1]]
        ):
            many += 1
        taken, self._waiting = self._waiting[:many], self._waiting[many:]
        return taken

    def _await_company(self) -> None:
        """Wait for members who have not asked yet."""
        until = time.monotonic() + self._batch.wait_s
        while len(self._waiting) < min(self._batch.size, self._members):
            left = until - time.monotonic()
            if left <= 0:
                return
            self._turn.wait(left)
