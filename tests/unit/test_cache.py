# SPDX-License-Identifier: Apache-2.0
"""Answers are kept for a while, a bounded number of them, and forgotten on request."""

from __future__ import annotations

import pytest

from ime_engine.cache import AnswerCache, Kept
from ime_engine.protocol import Candidate
from tests.fakes import FakeClock

HELLO = (Candidate("안녕하세요", 0.5), Candidate("안녕", 0.1))
THANKS = (Candidate("감사합니다", 0.5),)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def cache(clock: FakeClock) -> AnswerCache:
    return AnswerCache(entries=2, ttl_s=60, clock=clock)


def test_an_answer_is_given_again(cache: AnswerCache) -> None:
    cache.put("a", HELLO)

    assert cache.get("a") == Kept(HELLO)
    assert cache.get("b") is None


def test_what_was_prepared_is_told_once(cache: AnswerCache) -> None:
    cache.put("a", HELLO, prepared=True)

    assert cache.peek("a") == HELLO
    assert cache.get("a") == Kept(HELLO, prepared=True)
    assert cache.get("a") == Kept(HELLO, prepared=False)
    cache.put("a", THANKS)
    assert cache.get("a") == Kept(THANKS, prepared=False)


def test_an_answer_grows_old(cache: AnswerCache, clock: FakeClock) -> None:
    cache.put("a", HELLO)
    clock.advance(59)
    assert cache.get("a") == Kept(HELLO)
    clock.advance(2)
    assert cache.get("a") is None
    assert cache.peek("a") is None


def test_the_least_recently_used_goes_first(cache: AnswerCache) -> None:
    cache.put("a", HELLO)
    cache.put("b", THANKS)
    cache.get("a")
    cache.put("c", THANKS)

    assert [cache.get(key) is not None for key in "abc"] == [True, False, True]
    assert len(cache) == 2


def test_forgetting_drops_every_answer_that_offers_the_eojeol(cache: AnswerCache) -> None:
    cache.put("a", HELLO)
    cache.put("b", THANKS)

    assert cache.forget("안녕") == 1
    assert cache.forget("안녕") == 0
    assert cache.get("a") is None
    assert cache.get("b") == Kept(THANKS)


def test_clearing_drops_everything(cache: AnswerCache) -> None:
    cache.put("a", HELLO)
    cache.clear()

    assert len(cache) == 0


def test_a_cache_without_room_keeps_nothing(clock: FakeClock) -> None:
    cache = AnswerCache(entries=0, ttl_s=60, clock=clock)
    cache.put("a", HELLO)

    assert cache.get("a") is None
