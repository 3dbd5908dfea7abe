# SPDX-License-Identifier: Apache-2.0
"""Hangul or Latin as a person sees it in the panel of IBus, and a crash in a real window."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from ibus_component.demo.application import Application
from ibus_component.demo.desktop import Desktop
from ibus_component.demo.leftovers import processes_at
from ibus_component.demo.needs import SYSTEM_PYTHON
from ibus_component.demo.screen import Box, Screen
from ibus_component.demo.typist import Typist
from ibus_component.demo.waiting import wait_until
from tests.e2e.run_demo import table_plan

pytestmark = pytest.mark.desktop

BAR_ALWAYS: Final = """
from gi.repository import Gio
settings = Gio.Settings.new("org.freedesktop.ibus.panel")
settings.set_int("show", 2)
Gio.Settings.sync()
"""
PIXELS: Final = """
import hashlib, sys, gi
gi.require_version("GdkPixbuf", "2.0")
from gi.repository import GdkPixbuf
picture = GdkPixbuf.Pixbuf.new_from_file(sys.argv[1])
part = picture.new_subpixbuf(*[int(number) for number in sys.argv[2:]]).copy()
data, row = part.get_pixels(), part.get_rowstride()
size = part.get_width() * part.get_n_channels()
lines = [data[start : start + size] for start in range(0, row * part.get_height(), row)]
print(hashlib.sha256(b"".join(lines)).hexdigest(), len(set(b"".join(lines))))
"""
SYMBOL: Final = 55
"""Width of a button of the bar at the desktop's font, in pixels."""
HANDLE: Final = 8
FEW: Final = 8
"""Shades of a button without a letter on it."""


class Bar:
    """The panel's language bar, whose first button is the mode."""

    def __init__(self, desktop: Desktop, folder: Path) -> None:
        self._screen = Screen(desktop.environment)
        self._desktop = desktop
        self._picture = folder / "bar.png"
        subprocess.run([SYSTEM_PYTHON, "-I", "-c", BAR_ALWAYS], env=desktop.environment, check=True)

    @property
    def box(self) -> Box:
        """Where it is; the panel moves it."""
        return wait_until(self._screen.list_box, "The bar did not come")

    def rise(self) -> None:
        """Come above a window that was opened later."""
        seek = ("xdotool", "search", "--onlyvisible", "--class", "^ibus-ui-gtk3$")
        self._desktop.start(*seek, "windowraise").wait()

    @property
    def symbol(self) -> str:
        """The first button's looks: equal for equal pixels, empty without a letter."""
        self._screen.photograph(self._picture)
        box = self.box
        area = (box.x + HANDLE, box.y, SYMBOL, box.height)
        command = [SYSTEM_PYTHON, "-I", "-c", PIXELS, str(self._picture), *map(str, area)]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        return said[0] if int(said[1]) > FEW else ""

    def becomes(self, wanted: Callable[[str], bool], what: str) -> str:
        """Wait for the symbol."""
        return wait_until(lambda: next(filter(wanted, [self.symbol]), ""), what, 10.0)


def engine_pid(desktop: Desktop) -> int:
    assert desktop.home is not None
    of_engine = b"-m\0ibus_component\0"
    (pid,) = (
        pid
        for pid in processes_at(desktop.home)
        if of_engine in Path(f"/proc/{pid}/cmdline").read_bytes()
    )
    return pid


def kill_engine(desktop: Desktop) -> None:
    """Kill it, and wait until another is selected."""
    os.kill(engine_pid(desktop), signal.SIGKILL)
    wait_until(lambda: desktop.buses.engine() != "ieum", "The engine did not end")
    wait_until(lambda: desktop.buses.engine() == "ieum", "The engine did not return", 2.0)


def test_the_panel_shows_the_mode_whoever_changes_it(desktop: Desktop, tmp_path: Path) -> None:
    """D4: 한 or A by key, click, command, in another window and after a crash."""
    window = Application.open_on(desktop)
    typist = Typist(desktop.environment, 30)
    bar = Bar(desktop, tmp_path)
    hangul = bar.becomes(bool, "a letter on the first button")

    typist.press("r", "k")
    window.await_text("가")
    command = [sys.executable, "-m", "ime_engine.cli", "mode", "latin"]
    subprocess.run(command, env=desktop.environment, check=True, stdout=subprocess.DEVNULL)
    latin = bar.becomes(lambda seen: seen not in ("", hangul), "the symbol of Latin")
    typist.press("r", "k", "Hangul", "s", "k")
    window.await_text("가rk나")
    bar.becomes(lambda seen: seen == hangul, "the symbol of Hangul, by key")

    box = bar.box
    typist.click(box.x + HANDLE + SYMBOL // 2, box.y + box.height // 2)
    # A button under the pointer looks different.
    desktop.start("xdotool", "mousemove", "640", "360").wait()
    bar.becomes(lambda seen: seen == latin, "the symbol of Latin, by click")
    window.await_text("가rk나")

    other = Application.open_on(desktop)
    typist.press("a", "b")
    other.await_text("ab")
    bar.rise()
    bar.becomes(lambda seen: seen == latin, "the symbol of Latin, in another window")
    kill_engine(desktop)
    typist.press("c", "d")
    other.await_text("abcd")
    bar.becomes(lambda seen: seen == latin, "the symbol of Latin, after a crash")
    typist.press("Hangul", "e", "k")
    other.await_text("abcd다")
    bar.becomes(lambda seen: seen == hangul, "the symbol of Hangul, after a crash")


@pytest.mark.parametrize("gtk", [3, 4])
def test_an_engine_killed_in_mid_syllable_loses_and_doubles_nothing(
    gtk: int, short_tmp: Path
) -> None:
    """B9, in a window that is not restarted."""
    with Desktop(replace(table_plan(), gtk=gtk)) as desktop:
        window = Application.open_on(desktop)
        typist = Typist(desktop.environment, 30)
        typist.press(*"gksrmf")
        window.await_text("한글")
        assert window.preedit == "글"
        kill_engine(desktop)
        wait_until(lambda: window.text == "한글", "The syllable was not committed")
        typist.press(*"rkskek", "space")
        window.await_text("한글가나다 ")
        assert window.text == "한글가나다 "
