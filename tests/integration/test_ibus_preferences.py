# SPDX-License-Identifier: Apache-2.0
"""Preferences of the desktop and the running engine are one, over a real ibus-dconf and GSettings.

`gsettings` stands for every program that changes them: the settings dialog does nothing else.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dbus_next.constants import MessageFlag

from ibus_component.headless import MEMCONF, HeadlessIBus, wait_until
from ibus_component.wire.typist import Typist
from ime_engine.protocol import INTERFACE
from tests.harness.fake_predictor import CANDIDATES
from tests.harness.ibus import Desk, Ear, at_desk

pytestmark = pytest.mark.ibus

DCONF = Path("/usr/libexec/ibus-dconf")
SCHEMA = "org.freedesktop.ibus.engine.ieum"
SCHEMA_FILE = Path(__file__).parents[2] / "data" / "gsettings" / f"{SCHEMA}.gschema.xml"
ALT, CONTROL = 1 << 3, 1 << 2
IN_TIME_S = 0.5
PROPERTIES = "org.freedesktop.DBus.Properties"


class Preferences:
    """GSettings of a private home."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def set(self, key: str, value: str) -> None:
        self._gsettings("set", key, value)

    def get(self, key: str) -> str:
        return self._gsettings("get", key)

    def reset(self, key: str) -> None:
        self._gsettings("reset", key)

    def _gsettings(self, verb: str, *words: str) -> str:
        command = ["gsettings", verb, SCHEMA, *words]
        done = subprocess.run(
            command, env=self.desk.ibus.env, capture_output=True, text=True, timeout=10, check=True
        )
        return done.stdout.strip()


@pytest.fixture(scope="module")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with our schema, compiled."""
    folder = tmp_path_factory.mktemp("schemas")
    shutil.copy(SCHEMA_FILE, folder)
    subprocess.run(["glib-compile-schemas", "--strict", str(folder)], check=True)
    return folder


@pytest.fixture
def home(schemas: Path) -> HeadlessIBus:
    """A desktop that keeps its preferences in dconf."""
    environment = {"GSETTINGS_SCHEMA_DIR": str(schemas), "GSETTINGS_BACKEND": "dconf"}
    return HeadlessIBus(keeper=DCONF, environment=environment)


@pytest.fixture
def preferences(home: HeadlessIBus) -> Iterator[Preferences]:
    with home as ibus, Typist(ibus.address, "ieum") as typist:
        yield Preferences(Desk(ibus, typist))


def in_time(done: Callable[[], bool], what: str) -> float:
    """Wait for what must come within half a second of now; the span it took, in seconds."""
    begun = time.monotonic()
    wait_until(done, what, IN_TIME_S)
    return time.monotonic() - begun


def text_of(typist: Typist, keys: str) -> str:
    """What keys type into an empty field."""
    typist.shown.text = ""
    typist.type(keys)
    return typist.settle().text


def test_a_changed_preference_reaches_the_running_engine(preferences: Preferences) -> None:
    typist = preferences.desk.typist
    assert text_of(typist, "kf ") == "ㅏㄹ "

    preferences.set("layout", "3f")

    in_time(lambda: text_of(typist, "kfw ") == "갈 ", "typing in sebeolsik")


def test_the_first_key_already_has_the_keyboard_of_the_preferences(home: HeadlessIBus) -> None:
    with home as ibus:
        ibus.prefer("layout", "3f")
        ibus.prefer("starthangul", True)
        with Typist(ibus.address, "ieum") as typist:
            typist.type("kfw ")
            assert typist.settle().text == "갈 "


def test_an_engine_may_start_in_latin(home: HeadlessIBus) -> None:
    with home as ibus:
        ibus.prefer("starthangul", False)
        with Typist(ibus.address, "ieum") as typist:
            typist.type("rk")
            shown = typist.settle()
            assert (shown.text, shown.properties["InputMode"][0]) == ("rk", "A")


def test_the_delay_follows_while_the_predictor_runs(preferences: Preferences) -> None:
    desk = preferences.desk
    desk.start_predictor()
    preferences.set("popupdelay", "1000")
    preferences.set("pagesize", "2")
    in_time(lambda: _rows(desk, 2.0) == list(CANDIDATES[:2]), "a shorter list")

    preferences.set("popupdelay", "0")
    begun = time.monotonic()
    assert _rows(desk, 0.5) == list(CANDIDATES[:2])
    assert time.monotonic() - begun < 0.5


def test_a_switch_by_key_is_kept_and_seen_by_everybody(preferences: Preferences) -> None:
    desk = preferences.desk
    desk.typist.press("h", state=CONTROL | ALT)
    in_time(lambda: preferences.get("predict") == "false", "the preference")
    assert desk.typist.settle().properties["Predict"][1] == 0

    preferences.set("predict", "true")
    in_time(lambda: desk.typist.settle().properties["Predict"][1] == 1, "the panel's switch")


@pytest.mark.parametrize(
    ("entry", "key", "on"), [("Learn", "learn", True), ("HanjaLock", "hanjalock", False)]
)
def test_a_switch_of_the_menu_is_kept(
    entry: str, key: str, on: bool, preferences: Preferences
) -> None:
    typist = preferences.desk.typist
    assert typist.settle().properties[entry][1] == on

    typist.activate(entry, int(not on))

    in_time(lambda: preferences.get(key) == str(not on).lower(), "the preference")
    assert typist.settle().properties[entry][1] == (not on)


def test_a_reset_preference_has_its_default(preferences: Preferences) -> None:
    """IBus' service says nothing of a reset."""
    typist = preferences.desk.typist
    preferences.set("layout", "3f")
    in_time(lambda: text_of(typist, "kfw ") == "갈 ", "typing in sebeolsik")

    preferences.reset("layout")

    in_time(lambda: text_of(typist, "rk ") == "가 ", "typing in dubeolsik")


