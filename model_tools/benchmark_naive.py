# SPDX-License-Identifier: Apache-2.0
"""Times the naive peer on the model that the daemon serves, in this process."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from ime_engine.config import DaemonConfig
from ime_engine.service.models import threads_of
from model_tools.benchmark_report import Row, latency_rows
from model_tools.latency import summarise
from model_tools.naive_beam import NAIVE_STEPS, NAIVE_WIDTH, naive_beam

__all__ = ["measure_naive"]


def measure_naive(folder: Path, config: DaemonConfig, contexts: Sequence[str]) -> list[Row]:
    """Time one naive beam a context, after one that is not counted.

    Args:
        folder: The model's.
        config: Device and threads are the daemon's.
        contexts: (n,) n >= 1.

    Raises:
        ModelError: the model cannot be opened.
    """
    from ime_engine.runtime.loader import load_model

    loaded = load_model(folder, config.device, threads_of(config))
    opening = [loaded.manifest.bos_id] if loaded.manifest.bos_id is not None else []
    prompts = [opening + loaded.encode(context.rstrip()) for context in contexts]
    naive_beam(loaded.model, prompts[0])
    waits_ms = []
    for prompt in prompts:
        begun = time.perf_counter_ns()
        naive_beam(loaded.model, prompt)
        waits_ms.append((time.perf_counter_ns() - begun) / 1e6)
    note = f"{NAIVE_WIDTH} hypotheses, {NAIVE_STEPS} tokens, no KV reuse, no D-Bus"
    return latency_rows("naive beam, new context", summarise(waits_ms), note)
