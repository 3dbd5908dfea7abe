# SPDX-License-Identifier: Apache-2.0
"""How many answers a second the daemon gives to eight clients that ask at once.

Each client is a connection of its own and asks again as soon as it has its answer. They share
one process of their own, so that what they cost is not counted as the daemon's interpreter, but
they do take a core: the rate is that of both ends of the bus.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from typing import Final

from ime_engine.protocol import Query
from ime_engine.service.client import PredictorClient
from model_tools.benchmarks.latency import summarise
from model_tools.benchmarks.predict import cut_short, ready_client
from model_tools.benchmarks.private_daemon import PrivateDaemon
from model_tools.benchmarks.report import Row, latency_rows

__all__ = ["CLIENTS", "measure_throughput"]

CLIENTS: Final = 8
REPEATED: Final = 4000
"""Answers from the cache that are timed."""

TIMEOUT_S: Final = 60.0


async def measure_throughput(
    address: str, daemon: PrivateDaemon, contexts: Sequence[str], say: Callable[[str], None]
) -> list[Row]:
    """Ask as fast as the answers come.

    Args:
        address: Of the bus the daemon is to appear on.
        daemon: Just started.
        contexts: No two of which begin alike.
        say: Told what is being measured.

    Raises:
        ServiceError: the daemon ended, or did not become ready.
    """
    async with ready_client(address, daemon, say), AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(PredictorClient(TIMEOUT_S, autostart=False))
            for _ in range(CLIENTS)
        ]
        await _ask_all(clients, contexts[:CLIENTS])
        say(f"{CLIENTS} clients, distinct questions")
        cut_before = await cut_short(clients[0])
        distinct = await _ask_all(clients, contexts[CLIENTS:])
        cut = (await cut_short(clients[0]) - cut_before) / len(contexts[CLIENTS:])
        say(f"{CLIENTS} clients, the same again")
        again = [contexts[-1 - at % CLIENTS] for at in range(REPEATED)]
        repeated = await _ask_all(clients, again)
    return [
        *_rows("distinct answers", *distinct),
        Row("distinct answers, cut short by the deadline", 100 * cut, "%"),
        *_rows("repeated answers", *repeated),
    ]


async def _ask_all(
    clients: Sequence[PredictorClient], contexts: Sequence[str]
) -> tuple[list[float], float]:
    """Waits of all questions, in ms, and how long all took together, in s."""
    left = iter(contexts)
    waits: list[float] = []

    async def ask(client: PredictorClient) -> None:
        for context in left:
            asked = time.perf_counter()
            await client.predict(Query(context))
            waits.append((time.perf_counter() - asked) * 1000)

    begun = time.perf_counter()
    await asyncio.gather(*map(ask, clients))
    return waits, time.perf_counter() - begun


def _rows(name: str, waits_ms: Sequence[float], span_s: float) -> list[Row]:
    rate = Row(name, len(waits_ms) / span_s, "/s", f"{CLIENTS} clients at once")
    return [rate, *latency_rows(name, summarise(waits_ms))]
