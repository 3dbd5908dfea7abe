# SPDX-License-Identifier: Apache-2.0
"""A whole desktop of its own: nothing of the user's is written, nothing stays behind.

    temporary HOME (0700)
      Xvfb ── window manager ── ibus-ui-gtk3 (draws the candidate list)
      D-Bus session ── ibus-daemon ── engine (component XML of the plan)
                    └─ predictor (the user's models, only read)

Each part is awaited by the fact that it is ready; no span of time is slept.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, NoReturn, TypeVar

from ibus_component.demo import needs
from ibus_component.demo.buses import Buses
from ibus_component.demo.home import environment, make_home
from ibus_component.demo.leftovers import end_all
from ibus_component.demo.plan import Plan
from ibus_component.demo.waiting import DemoError, wait_until

__all__ = ["HEIGHT", "WIDTH", "Desktop"]

T = TypeVar("T")

WIDTH: Final = 1280
HEIGHT: Final = 720
MODEL_LOAD_S: Final = 60.0


class Desktop:
    """Context manager: a running desktop inside, nothing of it afterwards."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.home: Path | None = None
        self.environment: dict[str, str] = {}
        self.buses = Buses({}, "")
        self.predictor_pid = 0
        self._children: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Desktop:
        needs.require(self.plan.gtk)
        try:
            self.home = make_home(self.plan)
            self.environment = environment(self.home, self.plan)
            self._start_session_bus()
            self._start_screen()
            self._start_ibus()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End everything and remove the folder; a second call does nothing."""
        with _undisturbed():
            if self.home is None:
                return
            # The number of one that was waited for may by now be a stranger's.
            mine = [process.pid for process in self._children if process.returncode is None]
            end_all(self.home, mine)
            for process in self._children:
                process.wait()
            shutil.rmtree(self.home)
            self.home = None

    def start(
        self,
        *command: str,
        stdout: int | None = None,
        keep: int | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> subprocess.Popen[str]:
        """Start a program on this desktop; what it has to say goes to its log.

        Args:
            command: Program and arguments.
            stdout: As in `subprocess.Popen`; None sends it to the log too.
            keep: A file descriptor that the program inherits.
            variables: What its environment has beside, or instead of, the desktop's.
        """
        with self._log(command[0]).open("a", encoding="utf-8") as log:
            process = subprocess.Popen(
                command,
                env={**self.environment, **(variables or {})},
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=log if stdout is None else stdout,
                stderr=log,
                encoding="utf-8",
                pass_fds=() if keep is None else (keep,),
                # A Ctrl-C in the terminal is for us: the others end in order.
                start_new_session=True,
            )
        self._children.append(process)
        return process

    def await_predictor(self) -> str:
        """Wait until predictions can come.

        Returns:
            Name of the model.

        Raises:
            DemoError: There is no model, or it cannot be loaded.
        """
        state = wait_until(
            lambda: self.buses.predictor("State").replace("loading", ""),
            "The predictor did not become ready",
            MODEL_LOAD_S,
        )
        if state != "ready":
            raise DemoError("The predictor could not load a model; build it with: ieum model build")
        return self.buses.predictor("Model")

    def _start_session_bus(self) -> None:
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self._start_telling(
            "--print-address={}",
            *("dbus-daemon", "--session", "--nofork", "--nopidfile"),
            f"--address=unix:path={self.home}/run/bus",
        )
        if self.plan.predictor:
            self.predictor_pid = self.start(*self.plan.predictor).pid

    def _start_screen(self) -> None:
        number = self._start_telling(
            "{}",
            *("Xvfb", "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp", "-noreset"),
            *("-auth", self.environment["XAUTHORITY"], "-displayfd"),
        )
        self.environment["DISPLAY"] = f":{number}"
        manager = self.start("matchbox-window-manager", "-use_titlebar", "yes")
        self._await(manager, self._has_manager, "The window manager did not start")

    def _start_ibus(self) -> None:
        daemon = self.start(
            *("ibus-daemon", "--cache=none", "--emoji-extension=disable", "--xim", "--verbose"),
            f"--config={needs.libexec('ibus-memconf')}",
            f"--panel={needs.libexec('ibus-ui-gtk3')}",
        )
        address = self._await(daemon, lambda: self._address(daemon.pid), "IBus did not start")
        buses = self.buses = Buses(self.environment, address)
        self._await(daemon, buses.panel_is_there, "IBus' panel did not start")
        engine = self.plan.engine
        self._await(daemon, lambda: buses.engine() == engine, f"Engine {engine!r} did not start")

    def _start_telling(self, option: str, *command: str) -> str:
        """Start a program that writes where it is to a file descriptor; return what it wrote."""
        reader, writer = os.pipe()
        with os.fdopen(reader, encoding="utf-8") as answer:
            try:
                process = self.start(*command, option.format(writer), keep=writer)
            finally:
                os.close(writer)
            said = answer.readline().strip()
        return said or self._fail(process, f"{command[0]} did not start")

    def _await(
        self, process: subprocess.Popen[str], ready: Callable[[], T | None], missing: str
    ) -> T:
        """Wait for a fact that a program brings about; fail as soon as the program has ended."""

        def fact() -> T | None:
            found = ready()
            return found if found or process.poll() is None else self._fail(process, missing)

        return wait_until(fact, missing)

    def _fail(self, process: subprocess.Popen[str], missing: str) -> NoReturn:
        """Give up, with the last thing the program said."""
        assert isinstance(process.args, tuple)
        said = self._log(str(process.args[0])).read_text(encoding="utf-8", errors="replace")
        last = said.strip().rpartition("\n")[2] or "it said nothing"
        raise DemoError(f"{missing}: {last}")

    def _log(self, program: str) -> Path:
        assert self.home is not None
        return self.home / "log" / Path(program).name

    def _address(self, pid: int) -> str:
        """IBus' address, once the file in the private folder is this daemon's."""
        assert self.home is not None
        for file in (self.home / "config/ibus/bus").glob("*"):
            lines = file.read_text(encoding="utf-8").splitlines()
            facts = dict(line.split("=", 1) for line in lines if "=" in line)
            if facts.get("IBUS_DAEMON_PID") == str(pid):
                return facts.get("IBUS_ADDRESS", "")
        return ""

    def _has_manager(self) -> bool:
        question = ("xdotool", "get_desktop")
        asked = subprocess.run(question, env=self.environment, capture_output=True, check=False)
        return asked.returncode == 0


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A second Ctrl-C must not interrupt the cleaning; signals reach the main thread only."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
