# SPDX-License-Identifier: Apache-2.0
"""What a history of a few sentences expects, by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.history.history import History
from ime_engine.history.lesson import Lesson
from ime_engine.history.recall import NOTHING
from ime_engine.ngram.context import START
from tests.taught import Clock, history_of, teach


def chances(history: History, context: tuple[str, ...], *words: str) -> list[float]:
    found = history.recall(context, others=words).probabilities
    return [found[word] for word in words]


# Of a history in which 뷁 follows the start three times, 쀍 follows 뷁 twice and 뚫 once.
# C / (C + N + 64): six uses of three words; after 뷁, three uses of two words.
ALONE = 6 / (6 + 3 + 64)
AFTER = 3 / (3 + 3 * 2)
AFTER_TWO = 3 / 5

# All at one moment, so by their keys: 뷁, 쀍, 뚫; the first is not said again at once.
RECENT = (0, *(2 ** (-place / 64) for place in (1, 2)))
OFTEN = (3, 2, 1)
BY_ITSELF = tuple(
    ALONE * (0.7 * often / 6 + 0.3 * lately / sum(RECENT))
    for often, lately in zip(OFTEN, RECENT, strict=True)
)


MANY = [f"{first}{second}다" for first in "거너더러머버서어저처" for second in "가나라마사아"]


class TestOfNothing:
    def test_expects_nothing(self, tmp_path: Path) -> None:
        with history_of(tmp_path) as history:
            assert history.recall(("가",)) == NOTHING

    def test_gives_nothing_to_what_is_asked_for(self, tmp_path: Path) -> None:
        with history_of(tmp_path) as history:
            recall = history.recall((), "gk", ("하루", "학교"))
        assert recall.probabilities == {"하루": 0.0, "학교": 0.0}
        assert recall.typed_mass == 0


class TestByHand:
    """뷁 follows the start three times, 쀍 follows 뷁 twice and 뚫 once; none has a stem."""

    SENTENCES = ("뷁 쀍", "뷁 쀍", "뷁 뚫")

    @pytest.mark.parametrize(
        ("context", "word", "expected"),
        [
            ((), "뷁", BY_ITSELF[0]),
            ((), "쀍", BY_ITSELF[1]),
            (("모름",), "쀍", BY_ITSELF[1]),
            (("뷁",), "쀍", AFTER * 2 / 3 + (1 - AFTER) * BY_ITSELF[1]),
            (("뷁",), "뷁", (1 - AFTER) * BY_ITSELF[0]),
            (
                (START, "뷁"),
                "쀍",
                AFTER_TWO * 2 / 3 + (1 - AFTER_TWO) * (AFTER * 2 / 3 + (1 - AFTER) * BY_ITSELF[1]),
            ),
            (("모름", "뷁"), "뚫", AFTER * 1 / 3 + (1 - AFTER) * BY_ITSELF[2]),
            ((START, "뷁"), "모름", 0.0),
        ],
    )
    def test_probability(
        self, tmp_path: Path, context: tuple[str, ...], word: str, expected: float
    ) -> None:
        with history_of(tmp_path, self.SENTENCES) as history:
            assert chances(history, context, word) == [pytest.approx(expected)]

    def test_says_what_it_rests_on(self, tmp_path: Path) -> None:
        with history_of(tmp_path, self.SENTENCES) as history:
            two, one, none = (history.recall(c) for c in ((START, "뷁"), ("?", "뷁"), ("?",)))
        assert [each.order for each in (two, one, none)] == [2, 1, 0]
        assert [each.distinct for each in (two, one, none)] == [2, 2, 3]
        assert [each.count for each in (two, one, none)] == pytest.approx([3, 3, 6])
        assert [each.size for each in (two, one, none)] == pytest.approx([6, 6, 6])

    def test_keys_make_it_conditional(self, tmp_path: Path) -> None:
        keys = strokes_of("ㅃ")
        with history_of(tmp_path, self.SENTENCES) as history:
            recall = history.recall(("뷁",), keys, ("쀍", "뚫"))
            (free,) = chances(history, ("뷁",), "쀍")
        assert recall.offered == ("쀍",)
        assert recall.probabilities == {"쀍": pytest.approx(1), "뚫": 0.0}
        assert recall.typed_mass == pytest.approx(free)

    def test_accepted_counts_half(self, tmp_path: Path) -> None:
        with history_of(tmp_path, self.SENTENCES) as history:
            teach(history, "뷁 뚫", accepted=True)
            assert history.recall(("뷁",)).count == pytest.approx(3.5)


class TestOffered:
    def test_a_word_typed_twice_in_a_context_comes_first_there(self, tmp_path: Path) -> None:
        everyday = ["오늘 날씨가 좋다", "오늘 점심은 뭐야", "오늘 회의가 있다"] * 5
        with history_of(tmp_path, [*everyday, "서현이는 밥을", "서현이는 밥을"]) as history:
            assert history.recall(("서현이는",)).offered[0] == "밥을"
            assert "서현이는" in history.recall((START,)).offered

    def test_it_belongs_there_and_what_was_typed_once_does_not(self, tmp_path: Path) -> None:
        sentences = ["어제 우리 강아지가", "어제 우리 강아지가", "어제 우리 고양이가"]
        with history_of(tmp_path, sentences) as history:
            assert history.recall(("어제", "우리")).sure == {"강아지가"}
            assert history.recall(("어제", "우리"), strokes_of("고")).sure == set()
            assert history.recall(("우리",)).sure == set(), "one word before tells too little"

    def test_words_that_begin_like_the_last_ones_are_in_use(self, tmp_path: Path) -> None:
        clock = Clock()
        with history_of(tmp_path, [" ".join(MANY)], clock=clock) as history:
            clock.forward(1)
            teach(history, "설정을 바꾼다")
            use = history.recall((), "", ("설정하고", "바꾸면", "바다에")).in_use
        # Of words of one second the one that comes last by its keys counts as the last.
        assert use["바꾸면"] > 1.5 * use["바다에"]
        assert use["설정하고"] == use["바다에"], "what was said last is not said again at once"

    def test_a_history_of_one_sentence_claims_little(self, tmp_path: Path) -> None:
        with history_of(tmp_path, ["자료를 보내 주셔서 감사합니다"]) as history:
            recall = history.recall(("어제", "나는"))
        assert sum(recall.probabilities.values()) < 0.06

    def test_limit(self, tmp_path: Path) -> None:
        with history_of(tmp_path, ["하나 둘이 셋이 넷이 다섯"]) as history:
            assert len(history.recall((), limit=3).offered) == 3

    def test_a_context_word_that_was_not_taught_is_not_kept(self, tmp_path: Path) -> None:
        with history_of(tmp_path) as history:
            teach(history, "1234567 다음에 보자")
            assert {row.context for row in history.rows()} == {(), ("다음에",)}

    def test_a_context_word_of_everybodys_is_borrowed_and_never_offered(
        self, tmp_path: Path
    ) -> None:
        lesson = Lesson(("내일은",), "뜨락에서", everyday=frozenset({"내일은"}))
        with history_of(tmp_path) as history:
            history.learn(lesson)
            history.flush()

            assert history.recall(("내일은",)).offered == ("뜨락에서",)
            assert history.recall((), strokes_of("내")).offered == ()
            assert history.recall((), strokes_of("내"), ["내일은"]).probabilities == {"내일은": 0}
            borrowed = next(row for row in history.rows() if row.eojeol == "내일은")
            assert (borrowed.uses, borrowed.context) == (0, ())

            history.learn(Lesson((), "내일은"))
            history.flush()
            assert history.recall((), strokes_of("내")).offered == ("내일은",)
            assert history.forget("내일은") == 2, "as context too"

    def test_order_follows_the_evidence(self, tmp_path: Path) -> None:
        with history_of(tmp_path, ["뷁 쀍"] * 2 + ["뚫"] * 20) as history:
            assert history.recall(("뷁",)).offered[0] == "쀍"
            assert history.recall(()).offered[0] == "뚫"


class TestStems:
    def test_a_learned_name_helps_with_other_endings(self, tmp_path: Path) -> None:
        with history_of(tmp_path, ["민준이가", "민준이가", "오늘은"]) as history:
            recall = history.recall((), strokes_of("민준이느"), ("민준이는", "민준아"))
        assert recall.offered == ("민준이는",)
        assert recall.probabilities["민준이는"] > 0.9
        assert recall.probabilities["민준아"] == 0

    def test_among_words_of_others(self, tmp_path: Path) -> None:
        with history_of(tmp_path, ["학교에 갔다", "학교에 있다"]) as history:
            helped, not_known = chances(history, (), "학교에서", "병원에서")
        assert helped > 0 == not_known

    def test_a_shorter_stem_needs_its_own_evidence(self, tmp_path: Path) -> None:
        with history_of(tmp_path, ["민준이가"] * 3) as history:
            assert chances(history, (), "민준아") == [0]
            teach(history, "민준을")
            assert chances(history, (), "민준아")[0] > 0

    def test_nothing_is_made_of_a_verb(self, tmp_path: Path) -> None:
        with history_of(tmp_path, ["생각하는 먹어도 들어가"] * 5) as history:
            for keys in map(strokes_of, ("생각하", "먹어", "들어")):
                assert len(history.recall((), keys).offered) == 1

    def test_nothing_is_made_before_two_syllables(self, tmp_path: Path) -> None:
        with history_of(tmp_path, ["민준이가"] * 5) as history:
            assert history.recall((), strokes_of("민")).offered == ("민준이가",)


class TestTime:
    def test_what_is_not_used_fades(self, tmp_path: Path) -> None:
        clock = Clock()
        with history_of(tmp_path, ["뷁"] * 3, clock=clock) as history:
            clock.forward(120)
            teach(history, "쀍 뚫")
            recall = history.recall(())
        assert recall.probabilities["뚫"] > recall.probabilities["뷁"]
        assert recall.size == pytest.approx(2 + 3 / 4)

    def test_fades_alike_so_that_shares_stay(self, tmp_path: Path) -> None:
        clock = Clock()
        with history_of(tmp_path, ["뷁", "뷁", "뷁", "쀍"], clock=clock) as history:
            before = history.recall(())
            clock.forward(60)
            after = history.recall(())
        assert after.size == pytest.approx(before.size / 2)
        ratios = [each.probabilities["뷁"] / each.probabilities["쀍"] for each in (before, after)]
        assert ratios[0] == pytest.approx(ratios[1])
        assert ratios[0] > 1


def test_nothing_of_what_was_asked_stays_in_memory_when_it_is_cleared(tmp_path: Path) -> None:
    with history_of(tmp_path, ["어제 우리 강아지가"]) as history:
        asked = history.recall(("우리",), "", ("고양이가",))
        (reader,) = history._readers._all
        held = [reader.kept]
        history.clear_memory()
        held.append(reader.kept)
        assert [kept is not None and "고양이가" in kept.named for kept in held] == [True, False]
        assert history.recall(("우리",), "", ("고양이가",)) == asked
