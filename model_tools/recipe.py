# SPDX-License-Identifier: Apache-2.0
"""Recipes: what to fetch, what to keep of it and how to store it, as YAML.

A recipe is found by an explicit path, or by its name in one of the folders of
`recipe_folders`: that of a checkout, then that of an installation. Either it lies there as
NAME.yaml, or in the checkpoint NAME that it builds.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import msgspec
import yaml

from model_tools.errors import RecipeError
from model_tools.recipe_source import ModelSource, Name, Text, placed
from model_tools.source import Selection

__all__ = [
    "DEFAULT_RECIPE",
    "RECIPE_NAME",
    "Quantisation",
    "Recipe",
    "load_recipe",
    "recipe_folders",
    "recipes_in",
]

DEFAULT_RECIPE: Final = "gemma3-270m-ko"

RECIPE_NAME: Final = "recipe.yaml"
"""In a checkpoint, what it is built by."""


class Quantisation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to get to int8."""

    rotated: list[str]
    """Patterns of the layers whose input is rotated and scaled token by token."""

    smoothing: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    """Strength of the smoothing of the other layers' inputs; 0 for none."""

    calibration: list[str] = []
    """Sentences to measure the inputs on; needed for smoothing."""


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """From a source to a model folder."""

    name: Name
    licence: Text
    notice: Text
    source: ModelSource
    vocabulary: Selection
    context_length: Annotated[int, msgspec.Meta(ge=16, le=4096)]
    """Most tokens the model will be given, past and new together."""

    quantisation: Quantisation
    bos_token: str | None = None
    """Of a hub source or a folder: piece that begins every text; where it is left out, the one
    that the tokenizer itself puts there, or none."""

    eos_tokens: list[str] = []
    """Of a hub source or a folder: pieces that end a text; where none are named, those of the
    configuration."""

    acknowledge: bool = False
    """Whether the licence has to be accepted by name before anything is fetched."""

    training_data: str = ""
    """What the weights were trained on, as far as their publisher tells; for people."""

    adapter: Text | None = None
    """File of a LoRA adapter to merge; in the YAML file relative to its folder."""


def recipe_folders() -> list[Path]:
    """List where recipes are looked for by name, first come first served."""
    checkout = Path(__file__).resolve().parent.parent / "data" / "models"
    return [checkout, Path(sys.prefix) / "share" / "ieum" / "models"]


def recipes_in(folders: Sequence[Path]) -> dict[str, Path]:
    """Find the recipes in folders by name: NAME.yaml, or a checkpoint NAME with its recipe."""
    named: dict[str, Path] = {}
    for folder in folders:
        for path in folder.glob("*.yaml"):
            named.setdefault(path.stem, path)
        for path in folder.glob(f"*/{RECIPE_NAME}"):
            named.setdefault(path.parent.name, path)
    return named


def load_recipe(name: str, folders: Sequence[Path] | None = None) -> Recipe:
    """Read a recipe.

    Args:
        name: Path of a YAML file, or name of a recipe.
        folders: Where to look for names; `recipe_folders` when None.

    Raises:
        RecipeError: there is none, or it is not one.
    """
    path = _find(name, recipe_folders() if folders is None else folders)
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        recipe = msgspec.convert(document, Recipe)
        recipe = msgspec.structs.replace(recipe, source=placed(recipe.source, path.parent))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RecipeError(f"{path} cannot be read: {' '.join(str(error).split())}.") from error
    except msgspec.ValidationError as error:
        raise RecipeError(f"{path}: {error}.") from error
    if recipe.quantisation.smoothing and not recipe.quantisation.calibration:
        raise RecipeError(f"{path}: smoothing needs sentences - at `$.quantisation.calibration`.")
    if recipe.adapter is None:
        return recipe
    return msgspec.structs.replace(recipe, adapter=str(path.parent / recipe.adapter))


def _find(name: str, folders: Sequence[Path]) -> Path:
    if name.endswith((".yaml", ".yml")) or "/" in name:
        path = Path(name)
        if not path.is_file():
            raise RecipeError(f"there is no recipe at {name}.")
        return path
    named = recipes_in(folders)
    if name not in named:
        known = ", ".join(sorted(named))
        raise RecipeError(f"there is no recipe {name}; there are: {known or 'none'}.")
    return named[name]
