# SPDX-License-Identifier: Apache-2.0
"""What the files of the Hugging Face hub call the weights of each family, and how they keep them.

    blk.0.attn_q.weight ──► model.layers.0.self_attn.q_proj.weight
    output.weight ────────► lm_head.weight, left out where it is the embedding again

One table a family serves both ways: who reads a checkpoint asks for the stored name
and undoes how it is kept; who writes one does the same the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from model_tools.families.graph import FloatArray

__all__ = ["EMBEDDING", "GEMMA3_NAMES", "GPT2_NAMES", "HEAD", "STORED_HEAD", "HubNames"]

HEAD: Final = "output.weight"
EMBEDDING: Final = "token_embd.weight"
STORED_HEAD: Final = "lm_head.weight"


@dataclass(frozen=True, slots=True)
class HubNames:
    """The names of one family."""

    base: str
    """What the name of every weight but the head begins with."""

    layers: str
    """What the name of a layer's weight goes on with, before the layer's number."""

    outside: Mapping[str, str]
    """Parts that are in no layer, by canonical name."""

    inside: Mapping[str, str]
    """Parts of each layer, by canonical name."""

    biased: frozenset[str] = frozenset()
    """Parts that have a bias beside their weight."""

    transposed: frozenset[str] = frozenset()
    """Parts whose matrices are kept as (in, out)."""

    lowered: frozenset[str] = frozenset()
    """Parts that are kept less 1: the model adds it again."""

    def stored(self, name: str) -> str:
        """Return the name in the file of a weight; raises KeyError for one that is not known."""
        if name == HEAD:
            return STORED_HEAD
        part, kind = _part(name), name.rpartition(".")[2]
        if name.startswith("blk."):
            return f"{self.base}{self.layers}{name.split('.')[1]}.{self.inside[part]}.{kind}"
        return f"{self.base}{self.outside[part]}.{kind}"

    def kept(self, name: str, value: FloatArray) -> FloatArray:
        """Return a weight as the file keeps it."""
        part = _part(name)
        if part in self.lowered:
            return np.asarray(value - np.float32(1))
        return value.T if part in self.transposed else value

    def taken(self, name: str, value: FloatArray) -> FloatArray:
        """Return a weight of the file as `Tensors` has it; undoes `kept`."""
        part = _part(name)
        if part in self.lowered:
            return np.asarray(value + np.float32(1))
        return value.T if part in self.transposed else value

    def names(self, layers: int) -> Iterator[str]:
        """Give the canonical names of all weights of a model with so many layers, but its head."""
        for part in self.outside:
            yield from self._kinds(part, part)
        for layer in range(layers):
            for part in self.inside:
                yield from self._kinds(part, f"blk.{layer}.{part}")

    def _kinds(self, part: str, name: str) -> Iterator[str]:
        yield f"{name}.weight"
        if part in self.biased:
            yield f"{name}.bias"


def _part(name: str) -> str:
    """``attn_q`` of ``blk.0.attn_q.weight``."""
    return name.split(".")[-2]


GEMMA3_NAMES: Final = HubNames(
    base="model.",
    layers="layers.",
    outside={"token_embd": "embed_tokens", "output_norm": "norm"},
    inside={
        "attn_norm": "input_layernorm",
        "attn_q": "self_attn.q_proj",
        "attn_k": "self_attn.k_proj",
        "attn_v": "self_attn.v_proj",
        "attn_q_norm": "self_attn.q_norm",
        "attn_k_norm": "self_attn.k_norm",
        "attn_output": "self_attn.o_proj",
        "post_attention_norm": "post_attention_layernorm",
        "ffn_norm": "pre_feedforward_layernorm",
        "ffn_gate": "mlp.gate_proj",
        "ffn_up": "mlp.up_proj",
        "ffn_down": "mlp.down_proj",
        "post_ffw_norm": "post_feedforward_layernorm",
    },
    lowered=frozenset(
        {
            "output_norm",
            "attn_norm",
            "attn_q_norm",
            "attn_k_norm",
            "post_attention_norm",
            "ffn_norm",
            "post_ffw_norm",
        }
    ),
)

_GPT2_MATRICES: Final = frozenset({"attn_qkv", "attn_output", "ffn_up", "ffn_down"})

GPT2_NAMES: Final = HubNames(
    base="transformer.",
    layers="h.",
    outside={"token_embd": "wte", "position_embd": "wpe", "output_norm": "ln_f"},
    inside={
        "attn_norm": "ln_1",
        "attn_qkv": "attn.c_attn",
        "attn_output": "attn.c_proj",
        "ffn_norm": "ln_2",
        "ffn_up": "mlp.c_fc",
        "ffn_down": "mlp.c_proj",
    },
    biased=_GPT2_MATRICES | {"attn_norm", "ffn_norm", "output_norm"},
    transposed=_GPT2_MATRICES,
)
