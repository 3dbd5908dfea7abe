# SPDX-License-Identifier: Apache-2.0
"""The eojeol in the making: what is one, and what completes it."""

from __future__ import annotations

import pytest

from ibus_component.begun import LONGEST, Begun, begun_of
from ime_engine.protocol import Candidate


@pytest.mark.parametrize(
    ("before", "composing", "begun"),
    [
        ("", "안", Begun("", "", "안")),
        ("안", "녕", Begun("", "안", "녕")),
        ("안녕", "ㅎ", Begun("", "안녕", "ㅎ")),
        ("오늘 날", "ㅆ", Begun("오늘 ", "날", "ㅆ")),
        ("오늘\n날", "씨", Begun("오늘\n", "날", "씨")),
        ("오늘 ", "날씨", Begun("오늘 ", "", "날씨")),
        ("그는 “안", "녕", Begun("그는 ", "“안", "녕")),
        ("(안", "녕", Begun("", "(안", "녕")),
    ],
)
def test_an_eojeol_is_split_at_the_caret(before: str, composing: str, begun: Begun) -> None:
    assert begun_of(before, composing) == begun


@pytest.mark.parametrize(
    ("before", "composing"),
    [
        ("안녕", ""),
        ("안녕 ", ""),
        ("", "ㅎ"),
        ("ㅋㅋ", "ㅋ"),
        ("ㅎ하", "하"),
        ("2026", "년"),
        ("3월", "말"),
        ("IBM", "은"),
        ("서울/부", "산"),
        ("갔다.그", "리"),
        ("안녕!", "하"),
        ("(", "ㅎ"),
        ("가" * LONGEST, "가"),
    ],
)
def test_what_is_not_hangul_throughout_is_none(before: str, composing: str) -> None:
    assert begun_of(before, composing) is None


def test_a_bracket_is_no_syllable() -> None:
    begun = begun_of("“안", "녕")
    assert begun is not None
    assert begun.syllables == 2


def test_a_completion_adds_and_takes_nothing_back() -> None:
    begun = Begun("약속 ", "약속", "할")
    words = ("약속", "약속할", "약속하려고", "약속할까", "약손할", "약", "")
    fitting = begun.completions([Candidate(word, 0.1) for word in words])
    assert [candidate.text for candidate in fitting] == ["약속하려고", "약속할까"]
    assert [begun.missing(word) for word in words[:4]] == ["", "할", "하려고", "할까"]
