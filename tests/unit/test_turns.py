# SPDX-License-Identifier: Apache-2.0
"""Taking turns: one computes at a time, for all who wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from ime_engine.runtime.turns import Batch, Turns

LONG_S = 5.0


class Doubling:
    """Doubles numbers; holds each computation back until it is let go."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.begun = threading.Semaphore(0)
        self.open = threading.Semaphore(0)

    def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.sizes.append(len(numbers))
        self.begun.release()
        assert self.open.acquire(timeout=LONG_S)
        if 13 in numbers:
            raise ValueError("13 cannot be doubled")
        return [2 * number for number in numbers]

    def let_go(self, times: int) -> None:
        for _ in range(times):
            self.open.release()


def waiting(turns: Turns[int, int], count: int) -> None:
    """Return once so many wait for their turn."""
    until = time.monotonic() + LONG_S
    while len(turns._waiting) < count:
        assert time.monotonic() < until
        time.sleep(0.001)


def one_computes_and_others_wait(
    turns: Turns[int, int], doubling: Doubling, pool: ThreadPoolExecutor, numbers: Sequence[int]
) -> list[Future[int]]:
    """The first number is being computed; the others wait, in their order."""
    asked = [pool.submit(turns.take, numbers[0])]
    assert doubling.begun.acquire(timeout=LONG_S)
    for count, number in enumerate(numbers[1:], 1):
        asked.append(pool.submit(turns.take, number))
        waiting(turns, count)
    return asked


def test_who_is_alone_computes_at_once() -> None:
    turns: Turns[int, int] = Turns(lambda numbers: [2 * each for each in numbers], batch=Batch(8))

    assert [turns.take(3), turns.take(4)] == [6, 8]


def test_those_who_wait_are_computed_together() -> None:
    doubling = Doubling()
    turns = Turns(doubling, batch=Batch(8))
    with ThreadPoolExecutor(4) as pool:
        asked = one_computes_and_others_wait(turns, doubling, pool, [1, 2, 3, 4])
        doubling.let_go(2)

        assert [each.result(LONG_S) for each in asked] == [2, 4, 6, 8]
    assert doubling.sizes == [1, 3]


@pytest.mark.parametrize(
    ("batch", "fits", "sizes"),
    [
        (Batch(2), lambda _: True, [1, 2, 2, 1]),
        (Batch(1), lambda _: True, [1, 1, 1, 1, 1, 1]),
        (Batch(8), lambda numbers: sum(numbers) < 8, [1, 2, 1, 1, 1]),
    ],
)
def test_no_more_at_a_time_than_there_is_room_for(
    batch: Batch, fits: Callable[[Sequence[int]], bool], sizes: list[int]
) -> None:
    doubling = Doubling()
    turns = Turns(doubling, fits, batch)
    with ThreadPoolExecutor(6) as pool:
        asked = one_computes_and_others_wait(turns, doubling, pool, [1, 2, 4, 5, 6, 9])
        doubling.let_go(6)

        assert [each.result(LONG_S) for each in asked] == [2, 4, 8, 10, 12, 18]
    assert doubling.sizes == sizes


def test_a_failure_is_told_to_all_of_its_company_and_to_nobody_else() -> None:
    doubling = Doubling()
    turns = Turns(doubling, batch=Batch(2))
    with ThreadPoolExecutor(4) as pool:
        asked = one_computes_and_others_wait(turns, doubling, pool, [1, 13, 3, 4])
        doubling.let_go(3)

        assert asked[0].result(LONG_S) == 2
        assert all(isinstance(each.exception(LONG_S), ValueError) for each in asked[1:3])
        assert asked[3].result(LONG_S) == 8


def test_a_member_who_has_not_asked_yet_is_waited_for() -> None:
    doubling = Doubling()
    turns = Turns(doubling, batch=Batch(2, wait_s=LONG_S))
    with ThreadPoolExecutor(1) as pool, turns.member(), turns.member():
        first = pool.submit(turns.take, 1)
        waiting(turns, 1)
        doubling.let_go(1)

        assert turns.take(2) == 4
        assert first.result(LONG_S) == 2
    assert doubling.sizes == [2]


def test_a_member_who_leaves_is_waited_for_no_longer() -> None:
    doubling = Doubling()
    doubling.let_go(1)
    turns = Turns(doubling, batch=Batch(2, wait_s=60.0))
    with ThreadPoolExecutor(1) as pool, turns.member():
        with turns.member():
            first = pool.submit(turns.take, 1)
            waiting(turns, 1)

        assert first.result(LONG_S) == 2


def test_nobody_waits_for_himself() -> None:
    turns: Turns[int, int] = Turns(lambda numbers: list(numbers), batch=Batch(8, wait_s=60.0))
    begun = time.monotonic()
    with turns.member():
        assert turns.take(1) == 1
    assert time.monotonic() - begun < LONG_S
