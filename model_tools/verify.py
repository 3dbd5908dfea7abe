# SPDX-License-Identifier: Apache-2.0
"""`verify`: compare a model folder with its manifest."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Final

import msgspec

from ime_engine.paths import models_dir
from ime_engine.runtime.manifest import verify_folder
from model_tools.recipe import DEFAULT_RECIPE

__all__ = ["SUMMARY", "add_arguments", "run"]

SUMMARY: Final = "compare a model folder with its manifest"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `run` reads."""
    parser.add_argument("name", nargs="?", default=DEFAULT_RECIPE, help="(default: %(default)s)")
    parser.add_argument("--models-dir", type=Path, metavar="FOLDER", help="where models lie")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args: argparse.Namespace) -> int:
    """Verify one model and say so; return the exit status."""
    begun = time.monotonic()
    manifest = verify_folder((args.models_dir or models_dir()) / args.name)
    seconds = time.monotonic() - begun
    if args.json:
        result = {"name": manifest.name, "whole": True, "digest": manifest.digest}
        text = msgspec.json.encode(result).decode()
    else:
        text = f"{manifest.name}: whole, {len(manifest.files)} files in {seconds:.1f} s"
    sys.stdout.write(f"{text}\n")
    return 0
