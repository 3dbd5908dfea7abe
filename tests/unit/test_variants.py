# SPDX-License-Identifier: Apache-2.0
"""How far the lists of two models agree."""

from __future__ import annotations

from model_tools.benchmarks.variants import Agreement, agreement


def test_lists_agree_by_their_first_their_set_and_what_is_common() -> None:
    exact = [["가", "나", "다"], ["가", "나"], ["가", "나"], []]
    lists = [["가", "다", "나"], ["나", "가"], ["라", "나"], []]

    assert agreement(lists, exact) == Agreement(first=0.5, same=0.75, overlap=0.625)
