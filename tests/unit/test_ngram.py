# SPDX-License-Identifier: Apache-2.0
"""An n-gram of a few lines, by hand; and files that are none."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from ime_engine.errors import ModelError, ModelMismatchError, ModelNotFoundError
from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.ngram.codes import COUNTS, PROBABILITIES, encode_counts, encode_probabilities
from ime_engine.ngram.context import START, context_of, read_token
from ime_engine.ngram.layout import open_arrays
from ime_engine.ngram.model import NGram
from ime_engine.ranking.left_out import read_left_out
from tests.tiny_ngram import ngram_bytes, open_ngram, weighted_bytes

DATA = Path(__file__).resolve().parents[2] / "data" / "ngram"
LINES = ["가 나", "가 나", "가 다"]
STEP = math.exp(-1 / 15)


def words(ngram: NGram, *context: str, strokes: str = "", limit: int = 20) -> list[str]:
    return [each.text for each in ngram.predict(context, strokes, limit).words]


class TestContext:
    @pytest.mark.parametrize(
        ("before", "context"),
        [
            ("", (START,)),
            ("안녕하세요 ", (START, "안녕하세요")),
            ("오늘 날씨가 정말 ", ("날씨가", "정말")),
            ("고마워. ", ("고마워", START)),
            ("그래 고마워! 나도 ", (START, "나도")),
            ("“그래,” 하고 ", ("그래", "하고")),
            ("어제 말했다.” 그는 ", (START, "그는")),
            ("글쎄.. 뭐 ", ("글쎄", "뭐")),
            ("첫 줄\n", (START,)),
            ("첫 줄\n둘째 ", (START, "둘째")),
            ("번호는 010-1234-5678 ", ()),
            ("번호는 12345678이고 다시 ", ("다시",)),
            ("kim@example.org 에게 ", ("에게",)),
            ("그건 ㅋ 아니고 ", ("아니고",)),
            ("비가 — ", ()),
        ],
    )
    def test_of_a_text(self, before: str, context: tuple[str, ...]) -> None:
        assert context_of(before) == context

    def test_letters_written_in_parts_are_the_same(self) -> None:
        assert context_of("\u1112\u1161\u11ab ") == (START, "한")

    def test_reads_the_end_of_a_long_text_only(self) -> None:
        assert context_of("가나다 " * 100_000 + "라 ") == ("가나다", "라")

    @pytest.mark.parametrize("eojeol", ["20241", "https://a.kr/b", "ㄱㅏ", "", "a@b.kr", "…"])
    def test_what_is_no_word(self, eojeol: str) -> None:
        assert read_token(eojeol).word is None

    def test_a_year_is_a_word(self) -> None:
        assert read_token("2024년,").word == "2024년"


class TestProbabilities:
    """가 follows the start 3 times, 나 follows 가 twice, 다 once.

    Too little for discounts of its own: every count is lowered by 0.75. Each word follows
    one other, so without context all are alike, and 나 and 다 are so after 가 alone.
    """

    @pytest.mark.parametrize(
        ("context", "eojeol", "expected"),
        [
            ((), "가", 1 / 3),
            (("모름",), "다", 1 / 3),
            ((START,), "가", (3 - 0.75) / 3 + 0.75 / 3 * 1 / 3),
            (("가",), "나", (1 - 0.75) / 2 + 2 * 0.75 / 2 * 1 / 3),
            (("모름", "가"), "다", 0.375),
            ((START, "가"), "나", (2 - 0.75) / 3 + 2 * 0.75 / 3 * 0.375),
            ((START, "가"), "다", (1 - 0.75) / 3 + 2 * 0.75 / 3 * 0.375),
        ],
    )
    def test_by_hand(
        self, tmp_path: Path, context: tuple[str, ...], eojeol: str, expected: float
    ) -> None:
        found = open_ngram(tmp_path, LINES).probability(context, eojeol)
        assert expected * STEP <= found <= expected * (1 + 1e-6)

    def test_backed_off(self, tmp_path: Path) -> None:
        """가 does not follow itself: what 나 and 다 leave over, shared as 가 is without context."""
        ngram = open_ngram(tmp_path, LINES)
        stored = ngram.probability(("가",), "나") + ngram.probability(("가",), "다")
        shorter = ngram.probability((), "나") + ngram.probability((), "다")
        expected = (1 - stored) / (1 - shorter) * ngram.probability((), "가")
        assert ngram.probability(("가",), "가") == pytest.approx(expected, rel=1 - STEP)

    def test_a_word_that_it_does_not_know(self, tmp_path: Path) -> None:
        ngram = open_ngram(tmp_path, LINES)
        assert ngram.probability(("가",), "모름") == 0
        assert ngram.probability((), "") == 0

    def test_rare_words_keep_their_share(self, tmp_path: Path) -> None:
        ngram = open_ngram(tmp_path, ["가 나", "가 나", "가 다"], least=2)
        assert ngram.probability(("가",), "다") == 0
        assert words(ngram) == ["가", "나"]
        assert sum(each.probability for each in ngram.predict(("가",)).words) < 0.9

    def test_a_sentence_start_keeps_the_word_before_it(self, tmp_path: Path) -> None:
        ngram = open_ngram(tmp_path, ["감사합니다. 앞으로도 잘", "그래. 뭐 해", "그래. 뭐 해"])
        assert words(ngram, *context_of("정말 감사합니다. "), limit=1) == ["앞으로도"]
        assert words(ngram, *context_of("그래. "), limit=1) == ["뭐"]
        assert START not in words(ngram, "감사합니다")

    def test_lines_are_strangers(self, tmp_path: Path) -> None:
        ngram = open_ngram(tmp_path, ["가 나", "다 라"])
        assert ngram.predict(("나", START)).order == 1


class TestGuess:
    def test_says_what_it_rests_on(self, tmp_path: Path) -> None:
        ngram = open_ngram(tmp_path, LINES)
        pair, word, none = (ngram.predict(c) for c in ((START, "가"), ("?", "가"), ("?",)))
        assert [guess.order for guess in (pair, word, none)] == [2, 1, 0]
        assert [guess.distinct for guess in (pair, word, none)] == [2, 2, 3]
        assert pair.count == pytest.approx(3, rel=0.04)
        assert none.count == 6

    def test_best_first(self, tmp_path: Path) -> None:
        assert words(open_ngram(tmp_path, LINES), START, "가") == ["나", "다", "가"]

    def test_a_prefix_is_a_range_of_keys(self, tmp_path: Path) -> None:
        ngram = open_ngram(tmp_path, ["할 하려고 학교에 호 gk 하려고"])
        assert set(words(ngram, strokes=strokes_of("하"))) == {"할", "하려고", "학교에"}
        assert set(words(ngram, strokes=strokes_of("할"))) == {"할", "하려고"}
        assert words(ngram, strokes=strokes_of("gk")) == ["gk"]
        assert words(ngram, strokes=strokes_of("없")) == []

    def test_under_a_prefix_probabilities_add_up_to_one(self, tmp_path: Path) -> None:
        ngram = open_ngram(tmp_path, ["할 하려고 학교에", "호 하려고 호"])
        guess = ngram.predict(("할",), strokes_of("하"))
        assert sum(each.probability for each in guess.words) == pytest.approx(1)

    def test_of_no_lines_at_all(self, tmp_path: Path) -> None:
        ngram = open_ngram(tmp_path, [])
        assert words(ngram, START) == words(ngram, START, strokes="g") == []


class TestSize:
    def test_prunes_what_adds_least(self, tmp_path: Path) -> None:
        lines = ["가 나 다"] * 50 + [f"{chr(0xAC00 + 37 * n)} 나 라" for n in range(300)]
        whole = len(ngram_bytes(lines))
        kept = [
            each for each in (whole + 64_000, 72_000) if len(ngram_bytes(lines, 1, each)) <= each
        ]
        assert len(kept) == 2
        assert len(ngram_bytes(lines, 1, 72_000)) < whole
        assert words(open_ngram(tmp_path, lines, 1, 72_000), "가", "나", limit=1) == ["다"]

    def test_same_lines_same_bytes(self) -> None:
        assert ngram_bytes(LINES) == ngram_bytes(iter(LINES))


class TestWeights:
    def test_count_beside_each_other_only(self) -> None:
        assert ngram_bytes(LINES, weight=0.25) == ngram_bytes(LINES)

    def test_a_heavier_text_is_heard(self, tmp_path: Path) -> None:
        texts = [(["가 나"] * 3, 1.0), (["가 다"] * 2, 3.0)]
        (tmp_path / "w.ngram").write_bytes(weighted_bytes(texts))
        assert words(NGram.open(tmp_path / "w.ngram"), START, "가", limit=1) == ["다"]


class TestCodes:
    def test_never_round_a_probability_up(self) -> None:
        values = PROBABILITIES[:-1]
        between = values * 0.999
        assert (PROBABILITIES[encode_probabilities(values)] == values).all()
        assert (PROBABILITIES[encode_probabilities(between[:-1])] < between[:-1]).all()

    def test_nothing_stays_nothing(self) -> None:
        assert PROBABILITIES[encode_probabilities(PROBABILITIES[-1:])].tolist() == [0.0]

    def test_counts_come_back(self) -> None:
        assert (encode_counts(COUNTS) == range(256)).all()


class TestFile:
    def test_nothing_there(self, tmp_path: Path) -> None:
        with pytest.raises(ModelNotFoundError, match=r"^there is no n-gram in .*\.$"):
            NGram.open(tmp_path / "none.ngram")

    def test_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match=r"cannot be read: Is a directory\.$"):
            NGram.open(tmp_path)

    @pytest.mark.parametrize("size", [0, 4, 11, 40, 700, -1])
    def test_cut_short(self, tmp_path: Path, size: int) -> None:
        path = tmp_path / "cut.ngram"
        path.write_bytes(ngram_bytes(LINES)[:size])
        with pytest.raises(ModelMismatchError, match=r"is (damaged|no n-gram file).*\.$"):
            NGram.open(path)

    def test_something_behind_it(self, tmp_path: Path) -> None:
        path = tmp_path / "long.ngram"
        path.write_bytes(ngram_bytes(LINES) + b"\0")
        with pytest.raises(ModelMismatchError, match="bytes instead of"):
            NGram.open(path)

    def test_another_kind(self, tmp_path: Path) -> None:
        path = tmp_path / "text.ngram"
        path.write_text("가 나 다\n" * 100, encoding="utf-8")
        with pytest.raises(ModelMismatchError, match="is no n-gram file"):
            NGram.open(path)

    def test_one_bit_turned(self, tmp_path: Path) -> None:
        content = bytearray(ngram_bytes(LINES))
        content[-70] ^= 1
        path = tmp_path / "bad.ngram"
        path.write_bytes(content)
        with pytest.raises(ModelMismatchError, match="its digest is another"):
            NGram.open(path)

    def test_a_later_format(self, tmp_path: Path) -> None:
        path = tmp_path / "later.ngram"
        path.write_bytes(ngram_bytes(LINES).replace(b'"format":1', b'"format":9'))
        with pytest.raises(ModelMismatchError, match="of format 9"):
            NGram.open(path)

    def test_a_broken_header(self, tmp_path: Path) -> None:
        path = tmp_path / "header.ngram"
        path.write_bytes(ngram_bytes(LINES).replace(b'{"format"', b'["format"'))
        with pytest.raises(ModelMismatchError, match="of another format, or damaged"):
            NGram.open(path)


class TestShipped:
    """The file that comes along."""

    def test_every_source_is_named_with_its_licence(self) -> None:
        readme = (DATA / "README.md").read_text(encoding="utf-8")
        sources = open_arrays(DATA / "everyday.ngram")[0].sources
        assert len(sources) > 50
        assert not [name for name in sources if f"\n| `{name}` | " not in readme]

    def test_is_small_enough(self) -> None:
        assert (DATA / "everyday.ngram").stat().st_size <= 25_000_000

    def test_offers_nothing_that_is_left_out(self) -> None:
        allowed = read_left_out((DATA / "left_out.txt").read_text(encoding="utf-8"))
        ngram = NGram.open(DATA / "everyday.ngram")
        for strokes in ("", *map(strokes_of, "ㅅㅆㅂㅈㄱ")):
            assert all(allowed(each.text) for each in ngram.predict((), strokes, 500).words)

    @pytest.mark.parametrize(
        ("word", "fine"),
        [
            ("개새끼", False),
            ("동시발매", True),
            ("5개년", True),
            ("마이애미", True),
            ("시발", False),
        ],
    )
    def test_stems_spare_harmless_words(self, word: str, fine: bool) -> None:
        allowed = read_left_out((DATA / "left_out.txt").read_text(encoding="utf-8"))
        assert allowed(word) is fine

    @pytest.mark.parametrize(
        ("before", "prefix", "wanted"),
        [
            ("만나서 ", "", "반가워"),
            ("시간 가는 줄 ", "", "모르고"),
            ("그럼에도 ", "", "불구하고"),
            ("잘 ", "부탁", "부탁드립니다"),
            ("정말 재미있게 ", "", "봤습니다"),
        ],
    )
    def test_knows_everyday_korean(self, before: str, prefix: str, wanted: str) -> None:
        ngram = NGram.open(DATA / "everyday.ngram")
        assert wanted in words(ngram, *context_of(before), strokes=strokes_of(prefix), limit=5)
