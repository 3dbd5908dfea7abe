# SPDX-License-Identifier: Apache-2.0
"""Spare work: done while nobody asks, given up for whoever does."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from ime_engine.service.requests import QUIET_S, Requests
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


async def test_spare_work_is_done_while_nobody_asks(requests: Requests) -> None:
    gate = Gate()
    gate.open.set()
    requests.spare(lambda: [(gate.work("x"), "x")])
    await gate.has_done(1)

    assert gate.done == ["x"]


async def test_spare_work_is_done_in_turn_and_a_question_ends_all_of_it(
    requests: Requests,
) -> None:
    gate = Gate()
    requests.spare(lambda: [(gate.work("x"), "x"), (gate.work("y"), "y"), (gate.work("z"), "z")])
    assert gate.begun == [], "whoever asks without a pause is not in its way"
    await asyncio.sleep(2 * QUIET_S)
    assert gate.begun == ["x"]
    gate.open.set()
    await gate.has_done(3)
    assert gate.done == ["x", "y", "z"]

    gate.open.clear()
    requests.spare(lambda: [(gate.work("v"), "v"), (gate.work("w"), "w")])
    await asyncio.sleep(2 * QUIET_S)
    assert await asyncio.wait_for(requests.ask("a", say("well")), 5) == "well"
    await asyncio.sleep(0.01)
    assert (gate.begun, gate.stopped) == (["x", "y", "z", "v"], ["v"])


async def test_spare_work_waits_for_whoever_waits(requests: Requests) -> None:
    gate = Gate()
    asked = [asyncio.ensure_future(requests.ask(s, gate.work(s))) for s in "ab"]
    await asyncio.sleep(0.01)
    requests.spare(lambda: [(gate.work("x"), "x")])
    gate.open.set()
    await asyncio.gather(*asked)
    await gate.has_done(3)

    assert gate.done == ["a", "b", "x"]


async def test_spare_work_gives_way_to_a_question_and_is_not_taken_up_again(
    requests: Requests,
) -> None:
    gate = Gate()
    requests.spare(lambda: [(gate.work("x"), "x")])
    await asyncio.sleep(2 * QUIET_S)

    assert await asyncio.wait_for(requests.ask("a", say("well")), 5) == "well"
    await asyncio.sleep(0.01)
    assert (gate.begun, gate.stopped) == (["x"], ["x"])


async def test_spare_work_is_shared_with_who_asks_just_that(requests: Requests) -> None:
    gate = Gate()
    requests.spare(lambda: [(gate.work("x"), "x")])
    await asyncio.sleep(2 * QUIET_S)
    assert requests.is_prepared("x")
    asked = asyncio.ensure_future(requests.ask("a", gate.work("x"), "x"))
    await asyncio.sleep(0.01)
    assert not requests.is_prepared("x"), "now it is asked for"
    gate.open.set()

    assert await asked == "x"
    assert gate.begun == ["x"]


async def test_spare_work_gives_way_to_newer_spare_work(requests: Requests) -> None:
    gate = Gate()
    requests.spare(lambda: [(gate.work("x"), "x")])
    await asyncio.sleep(2 * QUIET_S)
    requests.spare(lambda: [(gate.work("y"), "y")])
    await asyncio.sleep(0.02)
    gate.open.set()
    await gate.has_done(1)

    assert (gate.stopped, gate.done) == (["x"], ["y"])


async def test_spare_work_that_fails_harms_nobody(requests: Requests) -> None:
    def fail(_: Stop) -> str:
        raise ZeroDivisionError

    requests.spare(lambda: [(fail, "x")])
    await asyncio.sleep(2 * QUIET_S)
    assert await requests.ask("a", say("well")) == "well"
