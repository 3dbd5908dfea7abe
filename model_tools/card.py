# SPDX-License-Identifier: Apache-2.0
"""`card`: write the model card of a model that is built.

model folder ── manifest, notice, graph ─┐
recipe of the same name ─────────────────┼─► MODELCARD.md
evaluate --json, benchmark --json ───────┘
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import Final

from ime_engine.errors import ConfigError
from ime_engine.paths import models_dir
from ime_engine.runtime.manifest import Manifest, verify_folder
from model_tools.cards.model_card import model_card
from model_tools.errors import RecipeError
from model_tools.progress import say
from model_tools.recipe import DEFAULT_RECIPE, Recipe, load_recipe
from model_tools.report_file import check_destination, write_whole
from model_tools.reports.input import Benchmark, Evaluation, read_either

__all__ = ["add_arguments", "run"]

CARD: Final = "MODELCARD.md"

TABLES: Final = ("cos.", "sin.", "hadamard.")
"""Tables that the graph holds and nobody trained, by how their names begin."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options to argparse."""
    parser.add_argument("name", nargs="?", default=DEFAULT_RECIPE, help="(default: %(default)s)")
    parser.add_argument("--models-dir", type=Path, metavar="FOLDER", help="where models lie")
    parser.add_argument(
        "--figures",
        type=Path,
        nargs="+",
        action="extend",
        default=[],
        metavar="FILE",
        help="what `evaluate --json` and `benchmark --json` wrote of this model",
    )
    parser.add_argument(
        "--to",
        type=Path,
        default=Path(CARD),
        metavar="FILE",
        help="the card to write (default: %(default)s in the current folder)",
    )


def run(args: argparse.Namespace) -> int:
    """Read what there is, write the card; return the exit status."""
    check_destination(args.to)
    folder = (args.models_dir or models_dir()) / args.name
    manifest = verify_folder(folder)
    figures = [_figures(path, manifest) for path in args.figures]
    notice = folder / "NOTICE.md"
    card = model_card(
        manifest,
        _recipe(manifest.name),
        [one for one in figures if isinstance(one, Evaluation)],
        [one for one in figures if isinstance(one, Benchmark)],
        notice.read_text(encoding="utf-8") if notice.is_file() else "",
        _weights(folder / "model.onnx"),
    )
    write_whole(args.to, card)
    say(f"wrote {args.to}")
    return 0


def _figures(path: Path, manifest: Manifest) -> Evaluation | Benchmark:
    found = read_either(path)
    if found.model_digest != manifest.digest:
        raise ConfigError(
            f"{path} is of another model (digest {found.model_digest[:12] or 'none'}, not "
            f"{manifest.digest[:12]}); measure this one."
        )
    return found


def _recipe(name: str) -> Recipe | None:
    try:
        return load_recipe(name)
    except RecipeError:
        return None


def _weights(path: Path) -> int | None:
    """Count the numbers in a graph's matrices, scales and tables of positions left out."""
    if not path.is_file():
        return None
    import onnx

    numbers = (
        # Two weights of four bits share a byte.
        math.prod(each.dims) * (2 if each.data_type == onnx.TensorProto.UINT8 else 1)
        for each in onnx.load(path).graph.initializer
        if len(each.dims) > 1 and not each.name.startswith(TABLES) and ".scale" not in each.name
    )
    return int(sum(numbers))
