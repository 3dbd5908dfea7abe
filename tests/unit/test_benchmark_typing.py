# SPDX-License-Identifier: Apache-2.0
"""A typist in virtual time asks what the engine asks; the figures are what they say."""

from __future__ import annotations

from itertools import islice, pairwise

import pytest

from ime_engine.protocol import Query
from model_tools.benchmarks.report import Row
from model_tools.benchmarks.typing import Heard, text_to_type, typing_rows, up_to
from model_tools.benchmarks.typist import DELAY_MS, FASTEST_MS, REST_MS, SLOWEST_MS, Moment, moments
from model_tools.evaluation.registers import Register

SENTENCE = "오늘 날씨가 정말 좋네요. PC방에 갈까요?"


def asked(sentence: str = SENTENCE, seed: int = 3) -> list[Moment]:
    return list(moments([sentence, sentence], seed))


class TestTheTypist:
    def test_asks_for_the_next_eojeol_at_each_space_with_the_text_so_far(self) -> None:
        befores = [each.query.before for each in asked() if not each.query.prefix]

        assert befores[:6] == [
            "오늘 ",
            "오늘 날씨가 ",
            "오늘 날씨가 정말 ",
            "오늘 날씨가 정말 좋네요. ",
            "오늘 날씨가 정말 좋네요. PC방에 ",
            "오늘 날씨가 정말 좋네요. PC방에 갈까요? ",
        ]

    def test_asks_for_the_rest_of_a_korean_eojeol_from_its_second_syllable_on(self) -> None:
        prefixes = {each.query.prefix for seed in range(30) for each in asked(seed=seed)} - {""}

        assert {"날ㅆ", "날씨", "날씩", "날씨가", "좋네", "좋네요"} <= prefixes
        assert not [p for p in prefixes if len(p) < 2 or "P" in p or "." in p or "?" in p]

    def test_keeps_its_pace(self) -> None:
        moments = asked()
        spaces = [each.at_ms for each in moments if not each.query.prefix]
        keys = len("ㄴㅏㄹㅆㅣㄱㅏ ")

        assert keys * FASTEST_MS <= spaces[1] - spaces[0] <= keys * SLOWEST_MS
        assert all(one.at_ms < next_.at_ms for one, next_ in pairwise(moments))

    def test_has_the_same_hands_for_the_same_seed(self) -> None:
        assert asked(seed=5) == asked(seed=5) != asked(seed=6)

    def test_gives_a_completion_less_time_for_the_hands_have_rested_already(self) -> None:
        patience = {bool(each.query.prefix): each.patience_ms for each in asked()}
        assert patience == {False: DELAY_MS, True: DELAY_MS - REST_MS}

    def test_sends_the_last_part_of_a_long_text(self) -> None:
        lengths = [
            len(each.query.before + each.query.prefix) for each in moments([SENTENCE] * 30, 1)
        ]
        assert max(lengths) == lengths[-1] == 400


def test_text_is_typed_a_few_sentences_of_a_register_at_a_time() -> None:
    registers = [
        Register(name, tuple(f"{name}{at} 둘" for at in range(9))) for name in ("가", "나")
    ]
    text = text_to_type(registers, 1)

    assert text == text_to_type(registers, 1)
    assert [line[0] for line in text] in (list("가가가가나나나나"), list("나나나나가가가가"))


def test_it_is_typed_until_enough_lists_were_due() -> None:
    some = list(up_to(moments([SENTENCE] * 9, 1), 7))

    assert sum(not each.query.prefix for each in some) == 7
    assert not some[-1].query.prefix
    assert some == list(islice(moments([SENTENCE] * 9, 1), len(some)))


def heard(waited_ms: float | None, *, prefix: str = "", rested: bool = True) -> Heard:
    return Heard(Moment(60_000, Query("오늘 ", prefix), 80 if prefix else 200, rested), waited_ms)


COUNTED = {
    "prefetched": 3,
    "prefetch_stopped": 1,
    "prefetch_hits": 1,
    "prefetched_keys": 2,
    "prefetch_stopped_keys": 2,
    "prefetch_hits_keys": 2,
    "prefetch_s": 1.5,
}


def figures(rows: list[Row]) -> dict[str, float]:
    return {row.name: row.value for row in rows}


def test_a_list_is_in_time_when_its_answer_comes_before_it_is_due() -> None:
    after_space = [heard(20), heard(200), heard(201), heard(None)]
    within = [heard(80, prefix="날씨"), heard(81, prefix="날씨"), heard(None, prefix="날씨")]
    typed_on = [heard(None, prefix="날씨", rested=False)]
    found = figures(typing_rows([*after_space, *within, *typed_on], COUNTED))

    assert found["typing, next list in time"] == 50
    assert found["typing, next list p50"] == 200
    assert found["typing, completion in time"] == pytest.approx(100 / 3)


def test_what_was_prepared_is_set_against_what_was_used() -> None:
    completions = [heard(20, prefix="날씨"), heard(None, prefix="날씨", rested=False)] * 2
    found = figures(typing_rows([heard(20), *completions, heard(30)], COUNTED))

    assert found["typing, list prepared before its Space"] == 50
    assert found["typing, prepared in vain"] == 75
    assert found["typing, completion prepared before its key"] == 50
    assert found["typing, completions prepared in vain"] == 50
    assert found["typing, time spent preparing"] == 2.5


def test_nothing_prepared_is_nothing_in_vain() -> None:
    found = figures(typing_rows([heard(20)], dict.fromkeys(COUNTED, 0)))
    assert found["typing, prepared in vain"] == 0
