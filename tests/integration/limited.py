# SPDX-License-Identifier: Apache-2.0
"""The workshop in a process whose memory or files are bounded, or that is killed at any moment.

    python -m tests.integration.limited memory MIB COMMAND …    room beyond what the imports took
    python -m tests.integration.limited files BYTES COMMAND …   longest file
    python -m tests.integration.limited killed TIMES COMMAND …  kills as many runs, each somewhere

The last prints a line a run: how far it got, as a share of an undisturbed run.
"""

from __future__ import annotations

import importlib
import os
import random
import resource
import signal
import sys
import time
from pathlib import Path

from model_tools.__main__ import COMMANDS, main

__all__: list[str] = []


def bound_memory(mebibytes: int) -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + (mebibytes << 20)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def started(command: list[str]) -> int:
    """Run a command in a process of its own, all imports done; return its id."""
    child = os.fork()
    if child == 0:
        os._exit(main(command))
    return child


def undisturbed(command: list[str]) -> float | None:
    """Return the seconds that a whole run takes; None for one that fails."""
    begun = time.monotonic()
    failed = os.waitpid(started(command), 0)[1]
    return None if failed else time.monotonic() - begun


def kill_often(times: int, command: list[str]) -> int:
    spans = [undisturbed(command) for _ in range(3)]
    if None in spans:
        return 1
    whole_s = min(span for span in spans if span is not None)
    moments = random.Random(11)
    for _ in range(times):
        at = moments.random()
        child = started(command)
        time.sleep(at * whole_s)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        sys.stdout.write(f"{at:.3f}\n")
        sys.stdout.flush()
        # Whoever reads on answers when it has looked at what was left.
        sys.stdin.readline()
    return 0


if __name__ == "__main__":
    kind, amount, *given = sys.argv[1:]
    importlib.import_module(f"model_tools.{COMMANDS[given[0]][0]}")
    if kind == "killed":
        sys.exit(kill_often(int(amount), given))
    if kind == "memory":
        bound_memory(int(amount))
    else:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(amount), int(amount)))
    sys.exit(main(given))
