# SPDX-License-Identifier: Apache-2.0
"""The numbers of a model, out of the fields of a GGUF file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from model_tools.errors import SourceError
from model_tools.families.gemma3 import Gemma3Shape
from model_tools.families.llama import LlamaShape
from model_tools.families.rotary import Llama3Scaling, rotary_speeds
from model_tools.gguf.fields import field, optional
from model_tools.gguf.file import GgufFile
from model_tools.source import Shape

__all__ = ["HEAD", "INTERLEAVED", "architecture_of", "shape_of"]

HEAD: Final = "output.weight"

GLOBAL_EVERY: Final = 6
"""In Gemma 3, each sixth layer sees the whole context."""

LOCAL_ROTARY_BASE: Final = 10_000.0
"""In Gemma 3, of the other layers; the file does not tell."""

ROTARY_DIVISORS: Final = "rope_freqs.weight"
"""(head_dim / 2,) what the speed of each pair of channels is divided by, in Llama 3.1 and later."""

ORIGINAL_POSITIONS: Final = 8192
"""Of Llama 3.1 and later; the file has their effect, not the numbers."""

INTERLEAVED: Final = frozenset({"llama"})
"""Architectures whose files keep neighbours, not halves, of a head as the pairs that turn."""


def architecture_of(file: GgufFile) -> str:
    """Return what a file says it is.

    Raises:
        SourceError: it says nothing, or what cannot be built.
    """
    name = field(file, "general.architecture", str)
    if name not in READERS:
        raise SourceError(
            f"{file.name} holds a model of the architecture {name}, "
            f"and from this format only these can be built: {', '.join(READERS)}."
        )
    return name


def shape_of(file: GgufFile) -> Shape:
    """Return the numbers of a model; see `architecture_of`."""
    return READERS[architecture_of(file)](file)


def _gemma3(file: GgufFile) -> Gemma3Shape:
    layers = field(file, "gemma3.block_count", int)
    head_dim = field(file, "gemma3.attention.key_length", int)
    return Gemma3Shape(
        layers=layers,
        hidden=field(file, "gemma3.embedding_length", int),
        heads=field(file, "gemma3.attention.head_count", int),
        kv_heads=field(file, "gemma3.attention.head_count_kv", int),
        head_dim=head_dim,
        global_layers=frozenset(range(GLOBAL_EVERY - 1, layers, GLOBAL_EVERY)),
        window=field(file, "gemma3.attention.sliding_window", int),
        epsilon=field(file, "gemma3.attention.layer_norm_rms_epsilon", float),
        rotary_base=field(file, "gemma3.rope.freq_base", float),
        local_rotary_base=LOCAL_ROTARY_BASE,
        query_scale=head_dim**-0.5,
    )


def _llama(file: GgufFile) -> LlamaShape:
    name = field(file, "general.architecture", str)
    hidden = field(file, f"{name}.embedding_length", int)
    heads = field(file, f"{name}.attention.head_count", int)
    head_dim = optional(file, f"{name}.attention.key_length", hidden // heads)
    base = optional(file, f"{name}.rope.freq_base", 10_000.0)
    return LlamaShape(
        layers=field(file, f"{name}.block_count", int),
        hidden=hidden,
        heads=heads,
        kv_heads=optional(file, f"{name}.attention.head_count_kv", heads),
        head_dim=head_dim,
        positions=field(file, f"{name}.context_length", int),
        epsilon=field(file, f"{name}.attention.layer_norm_rms_epsilon", float),
        rotary_base=base,
        scaling=_scaling(file, f"{name}.rope.scaling.type", head_dim, base),
        qkv_bias="blk.0.attn_q.bias" in file,
        head_norms="blk.0.attn_q_norm.weight" in file,
        tied=HEAD not in file,
    )


READERS: Final[Mapping[str, Callable[[GgufFile], Shape]]] = {
    "gemma3": _gemma3,
    "llama": _llama,
    "qwen2": _llama,
    "qwen3": _llama,
}
"""Reader of each architecture, by the name that the file gives it."""


def _scaling(file: GgufFile, name: str, head_dim: int, base: float) -> Llama3Scaling | None:
    """Find the numbers that give the divisors of the file.

    Raises:
        SourceError: there are none, or positions are scaled in another way.
    """
    kind = optional(file, name, "none")
    if kind != "none":
        raise SourceError(f"{file.name} scales positions by {kind}, which cannot be built.")
    if ROTARY_DIVISORS not in file:
        return None
    divisors = file.tensor(ROTARY_DIVISORS)
    scaling = Llama3Scaling(float(divisors.max()), 1.0, 4.0, ORIGINAL_POSITIONS)
    speeds = rotary_speeds(head_dim, base)
    if not np.allclose(speeds / divisors, scaling.slowed(speeds), rtol=1e-3):
        raise SourceError(f"{file.name} scales positions in a way that cannot be built.")
    return scaling