@pytest.mark.parametrize(
    ("key", "good", "bad", "reason"),
    [
        ("layout", "3f", 7, "Expected `str`, got `int`"),
        ("layout", "3f", "qwerty", "`qwerty` is not installed"),
        ("togglekeys", ("F9",), ("F9", "Hangeul"), "`Hangeul` names no key"),
        ("popupdelay", 1, 5000, "<= 1000"),
        ("minconfidence", 0.5, "soon", "Expected `float`, got `str`"),
        ("ponies", 1, 1, "There is no preference `ponies`"),
    ],
)
def test_a_bad_value_changes_nothing_and_is_told_in_a_sentence(
    key: str, good: object, bad: object, reason: str
) -> None:
    with at_desk(layout="3f", togglekeys=("F9",)) as desk:
        desk.ibus.prefer(key, good)
        desk.ibus.prefer(key, bad)
        wait_until(lambda: reason in desk.ibus.log, "a sentence in the log")

        assert text_of(desk.typist, "kfw ") == "갈 "
        desk.typist.press("F9")
        assert text_of(desk.typist, "kf") == "kf"
        (line,) = [line for line in desk.ibus.log.splitlines() if reason in line]
        assert f"`{key}`" in line


def test_a_good_value_beside_a_bad_one_counts() -> None:
    with at_desk(layout="3f", popupdelay=5000, togglekeys=("Hangeul",)) as desk:
        assert text_of(desk.typist, "kfw ") == "갈 "
        assert desk.ibus.log.count("keeps its last good value") == 2


