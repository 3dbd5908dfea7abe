# SPDX-License-Identifier: Apache-2.0
"""The model to begin with: a recipe or a checkpoint, as a source and as a model of transformers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from ime_engine.paths import cache_dir
from model_tools.adapter import adapter_notice
from model_tools.build import open_source
from model_tools.checkpoint import hub_config, hub_tensor, names_of, stored_names
from model_tools.errors import SourceError, WorkshopError
from model_tools.families.gemma3 import Gemma3Shape
from model_tools.fetch import fetch
from model_tools.given import recipe_of
from model_tools.licence import accept
from model_tools.recipe import Recipe
from model_tools.source import Source

if TYPE_CHECKING:
    from torch import nn

__all__ = ["Base", "adaptable", "causal_model", "open_base", "reach"]


@dataclass(frozen=True, slots=True)
class Base:
    """A model, and the recipe that it, and what is learned from it, is built by."""

    source: Source
    recipe: Recipe


def open_base(
    name: str, given: Path | None = None, accepted: str | None = None, *, merge: bool = True
) -> Base:
    """Open the model to begin with; show its terms.

    Args:
        name: Name or path of a recipe, of a checkpoint folder or of a GGUF file.
        given: Folder that holds the source of a recipe; None to fetch it.
        accepted: Name of the licence that the user accepts; None when nothing was said.
        merge: Whether the adapter of the recipe, if it has one, is merged into the source.

    Raises:
        WorkshopError: it cannot be had or read, or its licence has to be accepted.
    """
    recipe = recipe_of(name)
    accept(recipe, accepted)
    fetched = fetch(recipe.source, given, cache_dir() / "downloads")
    merged = recipe if merge else msgspec.structs.replace(recipe, adapter=None)
    source = open_source(merged, fetched)
    positions = reach(source, recipe.context_length)
    notices = recipe.notice, fetched.notice, adapter_notice(merged.adapter)
    notice = "\n".join(filter(None, notices))
    recipe = msgspec.structs.replace(recipe, context_length=positions, notice=notice)
    return Base(source, recipe)


def reach(source: Source, wanted: int) -> int:
    """Return how many tokens a model reads at most, but no more than wanted."""
    shape = source.shape
    return wanted if isinstance(shape, Gemma3Shape) else min(shape.positions, wanted)


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
