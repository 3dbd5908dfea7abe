# SPDX-License-Identifier: Apache-2.0
"""The student of a distillation: its shape as YAML, and a model of that shape.

family: gpt2      a model type of transformers; gpt2 and what else `build` knows
layers: 4
hidden: 256
heads: 4
config: {}        more fields of transformers' configuration of that family
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import yaml

from model_tools.errors import RecipeError, WorkshopError
from model_tools.source import Tokens

if TYPE_CHECKING:
    from torch import Tensor, nn

__all__ = ["StudentShape", "new_student", "read_student", "take_weights"]

Positive = Annotated[int, msgspec.Meta(ge=1)]


class StudentShape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The numbers of a student."""

    layers: Positive
    hidden: Positive
    """Width of the state of a token; a multiple of `heads`."""

    heads: Positive
    family: str = "gpt2"
    """Model type of transformers."""

    positions: Annotated[int, msgspec.Meta(ge=16, le=8192)] = 512
    """Most tokens of a text."""

    config: dict[str, Any] = {}
    """More fields of transformers' configuration of that family."""


def read_student(path: Path) -> StudentShape:
    """Read a shape.

    Raises:
        RecipeError: it is not there or not one; names the field.
    """
    try:
        shape = msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), StudentShape)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RecipeError(f"{path} cannot be read: {' '.join(str(error).split())}.") from error
    except msgspec.ValidationError as error:
        raise RecipeError(f"{path}: {error}.") from error
    if shape.hidden % shape.heads:
        raise RecipeError(
            f"{path}: {shape.hidden} is no multiple of {shape.heads} - at `$.hidden`."
        )
    return shape


def new_student(shape: StudentShape, tokens: Tokens, length: int) -> nn.Module:
    """Make a model with random weights, float32, on the CPU.

    Args:
        shape: Its numbers.
        tokens: Its own, those of a teacher where it has one.
        length: Of a row that it must read, in tokens.

    Raises:
        WorkshopError: it reads fewer tokens, or transformers knows no such model.
    """
    if shape.positions < length:
        raise WorkshopError(f"--length {length} is more than the model's positions.")
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, logging

    logging.set_verbosity_error()
    numbers = {
        "vocab_size": len(tokens.kept_ids),
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "max_position_embeddings": shape.positions,
        "bos_token_id": tokens.bos_id,
        "eos_token_id": next(iter(tokens.eos_ids), None),
        "pad_token_id": None,
        "tie_word_embeddings": True,
        **shape.config,
    }
    try:
        config = AutoConfig.for_model(shape.family, **numbers)
        model: nn.Module = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    except (ValueError, TypeError, KeyError) as error:
        reason = " ".join(str(error).split()).partition(".")[0]
        raise WorkshopError(f"transformers makes no {shape.family} of this: {reason}.") from error
    return model


def take_weights(student: nn.Module, theirs: Mapping[str, Tensor]) -> int:
    """Begin with the weights of a larger model where name and shape are the same: its first layers.

    A student of few layers has learned more after as many steps than with layers spread evenly,
    as in Sanh et al. 2019, arXiv:1910.01108, section 3 (docs/failures.md).

    Args:
        student: Is changed.
        theirs: Of any family; of another one little or nothing is taken.

    Returns:
        How many tensors were taken.
    """
    taken = {
        name: theirs[name]
        for name, value in student.state_dict().items()
        if name in theirs and theirs[name].shape == value.shape
    }
    student.load_state_dict(taken, strict=False)
    return len(taken)
