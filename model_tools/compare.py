# SPDX-License-Identifier: Apache-2.0
"""`compare`: two predictors at the same positions, and whether their difference is more than luck.

    A ──┐
        ├─► the same positions ─► pairs ─► difference, its interval, its p ─► table, plain words
    B ──┘

Each side is a model, a baseline, or a file that `evaluate --json` wrote.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from ime_engine.config import load_config
from ime_engine.errors import ConfigError
from model_tools import machine
from model_tools.comparison.contenders import Contender, check, contender, facts, labels
from model_tools.comparison.paired import Difference, differences
from model_tools.comparison.wording import as_json, sentence, table
from model_tools.evaluate import KSR_POSITIONS, NO_DEADLINE_MS, POSITIONS
from model_tools.evaluation.registers import default_folder, read_folder
from model_tools.evaluation.run import Plan
from model_tools.evaluation.subject import Asked
from model_tools.invocation import command_line
from model_tools.numbers import add_draws, add_keystrokes
from model_tools.progress import over, say
from model_tools.tables import markdown_table

__all__ = ["add_arguments", "run"]

WHAT: Final = (
    "a model (NAME, with the n-gram; NAME:model, alone), a baseline (ngram, unigram, kiwi), or a "
    "file that `evaluate --json` wrote, whose name ends in .json"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options to argparse."""
    parser.add_argument("first", metavar="A", help=WHAT)
    parser.add_argument("second", metavar="B", help="the same; the difference is B minus A")
    parser.add_argument(
        "--eval-dir",
        type=Path,
        default=default_folder(),
        metavar="DIR",
        help="folder with one .txt file per register (default: this project's own sentences)",
    )
    add_draws(parser, POSITIONS)
    add_keystrokes(parser, KSR_POSITIONS)
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args: argparse.Namespace) -> int:
    """Measure or read both sides, print what differs; return the exit status."""
    names = (args.first, args.second)
    if args.first == args.second:
        raise ConfigError("Both sides are the same; name two that may differ.")
    config, load = load_config(), machine.load_average()
    for name in names:
        check(name, config)
    plan = Plan(args.positions, args.ksr_positions if args.ksr else None, args.seed, NO_DEADLINE_MS)
    asked = Asked(read_folder(args.eval_dir), plan, over)
    sides: list[Contender] = []
    for name in names:
        say(name)
        sides.append(contender(name, config, asked))
    found = differences(sides[0].outcomes, sides[1].outcomes, args.seed)
    shown = labels(*names)
    if args.json:
        sys.stdout.write(_document(args, found, sides, load) + "\n")
    else:
        sys.stdout.write(_text(found, sides, shown) + _circumstances(args.seed, load))
    return 0


def _text(found: Sequence[Difference], sides: Sequence[Contender], names: tuple[str, str]) -> str:
    told = zip(*(facts(side) for side in sides), strict=True)
    rows = [[title, one, other] for (title, one), (_, other) in told]
    words = "\n".join(sentence(one, names) for one in found)
    return f"{table(found, names)}\n{words}\n\n{markdown_table(['', *names], rows)}\n"


def _circumstances(seed: int, load: float) -> str:
    return (
        "Intervals: 95 %, sentences redrawn with both sides. p: exact sign test over the pairs in "
        f"which one side alone is right or better. Seed {seed}.\n"
        f"{machine.describe().sentence()}; load {load} before, {machine.load_average()} after.\n"
    )


def _document(
    args: argparse.Namespace, found: Sequence[Difference], sides: Sequence[Contender], load: float
) -> str:
    told = {
        "command": command_line(args),
        "seed": args.seed,
        "first": _plain(args.first, sides[0]),
        "second": _plain(args.second, sides[1]),
        "differences": as_json(found),
        "load_before": load,
        "load_after": machine.load_average(),
        "machine": machine.describe().as_json(),
    }
    return json.dumps(msgspec.to_builtins(told), indent=2, ensure_ascii=False)


def _plain(name: str, side: Contender) -> dict[str, object]:
    return {
        "name": name,
        "version": side.version,
        "megabytes": side.megabytes,
        "p50_ms": side.p50_ms,
        "expected_calibration_error": side.ece,
    }
