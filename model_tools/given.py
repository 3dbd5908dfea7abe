# SPDX-License-Identifier: Apache-2.0
"""What the user names as a model to work on: a recipe, a checkpoint folder, or a GGUF file.

gemma3-270m-ko, my.yaml    a recipe
FOLDER with recipe.yaml    the recipe in it, as `trim` leaves one there
FOLDER with config.json    a checkpoint as it is, nothing cut
FILE.gguf                  the same
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Final

import msgspec

from model_tools.errors import RecipeError, SourceError
from model_tools.families.gemma3 import Gemma3Shape
from model_tools.gguf.file import GgufFile
from model_tools.gguf.shape import shape_of
from model_tools.hub.config import parse_config
from model_tools.recipe import RECIPE_NAME, Quantisation, Recipe, load_recipe
from model_tools.recipe_source import FolderSource, GgufSource, ModelSource
from model_tools.source import Shape

__all__ = ["CONTEXT_LENGTH", "add_adapter_argument", "recipe_of", "with_adapter"]

CONTEXT_LENGTH: Final = 512
"""Tokens that a model is built for where no recipe says, or fewer if it knows no more."""

UNKNOWN: Final = "unknown"

_LICENCE: Final = re.compile(r"\A---\n(?:.*\n)*?license: *(\S+)")
"""In the README of a model of the hub, where its facts are."""


def recipe_of(given: str) -> Recipe:
    """Return the recipe that the user means, or a plain one for what has none.

    Args:
        given: Name or path of a recipe, of a checkpoint folder or of a GGUF file.

    Raises:
        RecipeError: there is no such thing, or it is no recipe.
        SourceError: the model's numbers cannot be read or built.
    """
    path = Path(given)
    if path.is_dir():
        own = path / RECIPE_NAME
        return load_recipe(str(own)) if own.is_file() else _of_folder(path.resolve())
    if path.suffix == ".gguf":
        if not path.is_file():
            raise RecipeError(f"there is no file {given}.")
        path = path.resolve()
        return _plain(path, GgufSource(str(path)), UNKNOWN, shape_of(GgufFile(path)))
    return load_recipe(given)


def add_adapter_argument(parser: argparse.ArgumentParser) -> None:
    """Declare what `with_adapter` is told."""
    parser.add_argument(
        "--adapter", metavar="FILE", help="merge this LoRA adapter, as finetune writes them"
    )


def with_adapter(recipe: Recipe, file: str | None) -> Recipe:
    """Return a recipe that merges an adapter, in place of its own; the same without a file."""
    return recipe if file is None else msgspec.structs.replace(recipe, adapter=file)


def _of_folder(folder: Path) -> Recipe:
    try:
        config = parse_config((folder / "config.json").read_bytes())
    except FileNotFoundError as error:
        raise SourceError(f"{folder} holds no {RECIPE_NAME} and no config.json.") from error
    return _plain(folder, FolderSource(str(folder)), _licence(folder), config.shape)


def _plain(path: Path, source: ModelSource, licence: str, shape: Shape) -> Recipe:
    """Keep everything, and turn every layer's input: that needs no sentences to measure on."""
    stem = re.sub(r"[^a-z0-9._-]+", "-", path.stem.lower()).strip("-._")[:64]
    known = CONTEXT_LENGTH if isinstance(shape, Gemma3Shape) else shape.positions
    notice = f"Made of {path.name}; its terms are those of whoever published it.\n"
    return Recipe(
        name=stem or "model",
        licence=licence,
        notice=notice,
        source=source,
        vocabulary="whole",
        context_length=min(CONTEXT_LENGTH, known),
        quantisation=Quantisation(["*"]),
    )


def _licence(folder: Path) -> str:
    readme = folder / "README.md"
    found = _LICENCE.match(readme.read_text("utf-8", "replace")) if readme.is_file() else None
    return found[1] if found else UNKNOWN
