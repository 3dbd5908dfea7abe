# SPDX-License-Identifier: Apache-2.0
"""Laws of the list while somebody types, held against the definition taken word by word."""

from __future__ import annotations

import math
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.protocol import Candidate
from ime_engine.ranking.savings import LIKELIEST, most_saving

TYPED = "가"

words = st.text("가나는고하", min_size=1, max_size=5).map(lambda rest: TYPED + rest)


@st.composite
def ranked(draw: st.DrawFn) -> list[Candidate]:
    texts = draw(st.lists(words, unique=True, max_size=24))
    shares = draw(st.lists(st.floats(0.001, 1), min_size=len(texts), max_size=len(texts)))
    pairs = zip(sorted(shares, reverse=True), texts, strict=True)
    return [Candidate(text, share / len(texts), "model") for share, text in pairs]


def saved_keys(text: str, typed: int) -> int:
    """Keys of the rest and the space, less Alt and a digit."""
    return len(strokes_of(text)) - typed + 1 - 2


def delay(word: Candidate, ranked: Sequence[Candidate], limit: int) -> int:
    """Type the word key by key and look when it would be among the likeliest."""
    keys, typed = strokes_of(word.text), len(strokes_of(TYPED))
    likelier = ranked[: ranked.index(word)]
    for n in range(typed + 1, len(keys)):
        rivals = [
            each
            for each in likelier
            if strokes_of(each.text).startswith(keys[:n]) and saved_keys(each.text, n) > 0
        ]
        if saved_keys(word.text, n) > 0 and len(rivals) < limit:
            return n - typed
    return saved_keys(word.text, typed)


@given(ranked(), st.integers(1, 8))
def test_the_list_is_as_long_as_can_be_and_in_the_order_given(
    ranked: list[Candidate], limit: int
) -> None:
    listed = most_saving(ranked, TYPED, limit)

    assert len(listed) == min(limit, len(ranked))
    assert listed == [each for each in ranked if each in listed]


@given(ranked(), st.integers(1, 8))
def test_the_likeliest_that_save_anything_are_in_it(ranked: list[Candidate], limit: int) -> None:
    saving = [each for each in ranked if saved_keys(each.text, len(strokes_of(TYPED))) > 0]

    assert set(saving[: min(LIKELIEST, limit)]) <= set(most_saving(ranked, TYPED, limit))


@given(ranked(), st.integers(1, 8))
def test_no_word_that_is_left_out_is_worth_more(ranked: list[Candidate], limit: int) -> None:
    listed = most_saving(ranked, TYPED, limit)
    sure = [each for each in ranked if saved_keys(each.text, len(strokes_of(TYPED))) > 0]

    def worth(word: Candidate) -> float:
        return word.probability * math.sqrt(max(delay(word, ranked, limit), 0))

    others = [each for each in listed if each not in sure[:LIKELIEST]]
    left_out = [each for each in ranked if each not in listed]
    assert all(worth(a) >= worth(b) for a in others for b in left_out)
