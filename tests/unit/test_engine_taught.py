# SPDX-License-Identifier: Apache-2.0
"""The engine beside a history: when a list is made anew, and when it is still at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from ime_engine.engine import Engine
from ime_engine.history.recall import NOTHING, Recall
from ime_engine.protocol import Candidate, Query
from ime_engine.ranking.ranker import Ranker
from tests.fakes import FakeClock, TableModel
from tests.unit.test_engine import over_table


@dataclass
class Taught:
    """A history that expects one word everywhere."""

    word: str = ""
    version: int = 0
    asked: list[str] = field(default_factory=list)
    written: str = ""

    def clear_memory(self) -> None:
        self.asked.clear()

    def teach(self, word: str) -> None:
        self.word, self.version = word, self.version + 1

    def recall(
        self, context: Sequence[str], strokes: str = "", others: Sequence[str] = ()
    ) -> Recall:
        self.asked.append(strokes)
        if not self.word:
            return replace(NOTHING, probabilities=dict.fromkeys(others, 0.0))
        known = {**dict.fromkeys(others, 0.0), self.word: 0.9}
        return Recall(known, (self.word,), 2, 9.0, 1, 1.0, 9.0)

    def foregoing(self, before: str, field: str) -> str:
        return self.written


@pytest.fixture
def taught() -> Taught:
    return Taught("민준이가")


def beside(taught: Taught) -> tuple[Engine, TableModel]:
    return over_table(FakeClock(), ranker=Ranker(history=taught))


def listed(candidates: Sequence[Candidate] | None) -> list[str]:
    assert candidates is not None
    return [each.text for each in candidates]


def test_who_asks_again_gets_the_list_that_was_made(taught: Taught) -> None:
    engine, _ = beside(taught)
    first = engine.predict(Query("잘 "))

    assert "민준이가" in listed(first)
    assert engine.cached(Query("잘 ")) == first
    assert taught.asked == [""], "the history was asked once"


def test_after_a_lesson_the_list_is_made_anew_and_nothing_searched(taught: Taught) -> None:
    engine, model = beside(taught)
    engine.predict(Query("잘 "))
    searches = len(model.widths)
    taught.teach("서연이는")

    assert engine.cached(Query("잘 ")) is None, "asking the history may take a moment"
    assert "서연이는" in listed(engine.predict(Query("잘 ")))
    assert "서연이는" in listed(engine.cached(Query("잘 ")))
    assert len(model.widths) == searches
    counted = engine.metrics.snapshot()
    assert (counted["queries"], counted["cache_hits"]) == (3, 2)


def test_a_prepared_list_is_made_before_it_is_asked_for(taught: Taught) -> None:
    engine, _ = beside(taught)
    prepared = engine.prepare(Query("잘 "))

    assert engine.cached(Query("잘 ")) == prepared
    assert taught.asked == [""]
    assert engine.metrics.snapshot()["prefetch_hits"] == 1


def test_forgetting_drops_lists_that_only_the_history_put_the_word_into(taught: Taught) -> None:
    engine, _ = beside(taught)
    engine.predict(Query("잘 "))

    assert engine.forget("민준이가") == 1
    assert engine.cached(Query("잘 ")) is None


def test_private_lists_are_not_kept_and_the_history_is_not_asked(taught: Taught) -> None:
    engine, _ = beside(taught)
    engine.predict(Query("잘 ", private=True))

    assert engine.cached(Query("잘 ", private=True)) is None
    assert engine.cached(Query("잘 ")) is None
    assert taught.asked == []


def test_without_a_history_every_list_is_at_hand() -> None:
    engine, _ = over_table(FakeClock())
    first = engine.predict(Query("잘 "))

    assert engine.cached(Query("잘 ")) == first


def test_clearing_reaches_what_the_history_keeps_of_the_questions(taught: Taught) -> None:
    engine, _ = beside(taught)
    engine.predict(Query("잘 "))
    assert taught.asked
    engine.clear()

    assert engine.cached(Query("잘 ")) is None
    assert not taught.asked


def test_the_model_reads_what_was_written_before(taught: Taught) -> None:
    engine, model = beside(taught)
    taught.written = "잘 부탁해요"
    engine.predict(Query("네요 "))

    assert pieces(model) == "<bos>잘▁부탁해요▁네요"


def test_an_empty_field_goes_on_after_a_space(taught: Taught) -> None:
    engine, model = beside(taught)
    taught.written = "잘"

    assert listed(engine.predict(Query("", "부")))[0] == "부탁해요", "it is ▁부탁 and not 부탁"
    assert pieces(model) == "<bos>잘"


def test_other_words_before_are_another_question(taught: Taught) -> None:
    engine, _ = beside(taught)
    engine.predict(Query("잘 "))
    taught.written = "좋네요"

    assert engine.cached(Query("잘 ")) is None
    taught.written = ""
    assert engine.cached(Query("잘 ")) is not None


@pytest.mark.parametrize("query", [Query("잘 ", private=True), Query("잘 ", tokens=True)])
def test_private_and_raw_questions_are_read_alone(query: Query, taught: Taught) -> None:
    engine, model = beside(taught)
    taught.written = "좋네요"
    engine.predict(query)

    assert pieces(model) == "<bos>잘"


def pieces(model: TableModel) -> str:
    """What the model read last."""
    return "".join(model.pieces[token] for token in model.prompts[-1][0])


def test_tokens_are_kept_until_all_is_cleared_and_never_of_private_texts(taught: Taught) -> None:
    engine, _ = beside(taught)
    kept = engine._reader._kept.cache_info

    engine.predict(Query("잘 ", private=True))
    assert kept().currsize == 0
    engine.predict(Query("잘 "))
    assert kept().currsize == 1
    engine.clear()
    assert kept().currsize == 0
