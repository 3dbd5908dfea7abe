# SPDX-License-Identifier: Apache-2.0
"""Syllables and their jamo, at the corners of the table."""

from __future__ import annotations

import pytest

from ime_engine.hangul.jamo import Syllable, compose, decompose, is_hangul, is_jamo, spell


@pytest.mark.parametrize(
    ("char", "jamo"),
    [("가", "ㄱㅏ"), ("힣", "ㅎㅣㅎ"), ("값", "ㄱㅏㅄ"), ("꽉", "ㄲㅘㄱ"), ("의", "ㅇㅢ")],
)
def test_a_syllable_is_spelt_as_it_is_written(char: str, jamo: str) -> None:
    assert spell(char) == jamo
    assert compose(decompose(char)) == char


def test_the_table_ends_where_unicode_says() -> None:
    assert decompose("가") == Syllable(0, 0, 0)
    assert decompose("힣") == Syllable(18, 20, 27)


@pytest.mark.parametrize("text", ["", "ㄱ", "a", "가나", "\ud7a4"])
def test_only_one_syllable_can_be_taken_apart(text: str) -> None:
    with pytest.raises(ValueError, match="one precomposed syllable"):
        decompose(text)


def test_kinds_of_characters() -> None:
    assert [is_jamo(char) for char in "ㄱㅣㅥ가a"] == [True, True, False, False, False]
    assert [is_hangul(char) for char in "ㄱ가aは漢"] == [True, True, False, False, False]
