# SPDX-License-Identifier: Apache-2.0
"""`list`: which models are built, and which recipes there are."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

import msgspec

from ime_engine.errors import ModelError
from ime_engine.paths import models_dir
from ime_engine.runtime.manifest import read_manifest
from model_tools.recipe import recipe_folders, recipes_in

__all__ = ["SUMMARY", "add_arguments", "run"]

SUMMARY: Final = "list the models that are built and the recipes"


class Row(msgspec.Struct, frozen=True):
    """One model or recipe."""

    name: str
    state: str
    """``built``, ``damaged`` or ``recipe`` (not built)."""

    megabytes: float = 0.0
    licence: str = ""
    created: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `run` reads."""
    parser.add_argument("--models-dir", type=Path, metavar="FOLDER", help="where models lie")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args: argparse.Namespace) -> int:
    """Print one line per model; return the exit status."""
    rows = _rows(args.models_dir or models_dir())
    if args.json:
        sys.stdout.write(msgspec.json.encode(rows).decode() + "\n")
        return 0
    for row in rows:
        size = f"{row.megabytes:.0f} MB" if row.megabytes else "-"
        line = f"{row.name:24} {row.state:8} {size:>8}  {row.created:10}  {row.licence}"
        sys.stdout.write(line.rstrip() + "\n")
    return 0


def _rows(folder: Path) -> list[Row]:
    """List the folders that are visible, then the recipes not built yet."""
    present = sorted(folder.iterdir()) if folder.is_dir() else []
    built = [_row(each) for each in present if each.is_dir() and not each.name.startswith(".")]
    missing = sorted(recipes_in(recipe_folders()).keys() - {row.name for row in built})
    return [*built, *(Row(name, "recipe") for name in missing)]


def _row(folder: Path) -> Row:
    try:
        manifest = read_manifest(folder)
    except ModelError:
        return Row(folder.name, "damaged")
    megabytes = sum(entry.bytes for entry in manifest.files.values()) / 1e6
    return Row(folder.name, "built", round(megabytes, 1), manifest.licence, manifest.created)
