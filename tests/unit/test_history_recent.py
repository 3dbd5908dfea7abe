# SPDX-License-Identifier: Apache-2.0
"""What was used a moment ago comes again."""

from __future__ import annotations

from pathlib import Path

import pytest

from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.history.recent import HALF, MOST
from tests.taught import Clock, history_of, teach

MINUTE = 1 / (24 * 60)


def test_of_words_used_as_often_the_last_ones_come_first_but_for_the_very_last(
    tmp_path: Path,
) -> None:
    clock = Clock()
    with history_of(tmp_path, clock=clock) as history:
        for word in ("뷁", "쀍", "뚫", "쀍", "뷁", "뚫"):
            clock.forward(MINUTE)
            teach(history, word)

        assert history.recall(()).offered == ("뷁", "쀍", "뚫")


def test_the_order_counts_and_not_the_time(tmp_path: Path) -> None:
    clock = Clock()
    with history_of(tmp_path, clock=clock) as history:
        for word in ("뷁", "쀍", "뚫"):
            clock.forward(MINUTE)
            teach(history, word)
        before = history.recall(()).probabilities
        clock.forward(1)
        after = history.recall(()).probabilities

    ratios = [each["쀍"] / each["뷁"] for each in (before, after)]
    assert ratios[0] == pytest.approx(ratios[1])
    assert ratios[0] > 1


def test_what_many_others_followed_counts_by_its_uses_alone(tmp_path: Path) -> None:
    clock = Clock()
    words = [chr(code) for code in range(ord("뷁"), ord("뷁") + MOST + 1)]
    with history_of(tmp_path, clock=clock) as history:
        for word in words:
            clock.forward(MINUTE)
            teach(history, word)
        found = history.recall((), others=words).probabilities

    assert found[words[-2]] > found[words[-1 - HALF]] > found[words[1]] > found[words[0]] > 0
    assert found[words[-1]] == pytest.approx(found[words[0]], rel=0.05)
    assert sum(found.values()) <= 1


def test_keys_rule_out_what_they_do_not_begin(tmp_path: Path) -> None:
    with history_of(tmp_path, ["뷁 쀍 뚫"]) as history:
        recall = history.recall((), strokes_of("ㅃ"), ("쀍", "뚫"))

    assert recall.offered == ("쀍",)
    assert recall.probabilities == {"쀍": pytest.approx(1), "뚫": 0.0}
