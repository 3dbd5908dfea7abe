# SPDX-License-Identifier: Apache-2.0
"""One list out of two, on tables small enough to work out by hand."""

from __future__ import annotations

import math

import pytest

from ime_engine.protocol import Candidate
from ime_engine.ranking.evidence import FEATURES, Evidence, features
from ime_engine.ranking.left_out import read_left_out
from ime_engine.ranking.manners import Manners
from ime_engine.ranking.mixture import FIXED, Weights, mixed, model_probability, share_of
from ime_engine.ranking.ranker import Ranker
from ime_engine.scored import Scored
from tests.fakes import TableNGram

HALF = Weights()
"""No weight at all: both sides count the same."""

NGRAM = TableNGram(
    {
        "": {"그": 0.4, "나는": 0.2},
        "잘": {"부탁해요": 0.5, "자요": 0.3, "했어": 0.1},
        "<s>": {"안녕하세요": 0.9},
    }
)


def said(model: dict[str, float], ngram: dict[str, float], order: int = 1) -> Evidence:
    """Both lists, the n-gram's as it offers it."""
    known = dict.fromkeys(model, 0.0) | ngram
    return Evidence(model, known, tuple(ngram), order, 10, len(ngram))


def named(evidence: Evidence) -> dict[str, float]:
    return dict(zip(FEATURES, features(evidence), strict=True))


class TestShare:
    def test_without_weights_both_count_the_same(self) -> None:
        assert share_of(said({"가": 0.5}, {"나": 0.5}), HALF) == 0.5

    def test_without_a_fit_the_model_has_three_fifths(self) -> None:
        assert share_of(said({"가": 0.5}, {"나": 0.5}), FIXED) == pytest.approx(0.6)

    def test_a_side_that_offers_nothing_has_no_share(self) -> None:
        assert share_of(said({}, {"나": 0.5}), FIXED) == 0.0
        assert share_of(said({"가": 0.5}, {}), FIXED) == 1.0

    def test_a_weight_moves_it_with_its_feature(self) -> None:
        trusting = Weights({"count": -2.0})
        seldom, often = (
            Evidence({"가": 0.5}, {"가": 0.1, "나": 0.5}, ("나",), 1, count, 2)
            for count in (1, 1000)
        )

        assert share_of(often, trusting) < share_of(seldom, trusting) < 0.5


class TestMixture:
    def test_what_both_list_has_both_parts(self) -> None:
        first = mixed(said({"부탁해요": 0.4}, {"부탁해요": 0.6}), HALF)[0]

        assert first == Candidate("부탁해요", pytest.approx(0.5), "ngram")  # type: ignore[arg-type]

    def test_the_source_is_the_side_that_gives_more(self) -> None:
        ranked = mixed(said({"가": 0.6, "나": 0.1}, {"나": 0.5}), HALF)

        assert {each.text: each.source for each in ranked} == {"가": "model", "나": "ngram"}

    def test_what_the_model_did_not_list_shares_the_rest_of_it(self) -> None:
        evidence = said({"가": 0.5, "나": 0.2}, {"다": 0.4, "라": 0.1})
        given = model_probability(evidence, Weights(spread=1.0))

        assert given["다"] == pytest.approx(0.3 * 0.4)
        assert given["라"] == pytest.approx(0.3 * 0.1)

    def test_no_unlisted_word_passes_the_least_listed_one(self) -> None:
        given = model_probability(said({"가": 0.5, "나": 0.02}, {"다": 1.0}), Weights(spread=1.0))

        assert given["다"] == 0.02


class TestEvidence:
    def test_every_feature_has_a_value_whatever_is_missing(self) -> None:
        for evidence in (said({}, {}), said({"가": 1.0}, {}), said({}, {"가": 1.0})):
            assert all(map(math.isfinite, features(evidence)))

    def test_agreement_is_the_mass_that_both_give(self) -> None:
        one = named(said({"가": 0.5, "나": 0.3}, {"가": 0.2, "다": 0.7}))
        other = named(said({"가": 0.5}, {"다": 0.7}))

        assert one["overlap"] == pytest.approx(0.2)
        assert other["overlap"] == 0.0
        assert one["believed"] > other["believed"]

    def test_a_sure_side_has_a_high_top_and_a_low_entropy(self) -> None:
        sure, unsure = named(said({"가": 0.9}, {"나": 1})), named(said({"가": 0.1, "다": 0.1}, {}))

        assert sure["model_top"] > unsure["model_top"]
        assert sure["model_entropy"] < unsure["model_entropy"]

    def test_what_is_typed_shows(self) -> None:
        ranker = Ranker(NGRAM)

        assert named(ranker.evidence("잘 ", ""))["typed"] == 0
        assert named(ranker.evidence("잘 ", "부"))["strokes"] == pytest.approx(2 / 8)


