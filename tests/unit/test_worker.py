# SPDX-License-Identifier: Apache-2.0
"""The thread of the model: one, in order, below typing, and not waited for at the end."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator

import pytest

from ime_engine.service.worker import Worker


@pytest.fixture
def worker() -> Iterator[Worker]:
    started = Worker()
    yield started
    assert started.stop(5), "the worker's thread is left behind"


async def test_everything_runs_in_one_thread(worker: Worker) -> None:
    names = [await worker.run(lambda: threading.current_thread().name) for _ in range(3)]
    assert names == ["ieum-model"] * 3


def standing() -> tuple[int, int]:
    """Policy and niceness of the thread that asks."""
    return os.sched_getscheduler(0), os.getpriority(os.PRIO_PROCESS, 0)


async def test_it_stands_back_and_so_does_what_it_starts() -> None:
    kind = Worker(niceness=3)
    policy, niceness = standing()

    def inherited() -> tuple[int, int]:
        found: list[tuple[int, int]] = []
        started = threading.Thread(target=lambda: found.append(standing()))
        started.start()
        started.join()
        return found[0]

    assert await kind.run(standing) == (os.SCHED_BATCH, niceness + 3)
    assert await kind.run(inherited) == (os.SCHED_BATCH, niceness + 3)
    assert standing() == (policy, niceness), "the loop's thread stays as it was"
    assert kind.stop(5)


def test_one_that_is_deep_in_something_is_not_waited_for() -> None:
    gate, stuck = threading.Event(), Worker()

    async def start() -> None:
        task = asyncio.ensure_future(stuck.run(lambda: gate.wait(10)))
        await asyncio.sleep(0.01)
        task.cancel()

    asyncio.run(start())
    assert not stuck.stop(0.05)
    gate.set()
    assert stuck.stop(5)
