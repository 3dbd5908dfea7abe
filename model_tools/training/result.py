# SPDX-License-Identifier: Apache-2.0
"""What a run leaves behind: a checkpoint that `build` takes, its figures, one line."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec
from tokenizers import Tokenizer

from model_tools.checkpoint import names_of, write_tokenizer
from model_tools.hub.source import FolderTensors
from model_tools.recipe import RECIPE_NAME, Quantisation, Recipe
from model_tools.recipe_source import FolderSource
from model_tools.source import Source, Tokens
from model_tools.staging import staged
from model_tools.training.curve import perplexity
from model_tools.training.loop import Outcome

if TYPE_CHECKING:
    from torch import nn

__all__ = [
    "as_json",
    "learned_recipe",
    "learned_source",
    "name_of",
    "sentence",
    "texts_notice",
    "write_recipe",
    "write_student",
]


def learned_source(source: Source, model: nn.Module) -> Source:
    """Return a source whose weights are those of a model in torch that was made from it."""
    state = model.state_dict()
    tensors = FolderTensors(
        names_of(source.shape), list(state), lambda name: state[name].float().cpu().numpy()
    )
    tokens = dataclasses.replace(source.tokens, kept_ids=tuple(range(len(source.tokens.kept_ids))))
    return dataclasses.replace(source, tensors=tensors, tokens=tokens)


def learned_recipe(base: Recipe, tokens: Tokens, out: Path, notice: str) -> Recipe:
    """Make the recipe that a checkpoint is built by.

    Args:
        base: Of the model it was learned from, whose terms go on.
        tokens: Of the checkpoint.
        out: Its folder.
        notice: What is added to the terms.
    """
    tokenizer = Tokenizer.from_str(tokens.json)
    return msgspec.structs.replace(
        base,
        name=name_of(out),
        notice=f"{base.notice.rstrip()}\n\n{notice}\n",
        source=FolderSource("."),
        vocabulary="whole",
        bos_token=None if tokens.bos_id is None else tokenizer.id_to_token(tokens.bos_id),
        eos_tokens=[tokenizer.id_to_token(token) for token in tokens.eos_ids],
        adapter=None,
    )


def name_of(folder: Path) -> str:
    """Turn the name of a folder to one that a recipe may have."""
    return re.sub(r"[^a-z0-9._-]", "-", folder.name.lower()).lstrip("._-")[:64] or "learned"


def texts_notice(sources: Sequence[str]) -> str:
    """Say which texts it was learned from."""
    return f"Learned from: {', '.join(sources)}."


def write_recipe(recipe: Recipe, folder: Path) -> None:
    """Write a recipe into its checkpoint."""
    fields = msgspec.to_builtins(recipe)
    document = {name: value for name, value in fields.items() if value is not None}
    (folder / RECIPE_NAME).write_bytes(msgspec.yaml.encode(document))


def write_student(
    student: nn.Module,
    tokens: Tokens,
    recipe: Recipe,
    out: Path,
    stored: Literal["float32", "float16"],
) -> None:
    """Write a model of transformers as a checkpoint, with the recipe that builds it.

    Args:
        student: With as many positions as its configuration says.
        tokens: Its tokenizer.
        recipe: How it is built; its layers' inputs are turned, which needs no sentences.
        out: Folder; there when all of it is written.
        stored: Numbers of its weights; the student has them from then on.
    """
    import torch
    from transformers.utils import logging

    logging.disable_progress_bar()
    positions = student.config.max_position_embeddings
    recipe = msgspec.structs.replace(
        recipe,
        context_length=min(recipe.context_length, positions),
        quantisation=Quantisation(["*"]),
    )
    with staged(out) as aside:
        student.to(torch.float16 if stored == "float16" else torch.float32).save_pretrained(aside)
        for each in aside.iterdir():
            each.chmod(0o644)
        write_tokenizer(tokens, aside, positions)
        write_recipe(recipe, aside)


def sentence(outcome: Outcome, out: Path) -> str:
    """Say in one line what was gained."""
    before, after = (perplexity(loss) for loss in (outcome.before, outcome.best.loss))
    return (
        f"perplexity {before:.2f} before, {after:.2f} after (a token of the text held out; "
        f"best of {outcome.steps} steps at {outcome.best.step}); {out}"
    )


def as_json(outcome: Outcome, facts: dict[str, object]) -> dict[str, object]:
    """Return what `--json` writes."""
    return {
        "run": facts,
        "perplexity": {
            "before": perplexity(outcome.before),
            "after": perplexity(outcome.best.loss),
        },
        "steps": outcome.steps,
        "best_step": outcome.best.step,
        "curve": [msgspec.to_builtins(point) for point in outcome.curve],
    }
