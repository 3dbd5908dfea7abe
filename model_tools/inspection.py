# SPDX-License-Identifier: Apache-2.0
"""`inspect`: what a model folder holds: its manifest, and its graph by operator."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import Final

import msgspec

from ime_engine.paths import models_dir
from ime_engine.runtime.manifest import verify_folder
from model_tools.recipe import DEFAULT_RECIPE

__all__ = ["SUMMARY", "add_arguments", "run"]

SUMMARY: Final = "show what a model folder holds"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `run` reads."""
    parser.add_argument("name", nargs="?", default=DEFAULT_RECIPE, help="(default: %(default)s)")
    parser.add_argument("--models-dir", type=Path, metavar="FOLDER", help="where models lie")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args: argparse.Namespace) -> int:
    """Print what a model folder holds; return the exit status."""
    folder = (args.models_dir or models_dir()) / args.name
    manifest = verify_folder(folder)
    operators = _operators(folder / "model.onnx")
    if args.json:
        document = {"manifest": manifest, "operators": operators}
        sys.stdout.write(msgspec.json.encode(document).decode() + "\n")
        return 0
    shown = msgspec.json.format(msgspec.json.encode(manifest), indent=2).decode()
    counts = "\n".join(f"{count:6}  {name}" for name, count in operators.items())
    sys.stdout.write(f"{shown}\noperators of model.onnx:\n{counts}\n")
    return 0


def _operators(path: Path) -> dict[str, int]:
    """Count the nodes of a graph by operator, the most frequent first."""
    import onnx

    model = onnx.load(path)
    return dict(Counter(node.op_type for node in model.graph.node).most_common())
