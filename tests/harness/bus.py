# SPDX-License-Identifier: Apache-2.0
"""A session bus of one's own and daemons on it; all gone when the block is left."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import yaml
from dbus_next.aio.message_bus import MessageBus
from dbus_next.constants import MessageType
from dbus_next.message import Message

from ime_engine.protocol import BUS_NAME, OBJECT_PATH
from ime_engine.service import bus as session_bus
from ime_engine.service.client import PredictorClient

START_S = 20.0


class Daemon:
    """A predictor process and what it wrote to stderr."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self._log = log
        self.started = time.monotonic()

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def stop(self, number: int = signal.SIGTERM, patience_s: float = 10.0) -> tuple[int, float]:
        """Send a signal; the exit status and how long it took, in seconds."""
        sent = time.monotonic()
        self.process.send_signal(number)
        return self.process.wait(patience_s), time.monotonic() - sent

    def wait(self) -> int:
        return self.process.wait(START_S)


@contextmanager
def private_bus() -> Iterator[str]:
    """Run a dbus-daemon in a folder of its own, for it leaves its socket; yield its address."""
    with tempfile.TemporaryDirectory(prefix="ieum-bus-") as folder:
        address = f"unix:dir={folder}"
        process = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address", f"--address={address}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert process.stdout is not None
        try:
            yield process.stdout.readline().decode().strip()
        finally:
            end(process)
            process.stdout.close()


@contextmanager
def daemon(
    address: str | None,
    folder: Path,
    settings: Mapping[str, object],
    command: Sequence[str] = ("-m", "ime_engine"),
    **environment: str,
) -> Iterator[Daemon]:
    """Start a predictor; kill whatever is left of it at the end.

    Args:
        address: Of the bus; None leaves the variable unset.
        folder: Where its home and its log go.
        settings: The `daemon:` section of its settings; without an n-gram unless it says so.
        command: What Python runs.
        environment: More variables.
    """
    config = folder / "config" / "ieum" / "config.yaml"
    config.parent.mkdir(parents=True, exist_ok=True)
    section = {"ngram": False, **settings}
    config.write_text(yaml.safe_dump({"daemon": section}), encoding="utf-8")
    own = {
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_CONFIG_DIRS": str(folder / "site"),
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "XDG_RUNTIME_DIR": str(folder),
        **({"DBUS_SESSION_BUS_ADDRESS": address} if address else {}),
        **environment,
    }
    inherited = {
        name: value for name, value in os.environ.items() if name != "DBUS_SESSION_BUS_ADDRESS"
    }
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".log", delete=False) as log:
        process = subprocess.Popen(
            [sys.executable, *command],
            env={**inherited, **own},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        yield Daemon(process, Path(log.name))
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Make sure that a process is gone."""
    if process.poll() is None:
        process.kill()
    process.wait()


async def owned(process: Daemon) -> float:
    """Wait until the name is owned; how long that took since the start, in seconds."""
    bus = await session_bus.connect()
    try:
        while not await session_bus.call(bus, "NameHasOwner", "s", [BUS_NAME], timeout_s=5):
            assert process.process.poll() is None, process.log
            assert time.monotonic() - process.started < START_S, process.log
            time.sleep(0.005)  # noqa: ASYNC251 - nothing else is to happen
        return time.monotonic() - process.started
    finally:
        await session_bus.disconnect(bus)


async def reached(client: PredictorClient, state: str) -> dict[str, object]:
    """Wait for a state; the properties then."""
    deadline = time.monotonic() + START_S
    while (properties := await client.properties())["State"] != state:
        assert time.monotonic() < deadline, properties
        time.sleep(0.01)  # noqa: ASYNC251 - nothing else is to happen
    return properties


@asynccontextmanager
async def serving(
    address: str, folder: Path, settings: dict[str, object], command: Sequence[str] = ()
) -> AsyncIterator[tuple[PredictorClient, Daemon]]:
    """A daemon that is ready, and a client of it."""
    with daemon(address, folder, settings, command or ("-m", "ime_engine")) as process:
        await owned(process)
        async with PredictorClient() as client:
            await reached(client, "ready")
            yield client, process


@asynccontextmanager
async def changes(address: str) -> AsyncIterator[asyncio.Queue[dict[str, object]]]:
    """Collect what PropertiesChanged of the predictor says."""
    heard: asyncio.Queue[dict[str, object]] = asyncio.Queue()

    def hear(message: Message) -> None:
        if message.message_type is MessageType.SIGNAL and message.member == "PropertiesChanged":
            changed = {name: value.value for name, value in message.body[1].items()}
            heard.put_nowait(changed)

    bus = await MessageBus(address).connect()
    bus.add_message_handler(hear)
    rule = f"type='signal',sender='{BUS_NAME}',path='{OBJECT_PATH}'"
    await session_bus.call(bus, "AddMatch", "s", [rule], timeout_s=5)
    try:
        yield heard
    finally:
        await session_bus.disconnect(bus)
