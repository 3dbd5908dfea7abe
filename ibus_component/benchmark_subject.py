# SPDX-License-Identifier: Apache-2.0
"""An engine in a private ibus-daemon, and what a key, a second and its memory cost there."""

from __future__ import annotations

import os
import signal
import statistics
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ibus_component.headless import HeadlessError, HeadlessIBus, wait_until
from ibus_component.wire.bus import BusError
from ibus_component.wire.frames import Frames
from ibus_component.wire.keyboard import RELEASE, key_of
from ibus_component.wire.typist import Typist
from ime_engine.protocol import BUS_NAME, INTERFACE, OBJECT_PATH

__all__ = ["SUBJECTS", "Kind", "Memory", "Spans", "Subject", "percentiles", "sit_down"]

TICKS_S: Final = os.sysconf("SC_CLK_TCK")
DAEMON_START_S: Final = 60.0
SEARCH_S: Final = 0.2
"""How long the predictor may still search after the last key: not in somebody else's turn."""
FATES: Final = {"stopped": signal.SIGSTOP, "killed": signal.SIGKILL}
"""What befalls the predictor once the engine is connected to it."""
PEERS: Final = Path("/usr/share/ibus/component")


@dataclass(frozen=True, slots=True)
class Spans:
    """Time of a key, in milliseconds."""

    keys: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float


@dataclass(frozen=True, slots=True)
class Memory:
    """Of one process, in units of 2^20 bytes."""

    rss_mb: float
    pss_mb: float


@dataclass(frozen=True, slots=True)
class Kind:
    """Something to measure."""

    engine: str
    """Its name in IBus."""

    process: tuple[str, ...]
    """Words of the command line of its process."""

    component: str = ""
    """Its component file; empty for ours."""

    starts_latin: bool = False

    daemon: str = ""
    """The predictor's: `running`, `stopped` (SIGSTOP), `killed` (SIGKILL), or none."""

    @property
    def is_installed(self) -> bool:
        """Whether there is such an engine here."""
        return not self.component or (PEERS / self.component).exists()


OURS: Final = ("-m\0ibus_component\0",)
SUBJECTS: Final[Mapping[str, Kind]] = {
    "ibus-hangul": Kind("hangul", ("ibus-engine-hangul",), "hangul.xml", starts_latin=True),
    "ieum": Kind("ieum", OURS),
    "ieum, daemon stopped": Kind("ieum", OURS, daemon="stopped"),
    "ieum, daemon killed": Kind("ieum", OURS, daemon="killed"),
    "ieum, daemon predicting": Kind("ieum", OURS, daemon="running"),
    "ibus-typing-booster": Kind(
        "typing-booster", ("typing-booster", "main.py"), "typing-booster.xml"
    ),
}


def percentiles(times_ms: Sequence[float]) -> Spans:
    """Sum up at least two times.

    >>> percentiles([1.0, 2.0, 3.0]).p50_ms
    2.0
    """
    cuts = statistics.quantiles(times_ms, n=100, method="inclusive")
    p50, p95, p99 = (round(cuts[at - 1], 3) for at in (50, 95, 99))
    return Spans(len(times_ms), p50, p95, p99, round(max(times_ms), 3))


class Subject:
    """One engine, typed at."""

    def __init__(self, kind: Kind, ibus: HeadlessIBus, typist: Typist) -> None:
        self._typist = typist
        self._ibus = ibus
        self._rest_s = SEARCH_S if kind.daemon == "running" else 0.0
        if kind.starts_latin:
            typist.press("Hangul")
        wait_until(lambda: bool(ibus.processes(*kind.process)), "the start of the engine")
        self._pid = ibus.processes(*kind.process)[0]

    def type(self, text: str) -> Iterator[float]:
        """Press and release keys one by one; what each press took, in ms."""
        for name in text:
            keyval, keycode, state = key_of(name)
            yield self._typist.timed_key(keyval, keycode, state)[1]
            self._typist.timed_key(keyval, keycode, state | RELEASE)
        self._typist.drop()
        time.sleep(self._rest_s)

    def rush(self, text: str) -> float:
        """The same without waiting for an answer; seconds until the last one."""
        burst = self._typist.burst()
        for name in text:
            keyval, keycode, state = key_of(name)
            burst.add(keyval, keycode, state)
            burst.add(keyval, keycode, state | RELEASE)
        begun = time.perf_counter()
        for _ in burst.play():
            pass
        return time.perf_counter() - begun

    def cpu_s(self) -> float:
        """CPU time of the engine's process so far."""
        fields = Path(f"/proc/{self._pid}/stat").read_text("utf-8").rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_S

    def memory(self) -> Memory:
        """Memory of the engine's process."""
        return memory_of(self._pid)

    def supervisor(self) -> Memory:
        """Memory of the process that restarts ours."""
        return memory_of(self._ibus.processes("supervisor.py")[0])


def memory_of(pid: int) -> Memory:
    """Memory of a process, from /proc."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    kib = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    return Memory(round(kib["Rss"] / 1024, 1), round(kib["Pss"] / 1024, 1))


@contextmanager
def sit_down(kind: Kind) -> Iterator[Subject]:
    """Start a daemon with the engine, and the predictor if there is to be one.

    Raises:
        HeadlessError: something that is needed is not installed.
    """
    with ExitStack() as stack:
        components = [(PEERS / kind.component).read_text("utf-8")] if kind.component else None
        models = os.environ.get("IEUM_MODELS_DIR") or _models_dir()
        ibus = stack.enter_context(
            HeadlessIBus(components=components, environment={"IEUM_MODELS_DIR": models})
        )
        daemon = ibus.spawn(sys.executable, "-m", "ime_engine") if kind.daemon else None
        if daemon:
            _wait_until_ready(ibus)
        typist = stack.enter_context(Typist(ibus.address, kind.engine))
        subject = Subject(kind, ibus, typist)
        if daemon and kind.daemon in FATES:
            daemon.send_signal(FATES[kind.daemon])
        yield subject


def _wait_until_ready(ibus: HeadlessIBus) -> None:
    with closing(Frames(ibus.env["DBUS_SESSION_BUS_ADDRESS"])) as bus:

        def state() -> str:
            try:
                body = [INTERFACE, "State"]
                value = bus.call(
                    BUS_NAME, OBJECT_PATH, "Get", "ss", body, "org.freedesktop.DBus.Properties"
                )[0]
            except BusError:
                return ""
            return str(value.value)

        wait_until(lambda: state() in ("ready", "failed"), "the predictor's start", DAEMON_START_S)
        if state() != "ready":
            raise HeadlessError("the predictor has no model: `ieum model` tells how to get one")


def _models_dir() -> str:
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return str(Path(data) / "ieum" / "models")
