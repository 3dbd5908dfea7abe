# SPDX-License-Identifier: Apache-2.0
"""What every kind of source gives the builder, whatever file it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from model_tools.families.gemma3 import Gemma3Shape
from model_tools.families.gpt2 import Gpt2Shape
from model_tools.families.graph import Tensors
from model_tools.families.llama import LlamaShape

__all__ = ["Selection", "Shape", "Source", "Tokens"]

Shape = Gemma3Shape | Gpt2Shape | LlamaShape
Selection = Literal["korean", "whole"]
"""Which tokens are kept: those of Korean text, or all."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokenizer of the model to build."""

    json: str
    """Content of ``tokenizer.json``."""

    kept_ids: tuple[int, ...]
    """Ids in the source, by new id."""

    bos_id: int | None
    """New id of the token that begins every text; None for none."""

    eos_ids: tuple[int, ...]
    """New ids of the tokens that end a text."""


@dataclass(frozen=True, slots=True)
class Source:
    """A model that can be built."""

    shape: Shape
    tensors: Tensors
    tokens: Tokens
