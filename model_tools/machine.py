# SPDX-License-Identifier: Apache-2.0
"""What a measurement depends on besides the code: machine, load, versions, memory."""

from __future__ import annotations

import os
import platform
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

__all__ = [
    "Machine",
    "Memory",
    "cpu_seconds_of",
    "describe",
    "instructions",
    "load_average",
    "memory_of",
]

PACKAGES: Final = ("ieum", "onnxruntime", "numpy", "tokenizers", "dbus-next")


@dataclass(frozen=True, slots=True)
class Machine:
    """Where and with what it was measured."""

    cpu: str
    cores: int
    """Cores this process may run on."""

    memory_mb: int
    system: str
    python: str
    versions: dict[str, str]

    def sentence(self) -> str:
        """One line for a report."""
        packages = ", ".join(f"{name} {version}" for name, version in self.versions.items())
        return (
            f"{self.cores} cores of {self.cpu}, {self.memory_mb / 1000:.0f} GB, {self.system}, "
            f"Python {self.python}, {packages}"
        )

    def as_json(self) -> dict[str, object]:
        """Plain values for a report file."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory of one process, in megabytes of 10^6 bytes."""

    rss_mb: float
    """Every resident page, shared ones in full (VmRSS)."""

    pss_mb: float | None
    """Shared pages divided by their users; None where the kernel does not tell."""

    peak_mb: float | None = None
    """The most that was ever resident (VmHWM); None where the kernel does not tell."""


def describe() -> Machine:
    """Look at the machine this process runs on."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return Machine(
        cpu=_cpu_model(),
        cores=len(os.sched_getaffinity(0)),
        memory_mb=round(pages / 1e6),
        system=f"{platform.system()} {platform.release().partition('-')[0]}",
        python=platform.python_version(),
        versions={name: version for name in PACKAGES if (version := _version(name))},
    )


def load_average() -> float:
    """Runnable processes over the last minute."""
    return round(os.getloadavg()[0], 2)


def memory_of(pid: int) -> Memory:
    """Memory of a running process.

    Raises:
        FileNotFoundError: there is no such process (any more).
    """
    folder = Path("/proc") / str(pid)
    status = (folder / "status").read_text()
    resident, peak = _kilobytes(status, "VmRSS:"), _kilobytes(status, "VmHWM:")
    try:
        shared = _kilobytes((folder / "smaps_rollup").read_text(), "Pss:")
    except OSError:
        shared = None
    return Memory(
        (resident or 0) * 1024 / 1e6,
        shared and shared * 1024 / 1e6,
        peak and peak * 1024 / 1e6,
    )


def cpu_seconds_of(pid: int) -> float:
    """User and system time of all threads of a process since its start, in seconds.

    Source: proc_pid_stat(5), fields 14 and 15; the name before them may hold anything but is in
    brackets.

    Raises:
        FileNotFoundError: there is no such process (any more).
    """
    fields = (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _kilobytes(table: str, label: str) -> int | None:
    for line in table.splitlines():
        if line.startswith(label):
            return int(line.split()[1])
    return None


def instructions() -> frozenset[str]:
    """Return what the processor knows beyond its basic instructions; empty where nothing tells."""
    return frozenset(_cpu_fact("flags").split())


def _cpu_model() -> str:
    return _cpu_fact("model name", "Model") or platform.machine()


def _cpu_fact(*names: str) -> str:
    """Return the first fact of one of these names, or nothing."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith(names):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return ""


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
