# SPDX-License-Identifier: Apache-2.0
"""A session bus and a predictor of one's own, gone when the block is left.

    temporary folder ── bus.conf · config.yaml · bus socket · state · cache
         dbus-daemon  ◄── address ──  python -m ime_engine

Nothing of the user's session takes part: neither the bus, nor the settings,
nor what the user taught the predictor. Only the model folder is shared.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import yaml

from ime_engine.errors import ServiceError

__all__ = ["PrivateDaemon", "private_bus", "private_daemon"]

BUS_CONFIG: Final = """<busconfig>
  <type>session</type>
  <listen>unix:dir={folder}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
"""No service folders: nothing but what is started here may appear on the bus."""

STOP_TIMEOUT_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class PrivateDaemon:
    """A daemon that was started; it need not be on the bus yet."""

    process: subprocess.Popen[bytes]
    started: float
    """Moment of its start on time.monotonic(), in seconds."""

    log: Path
    """What it wrote to stderr."""

    def complaint(self) -> str:
        """The last line it wrote, for a sentence that says why it is gone."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else "it wrote nothing"


@contextmanager
def private_bus() -> Iterator[tuple[str, Path]]:
    """Run a session bus in a temporary folder; yield its address and the folder.

    Raises:
        ServiceError: dbus-daemon is not installed, or does not start.
    """
    program = shutil.which("dbus-daemon")
    if program is None:
        raise ServiceError("There is no dbus-daemon; install the package dbus.")
    with tempfile.TemporaryDirectory(prefix="ieum-") as name:
        folder = Path(name)
        (folder / "bus.conf").write_text(BUS_CONFIG.format(folder=folder), encoding="utf-8")
        command = [program, f"--config-file={folder}/bus.conf", "--nofork", "--print-address=1"]
        with _running(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            assert process.stdout is not None
            address = process.stdout.readline().decode().strip()
            if not address:
                raise ServiceError("dbus-daemon did not start; run it by hand to see why.")
            yield address, folder


@contextmanager
def private_daemon(
    address: str, folder: Path, settings: Mapping[str, object]
) -> Iterator[PrivateDaemon]:
    """Start a daemon on that bus with settings of its own.

    Args:
        address: Of the bus.
        folder: Where it may write.
        settings: The `daemon:` section of its config.yaml.
    """
    config = folder / "config" / "ieum" / "config.yaml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(yaml.safe_dump({"daemon": dict(settings)}), encoding="utf-8")
    log = folder / "daemon.log"
    command = [sys.executable, "-P", "-m", "ime_engine"]
    environment = _environment(address, folder)
    with log.open("wb") as stderr:
        started = time.monotonic()
        with _running(command, stdout=stderr, stderr=stderr, env=environment) as process:
            yield PrivateDaemon(process, started, log)


@contextmanager
def _running(
    command: Sequence[str],
    stdout: int | IO[bytes],
    stderr: int | IO[bytes],
    env: Mapping[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program inside the block, in a session of its own.

    Ctrl-C is for the one who measures, who then stops the program.
    """
    process: subprocess.Popen[bytes] | None = None
    try:
        with _signals_held_back():
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                env=env,
                start_new_session=True,
            )
        yield process
    finally:
        if process is not None:
            _stop(process)


@contextmanager
def _signals_held_back() -> Iterator[None]:
    """Deliver SIGINT and SIGTERM at the end: a child must be known before they interrupt."""
    held: list[int] = []
    numbers = (signal.SIGINT, signal.SIGTERM)
    kept = {number: signal.signal(number, lambda it, _: held.append(it)) for number in numbers}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
        for each in held:
            signal.raise_signal(each)


def _environment(address: str, folder: Path) -> dict[str, str]:
    own = {
        "DBUS_SESSION_BUS_ADDRESS": address,
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "XDG_CONFIG_DIRS": str(folder / "site"),
    }
    return {**os.environ, **own}


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
