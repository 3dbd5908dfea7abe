# SPDX-License-Identifier: Apache-2.0
"""The options that fine-tuning and distilling share."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path

from model_tools.errors import WorkshopError
from model_tools.numbers import whole_number
from model_tools.training.schedule import Schedule

__all__ = ["add_shared", "add_stored_argument", "number", "schedule_of"]

MILLION = 1_000_000


def number(low: float, high: float) -> Callable[[str], float]:
    """A type for argparse: a number from `low` to `high`, both included."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"must be a number from {low:g} to {high:g}")
        return value

    return read


def add_shared(parser: argparse.ArgumentParser, rate: float) -> None:
    """Declare what both commands read.

    Args:
        parser: Of the command.
        rate: Its usual learning rate.
    """
    _add_text(parser)
    _add_schedule(parser, rate)
    _add_run(parser)


def add_stored_argument(parser: argparse.ArgumentParser) -> None:
    """Declare how a command stores the numbers of its checkpoint."""
    parser.add_argument(
        "--stored",
        choices=("float32", "float16"),
        default="float32",
        help="numbers of the checkpoint; the latter halves its size (default: %(default)s)",
    )


def schedule_of(args: argparse.Namespace, rows: int) -> Schedule:
    """Make the schedule of a run over so many rows; without --steps it reads each once.

    Raises:
        WorkshopError: it would rise longer than it lasts.
    """
    steps = args.steps or max(rows // (args.batch * args.accumulate), 1)
    warm_up = steps // 20 if args.warm_up is None else args.warm_up
    if warm_up >= steps:
        raise WorkshopError(f"--warm-up must be less than the steps, which are {steps}.")
    every = args.eval_every or max(steps // 20, 1)
    return Schedule(
        steps=steps,
        batch=args.batch,
        accumulate=args.accumulate,
        rate=args.rate,
        warm_up=warm_up,
        decay=args.decay,
        clip=args.clip,
        seed=args.seed,
        eval_every=every,
        save_every=args.save_every or every,
        patience=args.patience,
    )


def _add_text(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--text",
        type=Path,
        required=True,
        metavar="PATH",
        help="folder of .txt files, one document a line, or an archive with SOURCES.tsv "
        "in or beside it, of which the permitted files are read",
    )
    parser.add_argument(
        "--mixture",
        type=Path,
        metavar="FILE",
        help="YAML that says how much of which register is drawn (default: every line as often)",
    )
    parser.add_argument(
        "--lines",
        type=whole_number(0, 1000 * MILLION),
        default=0,
        metavar="N",
        help="lines to draw and learn from, 0 for all (default: %(default)s)",
    )
    parser.add_argument(
        "--held-out-percent",
        type=whole_number(1, 50),
        default=5,
        metavar="N",
        help="share of the lines that is measured with, not learned (default: %(default)s)",
    )
    parser.add_argument(
        "--held-out-tokens",
        type=whole_number(1, 100 * MILLION),
        default=16384,
        metavar="N",
        help="tokens of them that are used (default: %(default)s)",
    )
    parser.add_argument(
        "--length",
        type=whole_number(8, 8192),
        default=256,
        metavar="N",
        help="tokens of a row (default: %(default)s)",
    )


def _add_schedule(parser: argparse.ArgumentParser, rate: float) -> None:
    whole: tuple[tuple[str, int, int, int | None, str], ...] = (
        ("--steps", 1, 100 * MILLION, None, "steps (default: as many as read each row once)"),
        ("--batch", 1, 4096, 8, "rows read at once (default: %(default)s)"),
        ("--accumulate", 1, 4096, 1, "batches added up for a step (default: %(default)s)"),
        ("--warm-up", 0, MILLION, None, "steps until the highest rate (default: 5 %% of all)"),
        ("--eval-every", 1, MILLION, None, "steps between two looks at what is held out "
         "(default: 5 %% of all)"),
        ("--save-every", 1, MILLION, None, "steps between two states to go on from "
         "(default: as --eval-every)"),
        ("--patience", 0, MILLION, 5, "looks without a better loss after which it stops, "
         "0 for never (default: %(default)s)"),
        ("--seed", 0, MILLION, 1, "of all that is drawn (default: %(default)s)"),
    )  # fmt: skip
    for name, low, high, usual, help_ in whole:
        parser.add_argument(
            name, type=whole_number(low, high), default=usual, metavar="N", help=help_
        )
    for name, high_, usual_, help_ in (
        ("--rate", 10.0, rate, "highest learning rate (default: %(default)s)"),
        ("--decay", 10.0, 0.01, "weight decay of matrices (default: %(default)s)"),
        ("--clip", 1000.0, 1.0, "largest norm of the gradient (default: %(default)s)"),
    ):
        parser.add_argument(name, type=number(0, high_), default=usual_, metavar="X", help=help_)


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--keep",
        type=whole_number(1, 1000),
        default=2,
        metavar="N",
        help="states that are kept to go on from (default: %(default)s)",
    )
    again = parser.add_mutually_exclusive_group()
    again.add_argument("--resume", action="store_true", help="go on with a run that was stopped")
    again.add_argument("--restart", action="store_true", help="begin anew where one was stopped")
    parser.add_argument(
        "--device",
        choices=("auto", "cpu", "cuda"),
        default="auto",
        help="auto takes the first GPU (default: %(default)s)",
    )
    parser.add_argument(
        "--precision",
        choices=("auto", "float32", "bfloat16"),
        default="auto",
        help="of products; auto takes bfloat16 where it is fast (default: %(default)s)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the curve as JSON")
