# SPDX-License-Identifier: Apache-2.0
"""The waiting room: the newest question of a program wins, and nobody blocks the loop."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from ime_engine.errors import NotReadyError, SupersededError
from ime_engine.service.requests import Requests, Worker


@pytest.fixture
def worker() -> Iterator[Worker]:
    started = Worker()
    yield started
    assert started.stop(5), "the worker's thread is left behind"


class Gate:
    """Work that waits to be let go, and remembers in which order it was done."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.done: list[str] = []

    def work(self, name: str) -> Callable[[], str]:
        def act() -> str:
            assert self.open.wait(10)
            self.done.append(name)
            return name

        return act


async def ask(requests: Requests, gate: Gate, *questions: tuple[str, str]) -> list[object]:
    """Ask (sender, name) in this order, then open the gate; the answers."""
    asked = [
        asyncio.ensure_future(requests.ask(sender, gate.work(name))) for sender, name in questions
    ]
    await asyncio.sleep(0.01)
    gate.open.set()
    return await asyncio.gather(*asked, return_exceptions=True)


async def test_the_newest_of_a_program_supersedes_what_waits(worker: Worker) -> None:
    gate = Gate()
    answers = await ask(Requests(worker), gate, ("a", "1"), ("a", "2"), ("a", "3"), ("a", "4"))

    assert gate.done == ["1", "4"], "what runs is finished, what waits gives way"
    assert [type(answer) for answer in answers] == [str, SupersededError, SupersededError, str]


async def test_programs_take_turns_and_a_newer_question_keeps_the_place(worker: Worker) -> None:
    gate = Gate()
    questions = [("a", "a1"), ("b", "b1"), ("c", "c1"), ("b", "b2")]
    await ask(Requests(worker), gate, *questions)

    assert gate.done == ["a1", "b2", "c1"]


async def test_the_room_has_a_last_place(worker: Worker) -> None:
    gate = Gate()
    requests = Requests(worker, capacity=2)
    answers = await ask(requests, gate, ("a", "1"), ("b", "2"), ("c", "3"), ("d", "4"), ("c", "5"))

    assert [type(answer) for answer in answers] == [str, str, SupersededError, NotReadyError, str]
    assert "ask again later" in str(answers[3])


async def test_a_failure_reaches_the_one_who_asked_and_the_next_is_served(worker: Worker) -> None:
    def fail() -> str:
        raise ZeroDivisionError

    requests = Requests(worker)
    with pytest.raises(ZeroDivisionError):
        await requests.ask("a", fail)
    assert await requests.ask("a", lambda: "well") == "well"


async def test_who_gave_up_is_not_served(worker: Worker) -> None:
    gate, requests = Gate(), Requests(worker)
    first = asyncio.ensure_future(requests.ask("a", gate.work("1")))
    second = asyncio.ensure_future(requests.ask("b", gate.work("2")))
    await asyncio.sleep(0.01)
    second.cancel()
    await asyncio.sleep(0)
    gate.open.set()
    await first

    assert await requests.ask("c", gate.work("3")) == "3"
    assert gate.done == ["1", "3"]


async def test_the_loop_turns_while_the_worker_is_busy(worker: Worker) -> None:
    busy = asyncio.ensure_future(Requests(worker).ask("a", lambda: time.sleep(0.3)))
    turns = 0
    while not busy.done():
        await asyncio.sleep(0.001)
        turns += 1

    assert turns > 20


async def test_at_the_end_nobody_is_left_waiting(worker: Worker) -> None:
    gate, requests = Gate(), Requests(worker)
    asked = [asyncio.ensure_future(requests.ask(s, gate.work(s))) for s in "ab"]
    await asyncio.sleep(0.01)
    requests.close()
    gate.open.set()
    answers = await asyncio.gather(asked[1], return_exceptions=True)
    asked[0].cancel()

    assert isinstance(answers[0], asyncio.CancelledError)
    assert gate.done in ([], ["a"])


async def test_everything_runs_in_one_thread(worker: Worker) -> None:
    names = [await worker.run(lambda: threading.current_thread().name) for _ in range(3)]
    assert names == ["ieum-model"] * 3


def test_a_worker_that_is_deep_in_something_is_not_waited_for() -> None:
    gate, stuck = Gate(), Worker()

    async def start() -> None:
        task = asyncio.ensure_future(stuck.run(gate.work("1")))
        await asyncio.sleep(0.01)
        task.cancel()

    asyncio.run(start())
    assert not stuck.stop(0.05)
    gate.open.set()
    assert stuck.stop(5)
