# SPDX-License-Identifier: Apache-2.0
"""A student with fewer heads and channels begins with those that its model needs most."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM

from model_tools.training.narrowing import narrowed
from model_tools.training.student import take_weights

ROWS = np.random.default_rng(1).integers(0, 9, (20, 6)).astype(np.int32)
IDS = torch.arange(6).unsqueeze(0)
FAMILIES = ("llama", "gemma3_text", "qwen2")


def model(family: str, heads: int, channels: int, size: int = 4) -> torch.nn.Module:
    torch.manual_seed(heads)
    config = AutoConfig.for_model(
        family,
        vocab_size=9,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=heads,
        num_key_value_heads=2,
        head_dim=size,
        intermediate_size=channels,
        pad_token_id=None,
        max_position_embeddings=16,
    )
    return AutoModelForCausalLM.from_config(config, dtype=torch.float32).eval()


def with_idle(wide: torch.nn.Module, heads: tuple[int, ...], channels: tuple[int, ...]) -> None:
    """Let some heads and channels of every layer add nothing."""
    with torch.no_grad():
        for layer in wide.model.layers:
            for head in heads:
                layer.self_attn.o_proj.weight[:, 4 * head : 4 * head + 4] = 0
            layer.mlp.down_proj.weight[:, channels] = 0


@pytest.mark.parametrize("family", FAMILIES)
def test_what_adds_nothing_is_left_out_and_nothing_else(family: str) -> None:
    # Heads 0-3 share a key, and so do 4-7.
    wide, student = model(family, 8, 12), model(family, 4, 5)
    with_idle(wide, heads=(0, 2, 5, 6), channels=(0, 1, 4, 6, 7, 9, 10))
    taken = take_weights(student, narrowed(wide, student, ROWS))
    assert taken == len(student.state_dict())
    assert torch.allclose(student(IDS).logits, wide(IDS).logits, atol=1e-5)


def test_the_loudest_channels_stay() -> None:
    wide, student = model("llama", 4, 6), model("llama", 4, 2)
    with torch.no_grad():
        for layer in wide.model.layers:
            layer.mlp.down_proj.weight[:, (1, 4)] *= 100
    before = wide.state_dict()["model.layers.1.mlp.up_proj.weight"].clone()
    cut = narrowed(wide, student, ROWS)["model.layers.1.mlp.up_proj.weight"]
    assert torch.equal(cut, before[[1, 4]])


def test_as_wide_a_student_has_all_of_it_without_reading_a_row() -> None:
    wide = model("llama", 4, 6)
    cut = narrowed(wide, model("llama", 4, 6), ROWS[:0])
    assert all(torch.equal(value, cut[name]) for name, value in wide.state_dict().items())


def test_fewer_but_larger_heads_are_not_fewer_of_the_same() -> None:
    wide = model("llama", 8, 6)
    cut = narrowed(wide, model("llama", 4, 6, size=8), ROWS)
    assert all(torch.equal(value, cut[name]) for name, value in wide.state_dict().items())


def test_another_family_is_left_as_it_is() -> None:
    def gpt2(heads: int) -> torch.nn.Module:
        config = AutoConfig.for_model(
            "gpt2", n_layer=1, n_embd=8, n_head=heads, n_positions=8, vocab_size=9
        )
        return AutoModelForCausalLM.from_config(config)

    wide = gpt2(4)
    cut = narrowed(wide, gpt2(2), ROWS)
    assert all(torch.equal(value, cut[name]) for name, value in wide.state_dict().items())
