# SPDX-License-Identifier: Apache-2.0
"""A person types in a real window on a real desktop; what they see is what is checked."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from ibus_component.demo.desktop import Desktop
from ibus_component.demo.leftovers import processes_at
from ibus_component.demo.needs import SYSTEM_PYTHON
from ibus_component.demo.story import MESSAGE, Accept, Scene, Story
from ibus_component.demo.transcript import Transcript
from ibus_component.demo.waiting import DemoError, wait_until
from tests.e2e.run_demo import table_plan

pytestmark = pytest.mark.desktop

COLOURS: Final = """
import sys, gi
gi.require_version("GdkPixbuf", "2.0")
from gi.repository import GdkPixbuf
picture = GdkPixbuf.Pixbuf.new_from_file(sys.argv[1])
area = [int(number) for number in sys.argv[2:]] or [0, 0, picture.get_width(), picture.get_height()]
part = picture.new_subpixbuf(*area).copy()
data, size = part.get_pixels(), part.get_n_channels()
colours = {data[i : i + 3] for i in range(0, len(data) - 2, size)}
print(picture.get_width(), picture.get_height(), len(colours))
"""


def look_at(picture: Path, *area: int) -> tuple[int, int, int]:
    """Width and height of a picture, and how many colours an area of it has."""
    command = [SYSTEM_PYTHON, "-I", "-c", COLOURS, str(picture), *map(str, area)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    width, height, colours = (int(number) for number in said.split())
    return width, height, colours


def story_on(desktop: Desktop, out: Path, pace_ms: int = 30) -> Story:
    out.mkdir(exist_ok=True)
    return Story(desktop, Transcript(io.StringIO(), korean=False), out, pace_ms)


def test_a_message_with_words_taken_by_keys_and_by_mouse(desktop: Desktop, tmp_path: Path) -> None:
    story = story_on(desktop, tmp_path / "pictures")

    story.play(MESSAGE)

    assert story.text == (
        "안녕하세요. 자료를 보내 주셔서 감사합니다. "
        "궁금한 점이 있으시면 언제든지 말씀해 주세요.\n"
        "감사합니다. 앞으로도 잘 부탁드립니다."
    )
    assert story.window.text == story.text
    pictures = sorted((tmp_path / "pictures").iterdir())
    assert [picture.stem for picture in pictures] == [
        *("1-list", "2-list", "3-list", "4-highlighted", "5-list", "6-list", "7-done")
    ]
    for picture in pictures:
        width, height, colours = look_at(picture)
        assert (width, height) == (1280, 720)
        assert colours > 50, "text is drawn with soft edges: a blank screen has few colours"


def test_the_list_is_drawn_at_the_caret_and_the_mouse_takes_the_row_under_it(
    desktop: Desktop, tmp_path: Path
) -> None:
    story = story_on(desktop, tmp_path)
    story.type("앞으로도 잘 ")

    shown, box = story.await_list()

    assert shown.cursor is None
    assert len(shown.candidates) == 5
    caret = story.window.caret
    assert box.y == pytest.approx(caret.bottom, abs=8)
    assert box.x == pytest.approx(caret.x, abs=8)
    story.photograph("list")
    assert look_at(tmp_path / "1-list.png", box.x, box.y, box.width, box.height)[2] > 20
    third = shown.candidates[2]
    story.accept(Scene("", Accept.MOUSE, (third,)), shown)
    assert story.window.text == f"앞으로도 잘 {third}"


@pytest.mark.parametrize("by", Accept)
def test_half_a_word_is_completed_by_keys_and_by_mouse(
    desktop: Desktop, tmp_path: Path, by: Accept
) -> None:
    """D7: the syllable in work is replaced, the rest is written once."""
    story = story_on(desktop, tmp_path)
    story.type("그럼 안녕하")

    shown, _ = story.await_list()

    assert shown.candidates == ("안녕하세요", "안녕하십니까")
    story.accept(Scene("", by, ("안녕하십니까",)), shown)
    story.type("?")
    assert story.window.text == f"그럼 안녕하십니까{' ' * (by is Accept.ENTER)}?"


def test_entering_the_list_and_leaving_it_changes_nothing(desktop: Desktop, tmp_path: Path) -> None:
    story = story_on(desktop, tmp_path)
    story.type("앞으로도 잘 ")
    story.await_list()

    story.press("Tab", "Tab")
    story.panel.await_cursor(1)
    story.press("Escape")
    story.type("해요")

    assert story.window.shown == "앞으로도 잘 해요"


@pytest.mark.parametrize("fate", [signal.SIGKILL, signal.SIGSTOP])
def test_typing_goes_on_when_the_predictor_dies_or_hangs(
    desktop: Desktop, tmp_path: Path, fate: signal.Signals
) -> None:
    story = story_on(desktop, tmp_path)
    story.type("앞으로도 잘 ")
    story.await_list()

    os.kill(desktop.predictor_pid, fate)
    story.type("부탁드려요. 좋은 하루 보내세요. ")

    assert story.window.text == "앞으로도 잘 부탁드려요. 좋은 하루 보내세요. "
    with pytest.raises(DemoError, match="No candidate list came"):
        story.panel.await_list(timeout_s=0.6)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_demo_ended_in_the_middle_leaves_nothing(short_tmp: Path, number: signal.Signals) -> None:
    pictures = short_tmp / "pictures"
    with subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.run_demo", "--out", str(pictures)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as demo:
        first = wait_until(lambda: next(pictures.glob("*.png"), None), "No picture came", 20)
        (home,) = short_tmp.glob("ieum-demo-*")
        assert processes_at(home)

        demo.send_signal(number)
        _, said = demo.communicate(timeout=20)

    assert demo.returncode == 128 + number
    assert "Traceback" not in said
    assert processes_at(home) == []
    assert not home.exists()
    first.unlink()
    for picture in pictures.iterdir():
        picture.unlink()
    pictures.rmdir()


def test_a_desktop_that_cannot_start_leaves_nothing(short_tmp: Path) -> None:
    broken = replace(table_plan(), predictor=("/nowhere/predictor",))
    with pytest.raises(FileNotFoundError, match="/nowhere/predictor"), Desktop(broken):
        pytest.fail("it started without its predictor")
    assert list(short_tmp.iterdir()) == []


def test_a_window_of_gtk_4_takes_the_same_keys(short_tmp: Path, tmp_path: Path) -> None:
    with Desktop(replace(table_plan(), gtk=4)) as desktop:
        desktop.await_predictor()
        story = story_on(desktop, tmp_path)
        story.type("앞으로도 잘 ")
        story.accept(Scene("", Accept.CHORD, ("부탁드립니다",)), story.panel.await_list())
        story.type(". 필요하시면 말씀해 ")
        shown = story.panel.await_list()
        story.photograph("list")
        story.accept(Scene("", Accept.MOUSE, ("주세요",)), shown)
        assert story.window.text == "앞으로도 잘 부탁드립니다. 필요하시면 말씀해 주세요"


@pytest.mark.real_model
def test_the_demo_of_this_installation_with_its_own_model(
    real_model_dir: Path, tmp_path: Path
) -> None:
    demo = subprocess.run(
        [sys.executable, "-m", "ibus_component.demo", "--out", str(tmp_path)],
        env={**os.environ, "IEUM_MODELS_DIR": str(real_model_dir)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert demo.returncode == 0, demo.stderr
    assert "Alt+" in demo.stdout
    assert "click" in demo.stdout
    assert (tmp_path / "7-done.png").stat().st_size > 10_000
