# SPDX-License-Identifier: Apache-2.0
"""A thread in which a model is opened and run, so that the event loop goes on.

It stands back behind typing: what it computes is wanted soon, a key at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

__all__ = ["Worker"]

T = TypeVar("T")


class Worker:
    """One thread that does what it is given, in order.

    A daemon thread: a process that must end does not wait for a search.

    Args:
        niceness: How much less of a core it gets than others that want it, 0 to 19.
            Threads that the work starts inherit it, those of the model's runtime among them.
    """

    def __init__(self, niceness: int = 0) -> None:
        self._jobs: queue.SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None]
        self._jobs = queue.SimpleQueue()
        self._niceness = niceness
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
        self._step_back()
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
                del result
            # Nothing of an answered question stays behind while the thread waits.
            del job, work, future

    def _step_back(self) -> None:
        """Never push another program from its core, and take less of one: this thread alone.

        On Linux each thread has a policy and a niceness of its own (sched(7)).
        """
        thread = threading.get_native_id()
        with contextlib.suppress(OSError):
            os.sched_setscheduler(thread, os.SCHED_BATCH, os.sched_param(0))
            own = os.getpriority(os.PRIO_PROCESS, thread)
            os.setpriority(os.PRIO_PROCESS, thread, own + self._niceness)
