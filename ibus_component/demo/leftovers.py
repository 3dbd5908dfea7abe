# SPDX-License-Identifier: Apache-2.0
"""Ends every process of a private desktop, the daemonised ones too.

ibus-daemon's helpers detach themselves, so a list of children would not hold
them; what they all keep is the private HOME in their environment.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Final

__all__ = ["end_all", "processes_at"]

PATIENCE_S: Final = 3.0
"""Span between the request to end and the end by force."""

POLL_S: Final = 0.01


def processes_at(home: Path) -> list[int]:
    """Ids of the living processes that were started with this HOME."""
    mark = f"HOME={home}".encode()
    return [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and int(entry.name) != os.getpid() and _has(entry, mark)
    ]


def end_all(home: Path) -> None:
    """Ask all of them to end, then make them; returns when none is left."""
    asked: set[int] = set()
    patient_until = time.monotonic() + PATIENCE_S
    while left := processes_at(home):
        forced = time.monotonic() > patient_until
        for pid in left:
            if forced:
                _signal(pid, signal.SIGKILL)
            elif pid not in asked:
                asked.add(pid)
                _signal(pid, signal.SIGTERM)
                # One that was stopped must run to hear the request.
                _signal(pid, signal.SIGCONT)
        time.sleep(POLL_S)
    # A process gives up its environment a moment before it is gone.
    gone_until = time.monotonic() + PATIENCE_S
    while any(map(_runs, asked)) and time.monotonic() < gone_until:
        time.sleep(POLL_S)


def _runs(pid: int) -> bool:
    """Whether the process is there and more than an entry its parent has not read yet."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2][0]
    except OSError:
        return False
    return state not in "ZX"


def _has(entry: Path, mark: bytes) -> bool:
    try:
        return mark in (entry / "environ").read_bytes().split(b"\0")
    except OSError:
        return False


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
