# SPDX-License-Identifier: Apache-2.0
"""`benchmark`: what is required of the running whole, measured and judged.

    private bus ── daemon with the chosen model ◄── Predict ── this process     waits, memory
                       the same, anew           ◄── a typist, eight clients     lists in time, rate
    private ibus-daemons ── our engine, ibus-hangul ◄── keys ── ibus_component  round trips, memory
    the same model in this process ── a naive beam                              for comparison

Everything that is started here is stopped here.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from ime_engine.config import DaemonConfig, load_config, models_dirs
from ime_engine.runtime.manifest import read_manifest
from ime_engine.service.models import find_model, threads_of
from model_tools import machine
from model_tools.benchmarks.contexts import new_contexts, typed_in_order
from model_tools.benchmarks.history import measure_history
from model_tools.benchmarks.keys import measure_keys
from model_tools.benchmarks.naive import measure_naive
from model_tools.benchmarks.predict import WARM_UP, Workload, measure_daemon
from model_tools.benchmarks.private_daemon import PrivateDaemon, private_bus, private_daemon
from model_tools.benchmarks.report import Row, as_json, table
from model_tools.benchmarks.throughput import measure_throughput
from model_tools.benchmarks.typing import measure_typing, text_to_type
from model_tools.benchmarks.variants import run_variants
from model_tools.evaluation.registers import default_folder, read_folder
from model_tools.invocation import command_line
from model_tools.numbers import whole_number
from model_tools.progress import say
from model_tools.report_file import check_destination, write_json

__all__ = ["add_arguments", "run"]

KINDS: Final = ("predict", "memory", "typing", "throughput", "history", "keys")

Measurement = Callable[[str, PrivateDaemon], Coroutine[object, object, list[Row]]]
"""Measures a daemon that was just started on the bus of this address."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The model to measure, and the settings its daemon would have."""

    config: DaemonConfig
    folder: Path
    digest: str
    """Of the graph, read before anything is measured."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options to argparse."""
    parser.add_argument(
        "--model", metavar="NAME", help="model to measure (default: the configured one)"
    )
    parser.add_argument(
        "--what",
        choices=(*KINDS, "all", "variants"),
        default="all",
        help="predict: waits of a D-Bus client; memory: of the daemon; typing: lists in time "
        "while somebody types; throughput: answers a second to several clients; history: what "
        "learning costs, beside 100,000 entries; keys: round trips "
        " beside ibus-hangul; variants: the same weights in other precisions and in torch, "
        "which takes some minutes and is not in all (default: all)",
    )
    _add_amounts(parser)
    parser.add_argument(
        "--naive",
        action="store_true",
        help="also time a beam over the same model that reads the whole prompt "
        "again for every hypothesis",
    )
    parser.add_argument(
        "--naive-requests",
        type=whole_number(1, 10_000),
        default=10,
        metavar="N",
        help="contexts for --naive (default: %(default)s)",
    )
    parser.add_argument(
        "--eval-dir",
        type=Path,
        default=default_folder(),
        metavar="DIR",
        help="folder of text to cut contexts from (default: this project's own sentences)",
    )
    parser.add_argument(
        "--seed",
        type=whole_number(0, 1_000_000),
        default=1,
        metavar="N",
        help="of the draws (default: %(default)s)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON")


def _add_amounts(parser: argparse.ArgumentParser) -> None:
    """How much is measured of each kind."""
    parser.add_argument(
        "--requests",
        type=whole_number(1, 100_000),
        default=200,
        metavar="N",
        help="requests of each kind (default: %(default)s)",
    )
    parser.add_argument(
        "--keys",
        type=whole_number(2, 1_000_000),
        default=2000,
        metavar="N",
        help="keys on each engine (default: %(default)s)",
    )
    parser.add_argument(
        "--lists",
        type=whole_number(1, 100_000),
        default=100,
        metavar="N",
        help="eojeols typed in real time, a second and a half each (default: %(default)s)",
    )


