# SPDX-License-Identifier: Apache-2.0
"""One variant of a model, measured in a process of its own so that its memory is its own."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ime_engine.engine import Engine, EngineOptions
from ime_engine.protocol import Query
from ime_engine.runtime.devices import Device, Runtime
from ime_engine.runtime.loader import load_model
from ime_engine.runtime.turns import Batch
from model_tools.machine import memory_of

__all__ = ["AT_ONCE", "WARM_UP", "Job", "Measured", "measure"]

WARM_UP: Final = 5
DEADLINE_MS: Final = 60_000
"""No search is cut short: what is compared is the models."""

AT_ONCE: Final = 8
"""Searches at a time, in common passes, when answers are counted."""

TOGETHER: Final = Batch(AT_ONCE, 0.005)


@dataclass(frozen=True, slots=True)
class Job:
    """What to measure."""

    folder: Path
    """The model's own."""

    threads: int
    device: Device = "cpu"
    runtime: Runtime = "auto"


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of it."""

    new_ms: list[float]
    """By context: waits for a list after a context of which nothing is kept."""

    key_ms: list[float]
    """By context: waits after one more key under the same context."""

    lists: list[list[str]]
    """By context: the five eojeols."""

    rate: float
    """Lists a second for contexts of which nothing is kept, `AT_ONCE` at a time."""

    rss_mb: float


def measure(job: Job, contexts: Sequence[str], keys: Sequence[str]) -> Measured:
    """Ask one variant, in a new process that has opened nothing else.

    Args:
        job: The variant.
        contexts: No two of which begin alike.
        keys: (n,) what is typed after each of them, keys of its first syllable.
    """
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=fresh) as pool:
        return pool.submit(_measure, job, list(contexts), list(keys)).result()


def _measure(job: Job, contexts: list[str], keys: list[str]) -> Measured:
    loaded = load_model(job.folder, job.device, job.threads, TOGETHER, job.runtime)
    options = EngineOptions(deadline_ms=DEADLINE_MS, kv_slots=1)
    engine = Engine(loaded, options)
    new_ms, key_ms, lists = [], [], []
    for context, typed in zip(contexts, keys, strict=True):
        waited, answer = _timed(engine, Query(context))
        new_ms.append(waited)
        lists.append(answer)
        key_ms.append(_timed(engine, Query(context, typed))[0])
    rss_mb = memory_of(os.getpid()).rss_mb
    rate = _rate(Engine(loaded, options), contexts)
    return Measured(new_ms[WARM_UP:], key_ms[WARM_UP:], lists[WARM_UP:], rate, rss_mb)


def _rate(engine: Engine, contexts: list[str]) -> float:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        begun = time.perf_counter()
        for _ in pool.map(engine.predict, map(Query, contexts)):
            pass
    return len(contexts) / (time.perf_counter() - begun)


def _timed(engine: Engine, query: Query) -> tuple[float, list[str]]:
    begun = time.perf_counter_ns()
    answer = engine.predict(query)
    return (time.perf_counter_ns() - begun) / 1e6, [each.text for each in answer]
