# SPDX-License-Identifier: Apache-2.0
"""The eojeol that a text ends with, and whether all of it was typed."""

from __future__ import annotations

import pytest

from ibus_component.begun import LONGEST
from ibus_component.eojeol import eojeol_at, is_end, typed_at

RUN_TOGETHER = "가" * (LONGEST + 1)


@pytest.mark.parametrize(
    ("before", "eojeol"),
    [
        ("안녕", "안녕"),
        ("오늘 날씨가", "날씨가"),
        ("줄\n바꿈", "바꿈"),
        ("안녕하세요?!…", "안녕하세요"),
        ("“(안녕", "안녕"),
        ("네^^", "네"),
        ("3월", "3월"),
        ("ㅋㅋㅋ", "ㅋㅋㅋ"),
        ("학교에서~", "학교에서"),
        ("\u1112\u119e\u11ab", "\u1112\u119e\u11ab"),
    ],
)
def test_signs_around_it_are_left_out(before: str, eojeol: str) -> None:
    found = eojeol_at(before)
    assert found is not None
    assert found.text == eojeol
    assert before.startswith(found.before + eojeol)


@pytest.mark.parametrize("before", ["", " ", "안녕 ", "OK", "2026", "…", RUN_TOGETHER])
def test_what_is_none(before: str) -> None:
    assert eojeol_at(before) is None


@pytest.mark.parametrize("before", ["가@나", "가/나", "가.나", "3.5배", "가^^나"])
def test_what_has_a_sign_in_it_is_none(before: str) -> None:
    assert eojeol_at(before) is None


@pytest.mark.parametrize("sign", [*" \n\t.,!?;:…~)”’'\"。"])
def test_what_ends_one(sign: str) -> None:
    assert is_end(sign)


@pytest.mark.parametrize("sign", [*"-/@_#&+=^a가1("])
def test_what_ends_none(sign: str) -> None:
    assert not is_end(sign)


@pytest.mark.parametrize(
    ("before", "typed", "from_start", "is_typed"),
    [
        ("오늘 안녕", "안녕", False, True),
        ("오늘 안녕", "녕", True, False),
        ("안녕", "안녕", True, True),
        ("안녕", "안녕", False, False),
        ("(안녕", "(안녕", False, False),
        ("(안녕", "안녕", True, True),
        ("오늘 안녕.", "늘 안녕.", False, True),
        ("오늘 안녕", "오늘 안냥", True, False),
    ],
)
def test_all_of_it_was_typed_and_its_beginning_is_known(
    before: str, typed: str, *, from_start: bool, is_typed: bool
) -> None:
    found = typed_at(before, typed, from_start=from_start)
    assert (found is not None) is is_typed
    assert found is None or found.text == "안녕"
