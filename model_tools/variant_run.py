# SPDX-License-Identifier: Apache-2.0
"""One variant of a model, measured in a process of its own so that its memory is its own."""

from __future__ import annotations

import dataclasses
import multiprocessing
import os
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ime_engine.engine import Engine, EngineOptions
from ime_engine.protocol import Query
from ime_engine.runtime.loader import LoadedModel, load_model
from ime_engine.runtime.manifest import verify_folder
from model_tools.build import open_source
from model_tools.fetch import fetch
from model_tools.machine import memory_of
from model_tools.recipe import Recipe
from model_tools.torch_model import TorchDevice, torch_model

__all__ = ["Job", "Measured", "measure"]

WARM_UP = 5
DEADLINE_MS = 60_000
"""No search is cut short: what is compared is the models."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to measure."""

    folder: Path
    """Of the model whose tokenizer, and for ONNX whose graph, is used."""

    threads: int
    torch: str = ""
    """Device on which torch runs the weights instead; empty for the graph."""

    recipe: Recipe | None = None
    """Where the weights for torch come from."""

    downloads: Path = Path()


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of it."""

    new_ms: list[float]
    """By context: waits for a list after a context of which nothing is kept."""

    key_ms: list[float]
    """By context: waits after one more key under the same context."""

    lists: list[list[str]]
    """By context: the five eojeols."""

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
    options = EngineOptions(deadline_ms=DEADLINE_MS, kv_slots=1)
    engine = Engine(_opened(job), options)
    new_ms, key_ms, lists = [], [], []
    for context, typed in zip(contexts, keys, strict=True):
        waited, answer = _timed(engine, Query(context))
        new_ms.append(waited)
        lists.append(answer)
        key_ms.append(_timed(engine, Query(context, typed))[0])
    rss_mb = memory_of(os.getpid()).rss_mb
    return Measured(new_ms[WARM_UP:], key_ms[WARM_UP:], lists[WARM_UP:], rss_mb)


def _timed(engine: Engine, query: Query) -> tuple[float, list[str]]:
    begun = time.perf_counter_ns()
    answer = engine.predict(query)
    return (time.perf_counter_ns() - begun) / 1e6, [each.text for each in answer]


def _opened(job: Job) -> LoadedModel:
    if not job.torch:
        return load_model(job.folder, "cpu", job.threads)
    import torch

    assert job.recipe is not None
    torch.set_num_threads(job.threads)
    loaded = load_model(job.folder, "cpu", job.threads)
    context_length = verify_folder(job.folder).context_length
    source = open_source(job.recipe, fetch(job.recipe.source, None, job.downloads))
    device: TorchDevice = "cuda" if job.torch == "cuda" else "cpu"
    peer = torch_model(source, context_length, device)
    return dataclasses.replace(loaded, model=peer, device=device)
