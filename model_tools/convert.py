# SPDX-License-Identifier: Apache-2.0
"""From a source to a graph: build, calibrate, smooth, quantise.

Source ─ fp32 graph with peaks ─► peaks per input channel ─► smoothed weights ─► int8 graph
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

import onnx
from tokenizers import Tokenizer

from model_tools.calibrate import input_peaks
from model_tools.errors import SourceError
from model_tools.families.gemma3 import Gemma3Shape, build_gemma3
from model_tools.families.gpt2 import Gpt2Shape, build_gpt2
from model_tools.families.graph import Precision, Tensors
from model_tools.families.llama import LlamaShape, build_llama
from model_tools.machine import instructions
from model_tools.quantize import Blocks, Float16, Float32, Int8, largest_weight, matches
from model_tools.recipe import Quantisation, Recipe
from model_tools.smoothing import smooth, smoothing_links
from model_tools.source import Shape, Source, Tokens
from model_tools.stages import stage

__all__ = [
    "PrecisionName",
    "build_graph",
    "family_of",
    "int8_graph",
    "variant_graph",
]

PrecisionName = Literal["int8", "int8-weights", "int4", "fp16", "fp32"]

PLAIN: Final[dict[str, Precision]] = {
    "int8-weights": Blocks(8),
    "int4": Blocks(4),
    "fp16": Float16(),
    "fp32": Float32(),
}
"""What needs no calibration."""

FAMILIES: Final = {Gemma3Shape: "gemma3", Gpt2Shape: "gpt2", LlamaShape: "llama"}
"""What the manifest calls each family."""


def family_of(shape: Shape) -> str:
    """Name the family in the manifest."""
    return FAMILIES[type(shape)]


def build_graph(
    source: Source, context_length: int, precision: Precision, tensors: Tensors | None = None
) -> onnx.ModelProto:
    """Build the graph of a source.

    Args:
        source: The model.
        context_length: Most positions, past and new together, in tokens.
        precision: How matrices are stored and multiplied.
        tensors: Weights to take instead of the source's own.

    Raises:
        SourceError: the model was not made for so many positions.
    """
    shape, ids = source.shape, source.tokens.kept_ids
    if not isinstance(shape, Gemma3Shape) and context_length > shape.positions:
        raise SourceError(
            f"the model knows {shape.positions} positions, fewer than the {context_length} "
            "that the recipe asks for as context_length."
        )
    weights = source.tensors if tensors is None else tensors
    if isinstance(shape, Gemma3Shape):
        return build_gemma3(shape, weights, ids, context_length, precision)
    if isinstance(shape, LlamaShape):
        return build_llama(shape, weights, ids, context_length, precision)
    return build_gpt2(shape, weights, ids, context_length, precision)


def int8_graph(
    source: Source, context_length: int, how: Quantisation, scratch: Path
) -> onnx.ModelProto:
    """Build the graph of a source in int8.

    Args:
        source: The model.
        context_length: Most positions, past and new together, in tokens.
        how: What the recipe says of quantisation; the rest is up to this machine's processor.
        scratch: File that may be written, and is gone afterwards.
    """
    tensors = source.tensors
    if how.smoothing and not isinstance(source.shape, Gpt2Shape):
        links = [
            link for link in smoothing_links(source.shape) if not matches(link.layer, how.rotated)
        ]
        with stage("Calibrating"):
            sentences = _encoded(source.tokens, how.calibration)
            build = functools.partial(build_graph, source, context_length)
            peaks = input_peaks(build, sentences, scratch)
        tensors = smooth(tensors, links, peaks, how.smoothing, source.tokens.kept_ids)
    precision = Int8(tuple(how.rotated), largest_weight(instructions()))
    with stage("Quantising"):
        return build_graph(source, context_length, precision, tensors)


def variant_graph(
    source: Source, recipe: Recipe, precision: PrecisionName, scratch: Path
) -> onnx.ModelProto:
    """Build the graph of a source in one of the precisions that are compared.

    Args:
        source: The model.
        recipe: What it is built by.
        precision: int8 is the one that is shipped.
        scratch: File that may be written, and is gone afterwards.
    """
    if precision == "int8":
        return int8_graph(source, recipe.context_length, recipe.quantisation, scratch)
    with stage(f"Building {precision}"):
        return build_graph(source, recipe.context_length, PLAIN[precision])


def _encoded(tokens: Tokens, sentences: Sequence[str]) -> list[list[int]]:
    """Turn sentences to ids, the token that begins a text first."""
    tokenizer = Tokenizer.from_str(tokens.json)
    first = [] if tokens.bos_id is None else [tokens.bos_id]
    return [
        first + tokenizer.encode(sentence, add_special_tokens=False).ids for sentence in sentences
    ]
