# SPDX-License-Identifier: Apache-2.0
"""What is said of first candidates, and what a threshold would show: counted by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_tools.evaluation.accuracy import Position
from model_tools.evaluation.confidence import (
    THRESHOLDS,
    Bin,
    Shown,
    bins,
    expected_error,
    shown,
    shown_table,
)
from model_tools.evaluation.report import Answer
from model_tools.wilson import wilson

WHERE = Position("chat", 0, "나는 ", "학교에")
SILENT = Answer(WHERE, (), None)


def answer(probability: float, rank: int | None) -> Answer:
    return Answer(WHERE, ("집에", "밖에"), rank, probability)


def test_a_bin_holds_how_many_were_right_and_what_was_said_of_them() -> None:
    answers = [answer(0.25, 1), answer(0.3, None), answer(0.21, 2), answer(0.9, 1), SILENT]
    first, second = bins(answers)
    assert (first.low, first.high, first.lists, first.right) == (0.2, 0.3, 3, 1)
    assert abs(first.said - (0.25 + 0.3 + 0.21) / 3) < 1e-12
    assert second == Bin(0.7, 1.0, 1, 0.9, 1)


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from([None, 1, 3]))))
def test_every_list_is_in_one_bin(answers: list[tuple[float, int | None]]) -> None:
    made = bins([answer(*each) for each in answers])
    assert sum(one.lists for one in made) == len(answers)
    assert sum(one.right for one in made) == sum(rank == 1 for _, rank in answers)
    assert all(one.low <= one.said <= one.high + 1e-9 for one in made)


def test_the_calibration_error_is_the_mean_distance_over_ten_even_bins() -> None:
    # In the lowest bin 0.05 and 0.07 said, one of two right; in the last 0.9 said and right.
    answers = [answer(0.05, 1), answer(0.07, None), answer(0.9, 1), answer(1.0, 1), SILENT]
    assert expected_error(answers) == pytest.approx((abs(1 - 0.12) + abs(2 - 1.9)) / 4)
    assert expected_error([SILENT]) is None


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from([None, 1, 3])), min_size=1))
def test_the_calibration_error_is_a_share(answers: list[tuple[float, int | None]]) -> None:
    error = expected_error([answer(*each) for each in answers])
    assert error is not None
    assert 0 <= error <= 1


def test_a_threshold_shows_lists_up_from_it_and_never_an_empty_one() -> None:
    answers = [answer(0.05, 1), answer(0.049, 2), answer(0.3, 5), answer(0.3, None), SILENT]
    assert shown(answers) == [
        Shown(0.0, 4, 3),
        Shown(0.02, 4, 3),
        Shown(0.05, 3, 2),
        Shown(0.1, 2, 1),
        Shown(0.2, 2, 1),
    ]


def test_the_table_tells_shares_of_positions_of_lists_and_of_hits() -> None:
    answers = [answer(0.05, 1), answer(0.01, 2), answer(0.3, None), SILENT]
    lines = [line.split() for line in shown_table(shown(answers), 4).splitlines()]
    assert lines[2] == ["|", "0", "|", "75.0", "|", "66.7", "|", "100.0", "|"]
    assert lines[4] == ["|", "0.05", "|", "50.0", "|", "50.0", "|", "50.0", "|"]


def test_where_nothing_was_offered_there_is_no_share() -> None:
    assert bins([SILENT]) == []
    table = shown_table(shown([SILENT]), 1)
    assert table.count("–") == 2 * len(THRESHOLDS)


def test_the_interval_of_none_of_ten_is_wilson_s() -> None:
    low, high = wilson(0, 10)
    assert low == 0
    assert abs(high - 0.2775) < 1e-4  # 1.96² / (10 + 1.96²)


@given(st.integers(1, 500), st.floats(0, 1))
def test_the_interval_holds_the_share(trials: int, part: float) -> None:
    right = round(part * trials)
    low, high = wilson(right, trials)
    assert 0 <= low <= right / trials + 1e-12
    assert right / trials - 1e-12 <= high <= 1
