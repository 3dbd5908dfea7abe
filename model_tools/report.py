# SPDX-License-Identifier: Apache-2.0
"""`report`: one HTML page with the plots of what was measured.

    evaluate --json ──► FILE … ─┐
                                ├──► sections ──► drawings ──► one page
    benchmark --json ─► FILE … ─┘

Several files of a kind are several models or settings, shown side by side under their names.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ime_engine.errors import ConfigError
from ime_engine.paths import cache_dir
from model_tools.numbers import whole_number
from model_tools.progress import say
from model_tools.report_file import check_destination, write_whole
from model_tools.reports.input import Benchmark, Evaluation, read

__all__ = ["add_arguments", "prepare_drawing", "run"]

POSITIONS: Final = 40
KSR_POSITIONS: Final = 10
REQUESTS: Final = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options to argparse."""
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="the page to write, such as it.html"
    )
    for command in ("evaluate", "benchmark"):
        kind = {"evaluate": "evaluation"}.get(command, command)
        parser.add_argument(
            f"--{kind}",
            type=Path,
            nargs="+",
            action="extend",
            default=[],
            metavar="FILE",
            help=f"what `{command} --json` wrote; several are shown side by side by file name",
        )
    parser.add_argument(
        "--measure",
        action="store_true",
        help="measure first: waits of the daemon, and the lists of model and n-gram together and "
        "alone; takes some minutes",
    )
    _add_amounts(parser)


def _add_amounts(parser: argparse.ArgumentParser) -> None:
    """What --measure measures."""
    parser.add_argument("--model", metavar="NAME", help="model for --measure")
    parser.add_argument("--eval-dir", type=Path, metavar="DIR", help="text for --measure")
    for option, default, what in (
        ("--positions", POSITIONS, "lists per register"),
        ("--ksr-positions", KSR_POSITIONS, "eojeols per register that are typed key by key"),
        ("--requests", REQUESTS, "timed requests of each kind"),
    ):
        parser.add_argument(
            option,
            type=whole_number(1, 100_000),
            default=default,
            metavar="N",
            help=f"for --measure: {what} (default: %(default)s)",
        )


def run(args: argparse.Namespace) -> int:
    """Read or measure, draw, write the page."""
    if not (args.evaluation or args.benchmark or args.measure):
        raise ConfigError(
            "Nothing to show; name files with --evaluation and --benchmark, or use --measure."
        )
    check_destination(args.out)
    prepare_drawing()
    # A mistake in a file is told before anything is measured.
    read(args.evaluation, Evaluation)
    read(args.benchmark, Benchmark)
    page = _measured_page(args) if args.measure else _page(args.evaluation, args.benchmark)
    write_whole(args.out, page)
    say(f"wrote {args.out}")
    return 0


def prepare_drawing() -> None:
    """Keep matplotlib's list of fonts with our own caches; find out early whether it is there."""
    os.environ.setdefault("MPLCONFIGDIR", str(cache_dir() / "matplotlib"))
    import matplotlib as mpl

    mpl.use("svg")


def _measured_page(args: argparse.Namespace) -> str:
    from model_tools.reports.measure import Asked, measured

    asked = Asked(args.model, args.eval_dir, args.positions, args.ksr_positions, args.requests)
    with measured(asked) as (evaluations, benchmarks):
        return _page([*evaluations, *args.evaluation], [*benchmarks, *args.benchmark])


def _page(evaluations: Sequence[Path], benchmarks: Sequence[Path]) -> str:
    from model_tools.reports.page import page

    return page(read(evaluations, Evaluation), read(benchmarks, Benchmark))
