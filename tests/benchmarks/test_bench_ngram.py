# SPDX-License-Identifier: Apache-2.0
"""Cost of a look-up in the shipped n-gram: one millisecond at most.

Run:      pytest tests/benchmarks --benchmark-enable --benchmark-save=base
"""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.ngram.context import context_of
from ime_engine.ngram.model import Guess, NGram

FILE = Path(__file__).resolve().parents[2] / "data" / "ngram" / "everyday.ngram"


@pytest.mark.parametrize("prefix", ["", "ㅇ", "이ㄹ"])
@pytest.mark.parametrize("before", ["", "정말 ", "오늘 날씨가 ", "뾹쀍 "])
def test_look_up(benchmark: BenchmarkFixture, before: str, prefix: str) -> None:
    ngram = NGram.open(FILE)

    def look_up() -> Guess:
        return ngram.predict(context_of(before), strokes_of(prefix))

    assert len(benchmark(look_up).words) == 20
