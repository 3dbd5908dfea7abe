# SPDX-License-Identifier: Apache-2.0
"""Hanja through a real ibus-daemon: asked for, looked at, and written exactly once (D8)."""

from __future__ import annotations

import pytest

from ibus_component.wire.typist import CAPS_BARE, CAPS_RICH
from tests.harness.ibus import Panel, at_desk

pytestmark = pytest.mark.ibus

SURROUNDING = 1 << 5
CONTROL = 1 << 2
PASSWORD = 8


@pytest.mark.parametrize("key", ["Hangul_Hanja", "F9"])
def test_a_hanja_chosen_by_its_number(key: str) -> None:
    with at_desk() as desk:
        desk.typist.type("gks")
        assert desk.typist.press(key) == [True]
        shown = desk.typist.settle()
        assert shown.rows[:3] == ["韓", "漢", "寒"]
        assert len(shown.rows) == 9
        assert (shown.cursor, shown.preedit, shown.text) == (0, "한", "")
        assert shown.hint == "나라 이름 한, 한나라 한 · 1/12"

        assert desk.typist.press("2") == [True]
        shown = desk.typist.settle()
        assert (shown.text, shown.preedit, shown.rows, shown.hint) == ("漢", "", [], "")

        desk.typist.type("rkd ")
        assert desk.typist.settle().text == "漢강 "


def test_the_right_control_key_tapped_alone_asks_and_held_does_not() -> None:
    """D2: both its press and its release are the application's."""
    with at_desk() as desk:
        desk.typist.type("rnr")
        assert desk.typist.press("Control_R") == [False]
        assert desk.typist.settle().rows[0] == "國"
        assert desk.typist.press("Control_R") == [False]
        assert desk.typist.settle().rows == []

        keyval, keycode = 0xFFE4, 97
        assert not desk.typist.key(keyval, keycode)
        desk.typist.press("c", state=CONTROL)
        assert not desk.typist.key(keyval, keycode, CONTROL | 1 << 30)
        shown = desk.typist.settle()

    assert shown.rows == []
    assert shown.text == "국"


def test_a_word_replaces_what_the_client_told() -> None:
    with at_desk(caps=CAPS_RICH | SURROUNDING) as desk:
        desk.typist.type("eogksalsrnr")
        desk.typist.surrounding("대한민", 3)
        desk.typist.press("F9")
        assert desk.typist.settle().rows[:3] == ["大韓民國", "民國", "國"]
        desk.typist.press("Return")
        shown = desk.typist.settle()

    assert (shown.text, shown.preedit) == ("大韓民國", "")
    names = [name for name in shown.signals if name in ("DeleteSurroundingText", "CommitText")]
    assert names[-2:] == ["DeleteSurroundingText", "CommitText"]


def test_without_surrounding_text_nothing_is_ever_deleted() -> None:
    """A5."""
    with at_desk() as desk:
        desk.typist.type("eogksalsrnr")
        desk.typist.press("F9")
        assert desk.typist.settle().rows[0] == "國"
        desk.typist.press("1")
        shown = desk.typist.settle()

    assert shown.text == "대한민國"
    assert "DeleteSurroundingText" not in shown.signals


def test_a_click_chooses_on_the_second_page() -> None:
    """D7."""
    with at_desk(caps=CAPS_BARE) as desk:
        panel = Panel(desk.ibus.address)
        try:
            desk.typist.type("rnr")
            desk.typist.press("F9")
            assert panel.wait_for_list()[0] == "國"
            desk.typist.press("Down", *["Down"] * 8)
            panel.click(1)
            desk.typist.wait_for(lambda shown: shown.text == "国")
        finally:
            panel.close()


def test_symbols_of_a_consonant() -> None:
    with at_desk() as desk:
        desk.typist.type("a")
        desk.typist.press("F9", "8")

        assert desk.typist.settle().text == "★"


def test_a_password_field_offers_none() -> None:
    """C1."""
    with at_desk() as desk:
        desk.typist.content_type(PASSWORD)
        desk.typist.settle().signals.clear()
        desk.typist.type("gks")
        assert desk.typist.press("F9", "Hangul_Hanja", "Control_R") == [False] * 3
        shown = desk.typist.settle()

    assert "UpdateLookupTable" not in shown.signals
    assert shown.text == "gks"


def test_the_syllable_is_kept_when_the_focus_goes_while_the_list_is_open() -> None:
    """A2."""
    with at_desk(predict=False) as desk:
        desk.typist.type("gks")
        desk.typist.press("F9")
        assert desk.typist.settle().rows
        desk.typist.focus_out()
        desk.typist.focus_in()
        desk.typist.type("rk ")
        shown = desk.typist.settle()

    assert shown.rows == []
    assert shown.text.endswith("가 ")
    assert "韓" not in shown.text
