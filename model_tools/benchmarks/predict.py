# SPDX-License-Identifier: Apache-2.0
"""What a client on the bus waits for: start, first answer, new, grown and repeated contexts."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Final

from ime_engine.errors import NotReadyError, ServiceError
from ime_engine.protocol import Query
from ime_engine.service.client import PredictorClient
from model_tools.benchmarks.contexts import keys_between
from model_tools.benchmarks.latency import summarise
from model_tools.benchmarks.private_daemon import PrivateDaemon
from model_tools.benchmarks.report import Row, latency_rows
from model_tools.machine import cpu_seconds_of, memory_of

__all__ = ["WARM_UP", "Workload", "cut_short", "measure_daemon", "ready_client"]

WARM_UP: Final = 10
"""New contexts that are asked first and not counted."""

REQUEST_TIMEOUT_S: Final = 30.0
START_TIMEOUT_S: Final = 60.0
READY_TIMEOUT_S: Final = 180.0
POLL_S: Final = 0.005
COMMON: Final = "앞으로도 잘 "
"""After this the n-gram has a list."""

PAUSE_S: Final = 0.075
"""Between the keys of a very fast typist; what the daemon prepares meanwhile is in its way."""


@dataclass(frozen=True, slots=True)
class Workload:
    """What is asked, and what of the results is wanted."""

    fresh: Sequence[str]
    """Contexts no two of which begin alike, the warm-up first."""

    growing: Sequence[str]
    """Contexts in the order in which somebody types them."""

    requests: bool = True
    """Whether waits are wanted; without, one request loads what a daemon in use has loaded."""

    memory: bool = True


async def measure_daemon(
    address: str, daemon: PrivateDaemon, work: Workload, say: Callable[[str], None]
) -> list[Row]:
    """Watch a daemon start, ask it, look at its memory.

    Args:
        address: Of the bus it is to appear on.
        daemon: Just started.
        work: What to ask.
        say: Told what is being measured.

    Raises:
        ServiceError: the daemon ended, or did not become ready.
    """
    async with ready_client(address, daemon, say) as (client, started):
        waits = await _waits(client, daemon.process.pid, work, say)
        if work.memory:
            waits += _memory(daemon.process.pid, len(work.fresh) if work.requests else 1)
    return started + waits if work.requests else waits


@asynccontextmanager
async def ready_client(
    address: str, daemon: PrivateDaemon, say: Callable[[str], None]
) -> AsyncIterator[tuple[PredictorClient, list[Row]]]:
    """Wait until a daemon is ready; yield a client of it and how long that took.

    Inside the block this bus is the session's.

    Raises:
        ServiceError: the daemon ended, or did not become ready.
    """
    with _session_bus(address):
        async with PredictorClient(REQUEST_TIMEOUT_S, autostart=False) as client:
            say("waiting for the daemon")
            owned_s = await _until(lambda: _owned(client, daemon), daemon, START_TIMEOUT_S)
            answered_s = await _until(lambda: _answered(client, daemon), daemon, READY_TIMEOUT_S)
            ready_s = await _until(lambda: _ready(client, daemon), daemon, READY_TIMEOUT_S)
            of_ready = "one start, files in the page cache"
            yield (
                client,
                [
                    Row("name owned after start", owned_s * 1000, "ms", "one start"),
                    Row("n-gram answer after start", answered_s * 1000, "ms", of_ready),
                    Row("ready after start", ready_s * 1000, "ms", of_ready),
                ],
            )


async def _waits(
    client: PredictorClient, pid: int, work: Workload, say: Callable[[str], None]
) -> list[Row]:
    first_ms, _ = await _ask(client, work.fresh[0])
    if not work.requests:
        return []
    for context in work.fresh[1:WARM_UP]:
        await _ask(client, context)
    say("new contexts")
    cut_before, cpu_before = await cut_short(client), cpu_seconds_of(pid)
    fresh = [await _ask(client, context) for context in work.fresh[WARM_UP:]]
    cpu_s = 1000 * (cpu_seconds_of(pid) - cpu_before) / len(fresh)
    cut = (await cut_short(client) - cut_before) / len(fresh)
    say("typed in order")
    growing: list[tuple[float, int]] = []
    keys: list[float] = []
    for context, prefixes in keys_between(work.growing):
        await asyncio.sleep(PAUSE_S)
        growing.append(await _ask(client, context))
        for prefix in prefixes:
            await asyncio.sleep(PAUSE_S)
            keys.append((await _ask(client, context, prefix))[0])
    say("the same again")
    again = []
    for context in work.fresh[WARM_UP:]:
        await _ask(client, context)
        again.append(await _ask(client, context))
    full = sum(count > 0 for _, count in fresh) / len(fresh)
    return [
        Row("first request", first_ms, "ms", "cold: the first after the daemon is ready"),
        *latency_rows("new context", summarise([ms for ms, _ in fresh]), "1–12 eojeols, warm"),
        Row("new context, lists not empty", 100 * full, "%"),
        Row("new context, cut short by the deadline", 100 * cut, "%"),
        Row("CPU for 1,000 new contexts", cpu_s, "s", "the daemon's threads, user and system"),
        *latency_rows("typed in order", summarise([ms for ms, _ in growing]), "grown by an eojeol"),
        *(latency_rows("one more key", summarise(keys), "the first 3 of each") if keys else ()),
        *latency_rows("cached", summarise([ms for ms, _ in again]), "asked just before"),
    ]


async def _ask(client: PredictorClient, before: str, prefix: str = "") -> tuple[float, int]:
    """Wait for one answer; return milliseconds and how many candidates came."""
    query = Query(before, prefix)
    begun = time.perf_counter_ns()
    candidates = await client.predict(query)
    return (time.perf_counter_ns() - begun) / 1e6, len(candidates)


async def cut_short(client: PredictorClient) -> int:
    """Searches that ended at the daemon's deadline so far; their answers are not cached."""
    return int((await client.statistics()).get("cut_short", 0))


