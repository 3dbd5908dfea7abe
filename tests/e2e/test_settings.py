# SPDX-License-Identifier: Apache-2.0
"""The settings dialog on a real desktop: opened, worked by keyboard alone, and looked at."""

from __future__ import annotations

import ast
import configparser
import json
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from ibus_component.component_xml import setup_line
from ibus_component.demo.desktop import Desktop
from ibus_component.demo.needs import SYSTEM_PYTHON
from ibus_component.demo.typist import Typist
from ibus_component.demo.waiting import DemoError, wait_until
from tests.taught import history_of

pytestmark = pytest.mark.desktop

ROOT: Final = Path(__file__).parents[2]
INSPECTOR: Final = Path(__file__).with_name("look_at_settings.py")
BUTTONS: Final = Path(__file__).with_name("history_buttons.py")
SECTION: Final = "desktop/ibus/engine/ieum"
KEYFILE: Final = "config/glib-2.0/settings/keyfile"
TOGGLES: Final = ["Hangul", "Shift+space", "Alt_R"]
SHIFT_L, CONTROL_R, ALT_R, SUPER_R = "50", "105", "108", "134"
"""By X keycode: to press a modifier by its name, xdotool holds another one."""

ALONE_S: Final = 15.0


class Dialog:
    """The dialog on a desktop, and who works it."""

    def __init__(self, desktop: Desktop) -> None:
        assert desktop.home is not None
        self.desktop = desktop
        self.home = desktop.home
        self._hands = Typist(desktop.environment, pace_ms=20)
        self.process = self.start()
        self.wait_for("이음 설정")

    def start(self) -> subprocess.Popen[str]:
        return self.desktop.start(*setup_line().split())

    def press(self, *keys: str) -> None:
        self._hands.press(*keys)

    def windows(self, title: str) -> list[str]:
        return self._xdotool("search", "--onlyvisible", "--name", f"^{title}$").split()

    def wait_for(self, title: str) -> None:
        """Wait until a window with this title has the keyboard."""

        def active() -> bool:
            return self._xdotool("getactivewindow", "getwindowname").strip() == title

        wait_until(active, f"The window {title!r} did not open")

    def stored(self) -> dict[str, Any]:
        """What the desktop keeps of our settings."""
        file = configparser.RawConfigParser()
        file.read(self.home / KEYFILE, encoding="utf-8")
        found = dict(file[SECTION]) if file.has_section(SECTION) else {}
        return {
            key: ast.literal_eval(value.capitalize())
            if value in ("true", "false")
            else ast.literal_eval(value)
            for key, value in found.items()
        }

    def wait_stored(self, key: str, value: object) -> None:
        wait_until(lambda: self.stored().get(key) == value, f"{key} did not become {value!r}")

    def _xdotool(self, *arguments: str) -> str:
        done = subprocess.run(
            ["xdotool", *arguments],
            env=self.desktop.environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        return done.stdout


@pytest.fixture
def dialog(desktop: Desktop) -> Iterator[Dialog]:
    dialog = Dialog(desktop)
    yield dialog
    dialog.process.kill()


def looked_at(desktop: Desktop, language: str) -> dict[str, Any]:
    done = subprocess.run(
        [SYSTEM_PYTHON, "-I", str(INSPECTOR)],
        env=desktop.environment | {"LANGUAGE": language},
        cwd=desktop.home,
        capture_output=True,
        encoding="utf-8",
        timeout=ALONE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_every_change_acts_at_once_and_the_mouse_is_not_needed(dialog: Dialog) -> None:
    # The window manager keeps Alt+P, Alt+C and Alt+D to itself.
    dialog.press("ctrl+Page_Down", "alt+o")
    dialog.wait_stored("predict", False)
    dialog.press("alt+o")
    dialog.wait_stored("predict", True)
    dialog.press("alt+w", "Up")
    dialog.wait_stored("popupdelay", 250)
    dialog.press("Tab", "Tab", "Tab", "space", "Down", "Return")  # opens, moves on, takes
    dialog.wait_stored("orientation", "horizontal")
    dialog.press("alt+r")
    wait_until(lambda: dialog.stored() == {}, "The page was not put back")
    dialog.press("alt+l", "alt+o", "1", "comma", "2", "comma")
    dialog.wait_stored("privateapps", ["1", "2"])
    dialog.press("alt+w")
    dialog.wait_stored("learn", False)
    dialog.press("Escape")
    assert dialog.process.wait(ALONE_S) == 0


def test_what_was_learned_is_not_forgotten_without_being_asked(dialog: Dialog) -> None:
    dialog.press("alt+l", "alt+e")
    wait_until(lambda: len(dialog.windows("이음 설정")) == 2, "No question came up")
    dialog.press("Return")  # what Enter does is to leave it
    wait_until(lambda: len(dialog.windows("이음 설정")) == 1, "The question stayed")
    assert dialog.process.poll() is None


def test_what_was_learned_is_exported_and_forgotten(desktop: Desktop, tmp_path: Path) -> None:
    """The two buttons run the real command on the real file; only the questions are answered."""
    state = Path(desktop.environment["XDG_STATE_HOME"])
    with history_of(state / "ieum", ["오늘은 뜨락식당에서"]):
        pass
    done = subprocess.run(
        [SYSTEM_PYTHON, str(BUTTONS), str(tmp_path / "mine.jsonl")],
        env=desktop.environment,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    exported, forgotten = done.stdout.splitlines()
    assert "뜨락식당에서" in (tmp_path / "mine.jsonl").read_text(encoding="utf-8")
    assert exported == f"Wrote {tmp_path}/mine.jsonl."
    assert forgotten == "Forgot everything: 5 records."  # 2 words, 2 pairs, a triple
    with history_of(state / "ieum") as history:
        assert list(history.rows()) == []


def test_a_key_is_bound_by_pressing_it_and_taken_away_again(dialog: Dialog) -> None:
    dialog.press("alt+k", "Tab", "Tab", "Tab", "Tab", "space")
    dialog.wait_for("키 더하기")
    dialog.press("F8", "Return")
    dialog.wait_stored("togglekeys", [*TOGGLES, "F8"])
    dialog.wait_for("이음 설정")
    dialog.press("space")
    dialog.wait_for("키 더하기")
    dialog.press(CONTROL_R)  # a modifier counts when it is let go: it is the hanja key already
    dialog.press(SUPER_R, "Return")
    dialog.wait_stored("togglekeys", [*TOGGLES, "F8", "Super_R"])
    dialog.wait_for("이음 설정")
    dialog.press("shift+Tab", "shift+Tab", "space")
    dialog.wait_stored("togglekeys", [*TOGGLES, "Super_R"])


def test_a_key_that_cannot_be_bound_is_refused_and_the_list_stays(dialog: Dialog) -> None:
    dialog.press("alt+k", "Tab", "Tab", "Tab", "Tab", "space")
    dialog.wait_for("키 더하기")
    # A letter, what writes, what is bound elsewhere, what is bound here; then Esc, refused, closes.
    dialog.press("a", "space", "Return", "BackSpace", "F9", SHIFT_L, ALT_R)
    assert dialog.windows("키 더하기")
    dialog.press("Escape")
    dialog.wait_for("이음 설정")
    # Where Esc may be bound, it is an answer; a second one leaves the dialog without it.
    dialog.press("Tab", "Tab", "space")
    dialog.wait_for("키 더하기")
    dialog.press("Escape", "Escape")
    dialog.wait_for("이음 설정")
    assert dialog.stored() == {}


def test_there_is_one_dialog_and_ctrl_c_ends_it(dialog: Dialog) -> None:
    assert dialog.start().wait(ALONE_S) == 0
    assert len(dialog.windows("이음 설정")) == 1
    dialog.process.send_signal(signal.SIGINT)
    assert dialog.process.wait(ALONE_S) == 0


@pytest.mark.parametrize(
    ("language", "tabs", "hangul", "dubeolsik"),
    [
        ("ko", ["입력(T)", "예측(P)", "학습(L)", "키(K)", "정보(A)"], "한/영 전환", "두벌식"),
        (
            "en",
            ["Typing", "Prediction", "Learning", "Keys", "About"],
            "Hangul or Latin",
            "Dubeolsik",
        ),
    ],
)
def test_it_is_read_in_the_desktops_language_and_nothing_is_cut_off(
    desktop: Desktop, language: str, tabs: list[str], hangul: str, dubeolsik: str
) -> None:
    seen = looked_at(desktop, language)
    typing, prediction, learning, keys, _about = seen["pages"]

    assert [page["tab"] for page in seen["pages"]] == tabs
    assert hangul in keys["labels"]
    assert dubeolsik in typing["chosen"].values()
    assert max(len(choices) for choices in typing["choices"].values()) >= 9  # of libhangul
    assert [page["clipped"] + page["nameless"] for page in seen["pages"]] == [[]] * 5
    assert seen["complaint"] == ""
    assert seen["needs"] <= 720  # fits the screen of a small laptop
    assert prediction["insensitive"] == learning["insensitive"] == []


def test_what_was_broken_by_hand_is_told_and_can_be_put_back(desktop: Desktop) -> None:
    assert desktop.home is not None
    with (desktop.home / KEYFILE).open("a", encoding="utf-8") as file:
        file.write(
            f"\n[{SECTION}]\nlayout='dvorak'\npopupdelay=5000\npreedit='letter'\n"
            "togglekeys=['Hangul', 'Kontrol+x']\npredict=false\n"
        )
    seen = looked_at(desktop, "en")
    typing, prediction, _learning, keys, _about = seen["pages"]

    assert seen["complaint"] == (
        "These stored values cannot be used and are passed over: Keyboard “dvorak”, "
        "Show as being composed “letter”, Hangul or Latin “Kontrol+x”, "
        "Wait before it appears (ms) “5000”."
    )
    assert "dvorak (not found)" in typing["chosen"].values()
    assert "the syllable" in typing["chosen"].values()
    assert "Kontrol+x (no key)  ×" in keys["labels"]
    assert "automatic" in prediction["chosen"].values()

    dialog = Dialog(desktop)
    dialog.press("alt+u")
    wait_until(lambda: dialog.stored() == {"predict": False}, "What was broken was not put back")
    dialog.process.kill()


def test_without_its_schema_it_says_so_in_a_window_and_on_stderr(
    desktop: Desktop, tmp_path: Path
) -> None:
    for name in ("ibus_component", "ime_engine"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("*.pyc"))
    main = str(tmp_path / "ibus_component/setup/__main__.py")
    variables = {"XDG_DATA_DIRS": str(tmp_path), "LANGUAGE": "en"}
    process = desktop.start(SYSTEM_PYTHON, "-I", main, variables=variables)
    hands = Typist(desktop.environment)

    def closed() -> bool:
        try:
            hands.press("Escape")
        except DemoError:
            return False
        return process.poll() is not None

    wait_until(closed, "No window that could be closed came up")
    assert process.returncode == 1
    assert desktop.home is not None
    said = (desktop.home / "log" / Path(SYSTEM_PYTHON).name).read_text(encoding="utf-8")
    assert "ieum: The settings schema is not installed; run `make setup`" in said
