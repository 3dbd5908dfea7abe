# SPDX-License-Identifier: Apache-2.0
"""What holds for every mixture of two lists."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ime_engine.ranking.evidence import FEATURES, Evidence
from ime_engine.ranking.manners import Manners
from ime_engine.ranking.mixture import Weights, mixed, share_of

WORDS = [first + second for first in "가나다라마" for second in ("", "요", "고")]
ALWAYS = 200.0


@st.composite
def lists(draw: st.DrawFn) -> dict[str, float]:
    """Words with probabilities that add up to at most one."""
    words = draw(st.lists(st.sampled_from(WORDS), unique=True, max_size=8))
    shares = draw(st.lists(st.floats(0.01, 1), min_size=len(words), max_size=len(words)))
    total = sum(shares) * draw(st.floats(1, 4))
    return {word: share / total for word, share in zip(words, shares, strict=True)}


@st.composite
def evidences(draw: st.DrawFn) -> Evidence:
    """Two lists; the n-gram knows more than it offers."""
    model, ngram = draw(lists()), draw(lists())
    offered = [word for word in ngram if draw(st.booleans())]
    listed = {word: ngram.get(word, 0.0) for word in [*model, *offered]}
    return Evidence(
        model,
        listed,
        tuple(sorted(offered, key=lambda word: -ngram[word])),
        draw(st.integers(0, 2)),
        draw(st.floats(0, 1e7)),
        draw(st.integers(0, 1000)),
    )


weights = st.builds(
    Weights,
    st.dictionaries(st.sampled_from(FEATURES), st.floats(-20, 20)),
    st.floats(0, 1),
)


@given(evidences(), weights)
def test_it_is_a_distribution(evidence: Evidence, weights: Weights) -> None:
    probabilities = [each.probability for each in mixed(evidence, weights)]

    assert all(0 <= p <= 1 for p in probabilities)
    assert sum(probabilities) <= 1 + 1e-9
    assert 0 <= share_of(evidence, weights) <= 1


@given(evidences(), weights)
def test_each_word_once_and_the_likeliest_first(evidence: Evidence, weights: Weights) -> None:
    ranked = mixed(evidence, weights)

    assert sorted(each.text for each in ranked) == sorted({*evidence.model, *evidence.offered})
    assert ranked == sorted(ranked, key=lambda each: (-each.probability, each.text))


@given(evidences(), weights, st.randoms())
def test_the_order_of_the_lists_makes_no_difference(
    evidence: Evidence, weights: Weights, random: Random
) -> None:
    pairs = list(evidence.model.items())
    random.shuffle(pairs)
    other = Evidence(
        dict(pairs),
        dict(reversed(list(evidence.ngram.items()))),
        evidence.offered,
        evidence.order,
        evidence.count,
        evidence.distinct,
    )

    mixture = {each.text: each.probability for each in mixed(evidence, weights)}

    assert {each.text: each.probability for each in mixed(other, weights)} == pytest.approx(mixture)


@given(evidences(), st.floats(0, 1))
def test_a_model_that_has_it_all_keeps_its_order(evidence: Evidence, spread: float) -> None:
    ranked = [each.text for each in mixed(evidence, Weights({"bias": ALWAYS}, spread))]
    own = sorted(evidence.model, key=lambda word: -evidence.model[word])
    probability = [evidence.model[word] for word in ranked if word in evidence.model]

    assert probability == sorted(probability, reverse=True)
    assert len(probability) == len(own)


@given(evidences(), weights, st.integers(1, 20))
def test_a_shorter_list_is_the_beginning_of_a_longer_one(
    evidence: Evidence, weights: Weights, limit: int
) -> None:
    ranked = mixed(evidence, weights)
    short = list(Manners(least=0).chosen(ranked, "", limit))

    assert short == list(Manners(least=0).chosen(ranked, "", 50))[:limit]
