# SPDX-License-Identifier: Apache-2.0
"""The daemon's life: own the name, load behind it, serve, leave cleanly.

    connect -> export -> own the name (<= 0.5 s) -> load in the worker -> serve
                                                                          |
          SIGTERM, SIGINT, SIGHUP or the end of the session bus  -> leave, exit 0

Nothing that opens a model is imported before the name is owned.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import logging
import os
import resource
import signal
import sys
import time
from collections.abc import Sequence
from functools import partial
from typing import Final

from dbus_next.aio.message_bus import MessageBus
from dbus_next.constants import NameFlag, RequestNameReply

from ime_engine.config import DaemonConfig
from ime_engine.errors import IeumError, ServiceError
from ime_engine.metrics import Metrics
from ime_engine.protocol import BUS_NAME, OBJECT_PATH
from ime_engine.service import bus as session_bus
from ime_engine.service.desktop import tell
from ime_engine.service.interface import PredictorInterface
from ime_engine.service.logs import quiet_loop, start_logging
from ime_engine.service.models import open_model, open_standby
from ime_engine.service.personal import Personal
from ime_engine.service.predictor import Opener, Predictor
from ime_engine.service.worker import Worker

__all__ = ["run_daemon"]

log = logging.getLogger(__name__)

PR_SET_DUMPABLE: Final = 4
GRACE_S: Final = 0.3
"""How long a search or a load in progress may take to end before it is abandoned."""

SET_ASIDE: Final = "배운 말의 파일을 쓸 수 없어 따로 두었습니다. 읽을 수 있는 것은 그대로 씁니다."
"""Before the history's own sentence, for whoever reads Korean."""


def run_daemon(config: DaemonConfig, started: float, opener: Opener | None = None) -> int:
    """Serve until told to stop.

    Args:
        config: The settings.
        started: `time.monotonic()` when the process began.
        opener: Opens a model folder; by default with what the user taught beside it.

    Returns:
        Exit status: 0 after a clean end, 1 when the bus or the name is not to be had.
    """
    start_logging(config.log_level)
    forbid_core_dumps()
    workers = [Worker(config.nice) for _ in range(1 + config.batch_size)]
    try:
        asyncio.run(serve(config, workers, opener, started))
        status = 0
    except IeumError as error:
        log.error("%s", error)  # noqa: TRY400 - a traceback might quote text
        status = 1
    return leave(workers, status)


async def serve(
    config: DaemonConfig, workers: Sequence[Worker], opener: Opener | None, started: float
) -> None:
    """Own the name and answer until a signal or the end of the bus.

    Args:
        config: The settings.
        workers: The first opens models, the others search.
        opener: Opens a model folder.
        started: `time.monotonic()` when the process began.

    Raises:
        ServiceError: No bus, or the name belongs to another process.
    """
    quiet_loop(asyncio.get_running_loop())
    stop = stop_on_signal()
    bus = await session_bus.connect()
    opening, *lanes = workers
    metrics = Metrics()
    personal = Personal(
        config, metrics=metrics, on_notice=lambda notice: tell(bus, SET_ASIDE, notice)
    )
    opener = opener or partial(open_model, history=personal)
    standby = partial(open_standby, history=personal)
    predictor = Predictor(config, opening, opener, standby, lanes, metrics)
    try:
        interface = PredictorInterface(predictor, personal)
        bus.add_message_handler(interface.screen)
        bus.export(OBJECT_PATH, interface)
        await own_name(bus)
        log.info("%s owned after %d ms", BUS_NAME, (time.monotonic() - started) * 1000)
        loading = asyncio.create_task(load_first(predictor, personal, started))
        await until_stopped(bus, stop)
        loading.cancel()
    finally:
        predictor.requests.close()
        await session_bus.disconnect(bus)
        await asyncio.to_thread(personal.close)


async def own_name(bus: MessageBus) -> None:
    """Take the name, or say who has it.

    Raises:
        ServiceError: Another process owns the name; it is left alone.
    """
    reply = await bus.request_name(BUS_NAME, NameFlag.DO_NOT_QUEUE)
    if reply is RequestNameReply.PRIMARY_OWNER:
        return
    pid = await session_bus.call(
        bus, "GetConnectionUnixProcessID", "s", [BUS_NAME], timeout_s=GRACE_S
    )
    raise ServiceError(
        f"{BUS_NAME} belongs to process {pid} already; use that one, or stop it first."
    )


async def load_first(predictor: Predictor, personal: Personal, started: float) -> None:
    """Open the n-gram, the history, then the model; a failure leaves the daemon up, to be asked."""
    try:
        await predictor.stand_by()
        log.info("standing by after %d ms", (time.monotonic() - started) * 1000)
        await predictor.in_worker(personal.open)
        personal.tell()
        await predictor.load(predictor.status.model)
    except IeumError as error:
        log.error("%s", error)  # noqa: TRY400 - a traceback might quote text
    else:
        log.info("ready in %d ms", (time.monotonic() - started) * 1000)


def stop_on_signal() -> asyncio.Event:
    """An event that SIGTERM, SIGINT and SIGHUP set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    return stop


async def until_stopped(bus: MessageBus, stop: asyncio.Event) -> None:
    """Wait for a signal or for the bus to go away, whichever comes first."""
    gone = asyncio.ensure_future(bus.wait_for_disconnect())
    signalled = asyncio.ensure_future(stop.wait())
    await asyncio.wait((gone, signalled), return_when=asyncio.FIRST_COMPLETED)
    signalled.cancel()
    if gone.done():
        with contextlib.suppress(EOFError, OSError):
            gone.result()
        log.info("the session bus is gone; leaving")


def forbid_core_dumps() -> None:
    """Keep typed text out of core files, those piped to a crash collector included."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def leave(workers: Sequence[Worker], status: int) -> int:
    """End at once even when a worker is deep in a model.

    Native code cannot be interrupted, and the interpreter's own end could not
    be survived by it; so when a worker does not end, the process does.
    """
    ended = [worker.stop(GRACE_S / len(workers)) for worker in workers]
    if not all(ended):
        logging.shutdown()
        sys.stderr.flush()
        os._exit(status)
    return status
