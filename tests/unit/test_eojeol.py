# SPDX-License-Identifier: Apache-2.0
"""What may be offered, and where a text stands before it."""

from __future__ import annotations

import unicodedata

import pytest

from ime_engine.hangul.eojeol import (
    MAX_SYLLABLES,
    at_text_start,
    is_eojeol,
    normalised,
    split_opening,
    trim_before,
    without_trailing,
)


@pytest.mark.parametrize(
    "text",
    [
        "안녕하세요",
        "나",
        "3",
        "2026년",
        "PC방",
        "네ㅋㅋ",
        "ㅋㅋㅋ",
        "ㅠㅠ",
        "ㅇㅋ",
        "3D프린터",
        "가" * 15,
    ],
)
def test_an_eojeol(text: str) -> None:
    assert is_eojeol(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ㄱ",
        "ㅋ",
        "a",
        "안녕ㅎㅏ",
        "ㅎ안녕",
        "안ㄴ녕",
        "안녕 하세요",
        "안녕하세요.",
        "안녕\u200b",
        "안\ufffd",
        "안\x07녕",
        "漢字",
        "가a나b",
        "가" * (MAX_SYLLABLES + 1),
    ],
)
def test_no_eojeol(text: str) -> None:
    assert not is_eojeol(text)


@pytest.mark.parametrize(
    ("text", "stripped"),
    [
        ("갔어요?!”", "갔어요"),
        ("네~", "네"),
        ("…", ""),
        ("3.5", "3.5"),
        ("좋다", "좋다"),
        ("(주)", "(주"),
    ],
)
def test_punctuation_at_the_end_goes(text: str, stripped: str) -> None:
    assert without_trailing(text) == stripped


def test_punctuation_at_the_beginning_is_kept_apart() -> None:
    assert split_opening("“(안녕)") == ("“(", "안녕)")
    assert split_opening("안녕") == ("", "안녕")


def test_blanks_before_the_eojeol_go_and_line_ends_stay() -> None:
    assert trim_before("네. \t\u3000") == "네."
    assert trim_before("네.\n  ") == "네.\n"


@pytest.mark.parametrize("before", ["", "   ", "네.\n", "네.\n ", "네.\r\n"])
def test_start_of_a_text_or_line(before: str) -> None:
    assert at_text_start(before)


def test_after_a_word_no_text_starts() -> None:
    assert not at_text_start("네. ")


def test_decomposed_text_is_composed() -> None:
    assert normalised(unicodedata.normalize("NFD", "한글")) == "한글"
