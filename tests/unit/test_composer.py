# SPDX-License-Identifier: Apache-2.0
"""One syllable at a time, and the library below it."""

from __future__ import annotations

import gc

import pytest

from ibus_component.composer import Composed, Composer
from ibus_component.libhangul import HangulContext, LibhangulMissingError, _load


def typed(composer: Composer, keys: str) -> str:
    return "".join(composer.type(key).text for key in keys)


def test_a_sentence_of_letters() -> None:
    composer = Composer()
    assert typed(composer, "dkssudgktpdy") == "안녕하세"
    assert composer.preedit == "요"
    assert composer.flush() == "요"
    assert composer.preedit == ""
    assert composer.flush() == ""


def test_a_key_without_a_jamo_ends_the_syllable_and_is_not_taken() -> None:
    composer = Composer()
    typed(composer, "rk")
    assert composer.type("1") == Composed(False, "가", "")
    assert composer.preedit == ""


@pytest.mark.parametrize("key", ["", " ", "é", "가", "\n", "\x7f"])
def test_what_is_no_key_of_the_map_ends_the_syllable_too(key: str) -> None:
    composer = Composer()
    typed(composer, "rk")
    assert composer.type(key) == Composed(False, "가", "")


def test_backspace_takes_back_one_jamo() -> None:
    composer = Composer()
    typed(composer, "rkqt")
    seen = []
    while composer.backspace():
        seen.append(composer.preedit)
    assert seen == ["갑", "가", "ㄱ", ""]


def test_clear_forgets() -> None:
    composer = Composer()
    typed(composer, "rk")
    composer.clear()
    assert (composer.preedit, composer.flush()) == ("", "")


@pytest.mark.parametrize(
    ("layout", "keys", "text"),
    [("2", "gksrmf", "한글"), ("39", "mfskgw", "한글"), ("3f", "mfskgw", "한글")],
)
def test_layouts_of_libhangul(layout: str, keys: str, text: str) -> None:
    composer = Composer(layout)
    assert typed(composer, keys) + composer.flush() == text


def test_a_layout_may_give_digits_itself() -> None:
    """Then the digit comes back as finished text, in order."""
    composer = Composer("32")
    typed(composer, "rk")
    assert composer.type("1") == Composed(True, "가1", "")


def test_strings_survive_the_next_call() -> None:
    context = HangulContext()
    for key in "rks":
        context.process(key)
    first = context.preedit
    context.process("k")
    assert (first, context.commit, context.preedit) == ("간", "가", "나")


def test_contexts_do_not_share_a_syllable_and_are_freed() -> None:
    one, other = HangulContext(), HangulContext()
    one.process("r")
    assert other.preedit == ""
    del one
    gc.collect()
    other.process("s")
    assert other.preedit == "ㄴ"


def test_without_the_library_one_sentence_names_the_package() -> None:
    with pytest.raises(LibhangulMissingError, match=r"install the package libhangul1"):
        _load("libhangul-that-nobody-has.so.9")
