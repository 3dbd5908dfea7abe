# SPDX-License-Identifier: Apache-2.0
"""Questions wait here, so that the event loop never does.

    callers --ask()--> waiting room: one place a sender --> worker: one thread

A model runs in one thread and one at a time. A newer question of a sender
takes the place of its older one that still waits, because nobody wants the
prediction for a text that has since grown; the one already running goes on.
Loading and unloading take the same thread, so that they never meet a search.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from ime_engine.errors import NotReadyError, SupersededError

__all__ = ["CAPACITY", "Requests", "Worker"]

T = TypeVar("T")

CAPACITY: Final = 32
"""Senders that may wait at a time."""


class Worker:
    """The one thread in which a model is opened and run.

    A daemon thread: a process that must end does not wait for a search.
    """

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None]
        self._jobs = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="ieum-model", daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[], T]) -> T:
        """Run `work` in the thread, after what was asked before; raises what it raises."""
        future: Future[T] = Future()
        self._jobs.put((work, future))
        return await asyncio.wrap_future(future)

    def stop(self, grace_s: float) -> bool:
        """Ask the thread to end; tell whether it did within the span."""
        self._jobs.put(None)
        self._thread.join(grace_s)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            work, future = job
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = work()
            except BaseException as error:
                future.set_exception(error)
            else:
                future.set_result(result)
            # Nothing of an answered question stays behind while the thread waits.
            del job, work, future


@dataclass(frozen=True, slots=True)
class _Waiting:
    work: Callable[[], Any]
    answer: asyncio.Future[Any]


class Requests:
    """The waiting room before the worker; belongs to one event loop."""

    def __init__(self, worker: Worker, capacity: int = CAPACITY) -> None:
        self._worker = worker
        self._capacity = capacity
        self._waiting: dict[str, _Waiting] = {}
        self._running: asyncio.Task[None] | None = None

    async def ask(self, sender: str, work: Callable[[], T]) -> T:
        """Wait for a turn, run `work` in the worker, return its result.

        Args:
            sender: Who asks; holds one place at most.
            work: Called in the worker's thread.

        Raises:
            SupersededError: The same sender asked again before its turn came.
            NotReadyError: As many senders wait as may wait.
        """
        older = self._waiting.get(sender)
        if older is None and len(self._waiting) >= self._capacity:
            raise NotReadyError(
                f"{self._capacity} programs are waiting for predictions; ask again later."
            )
        if older is not None and not older.answer.done():
            older.answer.set_exception(
                SupersededError("A newer request of the same program took its place.")
            )
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting[sender] = _Waiting(work, answer)
        self._next()
        return await answer

    def close(self) -> None:
        """Let nobody wait any longer: the daemon ends."""
        waiting, self._waiting = self._waiting, {}
        for one in waiting.values():
            one.answer.cancel()
        if self._running is not None:
            self._running.cancel()

    def _next(self) -> None:
        if self._running is None and self._waiting:
            first = self._waiting.pop(next(iter(self._waiting)))
            self._running = asyncio.ensure_future(self._carry_out(first))

    async def _carry_out(self, waiting: _Waiting) -> None:
        try:
            if not waiting.answer.done():
                await self._answer(waiting)
        finally:
            self._running = None
            self._next()

    async def _answer(self, waiting: _Waiting) -> None:
        try:
            result = await self._worker.run(waiting.work)
        except Exception as error:
            if not waiting.answer.done():
                waiting.answer.set_exception(error)
        else:
            if not waiting.answer.done():
                waiting.answer.set_result(result)
