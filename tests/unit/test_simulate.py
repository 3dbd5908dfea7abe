# SPDX-License-Identifier: Apache-2.0
"""Somebody who types: what is drawn, what is taught, what is compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ime_engine.errors import ConfigError
from ime_engine.protocol import Candidate, Query
from ime_engine.ranking.left_out import any_word
from ime_engine.ranking.ranker import Ranker
from model_tools.benchmarks.latency import summarise
from model_tools.evaluation.accuracy import Position
from model_tools.evaluation.keystrokes_saved import Cost
from model_tools.evaluation.registers import Register
from model_tools.simulation.lists import Place
from model_tools.simulation.report import KSR, paired, parts, saved, stretches, table, waits, within
from model_tools.simulation.text import Eojeol, Slice, eojeols_of, joined, read_slice, spread
from model_tools.simulation.user import Remembered, new_user
from model_tools.simulation.watch import Lists, Tried, Watched, watch

SENTENCE = "오늘은 무라골에서 민준이가 놀았다"
DIARY = Register("diary", (f"{SENTENCE}.",) * 3)


def watched(sentence: int, off: int, on: int, full: int = 8) -> Watched:
    """A position of a sentence, and what was spent without the history and with it."""
    where = Position("diary", sentence, "오늘은 ", "무라골에서")
    return Watched(where, Tried(None, Cost(full, off)), Tried(1, Cost(full, on)))


class Parrot:
    """Offers the same to everybody; remembers what it was asked."""

    def __init__(self, *words: str) -> None:
        self.asked: list[Query] = []
        self.read: list[str] = []
        self.cleared = 0
        self._words = words

    def everybody(self, query: Query, foregoing: str = "") -> list[Candidate]:
        self.asked.append(query)
        self.read.append(foregoing)
        return [Candidate(word, 0.1, "model") for word in self._words]

    def clear(self) -> None:
        self.cleared += 1


class TestText:
    def test_a_slice_names_its_first_sentence(self, tmp_path: Path) -> None:
        file = tmp_path / "diary.txt"
        file.write_text("하나 둘\n\n셋 넷\n다섯 여섯\n일곱 여덟\n", "utf-8")
        text = read_slice(Slice.parse(f"{file}@2"), 2)

        assert text == Register("diary@2", ("셋 넷", "다섯 여섯"))

    def test_a_slice_behind_the_end_is_one_sentence(self, tmp_path: Path) -> None:
        file = tmp_path / "diary.txt"
        file.write_text("하나 둘\n", "utf-8")

        with pytest.raises(ConfigError, match="no sentence of two eojeols"):
            read_slice(Slice(file, 2), 10)

    def test_the_first_of_a_sentence_is_typed_and_no_position(self) -> None:
        eojeols = list(eojeols_of(Register("diary", ("“오늘은 좋다.” 응",))))

        assert [(each.text, each.follows) for each in eojeols] == [
            ("“오늘은", False),
            ("좋다.”", True),
            ("응", True),
        ]
        assert eojeols[1].position == Position("diary", 0, "“오늘은 ", "좋다")

    def test_in_one_text_all_that_was_written_stands_before(self) -> None:
        eojeols = list(joined(eojeols_of(Register("diary", ("하나 둘.", "셋 넷")))))

        assert [(each.position.before, each.follows) for each in eojeols] == [
            ("", False),
            ("하나 ", True),
            ("하나 둘. ", False),
            ("하나 둘. 셋 ", True),
        ]

    @given(st.integers(1, 300), st.integers(1, 300), st.integers(0, 9))
    def test_a_draw_lies_evenly(self, count: int, wanted: int, seed: int) -> None:
        drawn = spread(count, wanted, np.random.default_rng(seed))
        pace = count / min(wanted, count)

        assert len(drawn) == min(wanted, count) == len(set(drawn))
        assert all(abs(place - at * pace) <= pace + 1 for at, place in enumerate(drawn))

    def test_nought_draws_all(self) -> None:
        assert spread(5, 0, np.random.default_rng(1)) == [0, 1, 2, 3, 4]


class TestUser:
    def test_what_is_typed_is_recalled_and_goes_with_its_folder(self) -> None:
        with new_user(any_word, np.random.default_rng(1)) as user:
            for eojeol in eojeols_of(DIARY):
                user.types(0, eojeol.position.before, eojeol.text, accepted=False)
            user.history.flush()
            folder = user.history.path.parent
            timed = Remembered(user.history, user.foregoing)
            said = timed.recall(("<s>", "오늘은"))

        assert (said.offered[0], said.order) == ("무라골에서", 2)
        assert said.count == pytest.approx(3)
        assert len(timed.waits_ms) == 1
        assert not folder.exists()

    def test_what_the_daemon_would_not_keep_is_not_taught(self) -> None:
        with new_user(any_word, np.random.default_rng(1)) as user:
            user.types(0, "", "010-1234-5678")
            user.types(0, "010-1234-5678 ", "번호야")

            assert user.taught == 1

    def test_what_is_accepted_counts_for_less_and_a_coin_decides_where_nobody_looked(self) -> None:
        with new_user(any_word, np.random.default_rng(1)) as user:
            for number in range(40):
                user.types(number, "", "가나", accepted=True)
                user.types(number, "", "다라", accepted=False)
                user.types(number, "", "마바")
            user.history.flush()
            weights = {row.eojeol: row.weight for row in user.history.rows() if not row.context}

        assert weights["가나"] == pytest.approx(20, rel=0.01)
        assert weights["다라"] == pytest.approx(40, rel=0.01)
        assert 24 < weights["마바"] < 36


class TestLists:
    def test_everybody_is_asked_once_and_the_history_each_time(self) -> None:
        parrot = Parrot("학교에")
        place = Place(parrot, "오늘은 ")

        assert place.offered("", Ranker()) == place.offered("", Ranker()) == ("학교에",)
        assert len(parrot.asked) == parrot.cleared == 1

    def test_opening_punctuation_is_put_back_and_what_begins_no_eojeol_is_not_asked(self) -> None:
        parrot = Parrot("학교에")
        place = Place(parrot, "")

        assert place.offered("“학", Ranker()) == ("“학교에",)
        assert place.offered("가-나", Ranker()) == ()
        assert [query.prefix for query in parrot.asked] == ["“학"]

    def test_a_word_typed_twice_is_found_the_third_time(self) -> None:
        with new_user(any_word, np.random.default_rng(1)) as user:
            off, parrot = Ranker(), Parrot("학교에")
            on = off.beside(Remembered(user.history, user.foregoing))
            tried = list(watch(user, Lists(parrot, off, on), DIARY, 0, 1, every))
        third = [one for one in tried if one.position.sentence == 2]

        assert [one.position.target for one in third] == ["무라골에서", "민준이가", "놀았다"]
        assert [one.on.rank for one in third] == [1, 1, 1]
        assert [one.off.rank for one in third] == [None, None, None]
        assert all(one.on.cost.spent == 2 < one.off.cost.spent for one in third)
        assert tried[0].on.rank is None
        assert set(parrot.read) >= {"", f"{SENTENCE}.", f"{SENTENCE}. {SENTENCE}."}
        assert parrot.read[0] == "", "without the history nothing comes before the sentence"

    def test_in_one_text_both_lists_read_the_same(self) -> None:
        with new_user(any_word, np.random.default_rng(1)) as user:
            off, parrot = Ranker(), Parrot("학교에")
            on = off.beside(Remembered(user.history, user.foregoing))
            list(watch(user, Lists(parrot, off, on), DIARY, 0, 1, every, together=True))

        assert set(parrot.read) == {""}
        assert any(query.before.count(SENTENCE) == 2 for query in parrot.asked)


class TestReport:
    def test_the_difference_is_that_of_pairs(self) -> None:
        some = [
            watched(sentence, off=5 + sentence % 3, on=4 + sentence % 3) for sentence in range(60)
        ]
        figure = paired(some, saved, seed=1)

        assert figure.difference.value == pytest.approx(1 / 8)
        assert figure.difference.low == pytest.approx(1 / 8)
        assert figure.difference.high == pytest.approx(1 / 8)
        assert figure.off.low < figure.off.value < figure.off.high

    def test_sentences_are_redrawn_whole(self) -> None:
        one_sentence = [watched(0, 8, on) for on in (2, 8, 2, 8)]
        many = [watched(at, 8, on) for at, on in enumerate((2, 8, 2, 8))]

        assert paired(one_sentence, saved, 1).on.low == paired(one_sentence, saved, 1).on.high
        assert paired(many, saved, 1).on.low < paired(many, saved, 1).on.high

    def test_a_target_counts_from_its_place_on(self) -> None:
        third = Tried(3, Cost(8, 2))

        assert [within(k)(third) for k in (1, 3, 5)] == [(0, 1), (1, 1), (1, 1)]
        assert within(5)(Tried(None, Cost(8, 8))) == (0, 1)

    def test_quarters_then_all(self) -> None:
        rows = parts([watched(at, 8, 8 if at < 4 else 4) for at in range(8)], 8, seed=1)

        assert [(row.name, row.positions) for row in rows] == [
            ("sentences 1–2", 2),
            ("sentences 3–4", 2),
            ("sentences 5–6", 2),
            ("sentences 7–8", 2),
            ("all", 8),
        ]
        gains = [row.figures[KSR].difference.value for row in rows]
        assert gains == pytest.approx([0, 0, 0.5, 0.5, 0.25])
        assert "+25.0 [" in table(rows)

    def test_no_sentence_is_in_two_stretches(self) -> None:
        cut = stretches([watched(at, 8, 8) for at in range(7)], 7, 4)

        assert [len(some) for _, _, some in cut] == [2, 2, 1, 2]
        assert cut[-1][1] == 7

    def test_waits_are_percentiles(self) -> None:
        assert "| added to an answer |   3 | 2.00 |" in waits(summarise([1.0, 2.0, 3.0]))


def every(work: Sequence[Eojeol], _title: str) -> Iterable[Eojeol]:
    return work
