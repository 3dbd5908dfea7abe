# SPDX-License-Identifier: Apache-2.0
"""What holds of an n-gram of any text."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.ngram.context import START
from ime_engine.ngram.model import NGram
from tests.tiny_ngram import open_ngram

WORDS = ["가", "각", "가고", "고", "과", "나", "나는", "n", "ㅋㅋ"]
STROKES = sorted({strokes_of(word)[:n] for word in WORDS for n in (1, 2, 3)})

eojeols = st.builds(
    str.__add__, st.sampled_from(WORDS), st.sampled_from(["", "", "", ".", ",", "?"])
)
corpora = st.lists(st.lists(eojeols, min_size=1, max_size=6).map(" ".join), min_size=1, max_size=12)
contexts = st.lists(st.sampled_from([*WORDS, START, "모름"]), max_size=2).map(tuple)
leasts = st.integers(1, 2)


def opened(lines: list[str], least: int) -> NGram:
    with tempfile.TemporaryDirectory() as folder:
        return open_ngram(Path(folder), lines, least)


@settings(max_examples=60, deadline=None)
@given(corpora, contexts, leasts)
def test_probabilities_of_a_context_add_up_to_one_at_most(
    lines: list[str], context: tuple[str, ...], least: int
) -> None:
    ngram = opened(lines, least)
    assert sum(ngram.probability(context, word) for word in WORDS) <= 1 + 1e-9


@settings(max_examples=60, deadline=None)
@given(corpora, contexts, leasts, st.integers(1, 12))
def test_the_list_is_the_top_of_all_probabilities(
    lines: list[str], context: tuple[str, ...], least: int, limit: int
) -> None:
    ngram = opened(lines, least)
    every = {word: ngram.probability(context, word) for word in WORDS}
    ranked = sorted(
        (word for word in WORDS if every[word]), key=lambda word: (-every[word], strokes_of(word))
    )
    guess = ngram.predict(context, limit=limit)
    assert [each.text for each in guess.words] == ranked[:limit]
    assert [each.probability for each in guess.words] == pytest.approx(
        [every[word] for word in ranked[:limit]]
    )


@settings(max_examples=60, deadline=None)
@given(corpora, contexts, st.sampled_from(STROKES), st.integers(1, 12))
def test_a_prefix_keeps_the_words_that_it_begins(
    lines: list[str], context: tuple[str, ...], strokes: str, limit: int
) -> None:
    ngram = opened(lines, 1)
    fitting = {
        word: probability
        for word in WORDS
        if strokes_of(word).startswith(strokes)
        and (probability := ngram.probability(context, word))
    }
    ranked = sorted(fitting, key=lambda word: (-fitting[word], strokes_of(word)))
    guess = ngram.predict(context, strokes, limit)
    assert [each.text for each in guess.words] == ranked[:limit]
    total = sum(fitting.values())
    assert [each.probability for each in guess.words] == pytest.approx(
        [fitting[word] / total for word in ranked[:limit]]
    )
