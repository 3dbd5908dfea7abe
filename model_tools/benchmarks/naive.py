# SPDX-License-Identifier: Apache-2.0
"""Times the naive peer in this process: on the model that the daemon serves, and in torch."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from ime_engine.config import DaemonConfig
from ime_engine.paths import cache_dir
from ime_engine.runtime.base import LanguageModel
from ime_engine.runtime.card import has_torch
from ime_engine.runtime.graph_model import GraphModel
from ime_engine.runtime.torch_backend import open_torch
from ime_engine.service.models import threads_of
from model_tools.benchmarks.latency import Latency, summarise
from model_tools.benchmarks.naive_beam import NAIVE_STEPS, NAIVE_WIDTH, naive_beam
from model_tools.benchmarks.report import Row, latency_rows
from model_tools.build import open_source
from model_tools.checkpoint import write_model
from model_tools.errors import RecipeError
from model_tools.fetch import fetch
from model_tools.recipe import load_recipe

__all__ = ["measure_naive"]


def measure_naive(
    folder: Path, config: DaemonConfig, contexts: Sequence[str], ours_ms: float | None = None
) -> list[Row]:
    """Time one naive beam a context, after one that is not counted.

    Args:
        folder: The model's.
        config: Device and threads are the daemon's.
        contexts: (n,) n >= 1.
        ours_ms: Median wait of the daemon for such a context, if it was measured.

    Raises:
        ModelError: the model cannot be opened.
    """
    from ime_engine.runtime.loader import load_model

    loaded = load_model(folder, config.device, threads_of(config))
    opening = [loaded.manifest.bos_id] if loaded.manifest.bos_id is not None else []
    prompts = [opening + loaded.encode(context.rstrip()) for context in contexts]
    note = f"{NAIVE_WIDTH} hypotheses, {NAIVE_STEPS} tokens, no KV reuse, no D-Bus"
    rows = latency_rows("naive beam, new context", _timed(loaded.model, prompts), note)
    peer = _torch_peer(folder.name, loaded.model.context_length, threads_of(config))
    if peer is None:
        return rows
    waits = _timed(peer, prompts)
    rows += latency_rows("naive torch beam, new context", waits, "the same weights in float32")
    if ours_ms is not None:
        rows.append(Row("ratio to the naive torch beam", waits.p50_ms / ours_ms, "×", "of medians"))
    return rows


def _timed(model: LanguageModel, prompts: Sequence[list[int]]) -> Latency:
    naive_beam(model, prompts[0])
    waits_ms = []
    for prompt in prompts:
        begun = time.perf_counter_ns()
        naive_beam(model, prompt)
        waits_ms.append((time.perf_counter_ns() - begun) / 1e6)
    return summarise(waits_ms)


def _torch_peer(name: str, context_length: int, threads: int) -> LanguageModel | None:
    """The same weights in torch; None without torch, or for a model that no recipe is known of."""
    if not has_torch():
        return None
    try:
        recipe = load_recipe(name)
    except RecipeError:
        return None
    source = open_source(recipe, fetch(recipe.source, None, cache_dir() / "downloads"))
    with tempfile.TemporaryDirectory(prefix="ieum-") as scratch:
        write_model(source, Path(scratch), "float32", context_length)
        return GraphModel(open_torch(Path(scratch), "cpu", threads), context_length)
