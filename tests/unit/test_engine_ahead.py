# SPDX-License-Identifier: Apache-2.0
"""The engine on a table: searches that are stopped, answers that are prepared, long texts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ime_engine.engine import Engine, EngineOptions
from ime_engine.errors import SupersededError
from ime_engine.protocol import Query
from ime_engine.runtime.loader import LoadedModel, load_model
from tests.fakes import FakeClock, TableModel
from tests.unit.test_engine import over_table, texts


@pytest.fixture(scope="module")
def tiny(tiny_model_dir: Path) -> LoadedModel:
    return load_model(tiny_model_dir / "tiny", "cpu", threads=1)


@pytest.fixture
def table() -> tuple[Engine, TableModel]:
    return over_table(FakeClock())


class Calls:
    """A flag that is raised at the n-th look."""

    def __init__(self, at: int) -> None:
        self._left = at

    def __call__(self) -> bool:
        self._left -= 1
        return self._left < 0


def test_one_that_is_stopped_ends_at_the_next_level_and_is_not_kept(
    table: tuple[Engine, TableModel],
) -> None:
    engine, model = table
    with pytest.raises(SupersededError):
        engine.predict(Query("잘 "), stop=Calls(at=1))

    assert len(model.widths) == 1
    assert engine.cached(Query("잘 ")) is None
    assert "cut_short" not in engine.metrics.snapshot(), "that is what the deadline does"


def test_what_was_read_before_it_was_stopped_is_not_read_again(
    table: tuple[Engine, TableModel],
) -> None:
    engine, model = table
    with pytest.raises(SupersededError):
        engine.predict(Query("잘 "), stop=Calls(at=0))

    assert texts(engine, "잘 ", "부") == texts(over_table(FakeClock())[0], "잘 ", "부")
    assert len(model.prompts) == 1


def test_an_answer_that_was_there_before_the_stop_counts(table: tuple[Engine, TableModel]) -> None:
    engine, _ = table

    assert engine.predict(Query("잘 "), stop=Calls(at=8))
    assert engine.predict(Query("잘 "), stop=lambda: True), "it is in the cache"


def test_a_prepared_answer_is_the_answer_and_its_first_use_is_counted(
    table: tuple[Engine, TableModel],
) -> None:
    engine, model = table
    prepared = engine.prepare(Query("잘 ", deadline_ms=1000))
    assert "queries" not in engine.metrics.snapshot()
    assert engine.prepare(Query("잘 ")) == prepared, "it is not searched for again"
    searches = len(model.widths)
    for _ in range(3):
        assert engine.cached(Query("잘")) == prepared
    counted = engine.metrics.snapshot()

    assert len(model.widths) == searches
    assert (counted["prefetched"], counted["queries"]) == (1, 3)
    assert (counted["prefetch_hits"], counted["cache_hits"]) == (1, 2)


def test_preparing_what_comes_next_leaves_the_present_context_as_it_was(
    table: tuple[Engine, TableModel],
) -> None:
    engine, model = table
    engine.predict(Query("잘 ", "부"))
    for eojeol in ("부탁", "좋네요"):
        engine.prepare(Query(f"잘 {eojeol} "))
    read = len(model.prompts)
    engine.predict(Query("잘 ", "부탁"))

    assert len(model.prompts) == read


def test_a_client_that_sends_less_of_a_long_text_finds_its_answer(tiny: LoadedModel) -> None:
    engine = Engine(tiny, EngineOptions(deadline_ms=30_000, context_tokens=33))
    text = "오늘 날씨가 정말 좋네요. 저는 학교에 하려고 해요. 감사합니다. 앞으로도 잘 " * 8
    first = engine.predict(Query(text[-400:]))

    assert engine.cached(Query(text[-399:])) == first
    assert engine.cached(Query(text[-380:])) == first
    assert engine.cached(Query("부탁 " + text[-20:])) is None


def test_texts_that_the_tokenizer_cannot_tell_apart_are_two(tiny: LoadedModel) -> None:
    engine = Engine(tiny, EngineOptions(deadline_ms=30_000))
    engine.predict(Query("뷁 "))

    assert engine.cached(Query("꿻 ")) is None


def test_searches_in_several_threads_do_not_disturb_each_other(tiny: LoadedModel) -> None:
    options = EngineOptions(deadline_ms=30_000, cache_entries=0)
    asked = [
        Query(before, prefix)
        for before in ("오늘 ", "오늘 날씨가 ", "감사합니다. 앞으로도 잘 ", "저는 학교에 ")
        for prefix in ("", "ㅂ", "부", "하")
    ]
    alone = [Engine(tiny, options).predict(query) for query in asked]
    engine = Engine(tiny, options)
    with ThreadPoolExecutor(4) as threads:
        for found in (list(threads.map(engine.predict, asked)) for _ in range(5)):
            assert [[c.text for c in each] for each in found] == [
                [c.text for c in each] for each in alone
            ]
