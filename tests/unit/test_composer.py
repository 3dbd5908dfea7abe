# SPDX-License-Identifier: Apache-2.0
"""One syllable or one word at a time."""

from __future__ import annotations

import pytest

from ibus_component.composer import Composed, Composer
from ibus_component.settings import Settings


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
    composer = Composer(Settings(layout=layout))
    assert typed(composer, keys) + composer.flush() == text


def test_a_layout_may_give_digits_itself() -> None:
    """Then the digit comes back as finished text, in order."""
    composer = Composer(Settings(layout="32"))
    typed(composer, "rk")
    assert composer.type("1") == Composed(True, "가1", "")


def test_only_romaja_goes_by_the_letter() -> None:
    assert Composer(Settings(layout="ro")).by_symbol
    assert not Composer(Settings(layout="39")).by_symbol


def test_a_keyboard_that_went_away_is_taken_for_dubeolsik(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its file may be removed while the settings still name it; typing must not stop."""
    monkeypatch.setattr("ibus_component.libhangul.keyboards", lambda: {"mine": "Mine"})
    settings = Settings(layout="mine")
    monkeypatch.undo()
    composer = Composer(settings)
    assert typed(composer, "rk") + composer.flush() == "가"


BY_WORD = Settings(preedit="word")


def test_a_word_stays_together() -> None:
    composer = Composer(BY_WORD)
    assert composer.type("r") == Composed(True, "", "ㄱ")
    assert typed(composer, "ksk") == ""
    assert composer.preedit == "가나"
    assert composer.type("1") == Composed(False, "가나", "")
    assert (composer.preedit, composer.flush()) == ("", "")


def test_backspace_in_a_word() -> None:
    composer = Composer(BY_WORD)
    typed(composer, "rksk")
    seen = []
    while composer.backspace():
        seen.append(composer.preedit)
    assert seen == ["가ㄴ", "가", ""]


def test_what_backspace_left_of_a_word_is_there_at_its_end() -> None:
    composer = Composer(BY_WORD)
    typed(composer, "rkskek")
    for _ in range(2):
        composer.backspace()
    assert composer.flush() == "가나"


def test_clear_forgets_the_word() -> None:
    composer = Composer(BY_WORD)
    typed(composer, "rksk")
    composer.clear()
    assert (composer.preedit, composer.flush(), composer.backspace()) == ("", "", False)
