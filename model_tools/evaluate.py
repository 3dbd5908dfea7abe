# SPDX-License-Identifier: Apache-2.0
"""`evaluate`: how often the next eojeol is on the list, by register, beside simpler predictors.

    folder of text ─┬► positions ─┬► the daemon's own predictor ─► ranks ─┬► tables, JSON, misses
                    │             └► n-gram, unigram, Kiwi ──────► ranks ─┤
                    └► sentences ──► the model's logits ─► perplexity ────┘

By default model and n-gram answer together, as in the daemon; either can be measured alone at
the same positions. The engine is the one the daemon runs, opened anew in this process, so without
history, and by default asked without a deadline that matters, so that a busy
machine changes the time this takes and not the result.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from ime_engine.config import DaemonConfig, load_config
from model_tools import machine
from model_tools.baselines.opening import BASELINES, baseline_names, installed, open_baseline
from model_tools.evaluation import confidence
from model_tools.evaluation.predictor import PREDICTORS
from model_tools.evaluation.record import Tried, plain, side_by_side
from model_tools.evaluation.registers import default_folder, read_folder
from model_tools.evaluation.report import misses_tsv, table
from model_tools.evaluation.run import Measured, Plan
from model_tools.evaluation.subject import Asked, Subject, evaluated, evaluated_baseline
from model_tools.invocation import command_line
from model_tools.numbers import add_draws, add_keystrokes, whole_number
from model_tools.progress import over
from model_tools.report_file import check_destination, write_json, write_whole

__all__ = ["add_arguments", "run"]

POSITIONS: Final = 100
KSR_POSITIONS: Final = 50
NO_DEADLINE_MS: Final = 10_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options to argparse."""
    parser.add_argument(
        "--model", metavar="NAME", help="model to measure (default: the configured one)"
    )
    parser.add_argument(
        "--predictor",
        choices=PREDICTORS,
        default=PREDICTORS[0],
        help="who answers: both together, the model alone or the n-gram alone "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--eval-dir",
        type=Path,
        default=default_folder(),
        metavar="DIR",
        help="folder with one .txt file per register, one sentence a line "
        "(default: this project's own sentences)",
    )
    parser.add_argument(
        "--baselines",
        type=baseline_names,
        metavar="NAMES",
        help=f"who else is asked at the same positions, of {','.join(BASELINES)}, or none "
        "(default: those that are installed here)",
    )
    _add_draws(parser)
    _add_search(parser)
    parser.add_argument(
        "--misses", type=Path, metavar="FILE", help="write the positions that were missed as TSV"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON")


def _add_draws(parser: argparse.ArgumentParser) -> None:
    """Options that say what is asked."""
    add_draws(parser, POSITIONS)
    add_keystrokes(parser, KSR_POSITIONS)


def _add_search(parser: argparse.ArgumentParser) -> None:
    """Options that say how it is answered."""
    parser.add_argument(
        "--deadline-ms",
        type=whole_number(10, 10_000),
        default=NO_DEADLINE_MS,
        metavar="MS",
        help="what a search may take, 10 to 10,000 ms (default: %(default)s, in effect none)",
    )
    parser.add_argument(
        "--beam-width",
        type=whole_number(1, 32),
        metavar="N",
        help="1 to 32 (default: the configured one)",
    )


def run(args: argparse.Namespace) -> int:
    """Measure, print the tables, write the files that were asked for."""
    for path in (args.misses, args.json):
        if path is not None:
            check_destination(path)
    asked = Asked(read_folder(args.eval_dir), _plan(args), over)
    config = _config(args)
    load = machine.load_average()
    # One that is not there is told before anything is measured.
    baselines = [open_baseline(name, config) for name in _others(args)]
    subject = evaluated(args.predictor, config, asked)
    peers = [evaluated_baseline(baseline, asked) for baseline in baselines]
    facts = _circumstances(args, config, subject, load)
    sys.stdout.write(_shown(subject.tried, peers, args.seed))
    sys.stdout.write(_sentences(facts, subject.tried.measured, peers))
    if args.misses is not None:
        write_whole(args.misses, misses_tsv(subject.tried.measured.answers))
    if args.json is not None:
        told = [{"name": one.name, "version": one.version, **plain(one)} for one in peers]
        write_json(args.json, {**plain(subject.tried), "baselines": told, **facts})
    return 0


def _others(args: argparse.Namespace) -> tuple[str, ...]:
    names: tuple[str, ...] = installed() if args.baselines is None else args.baselines
    return tuple(name for name in names if name != args.predictor)


def _plan(args: argparse.Namespace) -> Plan:
    keyed = args.ksr_positions if args.ksr else None
    return Plan(args.positions, keyed, args.seed, args.deadline_ms)


def _config(args: argparse.Namespace) -> DaemonConfig:
    config = load_config()
    changes = {"model": args.model, "beam_width": args.beam_width}
    return msgspec.structs.replace(
        config, **{name: value for name, value in changes.items() if value is not None}
    )


def _shown(subject: Tried, peers: Sequence[Tried], seed: int) -> str:
    answers = subject.measured.answers
    thresholds = confidence.shown_table(confidence.shown(answers), len(answers))
    parts = [table(subject.rows), side_by_side([subject, *peers], seed), thresholds]
    return "".join(f"{part}\n" for part in parts)


def _circumstances(
    args: argparse.Namespace, config: DaemonConfig, subject: Subject, load: float
) -> dict[str, object]:
    return {
        "command": command_line(args),
        "predictor": args.predictor,
        "model": config.model,
        "model_digest": subject.model_digest,
        "model_bytes": subject.model_bytes,
        "ngram_digest": subject.ngram_digest,
        "beam_width": config.beam_width,
        "context_tokens": config.context_tokens,
        "deadline_ms": args.deadline_ms,
        "seed": args.seed,
        "load_before": load,
        "load_after": machine.load_average(),
        "machine": machine.describe().as_json(),
    }


def _sentences(facts: dict[str, object], measured: Measured, peers: Sequence[Tried]) -> str:
    versions = "; ".join(f"{one.name} {one.version[:18]}" for one in peers)
    return (
        f"Predictor {facts['predictor']}; model {facts['model']}, "
        f"digest {str(facts['model_digest'])[:12] or 'none'}; "
        f"n-gram {str(facts['ngram_digest'])[:12] or 'none'}.\n"
        + (f"Beside it: {versions}.\n" if versions else "")
        + f"Beam {facts['beam_width']}, {facts['context_tokens']} tokens of context, "
        f"deadline {facts['deadline_ms']} ms, seed {facts['seed']}.\n"
        f"{machine.describe().sentence()}; load {facts['load_before']} before, "
        f"{facts['load_after']} after; {measured.queries} queries, "
        f"{measured.ms_per_query} ms each.\n"
    )