def run(args: argparse.Namespace) -> int:
    """Measure, print the table, write the file that was asked for."""
    if args.json is not None:
        check_destination(args.json)
    if args.what == "variants":
        return run_variants(args)
    kinds = KINDS if args.what == "all" else (args.what,)
    subject = _subject(args.model) if args.naive or kinds != ("keys",) else None
    load = machine.load_average()
    rows = _measure(args, kinds, subject)
    facts = _facts(subject, args.seed, load)
    sys.stdout.write(table(rows) + "\n" + _sentences(facts))
    if args.json is not None:
        write_json(args.json, {"figures": as_json(rows), "command": command_line(args), **facts})
    return 0


def _measure(args: argparse.Namespace, kinds: Sequence[str], subject: Subject | None) -> list[Row]:
    rows: list[Row] = []
    if subject is not None:
        registers = read_folder(args.eval_dir)
        fresh = new_contexts(registers, WARM_UP + args.requests, args.seed)
        growing = typed_in_order(registers, args.requests, args.seed)
        work = Workload(fresh, growing, "predict" in kinds, "memory" in kinds)
        if work.requests or work.memory:
            rows += _with_daemon(
                subject, lambda address, daemon: measure_daemon(address, daemon, work, say)
            )
        if "typing" in kinds:
            text = text_to_type(registers, args.seed)
            rows += _with_daemon(
                subject,
                lambda address, daemon: measure_typing(
                    address, daemon, text, args.lists, args.seed, say
                ),
            )
        if "throughput" in kinds:
            rows += _with_daemon(
                subject,
                lambda address, daemon: measure_throughput(address, daemon, fresh, say),
            )
        if "history" in kinds:
            rows += _with_daemon(
                subject,
                lambda address, daemon: measure_history(address, daemon, growing, say),
            )
        if args.naive:
            say("the naive beam")
            contexts = fresh[WARM_UP : WARM_UP + args.naive_requests]
            ours_ms = next((row.value for row in rows if row.name == "new context p50"), None)
            rows += measure_naive(subject.folder, subject.config, contexts, ours_ms)
    if "keys" in kinds:
        say("keys, beside ibus-hangul")
        rows += measure_keys(args.keys)
    return rows


def _with_daemon(subject: Subject, measurement: Measurement) -> list[Row]:
    settings = msgspec.to_builtins(subject.config) | {
        "model": subject.folder.name,
        "models_dir": str(subject.folder.parent.absolute()),
        "enabled": True,
    }
    with private_bus() as (address, folder), private_daemon(address, folder, settings) as daemon:
        return asyncio.run(measurement(address, daemon))


def _subject(name: str | None) -> Subject:
    config = load_config()
    if name is not None:
        config = msgspec.structs.replace(config, model=name)
    folder = find_model(config.model, models_dirs(config))
    return Subject(config, folder, read_manifest(folder).digest)


def _facts(subject: Subject | None, seed: int, load: float) -> dict[str, object]:
    facts: dict[str, object] = {
        "seed": seed,
        "load_before": load,
        "load_after": machine.load_average(),
        "machine": machine.describe().as_json(),
    }
    if subject is not None:
        facts |= {
            "model": subject.folder.name,
            "model_digest": subject.digest,
            "threads": threads_of(subject.config),
            "settings": msgspec.to_builtins(subject.config),
        }
    return facts


def _sentences(facts: dict[str, object]) -> str:
    model = ""
    if "model" in facts:
        digest = str(facts["model_digest"])[:12]
        model = f"Model {facts['model']}, digest {digest}; {facts['threads']} threads.\n"
    return (
        "New contexts begin with another eojeol each, so that no KV cache is reused.\n"
        f"{model}{machine.describe().sentence()}; "
        f"load {facts['load_before']} before, {facts['load_after']} after.\n"
    )