def test_typing_goes_on_when_the_service_is_killed_and_it_is_found_again(
    preferences: Preferences,
) -> None:
    desk = preferences.desk
    preferences.set("layout", "3f")
    in_time(lambda: text_of(desk.typist, "kfw ") == "갈 ", "typing in sebeolsik")

    (service,) = desk.ibus.processes(DCONF.name)[-1:]
    os.kill(service, signal.SIGKILL)
    assert text_of(desk.typist, "kfw kfw ") == "갈 갈 "
    desk.typist.press("h", state=CONTROL | ALT)
    assert desk.typist.settle().properties["Predict"][1] == 0

    preferences.set("layout", "2")
    desk.ibus.spawn(str(DCONF))
    wait_until(lambda: text_of(desk.typist, "rk ") == "가 ", "the return of the service")


def test_a_hung_service_holds_up_no_key() -> None:
    with HeadlessIBus(preferences={"layout": "3f"}) as ibus:
        (service,) = ibus.processes(MEMCONF.name)[-1:]
        os.kill(service, signal.SIGSTOP)
        with Typist(ibus.address, "ieum") as typist:
            begun = time.monotonic()
            typist.type("rk ")
            assert typist.settle().text == "가 "
            assert time.monotonic() - begun < 2
            os.kill(service, signal.SIGCONT)

            wait_until(lambda: text_of(typist, "kfw ") == "갈 ", "the preferences")


def test_without_a_service_the_file_counts_until_one_comes() -> None:
    with at_desk(config="engine:\n  layout: 3f\n", keeper=None) as desk:
        assert text_of(desk.typist, "kfw ") == "갈 "
        desk.typist.press("h", state=CONTROL | ALT)
        assert desk.typist.settle().properties["Predict"][1] == 0

        desk.ibus.spawn(str(MEMCONF))

        wait_until(lambda: text_of(desk.typist, "rk ") == "가 ", "the preferences")
        assert desk.typist.settle().properties["Predict"][1] == 1


def test_with_a_service_the_file_is_not_read_and_that_is_told() -> None:
    with HeadlessIBus(config="engine:\n  layout: 3f\n") as ibus, Typist(ibus.address, "ieum") as me:
        me.type("rk ")
        assert me.settle().text == "가 "
        assert ibus.log.count("`engine:`") == 1


def test_the_menu_starts_the_settings_dialog_and_leaves_no_zombie() -> None:
    """There is no display here, so the dialog says so and ends."""
    with at_desk() as desk:
        desk.typist.activate("Setup", 0)
        assert text_of(desk.typist, "rk ") == "가 "

        wait_until(lambda: "\nieum: " in desk.ibus.log, "the dialog's sentence")
        wait_until(lambda: not desk.ibus.processes("setup/__main__.py"), "the dialog's end")
        engine = desk.ibus.engine_pid()
        children = Path(f"/proc/{engine}/task/{engine}/children")
        wait_until(lambda: not children.read_text(encoding="ascii"), "the burial")


def test_the_predictor_is_told_and_never_started_for_it() -> None:
    with at_desk(learn=False, model="one") as desk, Ear(desk, PROPERTIES) as ear:
        desk.ibus.prefer("predict", False)
        assert all(call.flags & MessageFlag.NO_AUTOSTART for call in ear.calls())

        desk.start_predictor()
        assert _told(ear) == [("Enabled", False), ("Learning", False), ("LoadModel", "one")]
        desk.ibus.prefer("model", "two")
        desk.ibus.prefer("predict", True)
        assert _told(ear) == [("Enabled", True), ("LoadModel", "two")]


def _told(ear: Ear) -> list[tuple[str, object]]:
    told: list[tuple[str, object]] = []
    for call in ear.calls():
        if call.member == "Set" and call.body[0] == INTERFACE:
            told.append((call.body[1], call.body[2].value))
        elif call.member == "LoadModel":
            told.append((call.member, call.body[0]))
    return sorted(told)


def _rows(desk: Desk, span_s: float) -> list[str]:
    """The list that a finished eojeol brings within a span."""
    text_of(desk.typist, "dkssud ")
    try:
        desk.typist.wait_for(lambda shown: bool(shown.rows), span_s)
    except TimeoutError:
        return []
    return list(desk.typist.shown.rows)
