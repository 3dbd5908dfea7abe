# SPDX-License-Identifier: Apache-2.0
"""Cost of a history: two milliseconds a recall at 100,000 entries, next to nothing for a lesson.

Run:      pytest tests/benchmarks/test_bench_history.py --benchmark-enable -s

Each run of a benchmark is another question, and 20 words of others are asked for along with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import cycle
from random import Random

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.history.history import History, Limits
from ime_engine.history.lesson import Lesson
from ime_engine.ngram.context import START
from tests.big_history import NOW_S, make_big_history

SIZES = {300_000: (100_000, 100_000, 100_000), 1_000_000: (200_000, 400_000, 400_000)}
"""Words, pairs and triples by the number of all rows; the first is what is kept by default."""

LIMITS = Limits(entries=10_000_000, bytes=1 << 40)
QUESTIONS = 500


@dataclass(frozen=True)
class Big:
    """A large history, and words to ask for."""

    history: History
    words: list[str]
    pairs: list[tuple[str, str]]


@pytest.fixture(scope="module", params=[*SIZES], ids="{:,} rows".format)
def big(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Big]:
    folder = tmp_path_factory.mktemp("history")
    # What is not timed need not be large.
    part = 100 if request.config.getoption("benchmark_disable") else 1
    words, pairs, triples = (number // part for number in SIZES[request.param])
    make_big_history(folder, words, pairs, triples)
    with closing(History.open(folder, LIMITS, clock=lambda: NOW_S + 3600.0)) as history:
        texts = [row.eojeol for row in history.rows(limit=words // 50)]
        found = [row for row in history.rows(texts[7]) if len(row.context) == 1]
        yield Big(history, texts, [(row.context[0], row.eojeol) for row in found])


def add_percentiles(benchmark: BenchmarkFixture) -> None:
    """Put them into the saved report, and print them with -s."""
    if benchmark.stats is None:
        return
    spans = sorted(benchmark.stats.stats.data)
    for share in (50, 95, 99):
        span_ms = 1000 * spans[int(len(spans) * share / 100)]
        benchmark.extra_info[f"p{share}_ms"] = round(span_ms, 3)
    print(f"\n{benchmark.name}: {benchmark.extra_info}")  # noqa: T201


@pytest.mark.timeout(600)
@pytest.mark.parametrize("keys", [0, 1, 3, 6], ids="{} keys".format)
@pytest.mark.parametrize("context", ["start", "one word", "two words"])
def test_recall(benchmark: BenchmarkFixture, big: Big, context: str, keys: int) -> None:
    random = Random(0)

    def question() -> tuple[tuple[str, ...], str, list[str]]:
        before = {
            "start": (START,),
            "one word": (random.choice(big.words),),
            "two words": random.choice(big.pairs),
        }[context]
        strokes = strokes_of(random.choice(big.words))[:keys]
        return before, strokes, random.sample(big.words, 20)

    questions = cycle([question() for _ in range(QUESTIONS)])

    def recall() -> None:
        big.history.recall(*next(questions))

    benchmark.pedantic(  # type: ignore[no-untyped-call]
        recall, rounds=2 * QUESTIONS, warmup_rounds=QUESTIONS
    )
    add_percentiles(benchmark)


@pytest.mark.timeout(600)
def test_learn(benchmark: BenchmarkFixture, big: Big) -> None:
    lessons = cycle([Lesson(pair, word) for pair, word in zip(big.pairs, big.words, strict=False)])
    benchmark.pedantic(  # type: ignore[no-untyped-call]
        lambda: big.history.learn(next(lessons)), rounds=5000
    )
    add_percentiles(benchmark)
    big.history.flush()
    assert not big.history.problem
