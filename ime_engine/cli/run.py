# SPDX-License-Identifier: Apache-2.0
"""`ieum run`: this desktop session types with 이음 until Ctrl-C.

ieum run ─┬─ python -m ime_engine              unless a daemon is on the bus already
          └─ python -m ibus_component.supervisor --register
             └─ python -m ibus_component     puts the previous engine back at its end
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
from typing import Final

from ime_engine.cli.ibus_address import find_ibus
from ime_engine.cli.output import say, show
from ime_engine.cli.siblings import command_of, is_installed
from ime_engine.cli.supervise import keep
from ime_engine.errors import NotAvailableError, ServiceError

SUMMARY: Final = "type with Ieum in this desktop session until Ctrl-C"
DESCRIPTION: Final = """\
Start the prediction daemon unless it runs, register the IBus engine for this
session and select it. Ctrl-C ends both and puts the previous engine back.
Nothing is installed; to install for good see `ieum component`."""
EXAMPLES: Final = """\
example:
  ieum run"""

GREETING: Final = """\
이음 is on in this session: click into any text field and type.
  한/영           Hangul key, Shift+Space or Right Alt
  candidates      appear after a finished word: Tab enters the list, Alt+1…5 or a click takes one
  predictor       Ctrl+Alt+H switches it on and off
Ctrl-C here ends it and puts the previous input method back."""
NO_IBUS: Final = (
    "No ibus-daemon runs in this session; start it with `ibus-daemon --daemonize --xim`, "
    "then run this again. Without a desktop, try `ieum demo`."
)
DAEMON: Final = "The predictor"
ENGINE: Final = "The IBus engine"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def act(options: argparse.Namespace) -> int:
    """Run until a signal comes.

    Raises:
        ServiceError: No ibus-daemon, no session bus, or a part does not start.
        NotAvailableError: The IBus component is not installed.
    """
    if not is_installed("ibus_component"):
        raise NotAvailableError("The part ibus_component is not installed; run `make setup`.")
    if find_ibus(os.environ) is None:
        raise ServiceError(NO_IBUS)
    asyncio.run(run())
    return 0


async def run() -> None:
    """Start what is missing and supervise it; both are gone when this returns."""
    stopped = stop_on_signal()
    parts = []
    if await daemon_pid() is None:
        parts.append(asyncio.create_task(keep(DAEMON, command_of("ime_engine"))))
    else:
        say("The predictor runs already; using that one.")
    engine = command_of("ibus_component.supervisor", ["--register"])
    parts.append(asyncio.create_task(keep(ENGINE, engine)))
    show(GREETING)
    stopping = asyncio.create_task(stopped.wait())
    done, _ = await asyncio.wait([stopping, *parts], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    # The engine first: it puts the previous input method back.
    for part in reversed(parts):
        part.cancel()
        with contextlib.suppress(asyncio.CancelledError, ServiceError):
            await part
    for task in done - {stopping}:
        task.result()


async def daemon_pid() -> int | None:
    """Process of the daemon that owns the name now; None when none does.

    Raises:
        ServiceError: There is no session bus.
    """
    from ime_engine.service.client import PredictorClient

    async with PredictorClient(autostart=False) as client:
        return await client.owner_pid()


def stop_on_signal() -> asyncio.Event:
    """An event that Ctrl-C, SIGTERM and a closed terminal set."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
