# SPDX-License-Identifier: Apache-2.0
"""A causal model of transformers behind the contract of `graph_model`.

    past, (1, kv_heads, P, head_dim) each ──► its cache ─┐
    bias ─► the same for each kind of attention, windows cut ─► model ─► logits
    ids, positions ──────────────────────────────────────┘         └──► keys, values of the new

Keys and values lie in the memory of the process, where trees and common passes put them
together; a pass carries those of the past to the device at once, and those of the new tokens
back. What is read there is in the model's own type of numbers; the head's product, whose
numbers are compared with each other, is in float32.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ime_engine.runtime.base import FloatArray
from ime_engine.runtime.graph_model import TOLD
from ime_engine.runtime.tree import HIDDEN

__all__ = ["CausalLM", "TorchPort", "TorchSession", "windowed"]

CausalLM = Any
"""A model of transformers, which is not always installed."""

Tensor = Any
Cache = Any

FULL: Final = "full_attention"
SLIDING: Final = "sliding_attention"
"""What transformers calls the kinds of layers."""


@dataclass(frozen=True, slots=True)
class TorchPort:
    """An input or an output; see `graph_model.Port`."""

    name: str
    shape: tuple[int | str, ...]


def windowed(bias: FloatArray, window: int) -> FloatArray:
    """Hide of what each token sees all but the last `window` columns.

    A token sees the columns of its own text alone, and those lie in the order of the text,
    whatever lies between them.

    Args:
        bias: (…, T, P + T) 0 where a token sees another, else `HIDDEN`.
        window: Columns that stay, the token's own included, >= 1.
    """
    seen = bias > HIDDEN / 2
    later = np.cumsum(seen[..., ::-1], axis=-1)[..., ::-1]
    return np.where(seen & (later <= window), np.float32(0), HIDDEN)


class TorchSession:
    """`graph_model.Session` over a causal model.

    Args:
        model: On its device, in its type of numbers, not to be used by anybody else.
    """

    def __init__(self, model: CausalLM) -> None:
        config = model.config
        heads = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
        width = (
            getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
        )
        self._model: CausalLM | None = model
        self._past = [
            f"past.{layer}.{part}"
            for layer in range(config.num_hidden_layers)
            for part in ("key", "value")
        ]
        self._cache_shape: tuple[int | str, ...] = (1, int(heads), "P", int(width))
        self._vocab_size = int(config.vocab_size)
        kinds = getattr(config, "layer_types", None) or ()
        self._window = int(config.sliding_window) if SLIDING in kinds else 0
        # The name of this parameter changes within the versions that are allowed.
        takes = inspect.signature(model.forward).parameters
        self._cache_name = "cache" if "cache" in takes else "past_key_values"
        self.numbers = str(model.dtype).removeprefix("torch.")
        """Type of numbers it reads in."""

        _score_in_float32(model)

    def get_inputs(self) -> list[TorchPort]:
        """List what `run` is fed; see `Session`."""
        told = [TorchPort(name, (1, "T")) for name in TOLD]
        return [*told, *(TorchPort(name, self._cache_shape) for name in self._past)]

    def get_outputs(self) -> list[TorchPort]:
        """List what `run` gives; see `Session`."""
        logits = TorchPort("logits", ("N", self._vocab_size))
        return [logits, *(TorchPort(_present(name), self._cache_shape) for name in self._past)]

    def run(self, outputs: Sequence[str], feed: Mapping[str, NDArray[Any]]) -> list[FloatArray]:
        """Read the new tokens; see `Session`.

        Raises:
            RuntimeError: the device failed or has no memory left; torch's own error.
        """
        import torch

        model = self._model
        if model is None:
            raise RuntimeError("closed")
        known = feed[self._past[0]].shape[2]
        with torch.inference_mode():
            cache = self._cache_of(feed, known, model)
            out = model(
                input_ids=_placed(feed["input_ids"], model),
                position_ids=_placed(feed["positions"], model),
                attention_mask=self._masks(feed["attention_bias"], model),
                logits_to_keep=int(feed["wanted"][0]),
                use_cache=True,
                **{self._cache_name: cache},
            )
            fresh = torch.stack([each[:, :, known:] for each in _keys_values(cache)])
            given = {"logits": _fetched(out.logits[0])}
            for name, new in zip(self._past, _fetched(fresh), strict=True):
                given[_present(name)] = np.concatenate([feed[name], new], axis=2)
        return [given[name] for name in outputs]

    def close(self) -> None:
        """Let go of the model; whoever asks from now on fails."""
        self._model = None

    def _cache_of(self, feed: Mapping[str, NDArray[Any]], known: int, model: CausalLM) -> Cache:
        """Put the past into a cache of transformers that keeps everything."""
        from transformers import DynamicCache

        cache = DynamicCache()
        if known:
            past = _numbers(np.stack([feed[name] for name in self._past]), model)
            for layer in range(len(past) // 2):
                cache.update(past[2 * layer], past[2 * layer + 1], layer)
        return cache

    def _masks(self, bias: FloatArray, model: CausalLM) -> Tensor | dict[str, Tensor]:
        """Turn the bias to what is added to the scores, by kind of layer where there are two."""
        full = _numbers(bias, model)
        if not self._window:
            return full
        return {FULL: full, SLIDING: _numbers(windowed(bias, self._window), model)}


def _numbers(array: FloatArray, model: CausalLM) -> Tensor:
    return _placed(array, model).to(model.dtype)


def _placed(array: NDArray[Any], model: CausalLM) -> Tensor:
    import torch

    return torch.from_numpy(np.ascontiguousarray(array)).to(model.device)


def _score_in_float32(model: CausalLM) -> None:
    """Let the head multiply in float32: between two eojeols a hundredth decides."""
    import torch

    head = model.get_output_embeddings()
    if head.weight.dtype != torch.float32:
        head.weight = torch.nn.Parameter(head.weight.float(), requires_grad=False)
        head.register_forward_pre_hook(lambda _, given: (given[0].float(),))


def _keys_values(cache: Cache) -> Iterator[Tensor]:
    for layer in cache.layers:
        yield layer.keys
        yield layer.values


def _fetched(tensor: Tensor) -> FloatArray:
    fetched: FloatArray = tensor.float().cpu().numpy()
    return fetched


def _present(name: str) -> str:
    return name.replace("past.", "present.")
