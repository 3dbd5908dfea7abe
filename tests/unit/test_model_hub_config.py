# SPDX-License-Identifier: Apache-2.0
"""A configuration of the hub is read as it is meant, or refused by name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from model_tools.errors import SourceError
from model_tools.families.gemma3 import Gemma3Shape
from model_tools.families.llama import LlamaShape
from model_tools.families.rotary import Llama3Scaling
from model_tools.hub.config import parse_config

SIZES: dict[str, Any] = {
    "vocab_size": 100,
    "hidden_size": 64,
    "num_hidden_layers": 12,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 256,
}
SCALED = {
    "factor": 32.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 8192,
}


def config(kind: str, **others: object) -> bytes:
    return json.dumps({"model_type": kind, **SIZES, **others}).encode()


def llama(kind: str = "llama", **others: Any) -> LlamaShape:
    shape = parse_config(config(kind, **others)).shape
    assert isinstance(shape, LlamaShape)
    return shape


@pytest.mark.parametrize(
    "told",
    [
        {"rope_theta": 5e5, "rope_scaling": {"rope_type": "llama3", **SCALED}},
        {"rope_theta": 5e5, "rope_scaling": {"type": "llama3", **SCALED}},
        {"rope_parameters": {"rope_type": "llama3", "rope_theta": 5e5, **SCALED}},
    ],
)
def test_positions_are_read_as_old_and_new_files_tell_them(told: dict[str, Any]) -> None:
    shape = llama(**told)
    assert shape.rotary_base == 5e5
    assert shape.scaling == Llama3Scaling(32.0, 1.0, 4.0, 8192)
    assert shape.head_dim == 16


def test_kin_of_llama_differ_by_biases_and_norms() -> None:
    assert [llama(kind).qkv_bias for kind in ("llama", "qwen2", "qwen3")] == [False, True, False]
    assert [llama(kind).head_norms for kind in ("llama", "qwen2", "qwen3")] == [False, False, True]
    assert llama("qwen2", use_sliding_window=False, sliding_window=32).layers == 12


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"sliding_window_pattern": 6},
        {"layer_types": ["sliding_attention"] * 5 + ["full_attention"] + ["sliding_attention"] * 6},
    ],
)
def test_the_layers_of_gemma_that_see_all_are_found(told: dict[str, object]) -> None:
    shape = parse_config(config("gemma3_text", rope_theta=1e6, sliding_window=8, **told)).shape
    assert isinstance(shape, Gemma3Shape)
    assert sorted(shape.global_layers) == ([5] if "layer_types" in told else [5, 11])
    assert (shape.rotary_base, shape.local_rotary_base) == (1e6, 1e4)


@pytest.mark.parametrize(("eos", "ids"), [(None, ()), (3, (3,)), ([3, 5], (3, 5))])
def test_one_or_more_tokens_end_a_text(eos: object, ids: tuple[int, ...]) -> None:
    assert parse_config(config("llama", eos_token_id=eos)).eos_ids == ids


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (config("mamba"), "the architecture mamba, and from this format only these"),
        (config("llama", hidden_act="gelu"), "says hidden_act: gelu, which cannot be built"),
        (config("llama", attention_bias=True), "says attention_bias: True"),
        (config("mistral", sliding_window=128), "says sliding_window: 128"),
        (config("llama", rope_scaling={"type": "yarn"}), "scales positions by yarn"),
        (config("llama", rope_parameters={"factor": "x"}), "`float`.*in `rope_parameters`"),
        (config("gemma3_text", final_logit_softcapping=30.0), "final_logit_softcapping: 30"),
        (config("llama", num_hidden_layers=0), r"`int` >= 1 - at `\$.num_hidden_layers`"),
        (config("gpt2"), "missing required field `n_layer`"),
        (b"{", "config.json cannot be read"),
    ],
)
def test_what_cannot_be_built_is_named(content: bytes, complaint: str) -> None:
    with pytest.raises(SourceError, match=complaint):
        parse_config(content)
