# SPDX-License-Identifier: Apache-2.0
"""Text as keys, and prefixes compared by them."""

from __future__ import annotations

import unicodedata

import pytest

from ime_engine.hangul.keystrokes import keys_of, matches, strokes_of


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("할", "gkf"),
        ("하려고", "gkfurh"),
        ("까치", "Rkcl"),
        ("얘기", "dOrl"),
        ("과일", "rhkdlf"),
        ("왜", "dho"),
        ("웬", "dnps"),
        ("의사", "dmltk"),
        ("값", "rkqt"),
        ("읽다", "dlfrek"),
        ("ㅋㅋ", "zz"),
        ("ㅢ", "ml"),
        ("3월", "3dnjf"),
        ("", ""),
    ],
)
def test_keys_of_a_text(text: str, keys: str) -> None:
    assert keys_of(text) == keys


def test_decomposed_text_has_the_same_keys() -> None:
    assert keys_of(unicodedata.normalize("NFD", "한글")) == keys_of("한글")


@pytest.mark.parametrize(
    ("prefix", "candidate"),
    [
        ("", "아무거나"),
        ("할", "하려고"),
        ("안녕ㅎ", "안녕하세요"),
        ("안녕하", "안녕하세요"),
        ("ㅇ", "안녕"),
        ("고", "과일"),
        ("갑", "값이"),
        ("일", "읽다"),
        ("PC", "PC방"),
    ],
)
def test_a_prefix_matches(prefix: str, candidate: str) -> None:
    assert matches(prefix, candidate)


@pytest.mark.parametrize(
    ("prefix", "candidate"),
    [
        ("하", "호"),
        ("가", "까"),
        ("하려고", "할"),
        ("안녕 ", "안녕하세요"),
        ("gks", "한글"),
        ("한", "gks"),
        ("pc", "PC방"),
    ],
)
def test_a_prefix_does_not_match(prefix: str, candidate: str) -> None:
    assert not matches(prefix, candidate)


def test_strokes_tell_scripts_apart() -> None:
    assert strokes_of("한") == "gks"
    assert strokes_of("gks") == "ｇｋｓ"
