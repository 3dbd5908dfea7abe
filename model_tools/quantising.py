# SPDX-License-Identifier: Apache-2.0
"""`quantize`: write a model folder with fewer bits a weight."""

from __future__ import annotations

import argparse
from typing import Final

from model_tools.step import add_step_arguments, run_step

__all__ = ["PRECISIONS", "SUMMARY", "add_arguments", "run"]

SUMMARY: Final = "write a model folder with fewer bits a weight"

PRECISIONS: Final = ("int8", "int8-weights", "int4", "fp16")
"""In the order of docs/models.md, which tells what each costs."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `run` reads."""
    add_step_arguments(parser)
    parser.add_argument(
        "--precision",
        choices=PRECISIONS,
        default="int8",
        help="how weights are stored; docs/models.md compares them (default: %(default)s)",
    )


def run(args: argparse.Namespace) -> int:
    """Quantise a model and say so; return the exit status."""
    return run_step(args, args.precision)
