# SPDX-License-Identifier: Apache-2.0
"""A Gemma 3 in torch, from the same weights: a peer to compare with, never what is shipped."""

from __future__ import annotations

import copy
import importlib.util
import warnings
from collections.abc import Sequence
from typing import Any, Final, Literal

import numpy as np

from ime_engine.runtime.base import Forward, IntArray, KVCache
from model_tools.families.gemma3 import Gemma3Shape
from model_tools.source import Source

__all__ = ["PARTS", "TorchDevice", "TorchModel", "torch_devices", "torch_model"]

TorchDevice = Literal["cpu", "cuda"]

CausalLM = Any
"""A model of transformers, which is not always installed."""

PARTS: Final = {
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
}
"""Names that transformers gives to the parts of a layer, by canonical name."""


def torch_devices() -> list[TorchDevice]:
    """Where torch could run here; nowhere without torch and transformers."""
    if any(importlib.util.find_spec(name) is None for name in ("torch", "transformers")):
        return []
    import torch

    return ["cpu", "cuda"] if torch.cuda.is_available() else ["cpu"]


class TorchModel:
    """`LanguageModel` over a causal model of transformers; each cache is a copy."""

    def __init__(self, model: CausalLM, vocab_size: int, context_length: int, device: str) -> None:
        self._model = model
        self._device = device
        self.vocab_size = vocab_size
        self.context_length = context_length

    def prefill(
        self, token_ids: Sequence[int], kv: KVCache | None = None, reuse: int = 0
    ) -> Forward:
        """Read a prompt; see `LanguageModel.prefill`."""
        if kv is None or not reuse:
            return self._run(np.array([token_ids], dtype=np.int64), None)
        past = copy.deepcopy(kv)
        surplus = past.get_seq_length() - reuse
        if surplus:
            past.crop(-surplus)
        return self._run(np.array([token_ids[reuse:]], dtype=np.int64), past)

    def extend(self, kv: KVCache, rows: IntArray, token_ids: IntArray) -> Forward:
        """Advance rows by one token each; see `LanguageModel.extend`."""
        import torch

        past = copy.deepcopy(kv)
        past.reorder_cache(torch.from_numpy(rows).to(self._device))
        return self._run(token_ids.reshape(-1, 1), past)

    def thin(self, kv: KVCache, most: int) -> KVCache:
        """Nothing is kept beside the prompt; see `LanguageModel.thin`."""
        return kv

    def _run(self, token_ids: IntArray, past: KVCache | None) -> Forward:
        import torch

        with torch.inference_mode(), warnings.catch_warnings():
            # The name of the cache's parameter changes within the versions that are allowed.
            warnings.simplefilter("ignore", FutureWarning)
            out = self._model(
                torch.from_numpy(token_ids).to(self._device),
                past_key_values=past,
                use_cache=True,
                logits_to_keep=1,
            )
        return Forward(out.logits[:, -1].float().cpu().numpy(), out.past_key_values)


def torch_model(source: Source, context_length: int, device: TorchDevice) -> TorchModel:
    """Put a source's weights into transformers: float32 on the CPU, float16 on a card.

    Raises:
        TypeError: it is no Gemma 3.
    """
    import torch

    shape = source.shape
    if not isinstance(shape, Gemma3Shape):
        raise TypeError("Only a Gemma 3 is compared with torch.")
    model = _empty_model(shape, len(source.tokens.kept_ids), context_length, source)
    model.load_state_dict({name: torch.from_numpy(value) for name, value in _state(source).items()})
    kind = torch.float16 if device == "cuda" else torch.float32
    model = model.to(device=device, dtype=kind).eval()
    return TorchModel(model, len(source.tokens.kept_ids), context_length, device)


def _empty_model(shape: Gemma3Shape, vocab_size: int, positions: int, source: Source) -> CausalLM:
    from transformers import Gemma3ForCausalLM, Gemma3TextConfig, logging

    logging.set_verbosity_error()
    layers = range(shape.layers)
    kinds = ["full" if layer in shape.global_layers else "sliding" for layer in layers]
    config = Gemma3TextConfig(
        vocab_size=vocab_size,
        hidden_size=shape.hidden,
        intermediate_size=len(source.tensors.tensor("blk.0.ffn_gate.weight")),
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.kv_heads,
        head_dim=shape.head_dim,
        query_pre_attn_scalar=round(shape.query_scale**-2),
        sliding_window=shape.window,
        max_position_embeddings=positions,
        layer_types=[f"{kind}_attention" for kind in kinds],
        pad_token_id=0,
    )
    return Gemma3ForCausalLM(config)


def _state(source: Source) -> dict[str, Any]:
    """Weights by their names in transformers, whose norms add 1 themselves."""
    assert isinstance(source.shape, Gemma3Shape)
    tensor = source.tensors.tensor
    table = source.tensors.rows("token_embd.weight", source.tokens.kept_ids)
    state = dict.fromkeys(("model.embed_tokens.weight", "lm_head.weight"), table)
    state["model.norm.weight"] = tensor("output_norm.weight") - 1
    for layer in range(source.shape.layers):
        for part, name in PARTS.items():
            value = tensor(f"blk.{layer}.{part}.weight")
            state[f"model.layers.{layer}.{name}.weight"] = value - ("norm" in part)
    return state
