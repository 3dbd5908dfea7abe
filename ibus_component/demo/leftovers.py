# SPDX-License-Identifier: Apache-2.0
"""Ends every process of a private desktop, the daemonised ones too.

ibus-daemon's helpers detach themselves, so a list of children would not hold
them; what they all keep is the private HOME in their environment. A browser
writes its title over that, but stays in the session it was started in.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Collection
from pathlib import Path
from typing import Final

__all__ = ["end_all", "processes_at"]

PATIENCE_S: Final = 3.0
"""Span between the request to end and the end by force."""

POLL_S: Final = 0.01


def processes_at(home: Path) -> list[int]:
    """Ids of the living processes that were started with this HOME."""
    mark = f"HOME={home}".encode()
    return [pid for pid in _others() if _has(Path(f"/proc/{pid}"), mark)]


def end_all(home: Path, sessions: Collection[int] = ()) -> None:
    """Ask all of them to end, then make them; returns when none is left.

    Args:
        home: Their HOME.
        sessions: Ids of sessions that are theirs alone, whatever the environment says.
    """
    asked: set[int] = set()
    patient_until = time.monotonic() + PATIENCE_S
    while left := _all_of(home, sessions):
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


def _all_of(home: Path, sessions: Collection[int]) -> list[int]:
    marked = set(processes_at(home))
    return [pid for pid in _others() if pid in marked or (_session(pid) in sessions and _runs(pid))]


def _others() -> list[int]:
    """Every process but this one."""
    entries = (entry.name for entry in Path("/proc").iterdir())
    return [int(name) for name in entries if name.isdigit() and int(name) != os.getpid()]


def _runs(pid: int) -> bool:
    """Whether the process is there and more than an entry its parent has not read yet."""
    return _stat(pid)[:1] not in ([], ["Z"], ["X"])


def _session(pid: int) -> int:
    """Id of the session the process lives in; 0 when it has gone."""
    fields = _stat(pid)
    return int(fields[3]) if fields else 0


def _stat(pid: int) -> list[str]:
    """What the kernel tells of a process from its state on; empty when it has gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(") ")[2].split()


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
