# SPDX-License-Identifier: Apache-2.0
"""`benchmark --what variants`: the same weights in every precision and runtime, side by side.

    recipe ─► fp32, int4 folders aside ─┐
    the model that is shipped, int8 ────┼─► one process each: waits, answers a second,
    torch, where it is installed ───────┘   memory; lists compared with those of fp32

The fp32 graph is the exact one; lists are compared with its own.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ime_engine.config import load_config, models_dirs
from ime_engine.runtime.card import has_torch, torch_sees_card
from ime_engine.service.models import find_model, threads_of
from model_tools import machine
from model_tools.benchmarks.contexts import new_contexts
from model_tools.benchmarks.latency import summarise
from model_tools.benchmarks.variant_run import AT_ONCE, WARM_UP, Job, Measured, measure
from model_tools.build import build_model
from model_tools.evaluation.registers import read_folder
from model_tools.progress import say
from model_tools.recipe import load_recipe
from model_tools.report_file import write_json
from model_tools.tables import markdown_table

__all__ = ["Agreement", "agreement", "run_variants"]

TYPED: Final = ("ㄱ", "아", "하", "ㄷ", "이", "그", "ㅅ", "나")
"""What is typed of the eojeol after each context, in turns."""

EXACT: Final = "ONNX fp32"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far lists are those of another model, each a share of all contexts."""

    first: float
    """The first eojeol is the same."""

    same: float
    """The same eojeols, in any order."""

    overlap: float
    """Eojeols in common, on average."""


def agreement(lists: Sequence[Sequence[str]], exact: Sequence[Sequence[str]]) -> Agreement:
    """Compare lists with those of another model, context by context; (n,) each, n >= 1."""
    pairs = list(zip(lists, exact, strict=True))
    return Agreement(
        statistics.mean(list(one[:1]) == list(other[:1]) for one, other in pairs),
        statistics.mean(set(one) == set(other) for one, other in pairs),
        statistics.mean(len(set(one) & set(other)) / max(len(other), 1) for one, other in pairs),
    )


def run_variants(args: argparse.Namespace) -> int:
    """Measure every variant that runs here, print the table; return the exit status."""
    config = load_config()
    name = args.model or config.model
    contexts = new_contexts(read_folder(args.eval_dir), WARM_UP + args.requests, args.seed)
    keys = [TYPED[at % len(TYPED)] for at in range(len(contexts))]
    shipped = find_model(name, models_dirs(config))
    load = machine.load_average()
    measured: dict[str, tuple[Measured, float]] = {}
    with _jobs(name, shipped, threads_of(config)) as jobs:
        for title, job in jobs.items():
            say(title)
            weights = "model.safetensors" if job.runtime == "torch" else "model.onnx"
            size_mb = (job.folder / weights).stat().st_size / 1e6
            measured[title] = measure(job, contexts, keys), size_mb
    sys.stdout.write(_table(measured) + _sentence(args.requests, threads_of(config), load))
    if args.json is not None:
        write_json(
            args.json, {"variants": _plain(measured), "machine": machine.describe().as_json()}
        )
    return 0


@contextmanager
def _jobs(name: str, shipped: Path, threads: int) -> Iterator[dict[str, Job]]:
    """Build what is not shipped, for the time of the block."""
    recipe = load_recipe(name)
    with tempfile.TemporaryDirectory(prefix="ieum-") as scratch:
        fp32, int4 = Path(scratch) / "fp32", Path(scratch) / "int4"
        build_model(recipe, fp32, None, "fp32", "float32" if has_torch() else None)
        build_model(recipe, int4, None, "int4")
        jobs = {
            "ONNX int8": Job(shipped, threads),
            EXACT: Job(fp32, threads),
            "ONNX int4": Job(int4, threads),
        }
        if has_torch():
            jobs["torch CPU fp32"] = Job(fp32, threads, runtime="torch")
        if torch_sees_card():
            jobs["torch CUDA"] = Job(fp32, threads, "cuda", "torch")
        yield jobs


def _table(measured: dict[str, tuple[Measured, float]]) -> str:
    exact = measured[EXACT][0].lists
    rows = []
    for title, (one, size_mb) in measured.items():
        new, key = summarise(one.new_ms), summarise(one.key_ms)
        like = agreement(one.lists, exact)
        rows.append(
            [
                title,
                f"{new.p50_ms:.0f} / {new.p95_ms:.0f} / {new.p99_ms:.0f}",
                f"{key.p50_ms:.0f} / {key.p95_ms:.0f}",
                f"{one.rate:.1f}",
                f"{one.rss_mb:.0f}",
                f"{size_mb:.0f}",
                f"{100 * like.first:.0f}",
                f"{100 * like.same:.0f}",
                f"{100 * like.overlap:.0f}",
            ]
        )
    header = [
        "variant",
        "new context, ms (p50 / p95 / p99)",
        "one more key, ms (p50 / p95)",
        f"answers/s, {AT_ONCE} at once",
        "RSS, MB",
        "file, MB",
        "first as fp32, %",
        "same five, %",
        "in common, %",
    ]
    return markdown_table(header, rows)


def _sentence(requests: int, threads: int, load: float) -> str:
    return (
        f"\n{requests} contexts, in process, {threads} threads; beam and window as the daemon has "
        "them.\n"
        f"{machine.describe().sentence()}; load {load} before, {machine.load_average()} after.\n"
    )


def _plain(measured: dict[str, tuple[Measured, float]]) -> list[dict[str, object]]:
    exact = measured[EXACT][0].lists
    return [
        {
            "variant": title,
            "new_ms": one.new_ms,
            "key_ms": one.key_ms,
            "answers_per_s": one.rate,
            "rss_mb": one.rss_mb,
            "file_mb": size_mb,
            "same_first": agreement(one.lists, exact).first,
            "same_five": agreement(one.lists, exact).same,
        }
        for title, (one, size_mb) in measured.items()
    ]
