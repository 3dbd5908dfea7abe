# SPDX-License-Identifier: Apache-2.0
"""What holds for everybody's list and a user's history together, whatever the weights."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ime_engine.history.recall import NOTHING, Recall
from ime_engine.protocol import Candidate
from ime_engine.ranking.personal import FEATURES, features, mixed_in, share_of

WORDS = [first + second for first in "가나다라마" for second in ("", "요", "고")]
NEVER = {"bias": -200.0}


def likely(draw: st.DrawFn) -> dict[str, float]:
    """Words with probabilities that add up to at most one."""
    words = draw(st.lists(st.sampled_from(WORDS), unique=True, max_size=8))
    shares = draw(st.lists(st.floats(0.01, 1), min_size=len(words), max_size=len(words)))
    total = sum(shares) * draw(st.floats(1, 4))
    return {word: share / total for word, share in zip(words, shares, strict=True)}


@st.composite
def lists(draw: st.DrawFn) -> list[Candidate]:
    """What anybody may say, likeliest first."""
    ranked = sorted(likely(draw).items(), key=lambda each: (-each[1], each[0]))
    return [Candidate(text, p, draw(st.sampled_from(("model", "ngram")))) for text, p in ranked]


@st.composite
def recalls(draw: st.DrawFn, others: list[Candidate]) -> Recall:
    """A history that knows some of the others, and offers words of its own."""
    said = likely(draw)
    offered = [word for word in said if draw(st.booleans())]
    asked = [each.text for each in others]
    return Recall(
        {text: said.get(text, 0.0) for text in (*offered, *asked)},
        tuple(sorted(offered, key=lambda text: (-said[text], text))),
        draw(st.integers(0, 2)),
        draw(st.floats(0, 1e6)),
        draw(st.integers(0, 1000)),
        draw(st.floats(0, 1)),
        draw(st.floats(0, 1e6)),
        frozenset(draw(st.lists(st.sampled_from([*offered, *asked, "없다"]), max_size=3))),
        {text: draw(st.floats(0.01, 1)) for text in (*offered, *asked)},
    )


@st.composite
def places(draw: st.DrawFn) -> tuple[list[Candidate], Recall]:
    """Everybody's list, and what the history says."""
    others = draw(lists())
    return others, draw(recalls(others))


def plain(recall: Recall) -> Recall:
    """The same where no beginning is in use and nothing belongs right here."""
    return replace(recall, in_use={}, sure=frozenset())


weights = st.dictionaries(st.sampled_from(FEATURES), st.floats(-20, 20))


@given(places(), weights)
def test_it_is_a_distribution(
    place: tuple[list[Candidate], Recall], weights: dict[str, float]
) -> None:
    others, recall = place
    probabilities = [each.probability for each in mixed_in(others, recall, weights)]

    assert all(0 <= p <= 1 for p in probabilities)
    assert sum(probabilities) <= 1 + 1e-9
    assert 0 <= share_of(features(recall, others), weights) <= 1


@given(places(), weights)
def test_each_word_once_and_the_likeliest_first(
    place: tuple[list[Candidate], Recall], weights: dict[str, float]
) -> None:
    others, recall = place
    ranked = mixed_in(others, recall, weights)
    texts = {each.text for each in others} | set(recall.offered)

    assert sorted(each.text for each in ranked) == sorted(texts)
    if recall.offered:
        ranked = mixed_in(others, plain(recall), weights)
        assert ranked == sorted(ranked, key=lambda each: (-each.probability, each.text))


@given(lists(), weights)
def test_without_a_history_the_list_stays_as_it_is(
    others: list[Candidate], weights: dict[str, float]
) -> None:
    assert mixed_in(others, NOTHING, weights) == others


@given(places())
def test_a_history_that_is_not_trusted_changes_nothing(
    place: tuple[list[Candidate], Recall],
) -> None:
    others, recall = place
    mixture = {each.text: each.probability for each in mixed_in(others, plain(recall), NEVER)}

    for each in others:
        assert mixture[each.text] == pytest.approx(each.probability, abs=1e-6)


@given(places(), weights, st.randoms())
def test_the_order_in_which_words_are_known_makes_no_difference(
    place: tuple[list[Candidate], Recall], weights: dict[str, float], random: Random
) -> None:
    others, recall = place
    pairs = list(recall.probabilities.items())
    random.shuffle(pairs)
    mixture = {each.text: each.probability for each in mixed_in(others, recall, weights)}
    other = mixed_in(others, replace(recall, probabilities=dict(pairs)), weights)

    assert {each.text: each.probability for each in other} == pytest.approx(mixture)


@given(places(), weights)
def test_what_both_sides_think_likelier_is_not_ranked_lower(
    place: tuple[list[Candidate], Recall], weights: dict[str, float]
) -> None:
    others, recall = place
    theirs = {each.text: each.probability for each in others}
    ranked = mixed_in(others, plain(recall), weights)
    sides = [
        (theirs.get(each.text, 0.0), recall.probabilities.get(each.text, 0.0)) for each in ranked
    ]
    for higher, lower in combinations(range(len(ranked)), 2):
        (above, own_above), (below, own_below) = sides[higher], sides[lower]
        if recall.offered and above < below and own_above < own_below:
            assert ranked[higher].probability == pytest.approx(ranked[lower].probability)


@given(places(), weights)
def test_a_word_of_one_side_alone_is_never_likelier_than_there(
    place: tuple[list[Candidate], Recall], weights: dict[str, float]
) -> None:
    others, recall = place
    theirs = {each.text: each.probability for each in others}
    for each in mixed_in(others, plain(recall), weights):
        sides = (theirs.get(each.text, 0.0), recall.probabilities.get(each.text, 0.0))

        assert min(sides) > 0 or each.probability <= max(sides) + 1e-9


@given(places(), weights)
def test_what_was_used_right_here_is_among_the_first_three(
    place: tuple[list[Candidate], Recall], weights: dict[str, float]
) -> None:
    others, recall = place
    ranked = mixed_in(others, recall, weights)
    probabilities = [each.probability for each in ranked]
    listed = {each.text for each in ranked}

    assert probabilities == sorted(probabilities, reverse=True)
    assert len(listed) == len(ranked)
    if recall.offered:
        assert recall.sure & listed <= {each.text for each in ranked[:3]}


@given(places(), weights)
def test_beginnings_in_use_change_the_order_and_not_the_words(
    place: tuple[list[Candidate], Recall], weights: dict[str, float]
) -> None:
    others, recall = place
    with_use = mixed_in(others, recall, weights)
    without = mixed_in(others, replace(recall, in_use={}), weights)

    assert {each.text for each in with_use} == {each.text for each in without}
    assert sum(each.probability for each in with_use) == pytest.approx(
        sum(each.probability for each in without), abs=1e-9
    )
