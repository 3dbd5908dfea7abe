# SPDX-License-Identifier: Apache-2.0
"""Positions, targets, ranks and intervals, worked out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ime_engine.errors import ConfigError
from model_tools.bootstrap import estimate, mean_estimate, ratio_draws
from model_tools.evaluation.accuracy import Position, positions_in, rank_of, sample, stream
from model_tools.evaluation.registers import default_folder, read_folder
from model_tools.evaluation.report import Answer, as_json, misses_tsv, scores, table


def test_every_eojeol_but_the_first_is_a_position_with_the_text_before_it() -> None:
    positions = positions_in("나는  오늘 학교에 갔다.", "everyday", 7)
    assert [(one.before, one.target) for one in positions] == [
        ("나는  ", "오늘"),
        ("나는  오늘 ", "학교에"),
        ("나는  오늘 학교에 ", "갔다"),
    ]
    assert {(one.register, one.sentence) for one in positions} == {("everyday", 7)}


@pytest.mark.parametrize(
    ("eojeol", "target"),
    [
        ("갔어요?!”", "갔어요"),
        ("좋아요~", "좋아요"),
        ("네ㅋㅋ", "네ㅋㅋ"),
        ("3.5", "3.5"),
        ("…", ""),
    ],
)
def test_targets_lose_the_punctuation_at_their_end_only(eojeol: str, target: str) -> None:
    assert [one.target for one in positions_in(f"그래 {eojeol}", "chat", 0)] == [target]


def test_a_sentence_of_one_eojeol_has_no_position() -> None:
    assert positions_in("안녕하세요.", "chat", 0) == []


def test_the_rank_is_the_first_candidate_equal_after_the_same_stripping() -> None:
    assert rank_of("갔다", ["갔다"]) == 1
    assert rank_of("갔다", ["왔다", "갔다!", "갔다"]) == 2
    assert rank_of("갔다", ["갔다가", "갔"]) is None


def test_an_eojeol_of_punctuation_only_is_a_miss_whatever_is_offered() -> None:
    assert rank_of("", ["…", "네"]) is None


def test_a_seed_draws_the_same_positions_in_text_order() -> None:
    news = [Position("news", index, "가 ", str(index)) for index in range(50)]
    drawn = sample(news, 10, seed=1)
    assert drawn == sample(news, 10, seed=1)
    assert drawn != sample(news, 10, seed=2)
    assert len(set(drawn)) == 10
    assert [one.sentence for one in drawn] == sorted(one.sentence for one in drawn)


@pytest.mark.parametrize("count", [0, 50, 51])
def test_all_positions_are_kept_when_no_fewer_are_wanted(count: int) -> None:
    news = [Position("news", index, "가 ", "나") for index in range(50)]
    assert sample(news, count, seed=1) == news


def test_redrawing_two_equal_sentences_never_leaves_their_share() -> None:
    draws = ratio_draws([1, 0, 1, 0], [1, 1, 1, 1], [0, 0, 1, 1], stream(1, "news"))
    assert (draws == 0.5).all()


def test_redrawing_a_good_and_a_bad_sentence_spreads_over_both() -> None:
    # Two sentences of two draws: 0, 1/2 or 1 with chances 1/4, 1/2, 1/4.
    draws = ratio_draws([1, 1, 0, 0], [1, 1, 1, 1], [0, 0, 1, 1], stream(1, "news"))
    assert set(draws.tolist()) == {0.0, 0.5, 1.0}
    assert np.mean(draws == 0.5) == pytest.approx(0.5, abs=0.05)
    assert (estimate(0.5, draws).low, estimate(0.5, draws).high) == (0.0, 1.0)


def test_the_interval_of_a_share_agrees_with_the_binomial() -> None:
    hits = np.arange(400) < 100
    draws = ratio_draws(hits, np.ones(400), range(400), stream(1, "news"))
    share = estimate(0.25, draws)
    half_width = 1.96 * (0.25 * 0.75 / 400) ** 0.5
    assert share.low == pytest.approx(0.25 - half_width, abs=0.006)
    assert share.high == pytest.approx(0.25 + half_width, abs=0.006)


def test_the_mean_over_registers_weighs_each_register_the_same() -> None:
    ones, zeros = np.ones(100), np.zeros(100)
    mean = mean_estimate([1.0, 0.0], [ones, zeros])
    assert (mean.value, mean.low, mean.high) == (0.5, 0.5, 0.5)


def answer(register: str, sentence: int, rank: int | None) -> Answer:
    return Answer(Position(register, sentence, "나는\t오늘 ", "학교에"), ("집에", "밖에"), rank)


def test_shares_count_ranks_up_to_the_cutoff_by_register_and_unseen_sources_apart() -> None:
    answers = [
        answer("chat", 0, 1),
        answer("chat", 1, 3),
        answer("chat", 2, 5),
        answer("chat", 3, None),
        answer("news", 0, None),
        answer("ood_talks", 0, 1),
    ]
    rows = {row.name: row for row in scores(answers, [], seed=1)}
    assert list(rows) == [
        "chat",
        "news",
        "mean over registers",
        "ood_talks",
        "mean over unseen sources",
    ]
    chat = rows["chat"]
    assert [chat.shares[f"NEA@{k}"].value for k in (1, 3, 5)] == [0.25, 0.5, 0.75]
    assert chat.positions == 4
    mean = rows["mean over registers"]
    assert [mean.shares[f"NEA@{k}"].value for k in (1, 3, 5)] == [0.125, 0.25, 0.375]
    assert mean.positions == 5
    assert rows["mean over unseen sources"].shares["NEA@1"].value == 1.0


def test_the_table_is_markdown_in_per_cent_and_the_json_holds_shares() -> None:
    rows = scores([answer("chat", 0, 1), answer("chat", 1, 1)], [], seed=1)
    drawn = table(rows).splitlines()
    assert drawn[0].replace(" ", "") == ("|register|positions|NEA@1%[95%]|NEA@3%[95%]|NEA@5%[95%]|")
    assert "100.0 [100.0–100.0]" in drawn[2]
    assert len({line.count("|") for line in drawn}) == 1
    assert as_json(rows)[0] == {
        "name": "chat",
        "mean": False,
        "unseen": False,
        "positions": 2,
        "ksr_positions": 0,
        "shares": {f"NEA@{k}": {"value": 1.0, "low": 1.0, "high": 1.0} for k in (1, 3, 5)},
    }


def test_misses_are_one_line_each_with_blanks_flattened() -> None:
    assert misses_tsv([answer("chat", 0, 2), answer("chat", 1, None)]) == (
        "register\tcontext\ttarget\tcandidates\nchat\t나는 오늘\t학교에\t집에 / 밖에\n"
    )


def test_our_own_sentences_are_six_registers_of_ten() -> None:
    registers = read_folder(default_folder())
    assert [(one.name, len(one.sentences)) for one in registers] == [
        (name, 10) for name in ("business", "chat", "everyday", "news", "review", "speech")
    ]
    assert all(len(one.positions()) >= 60 for one in registers)


def test_a_folder_that_is_missing_or_without_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no folder .*nowhere"):
        read_folder(tmp_path / "nowhere")
    (tmp_path / "chat.txt").write_text("네\n\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="No sentence of two eojeols"):
        read_folder(tmp_path)


def test_a_file_that_is_not_utf8_is_named_with_the_byte(tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_bytes("가 나\n".encode("cp949"))
    with pytest.raises(ConfigError, match=r"old\.txt is not UTF-8 \(byte 0\)"):
        read_folder(tmp_path)


def test_a_byte_order_mark_and_windows_line_ends_are_not_text(tmp_path: Path) -> None:
    (tmp_path / "chat.txt").write_bytes(b"\xef\xbb\xbf" + "가 나\r\n다 라\r\n".encode())
    assert read_folder(tmp_path)[0].sentences == ("가 나", "다 라")
