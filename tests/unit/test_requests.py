# SPDX-License-Identifier: Apache-2.0
"""The waiting room: the newest question of a program wins, and nobody blocks the loop."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence

import pytest

from ime_engine.errors import NotReadyError, SupersededError
from ime_engine.service.requests import Requests
from ime_engine.service.worker import Worker
from ime_engine.stopping import Stop
from tests.unit.gate import Gate, say


@pytest.fixture
def worker() -> Iterator[Worker]:
    started = Worker()
    yield started
    assert started.stop(5), "the worker's thread is left behind"


@pytest.fixture
def requests(worker: Worker) -> Requests:
    return Requests(worker)


async def ask(requests: Requests, gate: Gate, *questions: tuple[str, str]) -> list[object]:
    """Ask (sender, name) in this order, then open the gate; the answers."""
    asked = [
        asyncio.ensure_future(requests.ask(sender, gate.work(name))) for sender, name in questions
    ]
    await asyncio.sleep(0.01)
    gate.open.set()
    return await asyncio.gather(*asked, return_exceptions=True)


def kinds(answers: Sequence[object]) -> list[type]:
    return [type(answer) for answer in answers]


class TestTheNewestWins:
    async def test_what_runs_is_stopped_and_what_waits_is_never_begun(
        self, requests: Requests
    ) -> None:
        gate = Gate()
        first = asyncio.ensure_future(requests.ask("a", gate.work("1")))
        await asyncio.sleep(0.01)
        answers = await ask(requests, gate, ("a", "2"), ("a", "3"), ("a", "4"))

        assert isinstance(first.exception(), SupersededError)
        assert (gate.begun, gate.stopped, gate.done) == (["1", "4"], ["1"], ["4"])
        assert kinds(answers) == [SupersededError, SupersededError, str]

    async def test_the_one_that_gave_way_is_told_at_once(self, requests: Requests) -> None:
        deaf = threading.Event()
        first = asyncio.ensure_future(requests.ask("a", lambda _: deaf.wait(10)))
        await asyncio.sleep(0.01)
        second = asyncio.ensure_future(requests.ask("a", say("well")))
        await asyncio.sleep(0.01)

        assert isinstance(first.exception(), SupersededError)
        assert not second.done()
        deaf.set()
        assert await second == "well"

    async def test_another_program_stops_nobody(self, requests: Requests) -> None:
        gate = Gate()
        answers = await ask(requests, gate, ("a", "a1"), ("b", "b1"), ("c", "c1"), ("b", "b2"))

        assert gate.done == ["a1", "b2", "c1"], "a newer question keeps the place of the older"
        assert gate.stopped == []
        assert kinds(answers) == [str, SupersededError, str, str]

    async def test_the_room_has_a_last_place(self, worker: Worker) -> None:
        gate = Gate()
        requests = Requests(worker, capacity=2)
        questions = [("a", "1"), ("b", "2"), ("c", "3"), ("d", "4"), ("c", "5")]
        answers = await ask(requests, gate, *questions)

        assert kinds(answers) == [str, str, SupersededError, NotReadyError, str]
        assert "ask again later" in str(answers[3])

    async def test_who_finds_no_place_keeps_the_answer_that_is_under_way(
        self, worker: Worker
    ) -> None:
        gate = Gate()
        requests = Requests(worker, capacity=1)
        answers = await ask(requests, gate, ("a", "1"), ("b", "2"), ("a", "3"))

        assert kinds(answers) == [str, str, NotReadyError]


class TestTheSameQuestion:
    async def asked(self, requests: Requests, gate: Gate, *senders: str) -> list[object]:
        asked = [
            asyncio.ensure_future(requests.ask(sender, gate.work("same"), "key"))
            for sender in senders
        ]
        await asyncio.sleep(0.01)
        gate.open.set()
        return await asyncio.gather(*asked, return_exceptions=True)

    async def test_is_searched_for_once(self, requests: Requests) -> None:
        gate = Gate()

        assert await self.asked(requests, gate, *"abcdefgh") == ["same"] * 8
        assert gate.done == ["same"]

    async def test_of_the_same_program_goes_on(self, requests: Requests) -> None:
        gate = Gate()
        answers = await self.asked(requests, gate, *"aaa")

        assert kinds(answers) == [SupersededError, SupersededError, str]
        assert (gate.begun, gate.stopped) == (["same"], [])

    async def test_is_stopped_when_the_last_who_asked_has_left(self, requests: Requests) -> None:
        gate = Gate()
        asked = [
            asyncio.ensure_future(requests.ask(sender, gate.work("same"), "key")) for sender in "ab"
        ]
        await asyncio.sleep(0.01)
        left = [asyncio.ensure_future(requests.ask("a", say("other")))]
        await asyncio.sleep(0.01)
        assert gate.stopped == [], "b still wants it"
        left.append(asyncio.ensure_future(requests.ask("b", say("another"))))

        assert await asyncio.gather(*left) == ["other", "another"]
        assert gate.stopped == ["same"]
        assert [type(each.exception()) for each in asked] == [SupersededError] * 2

    async def test_fails_for_all_who_asked(self, requests: Requests) -> None:
        def fail(_: Stop) -> str:
            raise ZeroDivisionError

        asked = (requests.ask(sender, fail, "key") for sender in "ab")
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert kinds(answers) == [ZeroDivisionError] * 2

    async def test_without_a_key_is_nobody_elses(self, requests: Requests) -> None:
        gate = Gate()
        await ask(requests, gate, ("a", "secret"), ("b", "secret"))

        assert gate.done == ["secret", "secret"]


class TestLanes:
    async def test_as_many_searches_run_as_there_are_workers(self, worker: Worker) -> None:
        other, gate = Worker(), Gate()
        requests = Requests(worker, other)
        asked = [asyncio.ensure_future(requests.ask(s, gate.work(s))) for s in "abc"]
        await asyncio.sleep(0.02)
        begun = Counter(gate.begun)
        gate.open.set()
        await asyncio.gather(*asked)

        assert begun == Counter("ab")
        assert other.stop(5)


async def test_a_failure_reaches_the_one_who_asked_and_the_next_is_served(
    requests: Requests,
) -> None:
    def fail(_: Stop) -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await requests.ask("a", fail)
    assert await requests.ask("a", say("well")) == "well"


async def test_who_gave_up_is_not_served(requests: Requests) -> None:
    gate = Gate()
    first = asyncio.ensure_future(requests.ask("a", gate.work("1")))
    second = asyncio.ensure_future(requests.ask("b", gate.work("2")))
    await asyncio.sleep(0.01)
    second.cancel()
    await asyncio.sleep(0)
    gate.open.set()
    await first

    assert await requests.ask("c", gate.work("3")) == "3"
    assert gate.done == ["1", "3"]


async def test_the_loop_turns_while_the_worker_is_busy(requests: Requests) -> None:
    busy = asyncio.ensure_future(requests.ask("a", lambda _: time.sleep(0.3)))
    turns = 0
    while not busy.done():
        await asyncio.sleep(0.001)
        turns += 1

    assert turns > 20


async def test_at_the_end_nobody_is_left_waiting(requests: Requests) -> None:
    gate = Gate()
    asked = [asyncio.ensure_future(requests.ask(s, gate.work(s))) for s in "ab"]
    await asyncio.sleep(0.01)
    requests.close()
    answers = await asyncio.gather(*asked, return_exceptions=True)

    assert kinds(answers) == [asyncio.CancelledError] * 2
    assert gate.begun == ["a"]
