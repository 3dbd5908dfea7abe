# SPDX-License-Identifier: Apache-2.0
"""`fetch`: bring the source of a recipe onto this machine, and say where it lies."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

import msgspec

from ime_engine.paths import cache_dir
from model_tools.fetch import fetch
from model_tools.given import recipe_of
from model_tools.licence import accept, add_accept_argument
from model_tools.recipe import DEFAULT_RECIPE

__all__ = ["SUMMARY", "add_arguments", "run"]

SUMMARY: Final = "fetch the source of a recipe, its digests checked"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `run` reads."""
    parser.add_argument(
        "recipe",
        nargs="?",
        default=DEFAULT_RECIPE,
        help="name of a recipe, or path of a YAML file (default: %(default)s)",
    )
    parser.add_argument(
        "--source", type=Path, metavar="FOLDER", help="look here, and check; fetch nothing"
    )
    add_accept_argument(parser)
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args: argparse.Namespace) -> int:
    """Fetch a source and say where it lies; return the exit status."""
    recipe = recipe_of(args.recipe)
    accept(recipe, args.accept_licence)
    fetched = fetch(recipe.source, args.source, cache_dir() / "downloads")
    if args.json:
        result = {"path": str(fetched.path), "sha256": fetched.digests}
        sys.stdout.write(msgspec.json.encode(result).decode() + "\n")
        return 0
    lines = [f"{digest}  {name}" for name, digest in fetched.digests.items()]
    sys.stdout.write("\n".join([str(fetched.path), *lines]) + "\n")
    return 0