class TestRanker:
    def texts(self, before: str, word: str = "", listed: tuple[Scored, ...] = ()) -> list[str]:
        ranker = Ranker(NGRAM, HALF)
        evidence = ranker.evidence(before, word, listed)
        return [
            each.text
            for each in ranker.listed(ranker.everybody(evidence), before, word, 5, private=False)
        ]

    def test_the_n_gram_answers_alone(self) -> None:
        assert self.texts("앞으로도 잘 ") == ["부탁해요", "자요", "했어"]
        assert self.texts("") == ["안녕하세요"]
        assert self.texts("모르는 말 ") == ["그", "나는"]

    def test_the_model_answers_alone(self) -> None:
        ranker = Ranker()
        evidence = ranker.evidence("잘 ", "", [Scored("가", 0.5), Scored("나", 0.2)])

        assert ranker.listed(ranker.everybody(evidence), "잘 ", "", 5, private=False) == [
            Candidate("가", 0.5, "model"),
            Candidate("나", 0.2, "model"),
        ]

    def test_a_particle_alone_is_no_word_to_offer(self) -> None:
        ranker = Ranker()
        evidence = ranker.evidence("확인 ", "", [Scored("을", 0.6), Scored("부탁해요", 0.2)])
        listed = ranker.listed(ranker.everybody(evidence), "확인 ", "", 5, private=False)

        assert [each.text for each in listed] == ["부탁해요"]

    def test_words_obey_the_keys_that_are_typed(self) -> None:
        assert self.texts("잘 ", "자") == ["자요"]
        assert self.texts("잘 ", "붙") == ["부탁해요"], "ㅂㅜㅌ begins ㅂㅜㅌㅏㄱ"

    def test_what_is_typed_in_full_is_not_offered_again(self) -> None:
        assert self.texts("잘 ", "자요") == []
        assert self.texts("잘 ", "자요", (Scored("자요", 0.6), Scored("자요오", 0.2))) == ["자요오"]

    def test_the_n_gram_knows_what_only_the_model_lists(self) -> None:
        evidence = Ranker(TableNGram({"": {f"말{n}": 0.04 for n in range(10, 34)}})).evidence(
            "", "", [Scored("말33", 0.2)]
        )

        assert "말33" not in evidence.offered
        assert evidence.ngram["말33"] == pytest.approx(0.04)

    def test_under_a_prefix_both_are_given_it(self) -> None:
        evidence = Ranker(NGRAM).evidence("잘 ", "ㅈ", [Scored("자네", 0.5)])

        assert evidence.ngram["자요"] == pytest.approx(1.0)
        assert evidence.ngram["자네"] == 0.0


class TestManners:
    RANKED = (
        Candidate("가", 0.5, "model"),
        Candidate("나쁜놈", 0.3, "ngram"),
        Candidate("다", 0.1, "model"),
    )

    def chosen(self, manners: Manners, typed: str = "", limit: int = 5) -> list[str]:
        return [each.text for each in manners.chosen(self.RANKED, typed, limit)]

    def test_no_more_than_wanted(self) -> None:
        assert self.chosen(Manners(), limit=2) == ["가", "나쁜놈"]

    def test_words_on_the_list_are_left_out_and_others_move_up(self) -> None:
        manners = Manners(read_left_out("# swearing\n나쁜놈\n"))

        assert self.chosen(manners, limit=2) == ["가", "다"]

    def test_what_is_next_to_impossible_is_not_offered(self) -> None:
        assert self.chosen(Manners(least=0.2)) == ["가", "나쁜놈"]

    def test_what_is_no_eojeol_is_never_offered(self) -> None:
        odd = [Candidate(text, 0.1, "ngram") for text in ("ㄱ", "가 나", "안녕.", "")]

        assert list(Manners().chosen(odd, "", 5)) == []

    @pytest.mark.parametrize("text", ["할수", "될수도", "먹을수", "이해할수가", "쓸수밖에"])
    def test_two_words_without_their_space_are_not_offered(self, text: str) -> None:
        assert Manners().chosen([Candidate(text, 0.5, "ngram")], "", 5) == []

    @pytest.mark.parametrize("text", ["탈수", "실수", "할수록", "가수는", "수는", "교수도"])
    def test_words_that_look_like_it_are(self, text: str) -> None:
        assert [each.text for each in Manners().chosen([Candidate(text, 0.5, "ngram")], "", 5)]

    @pytest.mark.parametrize("text", ["", "# nothing\n", "+시발점\n"])
    def test_a_list_without_a_stem_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match="names no stem"):
            read_left_out(text)
