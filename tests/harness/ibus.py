# SPDX-License-Identifier: Apache-2.0
"""A desk for tests: private ibus-daemon, our engine, a typist, and whoever else is needed.

The daemon and the typist are those of the latency benchmark (ibus_component.headless,
ibus_component.wire.typist); here are the helpers that only tests want.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from dbus_next.constants import MessageFlag, MessageType
from dbus_next.message import Message

from ibus_component.headless import MEMCONF, HeadlessIBus, wait_until
from ibus_component.wire.bus import BusError
from ibus_component.wire.frames import Frames, decode
from ibus_component.wire.objects import plain
from ibus_component.wire.typist import CAPS_RICH, Typist
from ime_engine.protocol import BUS_NAME, INTERFACE

DBUS = "org.freedesktop.DBus"
DBUS_PATH = "/org/freedesktop/DBus"
PANEL = "org.freedesktop.IBus.Panel"
PANEL_PATH = "/org/freedesktop/IBus/Panel"
BACK_S = 2.0
"""B9: typing works again within this span after a crash."""


@dataclass
class Desk:
    """What a test sits at."""

    ibus: HeadlessIBus
    typist: Typist
    predictor: subprocess.Popen[bytes] | None = None

    def start_predictor(self) -> subprocess.Popen[bytes]:
        """Start the fake predictor and wait for its name."""
        process = self.ibus.spawn(sys.executable, "-m", "tests.harness.fake_predictor")
        self.wait_for_name(BUS_NAME)
        return process

    def wait_for_name(self, name: str) -> None:
        bus = self.session_bus()
        try:
            wait_until(
                lambda: bool(bus.call(DBUS, DBUS_PATH, "NameHasOwner", "s", [name])[0]),
                f"the start of {name}",
                30.0,
            )
        finally:
            bus.close()

    def session_bus(self) -> Frames:
        return Frames(self.ibus.env["DBUS_SESSION_BUS_ADDRESS"])

    def selected(self) -> str:
        """Name of the engine for all contexts."""
        return selected_engine(self.ibus.address)


@contextmanager
def at_desk(
    engine: str = "ieum",
    *,
    caps: int = CAPS_RICH,
    config: str = "",
    session_bus: bool = True,
    keeper: Path | None = MEMCONF,
    **preferences: object,
) -> Iterator[Desk]:
    """Sit down before a private daemon with an engine selected.

    Args:
        engine: Its name.
        caps: What the typist's program can do.
        config: Content of config.yaml.
        session_bus: Whether there is a session bus.
        keeper: The configuration service; None runs none.
        preferences: Values of the desktop's preferences, by key.
    """
    assert keeper is None or "engine:" not in config, "it is not read: name the preferences"
    with (
        HeadlessIBus(
            config=config, session_bus=session_bus, keeper=keeper, preferences=preferences
        ) as ibus,
        Typist(ibus.address, engine, caps=caps) as typist,
    ):
        yield Desk(ibus, typist)


def works_again(desk: Desk, since: float) -> None:
    """Wait until our engine is the selected one and composes; it died at that time."""
    wait_until(lambda: desk.selected() == "ieum", "the return of the engine", BACK_S)
    assert time.monotonic() - since < BACK_S


def selected_engine(address: str) -> str:
    frames = Frames(address)
    try:
        body = frames.call(
            "org.freedesktop.IBus",
            "/org/freedesktop/IBus",
            "Get",
            "ss",
            ["org.freedesktop.IBus", "GlobalEngine"],
            "org.freedesktop.DBus.Properties",
        )
        return str(body[0].value.value[2])
    except BusError:
        return ""
    finally:
        frames.close()


class Ear:
    """Hears every call of the predictor on the session bus, and other interfaces if asked to."""

    def __init__(self, desk: Desk, *others: str) -> None:
        self._interfaces = (INTERFACE, *others)
        self._frames = desk.session_bus()
        rules = [f"type='method_call',interface='{name}'" for name in self._interfaces]
        monitoring = "org.freedesktop.DBus.Monitoring"
        self._frames.call(DBUS, DBUS_PATH, "BecomeMonitor", "asu", [rules, 0], monitoring)
        self._frames.others.clear()

    def __enter__(self) -> Ear:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._frames.close()

    def calls(self, span_s: float = 0.3) -> list[Message]:
        """Calls heard until now and within a span."""
        self._frames.collect(span_s)
        messages = [decode(frame) for frame in self._frames.others]
        self._frames.others.clear()
        return [message for message in messages if message.interface in self._interfaces]


class Panel:
    """Stands where the panel stands, to click where a mouse would."""

    def __init__(self, address: str) -> None:
        self._frames = Frames(address)
        self._frames.call(DBUS, DBUS_PATH, "RequestName", "su", [PANEL, 0])
        self._rows: list[str] = []
        self._answer_calls(0.2)

    def close(self) -> None:
        self._frames.close()

    def click(self, row: int, button: int = 1) -> None:
        """Click a row of the list."""
        self._frames.send(
            Message(
                message_type=MessageType.SIGNAL,
                path=PANEL_PATH,
                interface=PANEL,
                member="CandidateClicked",
                signature="uuu",
                body=[row, button, 0],
            )
        )

    def wait_for_list(self, timeout_s: float = 5.0) -> list[str]:
        """Rows of the list, once the daemon has the panel draw one."""
        wait_until(lambda: bool(self._answer_calls()), "a list", timeout_s)
        return self._rows

    def _answer_calls(self, span_s: float = 0.0) -> list[str]:
        """The daemon asks for the panel's properties before it listens to it."""
        self._frames.collect(span_s)
        while self._frames.others:
            call = decode(self._frames.others.popleft())
            if call.message_type is not MessageType.METHOD_CALL:
                continue
            if call.member == "UpdateLookupTable" and call.body[1]:
                self._rows = [row[2] for row in plain(call.body[0])[7]]
            if not call.flags & MessageFlag.NO_REPLY_EXPECTED:
                signature = "a{sv}" if call.member == "GetAll" else ""
                values: list[dict[str, object]] = [{}] if signature else []
                self._frames.send(Message.new_method_return(call, signature, values))
        return self._rows


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that has ended may wait long for an orphan's parent."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2][0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"
