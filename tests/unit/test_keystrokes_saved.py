# SPDX-License-Identifier: Apache-2.0
"""The ideal typist, key by key; sums by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ime_engine.hangul.dubeolsik import typed_prefixes
from ime_engine.hangul.keystrokes import keys_of, matches
from model_tools.evaluation.accuracy import Position
from model_tools.evaluation.keystrokes_saved import Cost, type_eojeol
from model_tools.evaluation.report import Answer, Typed, scores, table

SCHOOL = typed_prefixes("학교에")


def offered_from(keys: int) -> tuple[list[str], Callable[[str], list[str]]]:
    """A list that holds 학교에 once that many keys are typed, and what it was asked."""
    asked: list[str] = []

    def offer(prefix: str) -> list[str]:
        asked.append(prefix)
        return ["학교", "학교에"] if len(asked) > keys else ["학교"]

    return asked, offer


def test_each_key_shows_what_a_keyboard_shows() -> None:
    assert SCHOOL == ["ㅎ", "하", "학", "학ㄱ", "학교", "학굥", "학교에"]
    assert typed_prefixes("값이") == ["ㄱ", "가", "갑", "값", "값ㅇ", "값이"]
    assert typed_prefixes("갑시다") == ["ㄱ", "가", "갑", "값", "갑시", "갑싣", "갑시다"]
    assert typed_prefixes("과외") == ["ㄱ", "고", "과", "광", "과오", "과외"]
    assert typed_prefixes("또") == ["ㄸ", "또"]
    assert typed_prefixes("PC방") == ["P", "PC", "PCㅂ", "PC바", "PC방"]
    assert typed_prefixes("ㅠㅠ") == ["ㅠ", "ㅠㅠ"]


@given(st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=8))
def test_any_syllables_are_typed_with_their_keys_and_every_state_matches_them(word: str) -> None:
    prefixes = typed_prefixes(word)
    assert prefixes[-1] == word
    assert len(prefixes) == len(keys_of(word))
    assert all(matches(prefix, word) for prefix in prefixes)


def test_accepted_before_the_first_key_an_eojeol_costs_two() -> None:
    asked, offer = offered_from(0)
    assert type_eojeol("학교에", SCHOOL, offer) == Cost(full=8, spent=2)
    assert asked == [""]


def test_accepted_after_three_keys_it_costs_five_of_eight() -> None:
    asked, offer = offered_from(3)
    assert type_eojeol("학교에", SCHOOL, offer) == Cost(full=8, spent=5)
    assert asked == ["", "ㅎ", "하", "학"]


def test_the_list_is_not_looked_at_once_accepting_would_save_nothing() -> None:
    # After six of seven keys accepting costs 8 in all, as much as typing on.
    asked, offer = offered_from(99)
    assert type_eojeol("학교에", SCHOOL, offer) == Cost(full=8, spent=8)
    assert asked == ["", "ㅎ", "하", "학", "학ㄱ", "학교"]


@pytest.mark.parametrize(("word", "spent"), [("또", 2), ("ㅋ", 2), ("나", 2), ("날", 2)])
def test_short_words_save_only_what_is_left(word: str, spent: int) -> None:
    prefixes = typed_prefixes(word)
    full = len(prefixes) + 1
    assert type_eojeol(word, prefixes, lambda _: [word]) == Cost(full, min(spent, full))


def test_the_sixth_candidate_is_not_on_the_list() -> None:
    six = ["가", "나", "다", "라", "마", "학교에"]
    assert type_eojeol("학교에", SCHOOL, lambda _: six) == Cost(8, 8)


def test_punctuation_alone_is_typed_in_full() -> None:
    assert type_eojeol("", [], lambda _: ["네"]) == Cost(1, 1)


def test_the_rate_is_of_sums_not_a_mean_of_rates() -> None:
    where = Position("chat", 0, "나는 ", "학교에")
    typed = [Typed(where, Cost(8, 2)), Typed(where, Cost(2, 2))]
    rows = scores([Answer(where, ("학교에",), 1)], typed, seed=1)
    assert rows[0].shares["KSR"].value == pytest.approx(1 - 4 / 10)
    assert (rows[0].positions, rows[0].typed) == (1, 2)
    drawn = [cell.strip() for cell in table(rows).splitlines()[2].split("|")]
    assert drawn[-3:] == ["2", "60.0 [60.0–60.0]", ""]
