# SPDX-License-Identifier: Apache-2.0
"""Hangul through a real ibus-daemon: what is typed arrives, once and in order."""

from __future__ import annotations

import pytest

from tests.harness.ibus import at_desk

pytestmark = pytest.mark.ibus

PASSWORD, PIN, TERMINAL, URL = 8, 9, 10, 5
HIDDEN_TEXT = 1 << 12


def test_a_sentence_is_composed() -> None:
    with at_desk() as desk:
        desk.typist.type("dkssudgktpdy tptkd ")

        shown = desk.typist.settle()

    assert shown.text == "안녕하세요 세상 "
    assert shown.preedit == ""


def test_the_syllable_in_work_is_shown_and_not_committed() -> None:
    with at_desk() as desk:
        desk.typist.type("gksw")

        shown = desk.typist.settle()

    assert (shown.text, shown.preedit) == ("", "핝")


def test_the_preedit_is_gone_before_its_text_is_committed() -> None:
    with at_desk() as desk:
        desk.typist.type("rk")
        desk.typist.settle().signals.clear()
        desk.typist.type(" ")

        signals = desk.typist.settle().signals

    assert signals.index("UpdatePreeditText") < signals.index("CommitText")
    assert signals.count("UpdatePreeditText") == 1


def test_return_reaches_the_application_after_the_syllable() -> None:
    with at_desk() as desk:
        desk.typist.press("r", "k", "Return", "s", "k", "Return")

        assert desk.typist.settle().text == "가\n나\n"


def test_backspace_takes_one_jamo_then_the_character_before() -> None:
    with at_desk() as desk:
        desk.typist.press(*"rksk", "BackSpace", "BackSpace", "BackSpace", *"ek")

        shown = desk.typist.settle()

    assert shown.text + shown.preedit == "다"


@pytest.mark.parametrize("leave", ["focus_out", "reset"])
def test_a_syllable_left_behind_is_there_once(leave: str) -> None:
    """A1, A2: a click, or another field, while 한 is composed."""
    with at_desk() as desk:
        typist = desk.typist
        typist.type("gks")
        getattr(typist, leave)()
        typist.focus_in()
        typist.type("rmf ")

        assert typist.settle().text == "한글 "


def test_leaving_and_coming_back_at_once_loses_nothing() -> None:
    """B7: focus-out, reset and focus-in right after the list appeared."""
    with at_desk(popupdelay=0) as desk:
        typist = desk.typist
        desk.start_predictor()
        typist.type("dkssud ")
        typist.wait_for(lambda shown: bool(shown.rows))
        typist.focus_out()
        typist.reset()
        typist.focus_in()
        typist.type("tptkd ")

        shown = typist.settle()

    assert shown.text == "안녕 세상 "


def test_the_hangul_key_and_the_menu_switch_to_latin_and_back() -> None:
    with at_desk() as desk:
        typist = desk.typist
        typist.type("rk")
        typist.press("Hangul")
        typist.type("rk")
        assert typist.settle().properties["InputMode"][0] == "A"
        typist.activate("InputMode", 0)
        typist.type("sk ")

        shown = typist.settle()

    assert shown.text == "가rk나 "
    assert shown.properties["InputMode"][0] == "한"


@pytest.mark.parametrize(
    ("purpose", "hints"),
    [(PASSWORD, 0), (PIN, 0), (0, HIDDEN_TEXT)],
    ids=["password", "pin", "hidden"],
)
def test_secrets_pass_through_as_latin_keys(purpose: int, hints: int) -> None:
    """C1: nothing is composed, shown or kept from the field."""
    with at_desk() as desk:
        desk.typist.content_type(purpose, hints)

        handled = desk.typist.press(*"gksrmf1 ")

        shown = desk.typist.settle()
    assert not any(handled)
    assert shown.text == "gksrmf1 "
    assert shown.preedit == ""


@pytest.mark.parametrize("purpose", [TERMINAL, URL], ids=["terminal", "url"])
def test_other_fields_compose(purpose: int) -> None:
    with at_desk() as desk:
        desk.typist.content_type(purpose)
        desk.typist.type("gksrmf ")

        assert desk.typist.settle().text == "한글 "


def test_a_field_after_a_password_composes_again() -> None:
    with at_desk() as desk:
        desk.typist.content_type(PASSWORD)
        desk.typist.type("rk")
        desk.typist.content_type(0)
        desk.typist.type("rk ")

        assert desk.typist.settle().text == "rk가 "


def test_the_log_holds_nothing_that_was_typed() -> None:
    with at_desk() as desk:
        desk.start_predictor()
        desk.typist.type("qlalfdlek ")  # 비밀이다
        desk.typist.settle()

        log = desk.ibus.log

    assert "비밀" not in log
    assert "qlalf" not in log
