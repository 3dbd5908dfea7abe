# SPDX-License-Identifier: Apache-2.0
"""Cost of the search alone: the model's share is a fixed table of logits.

Run:      pytest tests/benchmarks --benchmark-enable --benchmark-save=base
Compare:  pytest tests/benchmarks --benchmark-enable --benchmark-compare

The real model's latency is measured by `python -m model_tools benchmark`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from ime_engine.decoder.search import Found, SearchOptions, Start, search_eojeols
from ime_engine.decoder.vocabulary import Vocabulary
from ime_engine.hangul.jamo import Syllable, compose
from ime_engine.runtime.base import Forward, IntArray, KVCache

WORDS = 5_000
LEVELS = 4

SYLLABLES = [
    compose(Syllable(initial, medial, final))
    for final in range(28)
    for medial in range(21)
    for initial in range(19)
][:WORDS]
PIECES = ("<eos>", ".", *(f"▁{syllable}" for syllable in SYLLABLES), *SYLLABLES)


class FixedLogits:
    """The same logits for every row, from a seeded generator."""

    vocab_size = len(PIECES)
    context_length = 512

    def __init__(self) -> None:
        self._row = np.random.default_rng(2024).normal(0, 3, len(PIECES)).astype(np.float32)

    def prefill(
        self, token_ids: Sequence[int], kv: KVCache | None = None, reuse: int = 0
    ) -> Forward:
        return Forward(self._row[np.newaxis], None)

    def extend(self, kv: KVCache, rows: IntArray, token_ids: IntArray) -> Forward:
        return Forward(np.broadcast_to(self._row, (len(rows), len(PIECES))), None)

    def thin(self, kv: KVCache, most: int) -> KVCache:
        return kv


@pytest.mark.parametrize("prefix", ["", "가"])
@pytest.mark.parametrize("beam_width", [4, 10])
def test_search(benchmark: BenchmarkFixture, beam_width: int, prefix: str) -> None:
    model, vocabulary = FixedLogits(), Vocabulary(PIECES, special=[0], eos=[0])
    start = Start(model.prefill([1]), marked=True, prefix=prefix)
    options = SearchOptions(limit=beam_width * LEVELS, beam_width=beam_width, max_tokens=LEVELS)
    benchmark.extra_info.update(vocab=len(PIECES), levels=LEVELS)

    found: Found = benchmark(search_eojeols, model, vocabulary, start, options)

    assert found.eojeols
    assert found.levels == LEVELS
