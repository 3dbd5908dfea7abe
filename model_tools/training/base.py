# SPDX-License-Identifier: Apache-2.0
"""The model to begin with: a recipe or a checkpoint, as a source and as a model of transformers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from ime_engine.paths import cache_dir
from model_tools.build import open_source
from model_tools.checkpoint import hub_config, hub_tensor, names_of, stored_names
from model_tools.errors import SourceError, WorkshopError
from model_tools.families.gpt2 import Gpt2Shape
from model_tools.fetch import fetch
from model_tools.recipe import Quantisation, Recipe, load_recipe
from model_tools.recipe_source import FolderSource
from model_tools.source import Source

if TYPE_CHECKING:
    from torch import nn

__all__ = ["OWN_RECIPE", "Base", "adaptable", "causal_model", "open_base", "reach", "recipe_name"]

OWN_RECIPE: Final = "recipe.yaml"
"""In a checkpoint that was learned here: how it is built."""


@dataclass(frozen=True, slots=True)
class Base:
    """A model, and the recipe that it, and what is learned from it, is built by."""

    source: Source
    recipe: Recipe


def open_base(name: str, given: Path | None = None) -> Base:
    """Open the model to begin with.

    Args:
        name: Folder of a checkpoint, path of a recipe, or name of one.
        given: Folder that holds the source of a recipe; None to fetch it.

    Raises:
        WorkshopError: it cannot be had or read.
    """
    folder = Path(name)
    if folder.is_dir():
        own = folder / OWN_RECIPE
        recipe = load_recipe(str(own)) if own.is_file() else _bare_recipe(folder)
        given = folder
    else:
        recipe = load_recipe(name)
    source = open_source(recipe, fetch(recipe.source, given, cache_dir() / "downloads"))
    positions = reach(source, recipe.context_length)
    return Base(source, msgspec.structs.replace(recipe, context_length=positions))


def reach(source: Source, wanted: int) -> int:
    """Return how many tokens a model reads at most, but no more than wanted."""
    most = source.shape.positions if isinstance(source.shape, Gpt2Shape) else wanted
    return min(most, wanted)


def recipe_name(path: Path) -> str:
    """Turn the name of a folder to one that a recipe may have."""
    return re.sub(r"[^a-z0-9._-]", "-", path.name.lower()).lstrip("._-")[:64] or "learned"


def causal_model(source: Source, length: int) -> nn.Module:
    """Put a source's weights into transformers, in float32, on the CPU.

    Args:
        source: The model.
        length: Tokens of a row; the model must reach that far.

    Raises:
        WorkshopError: it does not.
    """
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, logging

    logging.set_verbosity_error()
    most = reach(source, length)
    if most < length:
        raise WorkshopError(f"the model reads {most} tokens at most; --length {length} is more.")
    config = AutoConfig.for_model(**hub_config(source, length))
    model: nn.Module = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    state = {
        stored: torch.from_numpy(np.array(hub_tensor(source, name), dtype=np.float32, order="C"))
        for stored, name in stored_names(source).items()
    }
    # The head is the embedding again, and so are some tables that are made, not stored.
    left = model.load_state_dict(state, strict=False)
    if left.unexpected_keys:
        raise SourceError(f"transformers does not know {left.unexpected_keys[0]}.")
    return model


def adaptable(source: Source, model: nn.Module) -> dict[str, tuple[Any, tuple[int, int]]]:
    """List the matrices of the layers.

    Returns:
        The module of each and its (out, in), by canonical name without its last part.
    """
    table = names_of(source.shape)
    found: dict[str, tuple[Any, tuple[int, int]]] = {}
    for name in table.names(source.shape.layers):
        if not name.startswith("blk.") or not name.endswith(".weight"):
            continue
        module = model.get_submodule(table.stored(name).removesuffix(".weight"))
        shape = tuple(table.taken(name, np.empty(module.weight.shape, dtype=np.float32)).shape)
        if len(shape) == 2:
            found[name.removesuffix(".weight")] = module, (shape[0], shape[1])
    return found


def _bare_recipe(folder: Path) -> Recipe:
    """Make a recipe for a checkpoint that comes without one."""
    bos, eos = _borders(folder)
    return Recipe(
        name=recipe_name(folder),
        licence="that of the model it was made from",
        notice=f"Made from a model that lay in a folder named {folder.name}; its terms apply.\n",
        source=FolderSource(str(folder.resolve())),
        vocabulary="whole",
        context_length=512,
        quantisation=Quantisation(["*"]),
        bos_token=bos,
        eos_tokens=[eos] if eos else [],
    )


def _borders(folder: Path) -> tuple[str | None, str | None]:
    """Read which pieces begin and end a text out of the tokenizer's configuration."""
    path = folder / "tokenizer_config.json"
    if not path.is_file():
        return None, None
    try:
        said = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise SourceError(f"{path.name} cannot be read: {error}.") from error
    pieces = [said.get(name) for name in ("bos_token", "eos_token")]
    first, last = (each.get("content") if isinstance(each, dict) else each for each in pieces)
    return first, last
