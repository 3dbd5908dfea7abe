# SPDX-License-Identifier: Apache-2.0
"""The candidate list through a real ibus-daemon: shown when idle, taken by key or mouse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ibus_component.wire.typist import CAPS_BARE
from tests.harness.fake_predictor import CANDIDATES
from tests.harness.ibus import Desk, Ear, Panel, at_desk

pytestmark = pytest.mark.ibus

ALT = 1 << 3
PASSWORD, PIN, URL, TERMINAL = 8, 9, 5, 10


@contextmanager
def desk_with_list() -> Iterator[Desk]:
    """A desk where 안녕 has been typed and the list is there."""
    with at_desk() as desk:
        desk.start_predictor()
        desk.typist.type("dkssud ")
        desk.typist.wait_for(lambda shown: bool(shown.rows))
        yield desk


def test_the_list_comes_passive_after_an_eojeol() -> None:
    with desk_with_list() as desk:
        shown = desk.typist.shown

    assert shown.rows == list(CANDIDATES)
    assert shown.cursor is None


def test_tab_enters_and_space_accepts_with_a_space() -> None:
    with desk_with_list() as desk:
        assert desk.typist.press("Tab") == [True]
        assert desk.typist.settle().cursor == 0
        desk.typist.type(" ")

        shown = desk.typist.settle()

    assert shown.text == "안녕 세상 "
    assert shown.rows == []


def test_alt_and_a_digit_accept_at_once() -> None:
    with desk_with_list() as desk:
        desk.typist.press("2", state=ALT)

        assert desk.typist.settle().text == "안녕 여러분"


def test_a_click_accepts() -> None:
    with desk_with_list() as desk:
        panel = Panel(desk.ibus.address)
        try:
            panel.click(2)
            desk.typist.wait_for(lambda shown: shown.text == "안녕 하늘")
        finally:
            panel.close()


@pytest.mark.parametrize(
    ("keys", "expected"), [("sk ", "안녕 세상 나 "), (" ", "안녕 세상 "), (".", "안녕 세상.")]
)
def test_the_space_after_accepting_is_deferred(keys: str, expected: str) -> None:
    """D6: a letter brings the space along, Space is that space, punctuation needs none."""
    with desk_with_list() as desk:
        desk.typist.press("1", state=ALT)
        desk.typist.type(keys)

        assert desk.typist.settle().text == expected


@pytest.mark.parametrize("key", ["Return", "BackSpace", "Escape", "Left", "7", " "])
def test_a_passive_list_steals_no_key(key: str) -> None:
    """B1, B2."""
    with at_desk() as plain:
        plain.typist.type("dkssud ")
        plain.typist.press(key)
        expected = plain.typist.settle().text

    with desk_with_list() as desk:
        desk.typist.press(key)
        shown = desk.typist.settle()

    assert shown.text == expected
    assert shown.rows == []


def test_no_list_inside_a_burst() -> None:
    """B4: with no pause between the keys, nothing is ever shown."""
    with at_desk(popupdelay=1000) as desk:
        desk.start_predictor()
        desk.typist.type("dkssudgktpdy tptkd dkssudgktpdy tptkd")

        signals = desk.typist.settle().signals

    assert "UpdateLookupTable" not in signals[signals.index("CommitText") :]


def test_the_menu_switches_the_predictor_off_and_on() -> None:
    with at_desk() as desk, Ear(desk) as ear:
        desk.start_predictor()
        desk.typist.activate("Predict", 0)
        desk.typist.type("dkssud ")
        assert ear.calls() == []
        assert desk.typist.settle().properties["Predict"][1] == 0

        desk.typist.activate("Predict", 1)
        desk.typist.type("dkssud ")
        assert len(ear.calls()) == 1
        assert desk.typist.settle().properties["Predict"][1] == 1


@pytest.mark.parametrize(
    "purpose", [PASSWORD, PIN, URL, TERMINAL], ids=["password", "pin", "url", "terminal"]
)
def test_no_question_leaves_a_field_that_forbids_it(purpose: int) -> None:
    with at_desk() as desk, Ear(desk) as ear:
        desk.start_predictor()
        desk.typist.content_type(purpose)
        desk.typist.type("dkssud tptkd ")

        assert ear.calls() == []


def test_the_question_holds_the_text_before_the_caret() -> None:
    with at_desk() as desk, Ear(desk) as ear:
        desk.start_predictor()
        desk.typist.type("dkssud tptkd ")

        *_, last = ear.calls()

    assert last.body[:2] == ["안녕 세상 ", ""]


def test_surrounding_text_of_the_client_is_the_context() -> None:
    with at_desk(caps=CAPS_BARE | 1 << 5) as desk, Ear(desk) as ear:
        desk.start_predictor()
        desk.typist.surrounding("오늘 날씨가 ", 7)
        desk.typist.type("whgdk ")

        *_, last = ear.calls()

    assert last.body[0] == "오늘 날씨가 좋아 "


def test_the_panel_draws_the_list_of_a_client_that_cannot() -> None:
    with at_desk(caps=CAPS_BARE) as desk:
        desk.start_predictor()
        panel = Panel(desk.ibus.address)
        try:
            desk.typist.type("dkssud ")

            assert panel.wait_for_list() == list(CANDIDATES)
        finally:
            panel.close()
    assert desk.typist.shown.rows == []
