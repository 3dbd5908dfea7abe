# SPDX-License-Identifier: Apache-2.0
"""Keeps a child process running: restarts it with backoff, ends it for certain."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ime_engine.cli.output import say
from ime_engine.errors import ServiceError

__all__ = ["Backoff", "keep"]

PR_SET_PDEATHSIG: Final = 1
QUICK_S: Final = 5.0
"""A child that lives shorter than this has failed to start."""

PATIENCE: Final = 5
"""Quick ends in a row after which there is no point in trying again."""

LONGEST_S: Final = 30.0
REFUSALS: Final = (1, 2)
"""Exit statuses with which a child says that it cannot work here, and why."""

END_S: Final = 3.0
"""How long a child may take to end before it is killed."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """How often a child has ended too soon, and what follows from it."""

    quick_ends: int = 0

    def after(self, lived_s: float) -> Backoff:
        """The backoff after a child that lived this long."""
        return Backoff(self.quick_ends + 1) if lived_s < QUICK_S else Backoff()

    @property
    def hopeless(self) -> bool:
        """Whether to give up."""
        return self.quick_ends >= PATIENCE

    @property
    def pause_s(self) -> float:
        """How long to wait before the next start.

        >>> [Backoff(n).pause_s for n in range(5)]
        [0.25, 0.5, 1.0, 2.0, 4.0]
        """
        return float(min(0.25 * 2**self.quick_ends, LONGEST_S))


async def keep(name: str, command: Sequence[str]) -> None:
    """Run a command again and again until cancelled; it is gone when this returns.

    Raises:
        ServiceError: It refuses to start, or ends at once every time.
    """
    backoff, first = Backoff(), True
    while not backoff.hopeless:
        started = time.monotonic()
        status = await run_once(command)
        backoff = backoff.after(time.monotonic() - started)
        if first and backoff.quick_ends and status in REFUSALS:
            break
        first = False
        if not backoff.hopeless:
            say(f"{name} ended (status {status}); starting it again in {backoff.pause_s:g} s.")
            await asyncio.sleep(backoff.pause_s)
    raise ServiceError(f"{name} ends as soon as it starts; its message above says why.")


async def run_once(command: Sequence[str]) -> int:
    """Run a command to its end, and what it started with it; when cancelled, end it first."""
    child = await asyncio.create_subprocess_exec(
        *command, process_group=0, preexec_fn=die_with_parent(os.getpid())
    )
    try:
        return await child.wait()
    except asyncio.CancelledError:
        await end(child)
        raise
    finally:
        send(child.pid, signal.SIGTERM)


async def end(child: asyncio.subprocess.Process) -> None:
    """Ask a child to end, and make sure that it does."""
    with contextlib.suppress(ProcessLookupError):
        child.terminate()
    try:
        async with asyncio.timeout(END_S):
            await child.wait()
    except TimeoutError:
        send(child.pid, signal.SIGKILL)
        await child.wait()


def send(group: int, number: signal.Signals) -> None:
    """Signal whoever is left of a child's process group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)


def die_with_parent(parent: int) -> Callable[[], None]:
    """What the child calls before it starts: have the kernel end it when we die."""
    prctl = ctypes.CDLL(None).prctl  # looked up here: little is safe between fork and exec

    def arrange() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return arrange
