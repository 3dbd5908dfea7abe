# SPDX-License-Identifier: Apache-2.0
"""`export`: write a model folder whose weights are as they were, in float32."""

from __future__ import annotations

import argparse
from typing import Final

from model_tools.step import add_step_arguments, run_step

__all__ = ["SUMMARY", "add_arguments", "run"]

SUMMARY: Final = "write a model folder in float32"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `run` reads."""
    add_step_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Export a model and say so; return the exit status."""
    return run_step(args, "fp32")
