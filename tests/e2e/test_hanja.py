# SPDX-License-Identifier: Apache-2.0
"""Hanja in real windows (D8): what is seen, and that nothing is lost or doubled."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest

from ibus_component.demo.desktop import Desktop
from ibus_component.demo.panel import CandidateList
from ibus_component.demo.story import Accept, Scene, Story
from ibus_component.demo.transcript import Transcript
from tests.e2e.run_demo import table_plan

pytestmark = pytest.mark.desktop

RIGHT_CONTROL = "105"
"""By its code: xdotool takes the name for a modifier and presses the left one with it."""


def story_on(desktop: Desktop, out: Path) -> Story:
    return Story(desktop, Transcript(io.StringIO(), korean=False), out, pace_ms=30)


def listed(story: Story, first: str) -> CandidateList:
    """The list that has come up, its first row highlighted."""
    story.panel.await_cursor(0)
    shown = story.panel.shown
    assert shown is not None
    assert shown.candidates[0] == first
    return shown


@pytest.mark.parametrize("gtk", [3, 4])
def test_words_and_syllables_by_key_tap_and_mouse(
    short_tmp: Path, tmp_path: Path, gtk: int
) -> None:
    with Desktop(replace(table_plan(), gtk=gtk)) as desktop:
        story = story_on(desktop, tmp_path)
        story.type("나는 대한민국")
        story.press("F9")
        listed(story, "大韓民國")
        story.press("1")
        story.window.await_text("나는 大韓民國")
        story.text = "나는 大韓民國"

        story.type("의 국")
        story.press(RIGHT_CONTROL)
        listed(story, "國")
        story.press("Escape")
        story.type("어 산수")
        story.press("F9")
        shown = listed(story, "算數")
        story.text = "나는 大韓民國의 국어 "
        story.accept(Scene("", Accept.MOUSE, ("山水",)), shown)

    assert story.window.text == "나는 大韓民國의 국어 山水"


def test_a_selection_is_replaced(short_tmp: Path, tmp_path: Path) -> None:
    with Desktop(table_plan()) as desktop:
        story = story_on(desktop, tmp_path)
        story.type("역사책을 읽다")
        story.press("Home", *["shift+Right"] * 4, "F9")
        listed(story, "歷史冊")
        story.press("1")

        story.window.await_text("歷史冊을 읽다")
