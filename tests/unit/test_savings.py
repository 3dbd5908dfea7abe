# SPDX-License-Identifier: Apache-2.0
"""Which words are in the list while somebody types, by the keys that they save."""

from __future__ import annotations

from ime_engine.protocol import Candidate
from ime_engine.ranking.savings import most_saving


def chosen(words: dict[str, float], typed: str, limit: int) -> list[str]:
    ranked = [Candidate(text, probability, "model") for text, probability in words.items()]
    return [each.text for each in most_saving(ranked, typed, limit)]


ENDINGS = {"하는데": 0.3, "하는지": 0.25, "하는가": 0.2, "하는군": 0.06, "하지만": 0.055}


def test_a_word_that_the_next_key_brings_gives_way_to_one_that_waits_long() -> None:
    # After 하ㅈ 하지만 is offered anyhow; 하는건 has four likelier ones before it until 하는ㄱ.
    words = ENDINGS | {"하는건": 0.05}

    assert chosen(words, "하", 4) == ["하는데", "하는지", "하는가", "하는건"]


def test_a_word_far_less_likely_does_not() -> None:
    words = ENDINGS | {"하는건": 0.02}

    assert chosen(words, "하", 4) == ["하는데", "하는지", "하는가", "하는군"]


def test_a_word_of_which_one_key_is_missing_gives_way_to_one_that_saves_any() -> None:
    words = {"하는": 0.8, "하느님": 0.1, "하느라": 0.05}

    assert chosen(words, "하느", 2) == ["하느님", "하느라"]


def test_where_there_is_room_it_is_offered_in_its_place() -> None:
    words = {"하는": 0.8, "하느님": 0.1}

    assert chosen(words, "하느", 5) == ["하는", "하느님"]
    assert chosen({"안녕하세요": 0.9}, "안녕하셍", 5) == ["안녕하세요"]


def test_keys_count_and_not_letters() -> None:
    # 과 is one letter of three keys (ㄱㅗㅏ), 가 one of two.
    assert chosen({"가": 0.5, "과": 0.3, "거": 0.2}, "ㄱ", 1) == ["과"]


def test_before_the_first_key_the_likeliest_are_offered() -> None:
    assert chosen({"가": 0.5, "나머지": 0.3, "다음주에는": 0.2}, "", 2) == ["가", "나머지"]
