# SPDX-License-Identifier: Apache-2.0
"""What may be kept of what is typed, as a table that a reader can check by eye."""

from __future__ import annotations

import pytest

from ime_engine.history.lesson import Lesson, storable
from ime_engine.history.policy import lesson_of
from ime_engine.ngram.context import START

KEPT = """
민준이가          a name
2024년            a year
3월, 12월에       small numbers with what they count
PC방에서          letters and syllables
KF94              letters and digits, few
mp3를             likewise
YouTube에서       capitals as names have them
LaTeX             likewise
git               Latin
네ㅋㅋ            laughing
“그래!”           what stands around a word does not count
뷁                any syllable
"""

NEVER = """
12345                     five digits
2026123100                a date and a number, run together
010-1234-5678             a telephone number
01012345678에게           likewise
02)123-4567               likewise
1234                      a number alone: part of a card, or a PIN
0412로는5678              eight digits
1234-5678-9012-3456       a card
900101-1234567            a resident number
110-123-456789            an account
12가3456                  a number plate
kim@example.org           e-mail
kim@example.org에게       likewise
https://example.org/가    an address
example.org               likewise
qwer1234                  letters and many digits
a1b2c3                    letters and digits in turn
hunter2                   likewise
pAsSwOrD                  capitals as no name has them
ㄱㅏㄴ                    fragments
ㄱ                        one jamo
가나다라마바사아자차카타파하가나다      run together
…                         punctuation
"""


def first_cells(table: str) -> list[str]:
    lines = [line for line in table.splitlines() if line]
    return [cell.strip() for line in lines for cell in line.split("  ")[0].split(", ")]


def learned(before: str, eojeol: str) -> Lesson | None:
    return lesson_of(before, eojeol, accepted=False, allowed=lambda word: "나쁜말" not in word)


class TestShapes:
    @pytest.mark.parametrize("eojeol", first_cells(KEPT))
    def test_kept(self, eojeol: str) -> None:
        assert learned("어제는 ", eojeol) is not None

    @pytest.mark.parametrize("eojeol", first_cells(NEVER))
    @pytest.mark.parametrize("before", ["", "어제는 "])
    def test_never_kept(self, before: str, eojeol: str) -> None:
        assert learned(before, eojeol) is None

    def test_words_that_are_offered_to_nobody(self) -> None:
        assert learned("", "나쁜말을") is None


class TestRows:
    """Numbers that are harmless one by one."""

    @pytest.mark.parametrize("number", ["1234 5678 9012 3456", "900101 1234567", "010 1234 5678"])
    def test_typed_in_groups(self, number: str) -> None:
        before = "번호는 "
        for group in number.split():
            assert learned(before, group) is None
            before += group + " "
        assert learned(before, "34번이야") is None

    def test_a_date_is_kept(self) -> None:
        assert learned("2024년 ", "12월") is not None
        assert learned("2024년 12월 ", "25일에") is not None


class TestPieces:
    """The engine may hand over what is a part of something longer."""

    @pytest.mark.parametrize(
        ("before", "eojeol"), [("kim@", "example"), ("메일은 kim.", "lee"), ("010-", "1234번")]
    )
    def test_what_hangs_on_the_text_before_it(self, before: str, eojeol: str) -> None:
        assert learned(before, eojeol) is None

    def test_an_opening_quote_is_no_text(self) -> None:
        assert learned('그가 "', "안녕") == Lesson((START, "그가"), "안녕")


class TestLesson:
    def test_keeps_two_words_of_context(self) -> None:
        assert learned("나는 오늘 학교에 ", "갔다.") == Lesson(("오늘", "학교에"), "갔다")

    def test_letters_written_in_parts_are_put_together(self) -> None:
        assert learned("", "\u1112\u1161\u11ab\u1100\u1173\u11af") == Lesson((START,), "한글")

    def test_typed_weighs_more_than_accepted(self) -> None:
        typed, accepted = Lesson((), "가나"), Lesson((), "가나", accepted=True)
        assert typed.weight == 2 * accepted.weight

    def test_a_long_text_before_it_is_not_taken_for_a_start(self) -> None:
        assert learned("가나다 " * 10_000, "라마") == Lesson(("가나다", "가나다"), "라마")


class TestStorable:
    @pytest.mark.parametrize("text", ["민준", "漢字", "café", "😀", "👩‍💻", "नमस्ते", "𠮷野家"])
    def test_any_script(self, text: str) -> None:
        assert storable(text)

    @pytest.mark.parametrize(
        "text", ["", "두 말", "줄\n", "\0", chr(0xD800), "cafe\u0301", "\ufffd", "가" * 65]
    )
    def test_no_eojeol(self, text: str) -> None:
        assert not storable(text)
