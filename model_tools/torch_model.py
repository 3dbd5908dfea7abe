# SPDX-License-Identifier: Apache-2.0
"""A model in torch, from the same weights: a peer to compare with, never what is shipped."""

from __future__ import annotations

import copy
import importlib.util
import warnings
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from ime_engine.runtime.base import Forward, IntArray, KVCache
from model_tools.checkpoint import hub_config, hub_tensor, stored_names
from model_tools.source import Source

__all__ = ["TorchDevice", "TorchModel", "torch_devices", "torch_model"]

TorchDevice = Literal["cpu", "cuda"]

CausalLM = Any
"""A model of transformers, which is not always installed."""


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
    """Put a source's weights into transformers: float32 on the CPU, float16 on a card."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, logging

    logging.set_verbosity_error()
    config = hub_config(source, context_length)
    model = AutoModelForCausalLM.from_config(AutoConfig.for_model(**config))
    state = {
        stored: torch.from_numpy(np.ascontiguousarray(hub_tensor(source, name)))
        for stored, name in stored_names(source).items()
    }
    model.load_state_dict(state, strict=False)
    kind = torch.float16 if device == "cuda" else torch.float32
    model = model.to(device=device, dtype=kind).eval()
    return TorchModel(model, len(source.tokens.kept_ids), context_length, device)
