# SPDX-License-Identifier: Apache-2.0
"""Writing a model as a folder in the layout of the Hugging Face hub.

    Source ─► config.json             numbers of the model
              model.safetensors       weights, one at a time; in blocks of int8: int8.safetensors
              tokenizer.json
              tokenizer_config.json   which of its pieces begin and end a text

What is written here, transformers opens with `AutoModelForCausalLM.from_pretrained`
(but for int8), and `hub.source.open_folder` reads it back.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec
from tokenizers import Tokenizer

from model_tools.families.gemma3 import Gemma3Shape
from model_tools.families.gpt2 import Gpt2Shape
from model_tools.families.graph import FloatArray
from model_tools.families.hub_names import EMBEDDING, HEAD, STORED_HEAD, names_of
from model_tools.families.llama import LlamaShape
from model_tools.hub.tokens import with_first
from model_tools.safetensors_file import Dtype, write_safetensors
from model_tools.source import Shape, Source, Tokens

__all__ = [
    "hub_config",
    "hub_tensor",
    "names_of",
    "stored_names",
    "write_checkpoint",
    "write_model",
    "write_tokenizer",
]

CONFIG: Final = "config.json"
WEIGHTS: Final = "model.safetensors"
WEIGHTS_INT8: Final = "int8.safetensors"
"""Where transformers does not look: it would take the numbers of the blocks for weights."""


def stored_names(source: Source) -> dict[str, str]:
    """Return the canonical name of each weight of a checkpoint, by its name in the file."""
    table = names_of(source.shape)
    names = {table.stored(name): name for name in table.names(source.shape.layers)}
    return names if _is_tied(source.shape) else {**names, STORED_HEAD: HEAD}


def hub_tensor(source: Source, name: str) -> FloatArray:
    """Return a weight as a checkpoint keeps it, by its canonical name, kept tokens only."""
    tensors = source.tensors
    if name in (EMBEDDING, HEAD):
        return tensors.rows(name, source.tokens.kept_ids)
    return names_of(source.shape).kept(name, tensors.tensor(name))


def hub_config(source: Source, context_length: int) -> dict[str, object]:
    """Return what ``config.json`` says.

    Args:
        source: The model.
        context_length: Most positions, in tokens; GPT-2 has learned as many as its shape says.
    """
    eos = list(source.tokens.eos_ids)
    common: dict[str, object] = {
        "vocab_size": len(source.tokens.kept_ids),
        "bos_token_id": source.tokens.bos_id,
        "eos_token_id": eos[0] if len(eos) == 1 else eos or None,
        "pad_token_id": None,
        "tie_word_embeddings": _is_tied(source.shape),
    }
    if isinstance(source.shape, Gemma3Shape):
        return _gemma3_config(source, source.shape, context_length) | common
    if isinstance(source.shape, LlamaShape):
        return _llama_config(source, source.shape, context_length) | common
    return _gpt2_config(source, source.shape) | common


def write_model(source: Source, folder: Path, dtype: Dtype, context_length: int) -> None:
    """Write ``config.json`` and ``model.safetensors`` into a folder.

    Args:
        source: The model.
        folder: It is there; who calls puts it in its place when all is done.
        dtype: Of the weights.
        context_length: Most positions, in tokens.

    Raises:
        SourceError: a weight cannot be read, or is too large for the type.
        OSError: the folder cannot be written to.
    """
    config = hub_config(source, context_length)
    if dtype != "int8":
        config["dtype"] = dtype
    _write_json(folder / CONFIG, config)
    names = stored_names(source)
    write_safetensors(
        folder / (WEIGHTS_INT8 if dtype == "int8" else WEIGHTS),
        list(names),
        lambda name: hub_tensor(source, names[name]),
        dtype,
    )


def write_checkpoint(
    source: Source, folder: Path, dtype: Dtype = "float32", context_length: int = 4096
) -> None:
    """Write a whole checkpoint, the tokenizer included; see `write_model`."""
    write_model(source, folder, dtype, context_length)
    write_tokenizer(source.tokens, folder, context_length)


def write_tokenizer(tokens: Tokens, folder: Path, context_length: int) -> None:
    """Write the tokenizer and which of its pieces begin and end a text into a folder."""
    tokenizer = with_first(tokens.json, tokens.bos_id)
    (folder / "tokenizer.json").write_text(tokenizer, encoding="utf-8")
    _write_json(folder / "tokenizer_config.json", _tokenizer_config(tokens, context_length))


def _gemma3_config(source: Source, shape: Gemma3Shape, context_length: int) -> dict[str, object]:
    kinds = ["full" if at in shape.global_layers else "sliding" for at in range(shape.layers)]
    return {
        "architectures": ["Gemma3ForCausalLM"],
        "model_type": "gemma3_text",
        "hidden_size": shape.hidden,
        "intermediate_size": len(source.tensors.tensor("blk.0.ffn_gate.weight")),
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.kv_heads,
        "head_dim": shape.head_dim,
        "hidden_activation": "gelu_pytorch_tanh",
        "max_position_embeddings": context_length,
        "rms_norm_eps": shape.epsilon,
        "rope_theta": shape.rotary_base,
        "rope_local_base_freq": shape.local_rotary_base,
        "query_pre_attn_scalar": round(shape.query_scale**-2),
        "sliding_window": shape.window,
        "layer_types": [f"{kind}_attention" for kind in kinds],
    }


def _llama_config(source: Source, shape: LlamaShape, context_length: int) -> dict[str, object]:
    kind = "qwen3" if shape.head_norms else "qwen2" if shape.qkv_bias else "llama"
    config: dict[str, object] = {
        "architectures": [f"{kind.capitalize()}ForCausalLM"],
        "model_type": kind,
        "hidden_size": shape.hidden,
        "intermediate_size": len(source.tensors.tensor("blk.0.ffn_gate.weight")),
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.kv_heads,
        "head_dim": shape.head_dim,
        "hidden_act": "silu",
        "max_position_embeddings": max(context_length, shape.positions),
        "rms_norm_eps": shape.epsilon,
        "rope_theta": shape.rotary_base,
    }
    if shape.scaling is not None:
        config["rope_scaling"] = {
            "rope_type": "llama3",
            "factor": shape.scaling.factor,
            "low_freq_factor": shape.scaling.low,
            "high_freq_factor": shape.scaling.high,
            "original_max_position_embeddings": shape.scaling.positions,
        }
    return config


def _is_tied(shape: Shape) -> bool:
    """Whether logits come from the embedding: in Gemma 3 and GPT-2 they always do."""
    return not isinstance(shape, LlamaShape) or shape.tied


def _gpt2_config(source: Source, shape: Gpt2Shape) -> dict[str, object]:
    return {
        "architectures": ["GPT2LMHeadModel"],
        "model_type": "gpt2",
        "n_layer": shape.layers,
        "n_embd": shape.hidden,
        "n_head": shape.heads,
        "n_inner": len(source.tensors.tensor("blk.0.ffn_up.weight")),
        "n_positions": shape.positions,
        "layer_norm_epsilon": shape.epsilon,
        "activation_function": "gelu_new",
    }


def _tokenizer_config(tokens: Tokens, context_length: int) -> dict[str, object]:
    tokenizer = Tokenizer.from_str(tokens.json)
    pieces = [
        None if token is None else tokenizer.id_to_token(token)
        for token in (tokens.bos_id, next(iter(tokens.eos_ids), None))
    ]
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": pieces[0],
        "eos_token": pieces[1],
        "model_max_length": context_length,
        "clean_up_tokenization_spaces": False,
    }


def _write_json(path: Path, document: dict[str, object]) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")
