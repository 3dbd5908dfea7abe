# SPDX-License-Identifier: Apache-2.0
"""Fitting the mixture: the climb, the split, and what a fit must learn."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import numpy as np
import pytest

from ime_engine.errors import ModelMismatchError
from ime_engine.protocol import Query
from ime_engine.ranking.evidence import Evidence
from ime_engine.ranking.mixture import Weights, share_of
from ime_engine.ranking.weights import parse_weights
from model_tools.evaluation.accuracy import Position
from model_tools.evaluation.registers import Register
from model_tools.fit_mix import as_file, fitted, split, ways
from model_tools.fitting.mix_positions import Asked, Outcome, Record, collect, outcome
from model_tools.fitting.mix_report import calibration, fixed, judge
from model_tools.fitting.mix_weights import balanced, climb, fit, log_likelihood, shares

DIGEST = "a" * 64


def record(target: str, count: float, register: str = "chat", sentence: int = 0) -> Record:
    """The model says 가, the n-gram says 나, whose context it has seen `count` times."""
    evidence = Evidence({"가": 0.5}, {"가": 0.0, "나": 0.5}, ("나",), 1, count, 5)
    return Record(Asked(Position(register, sentence, "앞 ", target), ""), evidence)


WORLD = [
    record("나" if count > 10 else "가", count, sentence=sentence)
    for sentence in range(200)
    for count in (1, 1000)
]
"""Where the n-gram has seen much it is right, else the model."""


class TestClimb:
    def test_the_top_of_a_hill_is_found(self) -> None:
        top = np.array([3.0, -2.0])
        steep = np.array([1.0, 10.0])

        def slope(at: np.ndarray) -> tuple[float, np.ndarray]:
            return -float(steep @ (at - top) ** 2), -2 * steep * (at - top)

        assert climb(slope, np.zeros(2)) == pytest.approx(top, abs=1e-4)

    def test_a_constant_share_is_the_likeliest_one(self) -> None:
        ones, model = np.ones((10, 1)), np.array([0.9] * 7 + [0.0] * 3)
        ngram = np.array([0.0] * 7 + [0.9] * 3)
        found = fit(ones, model, ngram, np.full(10, 0.1), penalty=0.0)

        assert float(shares(found, ones)[0]) == pytest.approx(0.7, abs=1e-3)

    def test_a_penalty_keeps_weights_small(self) -> None:
        features = np.array([[1.0, -1.0], [1.0, 1.0]] * 5)
        model, ngram = np.array([0.9, 0.0] * 5), np.array([0.0, 0.9] * 5)
        free, bound = (fit(features, model, ngram, np.full(10, 0.1), p) for p in (1e-4, 1.0))

        assert abs(bound[1]) < abs(free[1]) / 3

    def test_registers_count_the_same(self) -> None:
        assert balanced(["a", "a", "a", "b"]) == pytest.approx([1 / 6, 1 / 6, 1 / 6, 1 / 2])

    def test_what_is_impossible_has_a_finite_logarithm(self) -> None:
        assert np.isfinite(log_likelihood(0.5, np.zeros(1), np.zeros(1))).all()


class TestFit:
    def test_it_learns_whom_to_trust_where(self) -> None:
        weights = fitted(WORLD, penalty=1e-4)

        assert share_of(record("", 1).evidence, weights) > 0.9
        assert share_of(record("", 1000).evidence, weights) < 0.1

    def test_it_beats_every_fixed_mix_on_other_sentences(self) -> None:
        training, judged = split(WORLD)
        best = ways(judged, fitted(training, penalty=1e-4))["all"]

        assert best[-1].name == "fitted"
        assert best[-1].likelihood > max(way.likelihood for way in best[:-1])
        assert best[-1].found[0] == 1.0

    def test_the_same_records_give_the_same_weights(self) -> None:
        assert fitted(WORLD) == fitted(list(WORLD))

    def test_sentences_are_not_torn_apart(self) -> None:
        training, judged = split(WORLD)
        sentences = [{r.asked.position.sentence for r in part} for part in (training, judged)]

        assert not sentences[0] & sentences[1]
        assert len(training) + len(judged) == len(WORLD)
        assert 20 < len(judged) < 140

    def test_the_file_is_read_back_for_its_n_gram_only(self) -> None:
        weights = fitted(WORLD)
        text = as_file(weights, DIGEST, "b" * 64, {"seed": "1"})

        assert parse_weights(text.encode(), DIGEST).values == pytest.approx(
            weights.values, abs=1e-4
        )
        with pytest.raises(ModelMismatchError, match="another n-gram"):
            parse_weights(text.encode(), "c" * 64)

    @pytest.mark.parametrize("change", [{"format": 2}, {"weights": {"moon": 1.0}}, {"spread": 7}])
    def test_a_file_of_another_version_is_refused(self, change: dict[str, object]) -> None:
        document = json.loads(as_file(Weights({}), DIGEST, DIGEST, {})) | change

        with pytest.raises(ModelMismatchError, match="weights of the mixture"):
            parse_weights(json.dumps(document).encode(), DIGEST)


class TestReport:
    def test_each_side_alone_and_the_rank_of_the_target(self) -> None:
        one = [record("나", 1)]

        assert judge("model", one, fixed(1.0)).found == (0.0, 1.0, 1.0)
        assert judge("n-gram", one, fixed(0.0)).found == (1.0, 1.0, 1.0)

    def test_calibration_compares_what_is_said_with_what_comes(self) -> None:
        table = calibration([record("가", 1), record("다", 1)], fixed(1.0))

        assert "| 40–100 %" in table
        assert "50.0 |    50.0" in table


class TestPositions:
    def test_what_nobody_listed_has_the_rest_of_both(self) -> None:
        assert outcome(record("다", 1), Weights(spread=0.0)) == Outcome(0.5, 0.5)

    def test_each_position_is_asked_before_and_within_the_eojeol(self) -> None:
        witness = Witness()
        text = Register("chat", ("오늘 날씨가 좋네요.", "네 그"))
        records = collect(witness, [text], 0, 1, every)

        assert [(q.before, q.prefix == "") for q in witness.asked] == [
            ("오늘 ", True),
            ("오늘 ", False),
            ("오늘 날씨가 ", True),
            ("오늘 날씨가 ", False),
            ("네 ", True),
            ("네 ", False),
        ]
        assert [r.target for r in records[::2]] == ["날씨가", "좋네요", "그"]
        assert all(0 < len(q.prefix) < len("좋네요") + 1 for q in witness.asked[1::2])

    def test_the_same_seed_types_the_same_keys(self) -> None:
        text = Register("chat", ("오늘 날씨가 좋네요.",))
        first, second = Witness(), Witness()
        for witness in (first, second):
            collect(witness, [text], 0, 1, every)

        assert first.asked == second.asked


class Witness:
    """Says nothing and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Query] = []

    def evidence(self, query: Query) -> Evidence:
        self.asked.append(query)
        return Evidence({}, {})

    def clear(self) -> None:
        pass


def every(work: Sequence[Position], _title: str) -> Iterable[Position]:
    return work
