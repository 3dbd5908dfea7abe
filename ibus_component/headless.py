# SPDX-License-Identifier: Apache-2.0
"""A private ibus-daemon without a display: own home, own session bus, nothing left behind.

with HeadlessIBus() as ibus, Typist(ibus.address, "ieum") as typist:
    typist.type("gksrmf")
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

from ibus_component.component_xml import component_xml
from ibus_component.preferences import SECTION
from ibus_component.wire.address import AddressError, find_address
from ibus_component.wire.config import CONFIG, CONFIG_PATH, as_variant
from ibus_component.wire.frames import Frames

__all__ = ["HANGUL_XML", "MEMCONF", "HeadlessError", "HeadlessIBus", "wait_until"]

HANGUL_XML: Final = Path("/usr/share/ibus/component/hangul.xml")
DAEMON: Final = (
    "ibus-daemon",
    "--cache=none",
    "--panel=disable",
    "--emoji-extension=disable",
    "--verbose",
)
PROGRAMS: Final = {"ibus-daemon": "ibus", "dbus-daemon": "dbus"}
MEMCONF: Final = Path("/usr/libexec/ibus-memconf")
START_TIMEOUT_S: Final = 10.0
STOP_TIMEOUT_S: Final = 5.0
DROPPED: Final = ("DISPLAY", "WAYLAND_DISPLAY", "IBUS_ADDRESS", "IBUS_ADDRESS_FILE", "IEUM_MODE_FD")


class HeadlessError(Exception):
    """The private daemon cannot be started; the sentence says what is missing."""


def wait_until(done: Callable[[], bool], what: str, timeout_s: float = START_TIMEOUT_S) -> None:
    """Wait for a condition.

    Raises:
        TimeoutError: it did not come true in time.
    """
    deadline = time.monotonic() + timeout_s
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not happen within {timeout_s:g} s")
        time.sleep(0.005)


class HeadlessIBus:
    """Session bus and ibus-daemon of their own, with our component and ibus-hangul's."""

    def __init__(
        self,
        *,
        components: Iterable[str] | None = None,
        config: str = "",
        preferences: Mapping[str, object] | None = None,
        keeper: Path | None = MEMCONF,
        environment: Mapping[str, str] | None = None,
        session_bus: bool = True,
    ) -> None:
        """Prepare; the with statement starts it.

        Args:
            components: XML of the components to know; None is ours, and ibus-hangul's if installed.
            config: Content of the user's ieum/config.yaml; empty leaves it out. The engine
                reads its part of it only where there is no configuration service.
            preferences: Values of the desktop's preferences at the start, by key.
            keeper: IBus' configuration service, which holds them; None runs none, and then
                ibus-hangul does not start.
            environment: Variables to set besides.
            session_bus: Whether there is a session bus.
        """
        self._components = components
        self._config = config
        self._preferences = dict(preferences or {})
        self._keeper = keeper if keeper and keeper.exists() else None
        self._extra = dict(environment or {})
        self._with_bus = session_bus
        self._started: list[subprocess.Popen[bytes]] = []
        self.home = Path()
        self.env: dict[str, str] = {}

    def __enter__(self) -> HeadlessIBus:
        for program, package in PROGRAMS.items():
            if shutil.which(program) is None:
                raise HeadlessError(f"{program} is not installed: install the package {package}")
        self.home = Path(tempfile.mkdtemp(prefix="ieum-headless-"))
        try:
            self._furnish()
            if self._with_bus:
                self.start_session_bus()
            self.start_daemon()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def address(self) -> str:
        """Address of the IBus bus; a new one after each restart."""
        return find_address(self.env)

    @property
    def log(self) -> str:
        """What the daemon and its engines wrote on stderr."""
        return (self.home / "log").read_text(encoding="utf-8", errors="replace")

    def start_session_bus(self) -> None:
        """Start the session bus, at an address that is the same each time."""
        address = self.env["DBUS_SESSION_BUS_ADDRESS"]
        self.spawn("dbus-daemon", "--session", "--nofork", f"--address={address}")
        socket = Path(address.removeprefix("unix:path="))
        wait_until(socket.is_socket, "the start of the session bus")

    def start_daemon(self) -> None:
        """Start ibus-daemon and wait for its address."""
        self.daemon = self.spawn(*DAEMON, f"--config={self._keeper or 'disable'}")
        wait_until(self._has_address, "the start of ibus-daemon")
        if self._keeper:  # ibus-hangul waits for it in vain when it starts first
            wait_until(self._has_config, "the start of the configuration service")
        for key, value in self._preferences.items():
            self.prefer(key, value)

    def prefer(self, key: str, value: object) -> None:
        """Change one of the desktop's preferences.

        Args:
            key: As in the GSettings schema.
            value: As it is kept, right or wrong: bool, int, float, str, or names.

        Raises:
            BusError: there is no configuration service, or it refuses.
        """
        with closing(Frames(self.address)) as frames:
            body = [SECTION, key, as_variant(value)]
            frames.call(CONFIG, CONFIG_PATH, "SetValue", "ssv", body)

    def spawn(self, *command: str, stdout: int | None = None) -> subprocess.Popen[bytes]:
        """Start a program in this environment; it is stopped with the rest.

        Args:
            command: Program and arguments.
            stdout: As in `subprocess.Popen`; None sends it to the log.
        """
        with (self.home / "log").open("ab") as log:
            process = subprocess.Popen(
                command,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log if stdout is None else stdout,
                stderr=log,
            )
        self._started.append(process)
        return process

    def processes(self, *words: str) -> list[int]:
        """Ids of the living processes of this home whose command line has all the words."""
        mark = f"HOME={self.home}".encode()
        return [
            pid
            for pid in (int(entry.name) for entry in Path("/proc").glob("[0-9]*"))
            if mark in _read(pid, "environ").split(b"\0")
            and all(word.encode() in _read(pid, "cmdline") for word in words)
        ]

    def engine_pid(self) -> int:
        """Process id of our engine (not of its supervisor)."""
        command = "-m\0ibus_component\0"
        wait_until(lambda: bool(self.processes(command)), "the start of the engine")
        return self.processes(command)[0]

    def stop(self) -> None:
        """End everything that was started, and take the home away."""
        for process in reversed(self._started):
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for process in self._started:
            try:
                process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._started.clear()
        self._end_leftovers()
        shutil.rmtree(self.home, ignore_errors=True)

    def _end_leftovers(self) -> None:
        """End what the daemon started and did not take along."""
        for number, patience_s in ((signal.SIGTERM, STOP_TIMEOUT_S), (signal.SIGKILL, 2.0)):
            for pid in self.processes():
                _signal(pid, signal.SIGCONT)
                _signal(pid, number)
            try:
                wait_until(lambda: not self.processes(), "the end of the engines", patience_s)
            except TimeoutError:
                continue
            return

    def _furnish(self) -> None:
        places = {
            "HOME": self.home,
            "XDG_CONFIG_HOME": self.home / "config",
            "XDG_CACHE_HOME": self.home / "cache",
            "XDG_DATA_HOME": self.home / "data",
            "XDG_STATE_HOME": self.home / "state",
            "XDG_RUNTIME_DIR": self.home / "run",
            "IBUS_COMPONENT_PATH": self.home / "component",
        }
        for place in places.values():
            place.mkdir(mode=0o700, exist_ok=True)
        self.env = {name: value for name, value in os.environ.items() if name not in DROPPED}
        self.env |= {name: str(place) for name, place in places.items()}
        self.env |= {
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.home}/run/bus",
            "LC_ALL": "C.UTF-8",
            **self._extra,
        }
        components = self._components
        if components is None:
            components = [component_xml(sys.executable)]
            components += [HANGUL_XML.read_text("utf-8")] if HANGUL_XML.exists() else []
        for number, xml in enumerate(components):
            (self.home / "component" / f"{number}.xml").write_text(xml, encoding="utf-8")
        if self._config:
            (self.home / "config" / "ieum").mkdir()
            (self.home / "config" / "ieum" / "config.yaml").write_text(self._config, "utf-8")

    def _has_config(self) -> bool:
        with closing(Frames(self.address)) as frames:
            dbus = ("org.freedesktop.DBus", "/org/freedesktop/DBus")
            return bool(frames.call(*dbus, "NameHasOwner", "s", [CONFIG])[0])

    def _has_address(self) -> bool:
        if self.daemon.poll() is not None:
            raise HeadlessError("ibus-daemon ended at once: " + self.log[-500:])
        try:
            return bool(self.address)
        except AddressError:
            return False


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
