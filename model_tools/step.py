# SPDX-License-Identifier: Apache-2.0
"""What `export` and `quantize` have in common: from a source to a model folder of the user's."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import msgspec

from ime_engine.runtime.manifest import MANIFEST_NAME
from model_tools.build import build_model
from model_tools.convert import PrecisionName
from model_tools.given import add_adapter_argument, recipe_of, with_adapter
from model_tools.licence import accept, add_accept_argument
from model_tools.staging import check_replaceable

__all__ = ["add_step_arguments", "run_step"]


def add_step_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `run_step` reads."""
    parser.add_argument("recipe", metavar="SOURCE", help="recipe, checkpoint folder or GGUF file")
    parser.add_argument(
        "--to",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="model folder to write, or to replace; its last part names the model",
    )
    parser.add_argument(
        "--source", type=Path, metavar="FOLDER", help="take the source from here, fetch nothing"
    )
    add_adapter_argument(parser)
    add_accept_argument(parser)
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run_step(args: argparse.Namespace, precision: PrecisionName) -> int:
    """Write a model folder in one precision and say so; return the exit status."""
    begun = time.monotonic()
    recipe = with_adapter(recipe_of(args.recipe), args.adapter)
    accept(recipe, args.accept_licence)
    check_replaceable(args.to, MANIFEST_NAME)
    manifest = build_model(recipe, args.to, args.source, precision)
    seconds = round(time.monotonic() - begun, 1)
    if args.json:
        result = {"folder": str(args.to), "seconds": seconds, "manifest": manifest}
        sys.stdout.write(msgspec.json.encode(result).decode() + "\n")
        return 0
    size = sum(entry.bytes for entry in manifest.files.values()) / 1e6
    told = f"{manifest.name}: {precision} in {seconds:.0f} s; {size:.0f} MB; {args.to}"
    sys.stdout.write(f"{told}\n")
    return 0
