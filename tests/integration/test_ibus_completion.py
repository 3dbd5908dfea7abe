# SPDX-License-Identifier: Apache-2.0
"""Completion through a real ibus-daemon: the list within an eojeol, taken by key or mouse."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from ibus_component.predictions import REST_MS
from ibus_component.wire.typist import CAPS_RICH
from tests.harness.ibus import Desk, Ear, Panel, at_desk

pytestmark = pytest.mark.ibus

ALT = 1 << 3
BURST_S = 0.075
PASSWORD, URL, TERMINAL = 8, 5, 10
MODES = ["syllable", "word", "none"]


@contextmanager
def desk_in_a_word(caps: int = CAPS_RICH, **preferences: Any) -> Iterator[Desk]:
    """A desk where 안녕ㅎ has been typed and the list is there."""
    with at_desk(caps=caps, **preferences) as desk:
        desk.start_predictor()
        desk.typist.type("dkssudg")
        desk.typist.wait_for(lambda shown: bool(shown.rows))
        yield desk


def test_the_list_comes_while_the_syllable_composes() -> None:
    with desk_in_a_word() as desk:
        shown = desk.typist.shown

    assert shown.rows == ["안녕하세요", "안녕하십니까", "안녕히"]
    assert shown.cursor is None
    assert (shown.text, shown.preedit) == ("안녕", "ㅎ")


@pytest.mark.parametrize("mode", MODES)
def test_alt_and_a_digit_commit_what_is_missing_once(mode: str) -> None:
    with desk_in_a_word(preedit=mode) as desk:
        assert desk.typist.press("1", state=ALT) == [True]
        shown = desk.typist.settle()
        assert (shown.text, shown.preedit, shown.rows) == ("안녕하세요", "", [])

        desk.typist.type("sk ")

        assert desk.typist.settle().text == "안녕하세요 나 "


@pytest.mark.parametrize("mode", MODES)
def test_tab_and_enter_commit_what_is_missing_once(mode: str) -> None:
    with desk_in_a_word(preedit=mode) as desk:
        assert desk.typist.press("Tab", "Tab", "Return") == [True, True, True]
        shown = desk.typist.settle()

    assert (shown.text, shown.preedit) == ("안녕하십니까", "")


@pytest.mark.parametrize("mode", MODES)
def test_a_click_commits_what_is_missing_once(mode: str) -> None:
    """D7: by mouse alone."""
    with desk_in_a_word(preedit=mode) as desk:
        panel = Panel(desk.ibus.address)
        try:
            panel.click(2)
            desk.typist.wait_for(lambda shown: shown.text == "안녕히")
        finally:
            panel.close()
        shown = desk.typist.settle()

    assert (shown.text, shown.preedit) == ("안녕히", "")


def test_after_a_completion_comes_the_next_eojeol() -> None:
    with desk_in_a_word() as desk:
        desk.typist.press("1", state=ALT)
        desk.typist.wait_for(lambda shown: "세상" in shown.rows)
        desk.typist.press("1", state=ALT)

        assert desk.typist.settle().text == "안녕하세요 세상"


@pytest.mark.parametrize("key", ["Return", "BackSpace", "Escape", "Left", "7", " ", "."])
def test_a_passive_list_within_a_word_steals_no_key(key: str) -> None:
    """B1, A13: as without a predictor."""
    with at_desk() as plain:
        plain.typist.type("dkssudg")
        plain.typist.press(key)
        expected = plain.typist.settle()

    with desk_in_a_word() as desk:
        desk.typist.press(key)
        shown = desk.typist.settle()

    assert (shown.text, shown.preedit) == (expected.text, expected.preedit)
    assert shown.rows == []


@pytest.mark.parametrize("key", ["Escape", "BackSpace"])
def test_leaving_the_list_keeps_the_syllable(key: str) -> None:
    with desk_in_a_word() as desk:
        desk.typist.press("Tab")
        assert desk.typist.press(key) == [True]
        desk.typist.type("k")

        shown = desk.typist.settle()

    assert (shown.text, shown.preedit, shown.rows) == ("안녕", "하", [])


def test_no_question_inside_a_burst() -> None:
    """B4: at 75 ms between keys nothing is asked, and after the burst one thing."""
    with at_desk() as desk, Ear(desk) as ear:
        desk.start_predictor()
        rests, sent = 0, time.monotonic()
        for character in "dkssudgktpdy":
            last, sent = sent, time.monotonic()
            desk.typist.type(character)
            rests += time.monotonic() - last >= REST_MS / 1000  # a busy machine made it no burst
            time.sleep(BURST_S)
        asked = [message.body[:2] for message in ear.calls(0.5)]

    assert asked[-1] == ["", "안녕하세요"]
    assert len(asked) <= 1 + rests


def test_the_question_holds_the_word_and_what_is_before_it() -> None:
    with at_desk(caps=CAPS_RICH | 1 << 5) as desk, Ear(desk) as ear:
        desk.start_predictor()
        desk.typist.surrounding("그럼 여러분 ", 7)
        desk.typist.type("dkssud")
        *_, last = ear.calls(0.5)

    assert last.body[:2] == ["그럼 여러분 ", "안녕"]


def test_in_the_middle_of_a_word_nothing_is_asked() -> None:
    with at_desk(caps=CAPS_RICH | 1 << 5) as desk, Ear(desk) as ear:
        desk.start_predictor()
        desk.typist.surrounding("세요", 0)
        desk.typist.type("dkssudg")

        assert ear.calls(0.5) == []


@pytest.mark.parametrize("purpose", [PASSWORD, URL, TERMINAL], ids=["password", "url", "terminal"])
def test_no_question_leaves_a_field_that_forbids_it(purpose: int) -> None:
    with at_desk() as desk, Ear(desk) as ear:
        desk.start_predictor()
        desk.typist.content_type(purpose)
        desk.typist.type("dkssudg")

        assert ear.calls(0.5) == []


def test_a_caret_that_goes_nowhere_takes_the_list_along() -> None:
    """B6."""
    with desk_in_a_word() as desk:
        desk.typist.move_caret(0, 0, 0, 0)

        assert desk.typist.settle().rows == []