def _memory(pid: int, requests: int) -> list[Row]:
    memory = memory_of(pid)
    rows = [Row("daemon RSS", memory.rss_mb, "MB", f"after {requests} contexts")]
    if memory.pss_mb is not None:
        rows.append(Row("daemon PSS", memory.pss_mb, "MB"))
    if memory.peak_mb is not None:
        rows.append(Row("daemon RSS, peak", memory.peak_mb, "MB", "since its start"))
    return rows


async def _owned(client: PredictorClient, daemon: PrivateDaemon) -> bool:
    return await client.owner_pid() == daemon.process.pid


async def _answered(client: PredictorClient, daemon: PrivateDaemon) -> bool:
    """Whether there is a list, which the n-gram has first, or a model that has none."""
    try:
        return bool(await client.predict(Query(COMMON))) or await _ready(client, daemon)
    except NotReadyError:
        return await _ready(client, daemon)


async def _ready(client: PredictorClient, daemon: PrivateDaemon) -> bool:
    state = (await client.properties())["State"]
    if state == "failed":
        raise ServiceError(f"The daemon could not open the model: {daemon.complaint()}")
    return bool(state == "ready")


async def _until(
    reached: Callable[[], Awaitable[bool]], daemon: PrivateDaemon, timeout_s: float
) -> float:
    """Poll until something holds; return seconds since the daemon was started."""
    while not await reached():
        if daemon.process.poll() is not None:
            raise ServiceError(f"The daemon ended by itself: {daemon.complaint()}")
        if time.monotonic() - daemon.started > timeout_s:
            raise ServiceError(f"The daemon was not ready after {timeout_s:g} s; see its log.")
        await asyncio.sleep(POLL_S)
    return time.monotonic() - daemon.started


@contextmanager
def _session_bus(address: str) -> Iterator[None]:
    """Let the client take this bus for the session's."""
    name = "DBUS_SESSION_BUS_ADDRESS"
    before = os.environ.get(name)
    os.environ[name] = address
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
