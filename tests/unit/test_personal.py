# SPDX-License-Identifier: Apache-2.0
"""The user's words beside everybody's, on tables small enough to work out by hand."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace

import pytest

from ime_engine.errors import ModelMismatchError
from ime_engine.history.recall import NOTHING, Recall
from ime_engine.protocol import Candidate
from ime_engine.ranking.personal import FEATURES, UNFITTED, features, mixed_in, share_of
from ime_engine.ranking.weights import parse_personal
from model_tools.fit_history import as_file
from model_tools.fitting.history_positions import Record
from model_tools.fitting.history_report import judge

HALF: Mapping[str, float] = {}
"""No weight at all: the history counts as much as everybody."""

SCHOOL = [Candidate("학교에", 0.4, "model"), Candidate("집에", 0.2, "ngram")]


def said(own: dict[str, float], order: int = 2, count: float = 2.0, distinct: int = 1) -> Recall:
    """A history that offers these words."""
    return Recall(own, tuple(own), order, count, distinct, 1.0, 100.0)


def named(recall: Recall) -> dict[str, float]:
    return dict(zip(FEATURES, features(recall, SCHOOL), strict=True))


class TestMixture:
    def test_what_both_expect_is_worth_more_than_the_sum(self) -> None:
        first, second = mixed_in(SCHOOL, said({"학교에": 0.6}), HALF)
        more = 2 * math.sqrt(0.2 * 0.3)

        assert [first.text, second.text] == ["학교에", "집에"]
        assert first.probability == pytest.approx((0.2 + 0.3 + more) / (1 + more))
        assert second.probability == pytest.approx(0.1 / (1 + more))

    def test_a_word_of_the_users_own_enters_the_list(self) -> None:
        ranked = mixed_in(SCHOOL, said({"무라골식당에": 0.7}), HALF)

        assert ranked[0] == Candidate("무라골식당에", pytest.approx(0.35), "history")  # type: ignore[arg-type]

    def test_the_source_is_the_side_that_gives_more(self) -> None:
        ranked = mixed_in(SCHOOL, said({"학교에": 0.1, "집에": 0.5}), HALF)

        assert {each.text: each.source for each in ranked} == {"학교에": "model", "집에": "history"}

    def test_where_nobody_else_offers_anything_it_stands_alone(self) -> None:
        ranked = mixed_in([], said({"민준이가": 0.6}), {"bias": -40.0})

        assert ranked == [Candidate("민준이가", 0.6, "history")]

    def test_an_empty_history_leaves_the_list_as_it_is(self) -> None:
        assert mixed_in(SCHOOL, NOTHING, HALF) == SCHOOL


class TestShare:
    def test_without_a_fit_it_is_little_and_more_where_more_is_known(self) -> None:
        shares = [
            share_of(features(said({"가": 0.5}, order), SCHOOL), UNFITTED) for order in range(3)
        ]

        assert shares == sorted(shares)
        assert shares[0] < 0.15 < shares[2] < 0.5

    def test_weights_without_measure_stay_within_bounds(self) -> None:
        values = features(said({"가": 0.5}), SCHOOL)

        assert share_of(values, {"bias": 1e6}) <= 1
        assert share_of(values, {"bias": -1e6}) >= 0


class TestFeatures:
    def test_each_is_what_its_name_says(self) -> None:
        values = named(said({"학교에": 0.5, "집에": 0.25}, order=1, count=8, distinct=2))

        assert (values["bias"], values["order_1"], values["order_2"]) == (1, 1, 0)
        assert values["variety"] == pytest.approx(0.5)
        assert values["known"] == pytest.approx(0.75)
        assert values["typed_mass"] == 0
        assert values["other_top"] == pytest.approx(math.log(0.4) / math.log(10_000))
        assert values["other_mass"] == pytest.approx(0.6)

    def test_all_are_finite_where_nobody_says_anything(self) -> None:
        values = features(NOTHING, [])

        assert all(math.isfinite(value) and abs(value) <= 2 for value in values)


class TestFile:
    def test_it_is_read_back(self) -> None:
        text = as_file({"bias": -1.23456, "known": 2.0}, {"seed": "1"})

        assert parse_personal(text.encode()) == {"bias": -1.2346, "known": 2.0}

    @pytest.mark.parametrize(
        "change", [{"format": 2}, {"weights": {"moon": 1.0}}, {"notes": 7}, {"more": 1}]
    )
    def test_a_file_of_another_version_is_refused(self, change: dict[str, object]) -> None:
        document = json.loads(as_file({}, {})) | change

        with pytest.raises(ModelMismatchError, match="weights of the history"):
            parse_personal(json.dumps(document).encode())


class TestReport:
    def test_without_the_history_everybodys_list_stands_as_it_is(self) -> None:
        """Not even a word that was used twice right here trades places."""
        others = tuple(Candidate(word, 0.2, "model") for word in ("가나", "다라", "마바", "사아"))
        recall = replace(said({"사아": 0.9, "자차": 0.1}), sure=frozenset({"사아"}))
        record = Record("user", "사아", "", others, recall)

        without, with_it = judge("without", [record], None), judge("with", [record], HALF)
        assert (without.found, without.again) == ((0.0, 0.0, 1.0), 0.0)
        assert (with_it.found, with_it.again) == ((1.0, 1.0, 1.0), 1.0)
        assert without.likelihood == pytest.approx(math.log(0.2))
