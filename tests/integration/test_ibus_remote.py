# SPDX-License-Identifier: Apache-2.0
"""D3: the mode over D-Bus and by `ieum mode`, of a real engine in a real ibus-daemon."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from dbus_next.signature import Variant

from ibus_component import supervisor
from ibus_component.headless import wait_until
from ibus_component.wire.bus import BusError
from ibus_component.wire.frames import Frames, decode
from ime_engine import __version__
from ime_engine.protocol import ENGINE_BUS_NAME, ENGINE_INTERFACE, ENGINE_OBJECT_PATH
from tests.harness.ibus import DBUS, DBUS_PATH, Desk, at_desk

pytestmark = pytest.mark.ibus

ROOT = Path(__file__).parents[2]
PROPERTIES = "org.freedesktop.DBus.Properties"
INTROSPECTABLE = "org.freedesktop.DBus.Introspectable"


class Outside:
    """Another program on the session bus."""

    def __init__(self, desk: Desk) -> None:
        self.frames = desk.session_bus()

    def call(self, member: str, signature: str, *body: Any, interface: str = PROPERTIES) -> Any:
        answer = self.frames.call(
            ENGINE_BUS_NAME, ENGINE_OBJECT_PATH, member, signature, list(body), interface
        )
        return answer[0] if answer else None

    def get(self, name: str) -> object:
        return self.call("Get", "ss", ENGINE_INTERFACE, name).value

    def set(self, name: str, kind: str, value: object) -> None:
        self.call("Set", "ssv", ENGINE_INTERFACE, name, Variant(kind, value))

    def owner(self) -> str:
        try:
            return str(self.frames.call(DBUS, DBUS_PATH, "GetNameOwner", "s", [ENGINE_BUS_NAME])[0])
        except BusError:
            return ""

    def listen(self) -> None:
        rule = f"type='signal',sender='{ENGINE_BUS_NAME}',interface='{PROPERTIES}'"
        self.frames.call(DBUS, DBUS_PATH, "AddMatch", "s", [rule])
        self.frames.others.clear()

    def changes(self, count: int) -> list[dict[str, object]]:
        """What PropertiesChanged has said, once there have been so many."""
        wait_until(lambda: self._heard() >= count, f"{count} changes", 5.0)
        self.frames.collect(0.1)
        messages = [decode(frame) for frame in self.frames.others]
        self.frames.others.clear()
        assert all(message.body[0] == ENGINE_INTERFACE for message in messages)
        return [{name: v.value for name, v in m.body[1].items()} for m in messages]

    def _heard(self) -> int:
        self.frames.collect(0.02)
        return len(self.frames.others)


@contextmanager
def desk_and_outside(**options: Any) -> Iterator[tuple[Desk, Outside]]:
    with at_desk(**options) as desk:
        outside = Outside(desk)
        with closing(outside.frames):
            wait_until(lambda: bool(outside.owner()), "the name on the session bus")
            yield desk, outside


def ieum(desk: Desk, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ime_engine.cli", "mode", *arguments],
        env=desk.ibus.env,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def symbol(desk: Desk) -> str:
    return desk.typist.settle().properties["InputMode"][0]


def test_the_mode_is_read_set_and_announced() -> None:
    with desk_and_outside() as (desk, outside):
        assert outside.call("GetAll", "s", ENGINE_INTERFACE).keys() == {
            *("Mode", "Predict", "Version")
        }
        assert outside.get("Mode") == "hangul"
        assert outside.get("Predict") is True
        assert outside.get("Version") == __version__
        outside.listen()

        desk.typist.type("gks")
        outside.set("Mode", "s", "latin")
        desk.typist.type("ab")
        shown = desk.typist.settle()
        assert shown.text == "한ab"
        assert shown.preedit == ""
        assert symbol(desk) == "A"

        outside.set("Mode", "s", "latin")
        desk.typist.press("Hangul")
        assert symbol(desk) == "한"
        outside.set("Predict", "b", False)
        assert desk.typist.settle().properties["Predict"][1] == 0
        assert outside.changes(3) == [{"Mode": "latin"}, {"Mode": "hangul"}, {"Predict": False}]


def test_a_panel_click_is_announced_too() -> None:
    """D4."""
    with desk_and_outside() as (desk, outside):
        outside.listen()
        desk.typist.activate("InputMode", 0)
        assert outside.changes(1) == [{"Mode": "latin"}]
        assert symbol(desk) == "A"


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("Mode", Variant("s", "korean"), "Error.InvalidMode: Mode takes `hangul` or `latin`."),
        ("Mode", Variant("s", ""), "Error.InvalidMode"),
        ("Mode", Variant("b", True), "Error.InvalidMode"),
        ("Predict", Variant("s", "yes"), "InvalidArgs: Predict takes a boolean."),
        ("Version", Variant("s", "9"), "PropertyReadOnly: Version cannot be set."),
        ("Text", Variant("s", "x"), "UnknownProperty: The properties are Mode, Predict and Vers"),
    ],
)
def test_what_cannot_be_set_is_refused_with_a_sentence(
    name: str, value: Variant, error: str
) -> None:
    with desk_and_outside() as (desk, outside):
        desk.typist.type("rk")
        with pytest.raises(BusError, match=error):
            outside.call("Set", "ssv", ENGINE_INTERFACE, name, value)
        for member, signature, body in (
            ("Get", "ss", ["org.example", "Mode"]),
            ("Get", "s", [ENGINE_INTERFACE]),
            ("Commit", "s", ["x"]),
        ):
            with pytest.raises(BusError):
                outside.call(member, signature, *body)
        desk.typist.type("r ")
        assert desk.typist.settle().text == "각 "
        assert outside.get("Mode") == "hangul"


def test_introspection_is_the_published_interface() -> None:
    published = (ROOT / "data/dbus/org.ieum.Engine1.xml").read_text(encoding="utf-8")
    manual = (ROOT / "docs/dbus.md").read_text(encoding="utf-8")
    with desk_and_outside() as (_, outside):
        answered = outside.call("Introspect", "", interface=INTROSPECTABLE)
        root = outside.frames.call(ENGINE_BUS_NAME, "/", "Introspect", "", [], INTROSPECTABLE)[0]

    assert members(answered) == members(published) != set()
    assert [node.get("name") for node in ET.fromstring(root)] == ["org"]
    assert not [name for _, name, _, _ in members(published) if f"`{name}`" not in manual]
    assert "`org.ieum.Engine1.Error.InvalidMode`" in manual


def members(xml: str) -> set[tuple[str, ...]]:
    interface = ET.fromstring(xml).find(f"interface[@name='{ENGINE_INTERFACE}']")
    assert interface is not None
    keys = ("name", "type", "access")
    return {(member.tag, *(member.get(key) or "" for key in keys)) for member in interface}


def test_the_command_prints_sets_and_toggles() -> None:
    with desk_and_outside() as (desk, _):
        desk.typist.type("gks")
        assert ieum(desk).stdout == "hangul\n"
        assert ieum(desk, "latin").stdout == "latin\n"
        assert desk.typist.settle().text == "한"
        assert ieum(desk, "toggle").stdout == "hangul\n"
        done = ieum(desk, "--json")
        assert json.loads(done.stdout) == {"mode": "hangul", "predict": True}
        assert done.returncode == 0
        assert symbol(desk) == "한"
        assert ieum(desk, "korean").returncode == 2


def test_the_command_says_when_no_engine_runs() -> None:
    with at_desk("hangul") as desk:
        done = ieum(desk)
        assert (done.returncode, done.stdout) == (1, "")
        assert "No engine of 이음 runs in this session" in done.stderr
        assert ieum(desk, "latin").returncode == 1


def test_a_watcher_sees_each_change_and_the_crash_between() -> None:
    with at_desk("hangul") as desk:
        command = (sys.executable, "-m", "ime_engine.cli", "mode", "--watch")
        watcher = desk.ibus.spawn(*command, stdout=subprocess.PIPE)
        assert watcher.stdout is not None
        assert watcher.stdout.readline() == b"none\n"
        desk.typist.select("ieum")
        assert watcher.stdout.readline() == b"hangul\n"
        desk.typist.press("Hangul")
        assert watcher.stdout.readline() == b"latin\n"
        os.kill(desk.ibus.engine_pid(), signal.SIGKILL)
        assert watcher.stdout.readline() == b"none\n"
        assert watcher.stdout.readline() == b"latin\n"
        watcher.send_signal(signal.SIGINT)
        assert watcher.wait(5) == 0
        assert watcher.stdout.read() == b""
        watcher.stdout.close()


def test_the_name_is_with_the_engine_in_use() -> None:
    """`ieum run` beside an installed engine: the later one has the name, then the first again."""
    with desk_and_outside() as (desk, outside):
        first = outside.owner()
        desk.typist.press("Hangul")
        process = desk.ibus.spawn(sys.executable, "-I", "-S", supervisor.__file__, "--register")
        wait_until(lambda: outside.owner() not in ("", first), "the name at the second engine")
        assert outside.get("Mode") == "hangul"
        desk.typist.wait_for(lambda shown: shown.properties["InputMode"][0] == "한")
        desk.typist.type("rk ")
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
        wait_until(lambda: outside.owner() == first, "the name at the first engine")
        assert outside.get("Mode") == "latin"
        assert desk.typist.settle().text == "가 "


def test_a_session_bus_that_comes_late_or_comes_back_is_found() -> None:
    with at_desk(session_bus=False) as desk:
        desk.typist.type("gks ")
        desk.ibus.start_session_bus()
        desk.typist.press("Hangul")
        buses = desk.ibus.processes("dbus-daemon", "--session")
        with closing(desk.session_bus()) as frames:
            wait_until(lambda: has_name(frames), "the name on the bus")
        for pid in buses:
            os.kill(pid, signal.SIGKILL)
        desk.typist.press("Hangul")
        Path(desk.ibus.env["DBUS_SESSION_BUS_ADDRESS"].removeprefix("unix:path=")).unlink()
        desk.ibus.start_session_bus()
        desk.typist.focus_out()
        desk.typist.focus_in()
        with closing(desk.session_bus()) as frames:
            wait_until(lambda: has_name(frames), "the name on the new bus")
        desk.typist.type("rmf ")
        assert desk.typist.settle().text == "한 글 "


def has_name(frames: Frames) -> bool:
    return bool(frames.call(DBUS, DBUS_PATH, "NameHasOwner", "s", [ENGINE_BUS_NAME])[0])
