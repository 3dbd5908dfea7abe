# SPDX-License-Identifier: Apache-2.0
"""Tiny models with random weights as transformers saves them, with tokenizers of bytes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import (
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

__all__ = ["ARCHITECTURES", "BEGIN", "END", "TEXT", "byte_tokenizer", "randomised", "save_model"]

VOCAB: Final = 420
BEGIN, END = "<|begin|>", "<|end|>"
TEXT: Final = (
    "안녕하세요. 오늘 날씨가 정말 좋네요.",
    "내일 회의 시간은 오후 세 시입니다.",
    "답변 부탁드립니다. 감사합니다.",
    "우리 학교에 가서 친구를 만나려고 합니다.",
)

_SIZES: Final[dict[str, Any]] = {
    "vocab_size": VOCAB,
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 64,
    "rms_norm_eps": 2**-20,
    "bos_token_id": 0,
    "eos_token_id": 1,
    "pad_token_id": 1,
    "attn_implementation": "eager",
}
_LLAMA3: Final = {
    "rope_type": "llama3",
    "rope_theta": 500.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 16,
}

ARCHITECTURES: Final[dict[str, Callable[[], torch.nn.Module]]] = {
    "gemma3": lambda: Gemma3ForCausalLM(
        Gemma3TextConfig(
            **_SIZES | {"head_dim": 16, "query_pre_attn_scalar": 32, "sliding_window": 26},
            layer_types=["sliding_attention", "full_attention", "sliding_attention"],
        )
    ),
    "gpt2": lambda: GPT2LMHeadModel(
        GPT2Config(
            vocab_size=VOCAB,
            n_positions=64,
            n_embd=64,
            n_layer=3,
            n_head=4,
            bos_token_id=0,
            eos_token_id=1,
        )
    ),
    "llama": lambda: LlamaForCausalLM(LlamaConfig(**_SIZES)),
    "llama3": lambda: LlamaForCausalLM(
        LlamaConfig(**_SIZES, rope_parameters=_LLAMA3, tie_word_embeddings=True)
    ),
    "mistral": lambda: MistralForCausalLM(MistralConfig(**_SIZES, sliding_window=None)),
    "qwen2": lambda: Qwen2ForCausalLM(Qwen2Config(**_SIZES, tie_word_embeddings=True)),
    "qwen3": lambda: Qwen3ForCausalLM(Qwen3Config(**_SIZES, head_dim=32)),
}
"""A new model of each architecture."""


def randomised(new_model: Callable[[], torch.nn.Module]) -> torch.nn.Module:
    """A model with the same random weights each time, none of them a neat zero or one."""
    torch.manual_seed(4)
    model = new_model()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.15)
    return model.eval()


def byte_tokenizer(*, begins: bool) -> Tokenizer:
    """Make a tokenizer of bytes that knows the words of `TEXT`.

    Args:
        begins: Whether it puts a token before every text, as Llama 3 does and Qwen does not.
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCAB,
        special_tokens=[AddedToken(piece, special=True) for piece in (BEGIN, END)],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(TEXT, trainer)
    if begins:
        tokenizer.post_processor = processors.TemplateProcessing(
            single=f"{BEGIN} $A", special_tokens=[(BEGIN, 0)]
        )
    return tokenizer


def save_model(name: str, folder: Path) -> torch.nn.Module:
    """Save a tiny model of one of the `ARCHITECTURES` with its tokenizer; return it."""
    model: Any = randomised(ARCHITECTURES[name])
    model.save_pretrained(folder)
    byte_tokenizer(begins=name.startswith("llama")).save(str(folder / "tokenizer.json"))
    return model
